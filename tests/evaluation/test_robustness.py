"""Corruptions do what they say, draw the same from the same seed, and nothing at severity zero."""

import numpy as np
import pytest
from scipy import ndimage

import mnist_lab as lab
from mnist_lab.data.dataset import Dataset
from mnist_lab.evaluation.robustness import CORRUPTIONS, accuracy_under_corruption, corrupt


@pytest.fixture(scope="module")
def dataset():
    return lab.load_digits("sample", train_size=200).train


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_every_corruption_keeps_shape_range_and_labels_and_follows_its_seed(dataset, name):
    assert CORRUPTIONS[name].severities[0] == 0
    np.testing.assert_allclose(corrupt(dataset, name, 0).images, dataset.images, atol=1e-6)
    changes = []
    for severity in CORRUPTIONS[name].severities[1:]:
        once, again = (
            corrupt(dataset, name, severity, seed=1),
            corrupt(dataset, name, severity, seed=1),
        )
        np.testing.assert_array_equal(once.images, again.images)
        assert once.images.dtype == np.float32
        assert once.images.min() >= 0
        assert once.images.max() <= 1
        np.testing.assert_array_equal(once.labels, dataset.labels)
        changes.append(np.abs(once.images - dataset.images).mean())
    assert changes == sorted(changes)
    assert changes[0] > 0


def test_rotation_is_scipys_to_either_side(dataset):
    turned = corrupt(dataset, "rotation", 30).images
    for image, result in zip(dataset.images, turned, strict=True):
        sides = [ndimage.rotate(image, side, reshape=False, order=1) for side in (30, -30)]
        assert min(np.abs(side - result).max() for side in sides) < 1e-4


def test_translation_moves_the_center_of_the_ink_by_the_severity(dataset):
    moved = corrupt(dataset, "translation", 2).images
    positions = np.indices((28, 28))
    centers = [
        np.einsum("nij,kij->nk", images, positions) / images.sum((1, 2))[:, None]
        for images in (dataset.images, moved)
    ]
    # A digit that reaches the edge loses a little ink there.
    np.testing.assert_allclose(np.hypot(*(centers[1] - centers[0]).T), 2, atol=0.1)


def test_scale_makes_the_ink_larger_or_smaller_by_the_square(dataset):
    ratio = corrupt(dataset, "scale", 0.2).images.sum((1, 2)) / dataset.images.sum((1, 2))
    larger = ratio > 1
    assert 0.3 < larger.mean() < 0.7
    np.testing.assert_allclose(np.median(ratio[larger]), 1.44, rtol=0.05)
    np.testing.assert_allclose(np.median(ratio[~larger]), 1 / 1.44, rtol=0.05)


def test_contrast_and_inversion_by_hand(dataset):
    np.testing.assert_allclose(
        corrupt(dataset, "contrast", 0.8).images, dataset.images * 0.2, atol=1e-6
    )
    np.testing.assert_allclose(
        corrupt(dataset, "inversion", 1.0).images, 1 - dataset.images, atol=1e-6
    )


def test_strokes_grow_and_shrink_by_whole_pixels_and_in_between():
    line = np.zeros((1, 28, 28), np.float32)
    line[0, :, 10:13] = 1
    dataset = Dataset(line, np.array([1]))
    assert (corrupt(dataset, "dilation", 2).images[0, 14] > 0).sum() == 7
    assert (corrupt(dataset, "erosion", 1).images[0, 14] > 0).sum() == 1
    np.testing.assert_allclose(
        corrupt(dataset, "dilation", 1.5).images[0, 14, 7:16], [0, 0.5, 1, 1, 1, 1, 1, 0.5, 0]
    )


def test_occlusion_covers_one_square():
    dataset = Dataset(np.ones((50, 28, 28), np.float32), np.zeros(50, int))
    covered = corrupt(dataset, "occlusion", 8).images == 0
    assert (covered.sum((1, 2)) == 64).all()
    assert covered[:, 4:24, 4:24].sum() == 50 * 64
    assert len(np.unique(covered.reshape(50, -1), axis=0)) > 20


def test_noise_has_its_standard_deviation():
    dataset = Dataset(np.full((50, 28, 28), 0.5, np.float32), np.zeros(50, int))
    assert (corrupt(dataset, "noise", 0.1).images - 0.5).std() == pytest.approx(0.1, rel=0.02)


def test_accuracy_falls_as_severity_rises():
    digits = lab.load_digits("sample")
    model = lab.models.mlp([50])
    lab.train(model, digits, epochs=5, learning_rate=3e-3)
    table = accuracy_under_corruption({"mlp": model}, digits.validation, ["rotation", "contrast"])
    turned = table[table["corruption"] == "rotation"]["accuracy"].tolist()
    unchanged = lab.evaluate(model, digits.validation).accuracy
    assert table[table["severity"] == 0]["accuracy"].tolist() == [unchanged, unchanged]
    by_10_degrees = corrupt(digits.validation, "rotation", 10)
    assert turned[1] == lab.evaluate(model, by_10_degrees).accuracy
    assert turned[0] > turned[3] > turned[5]
    sure = lab.evaluate(model, by_10_degrees).probabilities.max(axis=1).mean()
    assert table["confidence"][1] == pytest.approx(sure)
    columns = ["corruption", "severity", "model", "accuracy", "confidence"]
    assert table.columns.tolist() == columns
    assert len(table) == 12


def test_unknown_corruptions_are_refused(dataset):
    with pytest.raises(ValueError, match="did you mean 'rotation'"):
        corrupt(dataset, "rotatoin", 3)
    with pytest.raises(ValueError, match="did you mean 'rotation'"):
        accuracy_under_corruption({}, dataset, ["blur", "rotatoin"])
    with pytest.raises(ValueError, match="severity=-3 cannot be used"):
        corrupt(dataset, "rotation", -3)


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_every_corruption_has_a_greatest_severity_and_refuses_more(dataset, name):
    greatest = CORRUPTIONS[name].maximum
    few = dataset.subset(slice(3))
    corrupted = corrupt(few, name, greatest)
    assert len(corrupted) == 3
    assert np.isfinite(corrupted.images).all()
    assert max(CORRUPTIONS[name].severities) <= greatest
    with pytest.raises(ValueError, match=f"severity=.*a number from 0 to {greatest:g}"):
        corrupt(few, name, greatest + 0.5)
