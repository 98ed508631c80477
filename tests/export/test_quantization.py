"""Weights in few bits are the nearest of evenly spaced steps, counted and stored as by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mnist_lab as lab
from mnist_lab.backend import keras
from mnist_lab.export import quantize, stored_bytes, with_rounded_weights


def nearest(channel: np.ndarray, bits: int) -> np.ndarray:
    """Return for each weight of a channel the nearest step, looked up among all of them."""
    most = 2 ** (bits - 1) - 1
    steps = np.arange(-most, most + 1) * (np.abs(channel).max() / most)
    return steps[np.abs(channel[:, None] - steps).argmin(axis=1)]


@settings(max_examples=20, deadline=None)
@given(
    bits=st.integers(2, 8),
    shape=st.sampled_from([(50, 3), (3, 3, 4, 2), (1, 1, 5, 1)]),
    seed=st.integers(0, 99),
)
def test_each_weight_becomes_the_nearest_step_of_its_channel(bits, shape, seed):
    weights = np.random.default_rng(seed).normal(size=shape).astype(np.float32)
    whole, scales = rounded = quantize(weights, bits)
    assert whole.dtype == np.int8 and whole.shape == shape and scales.shape == shape[-1:]
    assert np.abs(whole).max() == 2 ** (bits - 1) - 1
    for channel in range(shape[-1]):
        expected = nearest(weights[..., channel].ravel().astype(float), bits)
        np.testing.assert_allclose(rounded.values()[..., channel].ravel(), expected, atol=1e-6)


def test_a_channel_of_zeros_stays_one():
    weights = np.ones((4, 2), np.float32) * [0, 3]
    np.testing.assert_array_equal(quantize(weights, 4).values(), weights)


def test_a_network_is_rounded_channel_by_channel_and_stays_itself():
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((28, 28)),
            layers.Reshape((28, 28, 1)),
            layers.Conv2D(3, 3),
            layers.DepthwiseConv2D(3, depth_multiplier=2, name="depthwise"),
            keras.Sequential([layers.SeparableConv2D(5, 3, name="separable")]),
            layers.BatchNormalization(),
            layers.GlobalAveragePooling2D(),
            layers.Dense(10, "softmax"),
        ]
    )
    before = [weight.copy() for weight in model.get_weights()]
    after = with_rounded_weights(model, 3).get_weights()
    assert all(map(np.array_equal, before, model.get_weights()))
    names = [variable.path.split("/")[-1] for variable in model.weights]
    for layer, name, old, new in zip(_owners(model), names, before, after, strict=True):
        if old.ndim == 1:
            np.testing.assert_array_equal(new, old)
            continue
        own = 2 if layer == "depthwise" or name == "depthwise_kernel" else 1
        channels = old.reshape(-1, np.prod(old.shape[-own:]))
        expected = np.stack([nearest(channel.astype(float), 3) for channel in channels.T], axis=-1)
        np.testing.assert_allclose(new.reshape(channels.shape), expected, atol=1e-6)
        assert not np.array_equal(new, old)


def _owners(model: keras.Model) -> list[str]:
    return [variable.path.split("/")[-2] for variable in model.weights]


def test_bytes_are_those_of_the_weights_the_scales_and_the_biases():
    # 63 weights and 7 filters; 63 and 7; 70 and 10; 100 weights, 10 outputs; a bias per channel
    # but for the depthwise half.
    model = lab.models.separable_cnn([[7], [10]])
    weights, scales, biases = 63 + 63 + 70 + 100, 7 + 7 + 10 + 10, 7 + 10 + 10
    assert stored_bytes(model, 32) == 4 * (weights + biases)
    assert stored_bytes(model, 8) == weights + 4 * (scales + biases)
    assert stored_bytes(model, 4) == weights / 2 + 4 * (scales + biases)
    normalized, plain = lab.models.mlp([9], batch_normalization=True), lab.models.mlp([9])
    assert stored_bytes(normalized, 3) == stored_bytes(plain, 3)
    assert stored_bytes(plain, 3) == np.ceil(3 * (784 * 9 + 90) / 8) + 8 * 19


@pytest.mark.parametrize("bits", [1, 9, "many", 4.5])
def test_bits_that_cannot_be_used_are_refused_by_name(bits):
    model = lab.models.single_layer()
    for use in (
        lambda: quantize(np.ones((2, 2)), bits),
        lambda: with_rounded_weights(model, bits),
        lambda: stored_bytes(model, bits),
    ):
        with pytest.raises(ValueError, match="bits="):
            use()
