"""Corruptions do what they say, draw the same from the same seed, and nothing at strength zero."""

import numpy as np
import pytest
from scipy import ndimage

import mnist_lab as lab
from mnist_lab.data import Split
from mnist_lab.shifts import CORRUPTIONS, corrupt, under_shift


@pytest.fixture(scope="module")
def split():
    return lab.load_digits("sample", train_size=200).train


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_every_corruption_keeps_shape_range_and_labels_and_follows_its_seed(split, name):
    assert CORRUPTIONS[name].strengths[0] == 0
    np.testing.assert_allclose(corrupt(split, name, 0).images, split.images, atol=1e-6)
    changes = []
    for strength in CORRUPTIONS[name].strengths[1:]:
        once, again = corrupt(split, name, strength, seed=1), corrupt(split, name, strength, seed=1)
        np.testing.assert_array_equal(once.images, again.images)
        assert once.images.dtype == np.float32
        assert once.images.min() >= 0
        assert once.images.max() <= 1
        np.testing.assert_array_equal(once.labels, split.labels)
        changes.append(np.abs(once.images - split.images).mean())
    assert changes == sorted(changes)
    assert changes[0] > 0


def test_rotation_is_scipys_to_either_side(split):
    turned = corrupt(split, "rotation", 30).images
    for image, result in zip(split.images, turned, strict=True):
        sides = [ndimage.rotate(image, side, reshape=False, order=1) for side in (30, -30)]
        assert min(np.abs(side - result).max() for side in sides) < 1e-4


def test_shift_moves_the_centre_of_the_ink_by_the_strength(split):
    moved = corrupt(split, "shift", 2).images
    places = np.indices((28, 28))
    centres = [np.einsum("nij,kij->nk", images, places) / images.sum((1, 2))[:, None] for images in (split.images, moved)]
    # A digit that reaches the edge loses a little ink there.
    np.testing.assert_allclose(np.hypot(*(centres[1] - centres[0]).T), 2, atol=0.1)


def test_scale_makes_the_ink_larger_or_smaller_by_the_square(split):
    ratio = corrupt(split, "scale", 0.2).images.sum((1, 2)) / split.images.sum((1, 2))
    larger = ratio > 1
    assert 0.3 < larger.mean() < 0.7
    np.testing.assert_allclose(np.median(ratio[larger]), 1.44, rtol=0.05)
    np.testing.assert_allclose(np.median(ratio[~larger]), 1 / 1.44, rtol=0.05)


def test_fading_and_inversion_by_hand(split):
    np.testing.assert_allclose(corrupt(split, "fading", 0.8).images, split.images * 0.2, atol=1e-6)
    np.testing.assert_allclose(corrupt(split, "inversion", 1.0).images, 1 - split.images, atol=1e-6)


def test_strokes_grow_and_shrink_by_whole_pixels_and_in_between():
    line = np.zeros((1, 28, 28), np.float32)
    line[0, :, 10:13] = 1
    split = Split(line, np.array([1]))
    assert (corrupt(split, "thick strokes", 2).images[0, 14] > 0).sum() == 7
    assert (corrupt(split, "thin strokes", 1).images[0, 14] > 0).sum() == 1
    np.testing.assert_allclose(corrupt(split, "thick strokes", 1.5).images[0, 14, 7:16], [0, 0.5, 1, 1, 1, 1, 1, 0.5, 0])


def test_occlusion_covers_one_square():
    split = Split(np.ones((50, 28, 28), np.float32), np.zeros(50, int))
    covered = corrupt(split, "occlusion", 8).images == 0
    assert (covered.sum((1, 2)) == 64).all()
    assert covered[:, 4:24, 4:24].sum() == 50 * 64
    assert len(np.unique(covered.reshape(50, -1), axis=0)) > 20


def test_noise_has_its_standard_deviation():
    split = Split(np.full((50, 28, 28), 0.5, np.float32), np.zeros(50, int))
    assert (corrupt(split, "noise", 0.1).images - 0.5).std() == pytest.approx(0.1, rel=0.02)


def test_accuracy_falls_as_the_world_shifts():
    digits = lab.load_digits("sample")
    model = lab.models.mlp([50])
    lab.train(model, digits, epochs=5, learning_rate=3e-3)
    table = under_shift({"mlp": model}, digits.validation, ["rotation", "fading"])
    turned = table[table["corruption"] == "rotation"]["accuracy"].tolist()
    assert turned[0] == lab.evaluate(model, digits.validation).accuracy
    assert turned[0] > turned[3] > turned[5]
    assert table.columns.tolist() == ["corruption", "strength", "model", "accuracy"]
    assert len(table) == 12


def test_unknown_corruptions_are_refused(split):
    with pytest.raises(ValueError, match="did you mean 'rotation'"):
        corrupt(split, "rotatoin", 3)
    with pytest.raises(ValueError, match="strength=-3 cannot be used"):
        corrupt(split, "rotation", -3)
