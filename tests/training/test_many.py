"""Many trainings of one network together are those of train(), one by one."""

import signal
import threading

import numpy as np
import pytest

import mnist_lab as lab
from mnist_lab import keras
from mnist_lab.training import population
from mnist_lab.training.epoch_program import epoch_program
from mnist_lab.training.history import Interrupted
from tests.helpers.training import linear_network, network

# Most of these compile networks; `make test-fast` leaves the file out.
pytestmark = pytest.mark.slow

SETTINGS = {
    "adam": {},
    "momentum": {"optimizer": "sgd", "momentum": 0.9, "schedule": "one_cycle"},
    "all at once": {
        "label_smoothing": 0.1,
        "weight_decay": 0.1,
        "ema_momentum": 0.9,
        "distortion": 0.5,
        "distortion_cooldown": 0.5,
        "schedule": "linear",
    },
}


def build(seed):
    return network(seed=seed, dropout=0.2)


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
def test_each_training_is_that_of_train_with_its_rate_and_seed(digits, settings):
    table = lab.train_many(
        build, digits, [3, 4], [0.003, 0.01], epochs=2, batch_size=64, verbose=False, **settings
    )
    pairs = [(0.003, 3), (0.003, 4), (0.01, 3), (0.01, 4)]
    assert list(zip(table["learning_rate"], table["seed"], strict=True)) == pairs
    for row, (rate, seed) in zip(table.itertuples(), pairs, strict=True):
        history = lab.train(
            build(seed),
            digits,
            epochs=2,
            batch_size=64,
            learning_rate=rate,
            seed=seed,
            verbose=False,
            **settings,
        ).history
        assert row.val_loss == pytest.approx(history["val_loss"][-1], rel=1e-4)
        assert row.val_accuracy == pytest.approx(history["val_accuracy"][-1], abs=0.006)


@pytest.mark.usefixtures("short_trainings_are_not_compiled")
def test_the_same_call_gives_the_same_numbers_bit_for_bit_however_threads_take_turns(digits):
    one, again = (
        lab.train_many(build, digits, range(6), [0.003], epochs=1, verbose=False) for _ in range(2)
    )
    assert one.equals(again)
    assert one["val_loss"].nunique() == 6


def test_all_share_one_program(few):
    lab.train_many(build, few, [0], epochs=1, verbose=False)
    before = epoch_program.cache_info().misses
    lab.train_many(build, few, [1, 2], [0.1, 0.2], epochs=2, schedule="linear", verbose=False)
    assert epoch_program.cache_info().misses == before


def test_networks_whose_loss_overflows_have_the_accuracy_0_and_others_go_on(digits):
    table = lab.train_many(
        lambda seed: linear_network(),
        digits,
        [0, 1],
        [1000, 0.001],
        epochs=9,
        batch_size=1000,
        optimizer="sgd",
        verbose=False,
    )
    assert table["val_accuracy"].tolist()[:2] == [0.0, 0.0]
    assert np.isinf(table["val_loss"][:2]).all()
    assert np.isfinite(table["val_loss"][2:]).all()


def test_a_network_of_a_convolution_trains_too(few):
    def small(seed):
        return lab.models.cnn([4], seed=seed)

    table = lab.train_many(small, few, [0, 1], epochs=1, verbose=False)
    alone = lab.train(small(1), few, epochs=1, seed=1, learning_rate=1e-3, verbose=False)
    assert table["val_loss"][1] == pytest.approx(alone.history["val_loss"][0], rel=1e-4)


def test_the_networks_that_build_returned_are_left_as_they_were(few):
    built = {}

    def remembered(seed):
        built[seed] = network(seed=seed)
        return built[seed]

    lab.train_many(remembered, few, [5, 6], epochs=1, verbose=False)
    assert np.array_equal(built[6].get_weights()[0], network(seed=6).get_weights()[0])


def test_each_network_is_built_once_whatever_the_number_of_rates(few):
    built = []

    def counted(seed):
        built.append(seed)
        return network(seed=seed)

    lab.train_many(counted, few, [7, 3], [0.01, 0.02, 0.03], epochs=1, verbose=False)
    assert built == [7, 3]


def test_a_build_that_returns_another_network_for_another_seed_is_refused(few):
    with pytest.raises(ValueError, match="build: for seed 9 it returned another network"):
        lab.train_many(lambda seed: lab.models.one_hidden_layer(20 + seed), few, [8, 9], epochs=1)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"seeds": []}, "seeds=\\[\\]"),
        ({"seeds": 3}, "seeds=3 .*a list"),
        ({"learning_rates": []}, "learning_rates=\\[\\]"),
        ({"learning_rates": 0.01}, "learning_rates=0.01 .*a list"),
        ({"learning_rates": "0.01"}, "learning_rates='0.01' .*a list"),
        ({"learning_rates": [0.0]}, "learning_rates=0.0"),
        ({"seeds": [-1]}, "seed=-1"),
        ({"optimizer": keras.optimizers.SGD()}, "a name"),
        ({"schedule": "cosine"}, "schedule='cosine'"),
        ({"epochs": 0}, "epochs=0"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(few, arguments, named):
    with pytest.raises(ValueError, match=named):
        lab.train_many(build, few, **({"seeds": [0]} | arguments))


def test_the_stop_button_ends_all_of_them_in_one_line_and_leaves_no_thread(few, monkeypatch):
    train_member, calls = population._train_member, []

    def interrupted(*arguments):
        calls.append(arguments)
        if len(calls) == 3:
            signal.raise_signal(signal.SIGINT)
        return train_member(*arguments)

    monkeypatch.setattr(population, "_train_member", interrupted)
    before = set(threading.enumerate())
    with pytest.raises(Interrupted, match=r"Interrupted after \d+ of 20 networks\."):
        lab.train_many(build, few, range(20), epochs=1, verbose=False)
    assert len(calls) < 20
    # Other tests of this process may have left threads of other kinds.
    left = set(threading.enumerate()) - before
    pool = [thread for thread in left if thread.name.startswith("ThreadPool")]
    for thread in pool:
        thread.join(timeout=30)
    assert not any(thread.is_alive() for thread in pool)


def test_one_line_says_how_many_and_how_long(few, capsys):
    lab.train_many(build, few, [0, 1], epochs=1)
    assert capsys.readouterr().out.startswith("Trained 2 networks in ")
