"""Many maps are those of the digits one by one; wiping takes the ink that a map puts first."""

import numpy as np
import pytest

import mnist_lab as lab
from mnist_lab.evaluation.attributions import attributions, wipe

RANDOM = np.random.default_rng(0)


@pytest.fixture(scope="module")
def images():
    return lab.load_digits("sample", train_size=100).train.images[:20]


def test_the_maps_are_those_of_the_digits_one_by_one(images):
    model, digits = lab.models.mlp([20]), np.array([3, 5, 3])
    for method, find in (
        ("occlusion", lab.evaluation.occlusion_map),
        ("gradient", lab.evaluation.saliency_map),
    ):
        maps = attributions(model, images[:3], digits, method)
        for found, image, digit in zip(maps, images, digits, strict=False):
            np.testing.assert_allclose(found, find(model, image, digit))


def test_the_gradient_of_a_linear_model_has_the_signs_of_its_weights(images):
    model = lab.models.single_layer()
    weights = np.zeros((784, 10), np.float32)
    weights[:, 3] = RANDOM.normal(size=784) / 100
    model.layers[-1].set_weights([weights, np.zeros(10, np.float32)])
    maps = attributions(model, images[:2], np.array([3, 3]), "gradient")
    for found in maps:
        np.testing.assert_array_equal(np.sign(found), np.sign(weights[:, 3].reshape(28, 28)))


def test_the_most_important_dark_pixels_become_paper_by_hand(images):
    maps = RANDOM.normal(size=images.shape)
    wiped = wipe(images, maps, 7)
    for image, importance, result in zip(images, maps, wiped, strict=True):
        dark = [(r, c) for r in range(28) for c in range(28) if image[r, c] >= 0.5]
        expected = image.copy()
        for pixel in sorted(dark, key=lambda pixel: importance[pixel], reverse=True)[:7]:
            expected[pixel] = 0
        np.testing.assert_array_equal(result, expected)


def test_soft_edges_stay_and_a_digit_of_few_dark_pixels_loses_all_of_them():
    image = np.zeros((1, 28, 28), np.float32)
    image[0, 10, 10:13] = [0.5, 1.0, 0.4]
    wiped = wipe(image, np.ones((1, 28, 28)), 50)
    assert wiped[0, 10, 10:13].tolist() == [0, 0, np.float32(0.4)]
    assert image[0, 10, 11] == 1


def test_no_pixels_are_no_change(images):
    np.testing.assert_array_equal(wipe(images, images, 0), images)


def test_values_that_do_not_fit_are_refused(images):
    model = lab.models.mlp([5])
    with pytest.raises(ValueError, match="did you mean 'gradient'"):
        attributions(model, images[:1], np.array([3]), "gradeint")
    with pytest.raises(ValueError, match=r"digits.shape=\(2,\).*expected \(1,\), one per image"):
        attributions(model, images[:1], np.array([3, 4]), "gradient")
    with pytest.raises(ValueError, match=r"maps.shape=.*expected \(1, 28, 28\), one map per image"):
        wipe(np.zeros((1, 28, 28)), np.zeros((28, 28)), 3)
    with pytest.raises(ValueError, match="pixels=-1 cannot be used"):
        wipe(np.zeros((1, 28, 28)), np.zeros((1, 28, 28)), -1)
