"""train() learns, repeats itself, uses Keras's names, and refuses nonsense by name."""

import hashlib
import re
import subprocess
import sys

import numpy as np
import pytest

import mnist_lab as lab
from mnist_lab import keras
from mnist_lab.data.dataset import Digits
from mnist_lab.training.history import TrainingHistory
from tests.helpers.training import assert_close_weights, network, same_weights

HASHED_RUN = """
import hashlib
import mnist_lab as lab
digits = lab.load_digits("sample", train_size=1000)
model = lab.models.one_hidden_layer(30, dropout=0.2)
lab.train(model, digits, epochs=2, seed={seed})
print(hashlib.sha256(b"".join(weights.tobytes() for weights in model.get_weights())).hexdigest())
"""


def test_it_learns(trained):
    _, history = trained
    losses = history.history["loss"]
    assert all(later < earlier for earlier, later in zip(losses, losses[1:], strict=False))
    assert history.history["val_accuracy"][-1] > 0.8


def test_history_has_one_value_an_epoch_under_the_names_of_keras(trained):
    _, history = trained
    assert isinstance(history, keras.callbacks.History)
    assert isinstance(history, TrainingHistory)
    assert history.epoch == list(range(6))
    assert set(history.history) == {"loss", "accuracy", "val_loss", "val_accuracy"}
    assert {len(values) for values in history.history.values()} == {6}
    assert all(type(value) is float for values in history.history.values() for value in values)
    assert 0 <= history.compile_seconds < history.seconds < 600


def test_validation_numbers_are_those_of_keras_evaluate(trained, digits):
    model, history = trained
    loss, accuracy = model.evaluate(digits.validation.images, digits.validation.labels, verbose=0)
    assert history.history["val_loss"][-1] == pytest.approx(loss, abs=1e-5)
    assert history.history["val_accuracy"][-1] == pytest.approx(accuracy, abs=1e-6)


@pytest.mark.slow
def test_label_smoothing_is_that_of_keras_on_one_hot_labels(digits):
    model, plain = network(), network()
    history = lab.train(
        model, digits, epochs=1, optimizer="sgd", learning_rate=0.1, label_smoothing=0.1
    ).history
    order = np.random.default_rng(0).permutation(1000)
    images, labels = digits.train.images[order], np.eye(10)[digits.train.labels[order]]
    plain.compile(
        keras.optimizers.SGD(0.1), keras.losses.CategoricalCrossentropy(label_smoothing=0.1)
    )
    theirs = plain.fit(images, labels, batch_size=128, shuffle=False, verbose=0).history
    assert_close_weights(model, plain)
    assert history["loss"] == pytest.approx(theirs["loss"], abs=1e-5)


def test_the_same_seed_gives_the_same_weights_and_another_seed_others(digits, trained):
    model, again, other = trained[0], network(), network()
    lab.train(again, digits, epochs=6, learning_rate=3e-3)
    assert same_weights(model, again)
    lab.train(other, digits, epochs=6, learning_rate=3e-3, seed=1)
    assert not same_weights(model, other)


@pytest.mark.slow
def test_separate_processes_with_the_same_seed_end_with_the_same_weights_bit_for_bit():
    def run(seed):
        done = subprocess.run(
            [sys.executable, "-c", HASHED_RUN.format(seed=seed)], capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.split()[-1]

    first = run(0)
    assert len(first) == len(hashlib.sha256().hexdigest())
    assert run(0) == first
    assert run(1) != first


def test_training_goes_on_from_the_weights_a_model_has(digits, trained):
    model = network()
    model.set_weights(trained[0].get_weights())
    assert lab.train(model, digits, epochs=1).history["loss"][0] < trained[1].history["loss"][-2]


def test_test_digits_are_not_needed(digits):
    without = Digits(digits.train, digits.validation, None, digits.source)
    assert lab.train(network(), without, epochs=1).history["val_accuracy"][0] > 0.1


def test_numbers_may_come_as_text(digits):
    as_text, as_numbers = network(), network()
    history = lab.train(
        as_text, digits, epochs="2", batch_size="128", learning_rate="1e-3", seed="4"
    )
    lab.train(as_numbers, digits, epochs=2, batch_size=128, learning_rate=1e-3, seed=4)
    assert len(history.history["loss"]) == 2
    assert same_weights(as_text, as_numbers)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"epochs": 0}, ["epochs=0", "at least 1"]),
        ({"epochs": "many"}, ["epochs='many'", "whole number"]),
        ({"epochs": 1.5}, ["epochs=1.5", "whole number"]),
        ({"batch_size": -1}, ["batch_size=-1", "at least 1"]),
        ({"learning_rate": 0}, ["learning_rate=0", "above 0"]),
        ({"learning_rate": -1e-3}, ["learning_rate=-0.001", "above 0"]),
        ({"learning_rate": "fast"}, ["learning_rate='fast'", "a number above 0"]),
        ({"learning_rate": float("nan")}, ["learning_rate=nan", "a number above 0"]),
        ({"optimizer": "adan"}, ["optimizer='adan'", "did you mean 'adam'", "sgd"]),
        ({"optimizer": None}, ["optimizer=None", "adam"]),
        ({"schedule": "cosinus"}, ["schedule='cosinus'", "constant, linear, one_cycle"]),
        ({"label_smoothing": 1}, ["label_smoothing=1", "up to, but not including, 1"]),
        ({"ema_momentum": "yes"}, ["ema_momentum='yes'", "a number from 0 up to"]),
        (
            {"ema_momentum": 0.9, "optimizer": keras.optimizers.SGD()},
            ["ema_momentum=0.9", "use_ema=True"],
        ),
        ({"momentum": 0.9}, ["momentum=0.9", "only sgd and rmsprop"]),
        ({"momentum": 1, "optimizer": "sgd"}, ["momentum=1", "not including, 1"]),
        ({"optimizer": "momentum"}, ["optimizer='momentum'", "sgd"]),
        ({"weight_decay": -0.1}, ["weight_decay=-0.1", "from 0"]),
        (
            {"weight_decay": 0.1, "optimizer": keras.optimizers.SGD()},
            ["weight_decay=0.1", "give that one weight_decay"],
        ),
        (
            {"learning_rate": 7.0, "optimizer": keras.optimizers.SGD(0.5)},
            ["learning_rate=7.0", "give that one its learning rate"],
        ),
        ({"metrics": "accuracy"}, ["metrics='accuracy'", "a list, such as ['accuracy']"]),
        ({"seed": "x"}, ["seed='x'", "whole number"]),
    ],
)
def test_nonsense_is_refused_by_name_and_value_with_what_would_be_right(few, arguments, named):
    model = network()
    before = model.get_weights()
    with pytest.raises(ValueError) as error:
        lab.train(model, few, **arguments)
    assert [part for part in named if part not in str(error.value)] == []
    assert all(np.array_equal(a, b) for a, b in zip(model.get_weights(), before, strict=True))


@pytest.mark.parametrize("model", ["network.keras", None, keras.Sequential])
def test_what_is_no_network_is_refused(few, model):
    with pytest.raises(ValueError, match=r"model=.* cannot be used: expected a Keras model"):
        lab.train(model, few)


def test_one_line_is_printed_outside_a_notebook(digits, capfd):
    lab.train(network(), digits, epochs=3)
    printed = capfd.readouterr()
    assert printed.err == ""
    assert printed.out.count("\n") == 1
    assert printed.out.startswith("Trained 3 epochs in ")
    assert re.search(
        r": accuracy 0\.\d{4}, loss \d\.\d{4}; validation 0\.\d{4}, \d\.\d{4}\.$", printed.out
    )
    assert len(printed.out) < 105
    lab.train(network(), digits, epochs=1, verbose=False)
    assert capfd.readouterr().out == ""
