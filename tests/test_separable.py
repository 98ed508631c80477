"""The separable network computes what its weights say, and has as many as counted by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import correlate

import mnist_lab as lab
from mnist_lab import machine, separable
from mnist_lab.backend import keras

IMAGES = np.random.default_rng(0).random((3, 28, 28), dtype=np.float32)


def trained(model):
    return sum(np.prod(weight.shape) for weight in model.trainable_weights)


def normalized(maps, layer):
    mean, variance = np.asarray(layer.moving_mean), np.asarray(layer.moving_variance)
    return (maps - mean) / np.sqrt(variance + layer.epsilon) + np.asarray(layer.beta)


def filtered(channel, kernel):
    """Return one channel (height, width) under a filter, zeros outside."""
    return correlate(channel, kernel, mode="constant")


def test_the_default_has_under_a_thousand_weights_that_training_chooses():
    # First convolution, three separable ones, ten outputs; each with one number per channel.
    by_hand = 9 * 8 + 8 + 10 * 15
    pairs = [(8, 12), (12, 12), (12, 14)]
    by_hand += sum(9 * before + before * after + after for before, after in pairs)
    assert trained(lab.models.separable_cnn()) == by_hand == 964


def test_a_short_training_with_few_digits_is_enough_to_read_most():
    digits = lab.load_digits("sample")
    model = lab.models.separable_cnn(seed=0)
    settings_here = {"learning_rate": 0.03, "schedule": "one_cycle", "seed": 0, "verbose": False}
    history = lab.train(model, digits, epochs=4, **settings_here)
    # What it reads with running means is close to what it reads with those of each batch.
    assert history.history["val_accuracy"][-1] > history.history["accuracy"][-1] - 0.05 > 0.7


def test_the_momentum_of_the_running_means_is_what_was_asked_for():
    model = lab.models.separable_cnn([[2], [3]], normalization_momentum="0.98")
    assert model.get_layer("batch_normalization_2").momentum == 0.98
    with pytest.raises(ValueError, match=r"normalization_momentum=1.*not including, 1"):
        lab.models.separable_cnn(normalization_momentum=1)


def test_outputs_are_those_of_the_weights_by_hand():
    model = lab.models.separable_cnn([[2], [3]], seed=1)
    random = np.random.default_rng(1)
    model.set_weights([random.uniform(0.2, 1, w.shape) for w in model.get_weights()])
    first, second = model.get_layer("convolution_1"), model.get_layer("convolution_2")
    norms = [model.get_layer(f"batch_normalization_{index}") for index in (1, 2)]
    kernel = np.asarray(first.kernel)
    depthwise, pointwise = np.asarray(second.depthwise_kernel), np.asarray(second.pointwise_kernel)
    dense, bias = (np.asarray(weight) for weight in model.get_layer("output").get_weights())
    expected = []
    for image in IMAGES:
        maps = np.stack([filtered(image, kernel[:, :, 0, k]) for k in range(2)], axis=-1)
        maps = maps.reshape(14, 2, 14, 2, 2).max(axis=(1, 3))
        maps = np.maximum(normalized(maps, norms[0]), 0)
        apart = [filtered(maps[:, :, k], depthwise[:, :, k, 0]) for k in range(2)]
        maps = np.maximum(normalized(np.stack(apart, axis=-1) @ pointwise[0, 0], norms[1]), 0)
        sums = maps.mean(axis=(0, 1)) @ dense + bias
        expected.append(np.exp(sums - sums.max()) / np.exp(sums - sums.max()).sum())
    np.testing.assert_allclose(np.asarray(model(IMAGES)), expected, atol=1e-5)


@settings(max_examples=5, deadline=None)
@given(
    blocks=st.lists(st.lists(st.integers(1, 9), min_size=1, max_size=3), min_size=1, max_size=5),
    kernel_size=st.integers(1, 5),
)
def test_weights_are_counted_before_the_network_is_built(blocks, kernel_size):
    model = lab.models.separable_cnn(blocks, kernel_size)
    counts = [count for block in blocks for count in block]
    assert separable._weights(counts, kernel_size) == model.count_params()
    names = [layer.name for layer in model.layers]
    assert sum(name.startswith("convolution") for name in names) == len(counts)
    assert sum(name.startswith("pooling") for name in names) == len(blocks) - 1


def test_pooling_stands_between_blocks():
    model = lab.models.separable_cnn([[4], [5, 6], [7]])
    shapes = [model.get_layer(f"activation_{index}").output.shape[1:] for index in range(1, 5)]
    assert shapes == [(14, 14, 4), (14, 14, 5), (7, 7, 6), (7, 7, 7)]


def test_weights_follow_from_the_seed():
    build = lab.models.separable_cnn
    first, again, other = (build(seed=seed).get_weights() for seed in (7, 7, 8))
    assert all(np.array_equal(one, same) for one, same in zip(first, again, strict=True))
    assert not any(np.array_equal(a, b) for a, b in zip(first, other, strict=True) if a.std())


def test_layers_of_equal_shape_start_differently():
    model = lab.models.separable_cnn([[8], [8, 8]])
    second, third = (model.get_layer(f"convolution_{index}") for index in (2, 3))
    for one, other in zip(second.get_weights(), third.get_weights(), strict=True):
        assert one.shape == other.shape
        assert (one == other).mean() < 0.01


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"blocks": [[8]] * 6}, ["blocks", "one to five lists of filters"]),
        ({"blocks": []}, ["blocks", "such as [[8], [12, 12]]"]),
        ({"blocks": "8"}, ["blocks", "such as [[8], [12, 12]]"]),
        ({"blocks": 8}, ["blocks", "such as [[8], [12, 12]]"]),
        ({"blocks": [[8], []]}, ["blocks[1]", "[]"]),
        ({"blocks": [[8], [0]]}, ["blocks[1]", "[0]"]),
        ({"kernel_size": 29}, ["kernel_size", "29"]),
        ({"activation": "rellu"}, ["activation", "did you mean 'relu'"]),
        ({"kernel_initializer": "he_norml"}, ["kernel_initializer", "did you mean 'he_normal'"]),
        ({"blocks": [[10**12]]}, ["blocks", "a network that fits into memory"]),
    ],
)
def test_arguments_that_cannot_be_used_are_refused_by_name(arguments, words, monkeypatch):
    monkeypatch.setattr(machine, "memory_limit", lambda: 10**9)
    with pytest.raises(ValueError) as error:
        lab.models.separable_cnn(**arguments)
    assert all(word in str(error.value) for word in words), error.value


def test_it_learns_and_comes_back_from_its_file(tmp_path):
    digits = lab.load_digits("sample", train_size=300)
    model = lab.models.separable_cnn([[4], [6]])
    history = lab.train(model, digits, epochs=2, batch_size=32, learning_rate=0.02, verbose=False)
    losses = history.history["loss"]
    assert losses[1] < losses[0]
    model.save(tmp_path / "small.keras")
    same = lab.models.load(tmp_path / "small.keras")
    np.testing.assert_array_equal(np.asarray(same(IMAGES)), np.asarray(model(IMAGES)))
    assert isinstance(same.get_layer("convolution_2"), keras.layers.SeparableConv2D)
