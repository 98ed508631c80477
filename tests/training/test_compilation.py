"""XLA is used where it makes a training faster: for dense layers, in trainings of many steps."""

import numpy as np
import pytest

import mnist_lab as lab
from mnist_lab import keras
from mnist_lab.training import epoch_program
from mnist_lab.training.compilation import compiles_with_xla
from tests.helpers.training import network, same_weights

# Most of these compile networks; `make test-fast` leaves the file out.
pytestmark = pytest.mark.slow

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


@pytest.mark.usefixtures("short_trainings_are_not_compiled")
def test_a_training_of_few_steps_is_not_worth_compiling():
    assert [compiles_with_xla(network(), steps) for steps in (100, 999, 1000)] == [
        False,
        False,
        True,
    ]


@pytest.mark.parametrize(
    "settings",
    [{}, {"optimizer": "sgd", "ema_momentum": 0.9}, {"optimizer": "sgd", "distortion": 1.0}],
    ids=["adam", "averaged", "distorted"],
)
def test_with_and_without_xla_the_same_weights_come_within_rounding(few, settings, request):
    plain, compiled, fresh = network(), network(), network()
    lab.train(compiled, few, epochs=2, verbose=False, **settings)
    request.getfixturevalue("short_trainings_are_not_compiled")
    lab.train(plain, few, epochs=2, verbose=False, **settings)
    weights = zip(*(model.get_weights() for model in (plain, compiled, fresh)), strict=True)
    for one, other, untrained in weights:
        assert np.abs(one - other).max() < 0.02 * np.abs(one - untrained).max()
    assert not same_weights(plain, compiled)  # two programs round differently


def test_a_convolutional_network_sees_the_same_digits_without_xla(few, monkeypatch):
    def trained():
        epoch_program._compiled.cache_clear()
        epoch_program.epoch_program.cache_clear()
        model = lab.models.cnn([4])
        lab.train(model, few, epochs=1, distortion=1.0, verbose=False)
        return model.get_weights()

    compiled = trained()
    monkeypatch.setattr(epoch_program, "xla_works", lambda: False)
    for one, other in zip(compiled, trained(), strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-4)
    epoch_program._compiled.cache_clear()
    epoch_program.epoch_program.cache_clear()
