"""The compiled epoch does Keras's mathematics, and is compiled once per kind of network."""

import dataclasses
import gc

import numpy as np
import pytest

import mnist_lab as lab
from mnist_lab import keras
from mnist_lab.data.dataset import Digits
from mnist_lab.training import engine, epoch_program
from tests.helpers.training import assert_close_weights, network, plain_fit, same_weights

# Most of these compile networks; `make test-fast` leaves the file out.
pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("name", "rate", "more"),
    [("sgd", 0.1, {}), ("adam", 1e-3, {}), ("sgd", 0.03, {"momentum": 0.9})],
)
@pytest.mark.parametrize("program", ["under XLA", "without XLA"])
def test_an_epoch_is_that_of_keras_fit(digits, name, rate, more, program, request):
    if program == "without XLA":
        request.getfixturevalue("short_trainings_are_not_compiled")
    model, plain = network(seed=1), network(seed=1)
    history = lab.train(
        model, digits, epochs=1, optimizer=name, learning_rate=rate, seed=5, **more
    ).history
    config = {"learning_rate": rate, **more}
    optimizer = keras.optimizers.get({"class_name": name, "config": config})
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


def test_averaged_weights_are_those_of_keras_and_training_goes_on_from_the_others(digits):
    model, plain = network(), network()
    # 20 divides the digits: two epochs of ours are one of Keras's over twice the digits, without a
    # pause to average in.
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
    raw = network()
    lab.train(raw, digits, epochs=2, batch_size=20, optimizer="sgd", learning_rate=0.1)
    assert np.abs(raw.get_weights()[0] - model.get_weights()[0]).max() > 1e-3


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
    loss_of = keras.losses.SparseCategoricalCrossentropy.call

    def counted(*arguments):
        traced.append(1)
        return loss_of(*arguments)

    # Python computes a loss only while TensorFlow traces a program.
    monkeypatch.setattr(keras.losses.SparseCategoricalCrossentropy, "call", counted)
    rates = ((1, 1e-2, "constant"), (2, 1e-4, "linear"), (3, 1e-3, "one_cycle"))
    for seed, rate, schedule in rates:
        lab.train(
            network(seed=seed), digits, epochs=2, learning_rate=rate, schedule=schedule, seed=seed
        )
    assert traced == []
    # Another batch size is another program, compiled once: one loss to train by, and two to
    # validate, by whole batches and by the rest.
    lab.train(network(), digits, epochs=2, batch_size=77)
    assert len(traced) == 3


@pytest.mark.slow
def test_compiling_changes_nothing(digits):
    model = network(dropout=0.3)
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.optimizer.build(model.trainable_variables)
    before = [
        variable.numpy().copy() for variable in (*model.variables, *model.optimizer.variables)
    ]
    engine.Epochs(model, digits.train, digits.validation, 128, epochs=1).compile()
    after = [variable.numpy() for variable in (*model.variables, *model.optimizer.variables)]
    assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))


@pytest.mark.slow
@pytest.mark.parametrize(
    "make",
    [
        lambda: [
            keras.layers.Flatten(),
            keras.layers.Dense(20),
            keras.layers.BatchNormalization(),
            keras.layers.Activation("tanh"),
        ],
        lambda: [
            keras.layers.Reshape((28, 28, 1)),
            keras.layers.Conv2D(4, 5, 3, activation="tanh"),
            keras.layers.Flatten(),
        ],
    ],
    ids=["batch normalization", "convolution"],
)
def test_other_layers_train_as_with_keras_fit(few, make):
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((28, 28)), *make(), keras.layers.Dense(10, "softmax")])
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


def test_models_of_one_kind_do_not_disturb_each_other(digits):
    one, other = network(seed=1), network(seed=2)
    lab.train(one, digits, epochs=1)
    kept = one.get_weights()
    lab.train(other, digits, epochs=1)
    assert all(np.array_equal(a, b) for a, b in zip(one.get_weights(), kept, strict=True))
    fresh = network(seed=2)
    lab.train(fresh, digits, epochs=1)
    assert same_weights(other, fresh)


def graphs_of_training():
    objects = (one for one in gc.get_objects() if type(one).__name__.endswith("FuncGraph"))
    return [graph.name for graph in objects if "train_epoch" in graph.name]


def test_a_program_that_is_no_longer_used_is_forgotten_with_its_graph(few):
    """Keras's optimizers would have TensorFlow keep it for as long as the process lasts."""
    epoch_program.epoch_program.cache_clear()
    gc.collect()
    before = len(graphs_of_training())
    lab.train(network(), few, epochs=1, verbose=False)
    assert len(graphs_of_training()) > before
    epoch_program.epoch_program.cache_clear()
    gc.collect()
    assert len(graphs_of_training()) == before


def test_evaluating_in_parts_is_evaluating_as_keras_does(digits):
    """More digits than one part holds, and no whole number of parts."""
    model = network()
    validation = digits.train.subset(slice(0, 777))
    history = lab.train(model, dataclasses.replace(digits, validation=validation), epochs=1)
    loss, accuracy = model.evaluate(validation.images, validation.labels, verbose=0)
    assert history.history["val_loss"] == pytest.approx([loss], rel=1e-5)
    assert history.history["val_accuracy"] == pytest.approx([accuracy])


@pytest.mark.slow
def test_frozen_layers_stay_as_they_are(few):
    model = network()
    model.get_layer("hidden_1").trainable = False
    hidden, output = (model.get_layer(name).get_weights()[0] for name in ("hidden_1", "output"))
    lab.train(model, few, epochs=1)
    np.testing.assert_array_equal(model.get_layer("hidden_1").get_weights()[0], hidden)
    assert not np.array_equal(model.get_layer("output").get_weights()[0], output)


def test_a_batch_larger_than_the_data_is_one_step_an_epoch(digits):
    model, plain = network(), network()
    lab.train(model, digits, epochs=1, optimizer="sgd", learning_rate=0.1, batch_size=5000)
    plain.compile(keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy")
    plain.train_on_batch(digits.train.images, digits.train.labels)
    assert int(model.optimizer.iterations) == 1
    assert_close_weights(model, plain)


@pytest.mark.slow
def test_dropout_follows_the_seed_of_the_model(few):
    one, again, other = (network(dropout=0.5, seed=seed) for seed in (3, 3, 3))
    other.get_layer("dropout_1").seed_generator.state.assign([9, 9])
    losses = [lab.train(model, few, epochs=2).history["loss"] for model in (one, again, other)]
    assert same_weights(one, again)
    assert losses[0] == losses[1] != losses[2]


@keras.saving.register_keras_serializable("tests")
class OfAnotherShapeEachTime(keras.layers.Layer):
    built_so_far = 0

    def build(self, shape):
        OfAnotherShapeEachTime.built_so_far += 1
        self.spare = self.add_weight(name="spare", shape=(self.built_so_far,))

    def call(self, inputs):
        return inputs


def test_a_model_whose_variables_are_not_those_of_its_configuration_is_refused(few):
    layers = [keras.layers.Flatten(), OfAnotherShapeEachTime(), keras.layers.Dense(10, "softmax")]
    model = keras.Sequential([keras.Input((28, 28)), *layers], name="own_model")
    with pytest.raises(ValueError, match="own_model.*other variables"):
        lab.train(model, few, epochs=1)
