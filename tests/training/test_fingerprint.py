"""What Keras serializes has the shape that fingerprint.py assumes."""

import pytest

import mnist_lab as lab
from mnist_lab import keras
from mnist_lab.training.fingerprint import fingerprint, rebuild
from tests.helpers.training import network


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


def test_what_keras_serializes_has_the_entries_that_the_fingerprint_takes_out_and_replaces():
    """Keras documents no shape: if this fails after an upgrade, look at fingerprint.py first."""
    model = network()
    loss = "sparse_categorical_crossentropy"
    model.compile(keras.optimizers.Adam(0.5), loss, metrics=["accuracy"])
    assert "compile_config" in keras.saving.serialize_keras_object(model)
    config = model.get_compile_config()
    assert {"optimizer", "loss", "metrics", "weighted_metrics"} <= set(config)
    assert config["metrics"] == ["accuracy"]
    assert config["optimizer"]["config"]["learning_rate"] == 0.5
    assert config["optimizer"]["config"]["name"] == model.optimizer.name


def test_the_weights_the_seeds_and_the_rate_are_no_part_of_it_and_everything_else_is():
    def of(units=30, rate=0.1, seed=0, optimizer=keras.optimizers.SGD):
        model = lab.models.one_hidden_layer(units, dropout=0.1, seed=seed)
        model.compile(optimizer(rate), "sparse_categorical_crossentropy")
        return fingerprint(model)

    assert of() == of(rate=0.2) == of(seed=5)
    assert len({of(), of(units=31), of(optimizer=keras.optimizers.Adam)}) == 3


def test_a_rebuilt_model_has_the_layers_and_the_optimizer_of_the_first():
    model = network()
    optimizer = keras.optimizers.SGD(0.1, momentum=0.7)
    model.compile(optimizer, "sparse_categorical_crossentropy", ["accuracy"])
    model.optimizer.build(model.trainable_variables)
    again = rebuild(fingerprint(model))
    assert [w.shape for w in again.get_weights()] == [w.shape for w in model.get_weights()]
    assert again.optimizer.momentum == 0.7
    assert len(again.optimizer.variables) == len(model.optimizer.variables)


def test_a_shape_that_keras_has_changed_is_refused_in_words(monkeypatch):
    model = network()
    model.compile("sgd", "sparse_categorical_crossentropy")
    monkeypatch.setattr(model, "get_compile_config", dict)
    with pytest.raises(ValueError, match="cannot be rebuilt from its configuration"):
        fingerprint(model)
