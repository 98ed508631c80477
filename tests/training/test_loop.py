"""train() does Keras's mathematics, the same every time, keeps Keras's callbacks working and refuses nonsense by name."""

import csv
import hashlib
import importlib.util
import re
import subprocess
import sys

import numpy as np
import pytest

import mnist_lab as lab
from mnist_lab import keras
from mnist_lab.data.digits import Dataset, Digits
from mnist_lab.training import engine

HASHED_RUN = """
import hashlib
import mnist_lab as lab
digits = lab.load_digits("sample", train_size=1000)
model = lab.models.one_hidden_layer(30, dropout=0.2)
lab.train(model, digits, epochs=2, seed={seed})
print(hashlib.sha256(b"".join(weights.tobytes() for weights in model.get_weights())).hexdigest())
"""


@pytest.fixture(scope="module")
def digits():
    return lab.load_digits("sample", train_size=1000)


@pytest.fixture(scope="module")
def few(digits):
    """300 digits to train on: enough where only the bookkeeping is looked at."""
    first = Dataset(digits.train.images[:300], digits.train.labels[:300])
    return Digits(first, digits.validation, digits.test, digits.source)


@pytest.fixture(scope="module")
def trained(digits):
    model = network()
    return model, lab.train(model, digits, epochs=6, learning_rate=3e-3)


def network(**arguments):
    # One small architecture: models of one kind share their compiled program, which keeps these tests quick.
    # tanh, because two programs round differently: a ReLU within rounding of its kink would turn 1e-8 into 1e-4.
    return lab.models.one_hidden_layer(30, activation="tanh", **arguments)


def same_weights(one, other):
    return all(
        np.array_equal(a, b) for a, b in zip(one.get_weights(), other.get_weights(), strict=True)
    )


def plain_fit(model, digits, optimizer, epochs=1, seed=0):
    """Train with nothing but Keras, on the digits in the order of train()."""
    orders = np.random.default_rng(seed)
    model.compile(optimizer, keras.losses.SparseCategoricalCrossentropy(), metrics=["accuracy"])
    losses = []
    for _ in range(epochs):
        order = orders.permutation(len(digits.train))
        images, labels = digits.train.images[order], digits.train.labels[order]
        losses.append(model.fit(images, labels, batch_size=128, shuffle=False, verbose=0).history)
    return {name: [history[name][0] for history in losses] for name in losses[0]}


def assert_close_weights(model, plain, atol=1e-5):
    for ours, theirs in zip(model.get_weights(), plain.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=atol)


def test_it_learns(trained):
    _, history = trained
    losses = history.history["loss"]
    assert all(later < earlier for earlier, later in zip(losses, losses[1:], strict=False))
    assert history.history["val_accuracy"][-1] > 0.8


def test_history_has_one_value_an_epoch_under_the_names_of_keras(trained):
    _, history = trained
    assert type(history) is keras.callbacks.History
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


@pytest.mark.parametrize(("name", "rate"), [("sgd", 0.1), ("adam", 1e-3), ("momentum", 0.03)])
def test_an_epoch_is_that_of_keras_fit(digits, name, rate):
    model, plain = network(seed=1), network(seed=1)
    history = lab.train(model, digits, epochs=1, optimizer=name, learning_rate=rate, seed=5).history
    config = {"learning_rate": rate, **({"momentum": 0.9} if name == "momentum" else {})}
    optimizer = keras.optimizers.get(
        {"class_name": "sgd" if name == "momentum" else name, "config": config}
    )
    theirs = plain_fit(plain, digits, optimizer, seed=5)
    assert_close_weights(model, plain)
    assert not same_weights(model, network(seed=1))
    assert history["loss"] == pytest.approx(theirs["loss"], abs=1e-5)
    assert history["accuracy"] == pytest.approx(theirs["accuracy"], abs=1e-6)


def test_single_layer_of_sigmoids_trains_as_with_keras_fit(digits):
    model, plain = lab.models.single_layer(), lab.models.single_layer()
    history = lab.train(model, digits, epochs=1, optimizer="sgd", learning_rate=0.1).history
    theirs = plain_fit(plain, digits, keras.optimizers.SGD(0.1))
    assert_close_weights(model, plain)
    assert history["loss"] == pytest.approx(theirs["loss"], abs=1e-5)


def test_linear_schedule_is_the_polynomial_decay_of_keras(digits):
    steps = 2 * 8  # 1,000 digits are seven batches of 128 and one of 104
    model, plain, constant = network(), network(), network()
    history = lab.train(
        model, digits, epochs=2, optimizer="sgd", learning_rate=0.3, schedule="linear"
    ).history
    decay = keras.optimizers.schedules.PolynomialDecay(0.3, steps, end_learning_rate=0.0)
    theirs = plain_fit(plain, digits, keras.optimizers.SGD(decay), epochs=2)
    assert_close_weights(model, plain)
    assert history["loss"] == pytest.approx(theirs["loss"], abs=1e-5)
    # The last step is one sixteenth of the first; after it nothing is left.
    assert float(model.optimizer.learning_rate) <= 0.3 / steps * 1.0001
    lab.train(constant, digits, epochs=2, optimizer="sgd", learning_rate=0.3)
    assert np.abs(model.get_weights()[0] - constant.get_weights()[0]).max() > 1e-3


@pytest.mark.slow
def test_one_cycle_rises_for_three_tenths_and_falls_to_zero(digits):
    class OneCycle(keras.optimizers.schedules.LearningRateSchedule):
        def __call__(self, step):
            done = keras.ops.cast(step, "float32") / 16
            rising = 0.3 * (0.04 + 0.96 * done / 0.3)
            return keras.ops.where(done < 0.3, rising, 0.3 * (1 - done) / 0.7)

    model, plain = network(), network()
    lab.train(model, digits, epochs=2, optimizer="sgd", learning_rate=0.3, schedule="one_cycle")
    plain_fit(plain, digits, keras.optimizers.SGD(OneCycle()), epochs=2)
    assert_close_weights(model, plain)


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


def test_weight_decay_takes_its_share_of_the_weights_beside_the_gradient(digits):
    # One step: both lose the same gradient, the second also rate x decay of what the weights were.
    first, plain, decayed = (network() for _ in range(3))
    step = {"epochs": 1, "batch_size": 1000, "optimizer": "sgd", "learning_rate": 0.1}
    lab.train(plain, digits, **step)
    lab.train(decayed, digits, **step, weight_decay=0.5)
    for before, without, having in zip(
        first.get_weights(), plain.get_weights(), decayed.get_weights(), strict=True
    ):
        np.testing.assert_allclose(without - having, 0.1 * 0.5 * before, atol=1e-6)


def test_adam_with_weight_decay_is_adamw(digits):
    named, given = network(), network()
    lab.train(named, digits, epochs=1, learning_rate=0.01, weight_decay=0.3)
    lab.train(given, digits, epochs=1, optimizer=keras.optimizers.AdamW(0.01, weight_decay=0.3))
    assert_close_weights(named, given)


def test_averaged_weights_are_those_of_keras_and_training_goes_on_from_the_others(digits):
    model, plain = network(), network()
    # 20 divides the digits: two epochs of ours are one of Keras's over twice the digits, without a pause to average in.
    history = lab.train(
        model, digits, epochs=2, batch_size=20, optimizer="sgd", learning_rate=0.1, ema_momentum=0.9
    ).history
    orders = np.random.default_rng(0)
    order = np.concatenate([orders.permutation(1000) for _ in range(2)])
    plain.compile(
        keras.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.9),
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    plain.fit(
        digits.train.images[order],
        digits.train.labels[order],
        batch_size=20,
        shuffle=False,
        verbose=0,
    )
    assert_close_weights(model, plain)
    loss, _ = plain.evaluate(digits.validation.images, digits.validation.labels, verbose=0)
    assert history["val_loss"][-1] == pytest.approx(loss, abs=1e-5)
    unaveraged = network()
    lab.train(unaveraged, digits, epochs=2, batch_size=20, optimizer="sgd", learning_rate=0.1)
    assert np.abs(unaveraged.get_weights()[0] - model.get_weights()[0]).max() > 1e-3


def test_a_short_training_averages_over_fewer_steps(digits):
    model, plain = network(), network()
    sizes = {"epochs": 2, "batch_size": 50}  # 40 steps
    lab.train(model, digits, **sizes, optimizer="sgd", learning_rate=0.1, ema_momentum=0.999)
    lab.train(
        plain,
        digits,
        **sizes,
        optimizer=keras.optimizers.SGD(0.1, use_ema=True, ema_momentum=1 - 5 / 40),
    )
    assert_close_weights(model, plain)
    few = {"epochs": 1, "batch_size": 500}
    lab.train(model := network(), digits, **few, ema_momentum=0.999)
    lab.train(plain := network(), digits, **few)
    assert_close_weights(model, plain)


@pytest.mark.slow
def test_any_metric_has_the_name_and_the_value_that_keras_gives_it(digits):
    model = network()
    history = lab.train(
        model, digits, epochs=1, metrics=["accuracy", "sparse_top_k_categorical_accuracy"]
    ).history
    assert set(history) == {
        f"{part}{name}" for part in ("", "val_") for name in (*model_metrics(model), "loss")
    }
    values = model.evaluate(
        digits.validation.images, digits.validation.labels, verbose=0, return_dict=True
    )
    for name, value in values.items():
        assert history[f"val_{name}"][-1] == pytest.approx(value, abs=1e-5)


def model_metrics(model):
    return [
        metric["config"] if isinstance(metric, dict) else metric
        for metric in model.get_compile_config()["metrics"]
    ]


def test_further_rates_seeds_and_models_of_one_kind_compile_nothing(digits, monkeypatch):
    lab.train(network(), digits, epochs=1)
    traced = []
    step = engine._Program._step

    def counted(*arguments):
        traced.append(1)
        return step(*arguments)

    monkeypatch.setattr(engine._Program, "_step", counted)
    for seed, rate, schedule in (
        (1, 1e-2, "constant"),
        (2, 1e-4, "linear"),
        (3, 1e-3, "one_cycle"),
    ):
        lab.train(
            network(seed=seed), digits, epochs=2, learning_rate=rate, schedule=schedule, seed=seed
        )
    assert traced == []
    # Another batch size is another program, compiled once.
    lab.train(network(), digits, epochs=2, batch_size=77)
    assert traced == [1]


@pytest.mark.slow
def test_compiling_changes_nothing(digits):
    model = network(dropout=0.3)
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.optimizer.build(model.trainable_variables)
    before = [
        variable.numpy().copy() for variable in (*model.variables, *model.optimizer.variables)
    ]
    engine.Epochs(model, digits.train, digits.validation, 128).compile()
    after = [variable.numpy() for variable in (*model.variables, *model.optimizer.variables)]
    assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))


@pytest.mark.slow
@pytest.mark.parametrize(
    "layers",
    [
        [
            keras.layers.Flatten(),
            keras.layers.Dense(20),
            keras.layers.BatchNormalization(),
            keras.layers.Activation("tanh"),
        ],
        [
            keras.layers.Reshape((28, 28, 1)),
            keras.layers.Conv2D(4, 5, 3, activation="tanh"),
            keras.layers.Flatten(),
        ],
    ],
    ids=["batch normalisation", "convolution"],
)
def test_other_layers_train_as_with_keras_fit(few, layers):
    model = keras.Sequential([keras.Input((28, 28)), *layers, keras.layers.Dense(10, "softmax")])
    plain = keras.models.clone_model(model)
    plain.set_weights(model.get_weights())
    hundreds = Digits(few.train, few.validation, few.test, few.source)
    lab.train(model, hundreds, epochs=1, batch_size=100, optimizer="sgd", learning_rate=0.05)
    order = np.random.default_rng(0).permutation(300)
    plain.compile(keras.optimizers.SGD(0.05), "sparse_categorical_crossentropy")
    plain.fit(
        few.train.images[order], few.train.labels[order], batch_size=100, shuffle=False, verbose=0
    )
    assert_close_weights(model, plain)


def test_a_convolution_is_compiled_without_xla_wherever_it_is():
    def around(inner):
        return keras.Sequential(
            [keras.Input((28, 28)), keras.Sequential([keras.Input((28, 28)), inner])]
        )

    assert not engine.compiles_with_xla(lab.models.cnn([4]))
    assert not engine.compiles_with_xla(around(lab.models.cnn([4])))
    assert engine.compiles_with_xla(around(network()))


def test_an_interrupt_between_two_weights_leaves_those_of_one_epoch(digits, monkeypatch):
    model, reference = network(), network()
    lab.train(reference, digits, epochs=1)
    assign, calls = keras.Variable.assign, []

    def interrupted(variable, value):
        calls.append(variable)
        if variable is model.variables[1] and not any(seen is variable for seen in calls[:-1]):
            raise KeyboardInterrupt
        return assign(variable, value)

    monkeypatch.setattr(engine.Epochs, "compile", lambda self: None)
    monkeypatch.setattr(keras.Variable, "assign", interrupted)
    lab.train(model, digits, epochs=3)
    assert same_weights(model, reference)


@pytest.mark.slow
def test_a_keras_schedule_takes_the_place_of_the_rate(digits):
    decay = keras.optimizers.schedules.PolynomialDecay(0.3, 16, end_learning_rate=0.0)
    model, plain = network(), network()
    lab.train(model, digits, epochs=2, optimizer="sgd", learning_rate=decay)
    plain_fit(plain, digits, keras.optimizers.SGD(decay), epochs=2)
    assert_close_weights(model, plain)


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


@pytest.mark.slow
def test_dropout_follows_the_seed_of_the_model(few):
    one, again, other = (network(dropout=0.5, seed=seed) for seed in (3, 3, 3))
    other.get_layer("dropout_1").seed_generator.state.assign([9, 9])
    losses = [lab.train(model, few, epochs=2).history["loss"] for model in (one, again, other)]
    assert same_weights(one, again)
    assert losses[0] == losses[1] != losses[2]


def test_training_goes_on_from_the_weights_a_model_has(digits, trained):
    model = network()
    model.set_weights(trained[0].get_weights())
    assert lab.train(model, digits, epochs=1).history["loss"][0] < trained[1].history["loss"][-2]


def test_validation_accuracies_are_those_of_one_training_a_seed(digits):
    found = lab.training.validation_accuracies(
        lambda seed: network(seed=seed), digits, [3, 4], epochs=2
    )
    alone = lab.train(network(seed=4), digits, epochs=2, seed=4).history["val_accuracy"]
    assert found[1] == alone[-1]
    assert len(found) == 2


def test_models_of_one_kind_do_not_disturb_each_other(digits):
    one, other = network(seed=1), network(seed=2)
    lab.train(one, digits, epochs=1)
    kept = one.get_weights()
    lab.train(other, digits, epochs=1)
    assert all(np.array_equal(a, b) for a, b in zip(one.get_weights(), kept, strict=True))
    fresh = network(seed=2)
    lab.train(fresh, digits, epochs=1)
    assert same_weights(other, fresh)


@pytest.mark.slow
def test_frozen_layers_stay_as_they_are(few):
    model = network()
    model.get_layer("hidden_1").trainable = False
    hidden, output = (model.get_layer(name).get_weights()[0] for name in ("hidden_1", "digits"))
    lab.train(model, few, epochs=1)
    np.testing.assert_array_equal(model.get_layer("hidden_1").get_weights()[0], hidden)
    assert not np.array_equal(model.get_layer("output").get_weights()[0], output)


def test_test_digits_are_not_needed(digits):
    without = Digits(digits.train, digits.validation, None, digits.source)
    assert lab.train(network(), without, epochs=1).history["val_accuracy"][0] > 0.1


def test_early_stopping_stops_and_restores_the_best_weights(digits):
    seen = []
    model = network()
    # A floor no loss falls under: nothing after the first epoch counts as better.
    stop = keras.callbacks.EarlyStopping(
        "val_loss", patience=2, min_delta=100, restore_best_weights=True
    )
    keep = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: seen.append(model.get_weights())
    )
    history = lab.train(model, digits, epochs=20, callbacks=[keep, stop])
    assert len(history.history["loss"]) == len(seen) == 3
    assert all(np.array_equal(a, b) for a, b in zip(model.get_weights(), seen[0], strict=True))
    assert not np.array_equal(seen[0][0], seen[-1][0])


def test_a_stopped_model_trains_again(digits):
    model = network()
    model.stop_training = True
    assert len(lab.train(model, digits, epochs=2).history["loss"]) == 2


def test_checkpoints_and_csv_log_are_written(digits, tmp_path):
    model = network()
    save = keras.callbacks.ModelCheckpoint(
        tmp_path / "best.keras", monitor="val_accuracy", save_best_only=True
    )
    log = keras.callbacks.CSVLogger(str(tmp_path / "log.csv"))
    history = lab.train(model, digits, epochs=3, callbacks=[save, log]).history
    with open(tmp_path / "log.csv", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [int(row["epoch"]) for row in rows] == [0, 1, 2]
    assert [float(row["val_accuracy"]) for row in rows] == history["val_accuracy"]
    _, accuracy = keras.saving.load_model(tmp_path / "best.keras").evaluate(
        digits.validation.images, digits.validation.labels, verbose=0
    )
    assert accuracy == pytest.approx(max(history["val_accuracy"]), abs=1e-6)


@pytest.mark.skipif(
    importlib.util.find_spec("tensorboard") is None, reason="tensorboard is not installed"
)
def test_tensorboard_writes_its_events(few, tmp_path):
    lab.train(
        network(),
        few,
        epochs=1,
        callbacks=[keras.callbacks.TensorBoard(tmp_path, write_graph=False)],
    )
    assert list(tmp_path.rglob("events.out.tfevents.*"))


def test_callbacks_are_called_around_training_and_each_epoch(digits):
    calls = []
    watcher = keras.callbacks.LambdaCallback(
        on_train_begin=lambda logs: calls.append("begin"),
        on_epoch_begin=lambda epoch, logs: calls.append(epoch),
        on_epoch_end=lambda epoch, logs: calls.append((epoch, sorted(logs))),
        on_train_end=lambda logs: calls.append("end"),
    )
    lab.train(network(), digits, epochs=2, callbacks=[watcher])
    names = ["accuracy", "loss", "val_accuracy", "val_loss"]
    assert calls == ["begin", 0, (0, names), 1, (1, names), "end"]


def test_a_callback_that_sets_the_learning_rate_is_heeded(digits):
    stopped, once = network(), network()
    # A rate too small to move a float32 weight from the second epoch on.
    scheduler = keras.callbacks.LearningRateScheduler(
        lambda epoch, rate: rate if epoch == 0 else 1e-30
    )
    lab.train(stopped, digits, epochs=3, callbacks=[scheduler])
    lab.train(once, digits, epochs=1)
    assert_close_weights(stopped, once, atol=1e-12)


def test_an_interrupt_leaves_a_usable_model_and_the_history_so_far(digits, trained, capsys):
    def interrupt(epoch, logs):
        if epoch == 1:
            raise KeyboardInterrupt

    ended = []
    callbacks = [
        keras.callbacks.LambdaCallback(on_train_end=lambda logs: ended.append(True)),
        keras.callbacks.LambdaCallback(on_epoch_end=interrupt),
    ]
    model = network()
    history = lab.train(model, digits, epochs=6, learning_rate=3e-3, callbacks=callbacks)
    losses = history.history["loss"]
    assert len(losses) in (1, 2)
    assert losses == trained[1].history["loss"][: len(losses)]
    assert ended == [True]
    assert history.seconds > 0
    assert "Interrupted" in capsys.readouterr().out
    assert lab.evaluate(model, digits.validation).accuracy > 0.4
    lab.train(model, digits, epochs=1)


def test_an_optimizer_object_brings_its_own_learning_rate(digits):
    model, named = network(), network()
    optimizer = keras.optimizers.Adam(2e-3)
    lab.train(model, digits, epochs=1, optimizer=optimizer, learning_rate=0.5)
    lab.train(named, digits, epochs=1, optimizer="adam", learning_rate=2e-3)
    assert model.optimizer is optimizer
    assert int(optimizer.iterations) == 8
    assert same_weights(model, named)


def test_numbers_may_come_as_text(digits):
    as_text, as_numbers = network(), network()
    history = lab.train(
        as_text, digits, epochs="2", batch_size="128", learning_rate="1e-3", seed="4"
    )
    lab.train(as_numbers, digits, epochs=2, batch_size=128, learning_rate=1e-3, seed=4)
    assert len(history.history["loss"]) == 2
    assert same_weights(as_text, as_numbers)


def test_a_batch_larger_than_the_data_is_one_step_an_epoch(digits):
    model, plain = network(), network()
    lab.train(model, digits, epochs=1, optimizer="sgd", learning_rate=0.1, batch_size=5000)
    plain.compile(keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy")
    plain.train_on_batch(digits.train.images, digits.train.labels)
    assert int(model.optimizer.iterations) == 1
    assert_close_weights(model, plain)


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
        ({"ema_momentum": "yes"}, ["ema_momentum='yes'", "a share from 0"]),
        (
            {"ema_momentum": 0.9, "optimizer": keras.optimizers.SGD()},
            ["ema_momentum=0.9", "use_ema=True"],
        ),
        ({"weight_decay": -0.1}, ["weight_decay=-0.1", "from 0"]),
        (
            {"weight_decay": 0.1, "optimizer": keras.optimizers.SGD()},
            ["weight_decay=0.1", "give that one weight_decay"],
        ),
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


def linear_network():
    # Without ReLUs, which can die and save the loss, weights that grow keep growing.
    return lab.models.mlp((20, 20, 20), activation="linear")


def finite(model, digits):
    return all(
        np.isfinite(w).all()
        for w in [*model.get_weights(), np.asarray(model(digits.validation.images))]
    )


def test_a_diverging_loss_is_an_error_that_names_rate_and_epoch(digits):
    model, ended = linear_network(), []
    callbacks = [
        keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: ended.append(epoch))
    ]
    with pytest.raises(FloatingPointError, match="learning_rate=1000.*smaller") as error:
        lab.train(
            model,
            digits,
            epochs=9,
            batch_size=1000,
            optimizer="sgd",
            learning_rate=1000,
            callbacks=callbacks,
        )
    assert f"epoch {len(ended) + 1} " in str(error.value)
    assert finite(model, digits)


def test_a_diverging_loss_names_the_highest_rate_of_its_epoch_and_ends_the_callbacks(
    digits, capsys
):
    ended = []
    callbacks = [keras.callbacks.LambdaCallback(on_train_end=lambda logs: ended.append(True))]
    settings = {
        "batch_size": 100,
        "optimizer": "sgd",
        "schedule": "one_cycle",
        "learning_rate": 1000,
    }
    with pytest.raises(FloatingPointError, match="epoch 1 with learning_rate=1000\\."):
        lab.train(linear_network(), digits, epochs=1, callbacks=callbacks, **settings)
    assert ended == [True]
    assert capsys.readouterr().out.startswith("Trained 0 epochs in ")


def test_a_step_that_ruins_the_weights_after_the_last_loss_is_an_error_too(digits):
    model = linear_network()
    # One step an epoch: its loss is taken before the step, so only validation sees what the step did.
    with pytest.raises(FloatingPointError, match="epoch 1 "):
        lab.train(model, digits, epochs=1, batch_size=1000, optimizer=keras.optimizers.SGD(1e38))
    assert finite(model, digits)
    assert same_weights(model, linear_network())


def test_an_interrupt_before_the_first_average_leaves_the_weights_as_they_were(digits):
    def interrupt(epoch, logs):
        raise KeyboardInterrupt

    model, before = network(), network().get_weights()
    history = lab.train(
        model,
        digits,
        ema_momentum=0.9,
        callbacks=[keras.callbacks.LambdaCallback(on_epoch_begin=interrupt)],
    )
    assert history.interrupted
    assert all(np.array_equal(a, b) for a, b in zip(model.get_weights(), before, strict=True))
    with pytest.raises(KeyboardInterrupt):
        lab.training.validation_accuracies(
            lambda seed: network(),
            digits,
            [0, 1],
            callbacks=[keras.callbacks.LambdaCallback(on_epoch_begin=interrupt)],
        )


def test_an_experiment_goes_on_after_a_rate_that_is_too_large(digits):
    settings = {"epochs": 9, "batch_size": 1000, "optimizer": "sgd", "learning_rate": 1000}
    assert lab.training.validation_accuracies(
        lambda seed: linear_network(), digits, [0, 1], **settings
    ) == [0.0, 0.0]


def test_a_diverging_loss_names_the_rate_of_an_optimizer_object(digits):
    with pytest.raises(FloatingPointError) as error:
        lab.train(
            linear_network(),
            digits,
            epochs=9,
            batch_size=1000,
            optimizer=keras.optimizers.SGD(500.0),
        )
    assert "500" in str(error.value)
    assert "0.001" not in str(error.value)


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


def test_a_model_that_cannot_be_rebuilt_is_refused_in_words(few):
    def shrink(inputs):
        return inputs * 0.5

    layers = [
        keras.Input((28, 28)),
        keras.layers.Flatten(),
        keras.layers.Lambda(shrink),
        keras.layers.Dense(10, "softmax"),
    ]
    with pytest.raises(ValueError, match="own_model.*cannot be rebuilt from its configuration"):
        lab.train(keras.Sequential(layers, name="own_model"), few, epochs=1)
