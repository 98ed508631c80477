"""XLA is used where it makes a training faster: for dense layers, in trainings of many steps."""

import numpy as np
import pytest

import mnist_lab as lab
from mnist_lab import keras
from mnist_lab.training import compilation
from mnist_lab.training.compilation import compiles_with_xla
from tests.helpers.training import network

MANY = 100_000


def test_a_convolution_is_compiled_without_xla_wherever_it_is():
    def around(inner):
        return keras.Sequential(
            [keras.Input((28, 28)), keras.Sequential([keras.Input((28, 28)), inner])]
        )

    assert not compiles_with_xla(lab.models.cnn([4]), MANY)
    assert not compiles_with_xla(around(lab.models.cnn([4])), MANY)
    assert compiles_with_xla(around(network()), MANY)


def test_a_convolution_inside_a_wrapper_or_under_another_name_is_found():
    class Edges(keras.layers.DepthwiseConv2D):
        pass

    def with_layer(layer):
        shape = [keras.Input((28, 28)), keras.layers.Reshape((1, 28, 28, 1))]
        return keras.Sequential([*shape, keras.layers.TimeDistributed(layer)])

    assert not compiles_with_xla(with_layer(Edges(3)), MANY)
    assert compiles_with_xla(with_layer(keras.layers.MaxPooling2D()), MANY)


def test_a_training_of_few_steps_is_not_worth_compiling():
    assert not compiles_with_xla(network(), 10)


@pytest.mark.parametrize(
    "settings",
    [{}, {"optimizer": "sgd", "ema_momentum": 0.9}, {"optimizer": "sgd", "distortion": 1.0}],
    ids=["adam", "averaged", "distorted"],
)
def test_with_and_without_xla_the_same_weights_come_within_rounding(few, settings, monkeypatch):
    plain, compiled, fresh = network(), network(), network()
    lab.train(plain, few, epochs=2, verbose=False, **settings)
    monkeypatch.setattr(compilation, "_STEPS", 0)
    lab.train(compiled, few, epochs=2, verbose=False, **settings)
    weights = zip(*(model.get_weights() for model in (plain, compiled, fresh)), strict=True)
    for one, other, untrained in weights:
        # The pixels of a distorted digit are rounded to a ten-thousandth.
        assert np.abs(one - other).max() < 0.02 * np.abs(one - untrained).max()
