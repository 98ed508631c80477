"""Distortion does what its limits say, agrees with SciPy, compiles, and leaves digits readable."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage, stats

import mnist_lab as lab
from mnist_lab.backend import tf
from mnist_lab.training.augmentation import (
    DistortionLimits,
    bilinear_sample,
    distort,
    sampling_coordinates,
)

NONE = {"rotation": 0, "scale": 0, "shear": 0, "translate": 0, "elastic_std": 0}
OWN = np.stack(np.meshgrid(np.arange(28), np.arange(28), indexing="ij"))[
    :, None
]  # each pixel's own place


@pytest.fixture(scope="module")
def digits():
    return lab.load_digits("sample", train_size=1000)


def only(**limit):
    return DistortionLimits(**{**NONE, **limit})


def moved(count=500, seed=(1, 2), **limit):
    """How far each pixel is moved, (2, count, 28, 28)."""
    return sampling_coordinates(count, seed, only(**limit)).numpy() - OWN


def read_by_scipy(images, coordinates):
    return np.stack(
        [
            ndimage.map_coordinates(
                image, coordinates[:, index], order=1, mode="grid-constant", cval=0.0
            )
            for index, image in enumerate(images.astype(np.float64))
        ]
    )


@pytest.mark.parametrize("compiled", [False, True])
def test_no_distortion_is_the_identity_bit_for_bit(digits, compiled):
    for arguments in ((only(), 1.0), (DistortionLimits(), 0.0)):
        run = tf.function(
            lambda images, given=arguments: distort(images, [3, 4], *given), jit_compile=compiled
        )
        np.testing.assert_array_equal(
            run(digits.train.images[:200]).numpy(), digits.train.images[:200]
        )


@settings(max_examples=25, deadline=None)
@given(
    seed=st.tuples(st.integers(0, 2**31 - 1), st.integers(0, 2**31 - 1)),
    limits=st.builds(
        DistortionLimits,
        rotation=st.floats(0, 180),
        scale=st.floats(0, 0.9),
        shear=st.floats(0, 2),
        translate=st.floats(0, 28),
        elastic_std=st.floats(0, 10),
        elastic_sigma=st.floats(0.5, 28),
    ),
)
def test_images_are_those_of_scipy_at_the_same_coordinates(seed, limits):
    images = np.random.default_rng(seed[0]).random((5, 28, 28), np.float32)
    where = sampling_coordinates(5, seed, limits)
    expected = read_by_scipy(images, where.numpy().astype(np.float64))
    np.testing.assert_allclose(bilinear_sample(images, where), expected, rtol=0, atol=1e-4)
    np.testing.assert_allclose(distort(images, seed, limits), expected, rtol=0, atol=1e-4)


@pytest.mark.parametrize("seed", [[5, 6], [0, 2**31 - 1]])
def test_xla_draws_the_same_digits(digits, seed):
    images = tf.constant(digits.train.images[:100])
    # An argument, since a known seed would be computed before XLA sees it.
    compiled = tf.function(distort, jit_compile=True)(images, tf.constant(seed))
    np.testing.assert_allclose(compiled, distort(images, seed), rtol=0, atol=1e-4)


def test_the_numbers_drawn_are_uniform():
    where = sampling_coordinates(4000, [3, 4], only(translate=1)).numpy()
    shifts = (where - OWN)[:, :, 0, 0]
    for axis in shifts:
        assert stats.kstest(axis, stats.uniform(-1, 2).cdf).pvalue > 0.001


def test_the_seed_alone_decides_and_each_digit_has_its_own_distortion(digits):
    same = np.repeat(digits.train.images[:1], 20, axis=0)
    drawn = distort(same, [7, 8]).numpy()
    np.testing.assert_array_equal(drawn, distort(same, [7, 8]).numpy())
    assert np.abs(drawn - distort(same, [7, 9]).numpy()).max() > 0.1
    assert np.abs(drawn - distort(same, [8, 8]).numpy()).max() > 0.1
    assert len(np.unique(drawn.reshape(20, -1), axis=0)) == 20


def test_translation_moves_all_pixels_of_a_digit_alike_and_within_the_limit():
    far = moved(translate=3)
    np.testing.assert_allclose(np.ptp(far, axis=(2, 3)), 0, atol=1e-5)
    assert 2.8 < np.abs(far).max() <= 3 + 1e-5
    assert far.min() < -2.8


def test_rotation_turns_about_the_center_by_at_most_the_angle():
    where = sampling_coordinates(500, [1, 2], only(rotation=30)).numpy() - 13.5
    np.testing.assert_allclose(np.hypot(*where), np.hypot(*(OWN - 13.5)).repeat(500, 0), atol=1e-4)
    turned = np.degrees(
        np.arctan2(where[0, :, 20, 27], where[1, :, 20, 27]) - np.arctan2(6.5, 13.5)
    )
    assert 28 < turned.max() <= 30 + 1e-3
    assert -30 - 1e-3 <= turned.min() < -28


def test_scale_stretches_height_and_width_each_on_its_own():
    rows, columns = sampling_coordinates(500, [1, 2], only(scale=0.2)).numpy() - 13.5
    height, width = rows[:, 0, 5] / -13.5, columns[:, 5, 0] / -13.5
    for factor in (height, width):
        assert 0.8 - 1e-5 <= factor.min() < 0.81
        assert 1.19 < factor.max() <= 1.2 + 1e-5
    assert abs(np.corrcoef(height, width)[0, 1]) < 0.15


def test_the_largest_magnitude_mirrors_no_digit():
    where = sampling_coordinates(500, [1, 2], only(scale=0.15), magnitude=6).numpy()
    assert (np.diff(where[0], axis=1) > 0).all()
    assert (np.diff(where[1], axis=2) > 0).all()


def test_shear_leans_to_the_side_and_leaves_rows_where_they_are():
    rows, columns = moved(shear=0.25)
    np.testing.assert_allclose(rows, 0, atol=1e-5)
    lean = columns[:, 27, 3] / 13.5
    assert 0.24 < lean.max() <= 0.25 + 1e-5
    np.testing.assert_allclose(columns[:, 0], -columns[:, 27], atol=1e-4)


@pytest.mark.parametrize("elastic_sigma", [2.0, 4.0, 8.0])
def test_the_elastic_field_is_smoothed_noise_as_scipy_makes_it(elastic_sigma):
    field = moved(4000, elastic_std=1.5, elastic_sigma=elastic_sigma)
    spread = field.std(axis=1)
    np.testing.assert_allclose(spread, 1.5, rtol=0.06)  # in every pixel, at the edges too
    # The oracle: white noise under SciPy's Gaussian filter, without edges.
    noise = np.random.default_rng(0).standard_normal((400, 100, 100))
    smooth = ndimage.gaussian_filter(noise, (0, elastic_sigma, elastic_sigma), mode="wrap")
    for apart in (1, 3, 6):
        ours = np.mean(field[:, :, :, apart:] * field[:, :, :, :-apart]) / np.mean(field**2)
        theirs = np.mean(smooth[:, :, apart:] * smooth[:, :, :-apart]) / np.mean(smooth**2)
        assert ours == pytest.approx(theirs, abs=0.04)


def test_the_magnitude_scales_every_limit():
    half = DistortionLimits(rotation=7.5, scale=0.075, shear=0.075, translate=1, elastic_std=0.35)
    np.testing.assert_allclose(
        sampling_coordinates(50, [1, 2], DistortionLimits(), 0.5),
        sampling_coordinates(50, [1, 2], half),
        rtol=0,
        atol=1e-4,
    )


def test_digits_keep_their_ink_and_stay_in_the_middle_at_the_default_limits(digits):
    images = digits.train.images
    drawn = distort(images, [1, 1]).numpy()
    assert drawn.min() >= 0
    assert drawn.max() <= 1 + 1e-6
    ink = drawn.sum((1, 2)) / images.sum((1, 2))
    # An area of 0.85^2 to 1.15^2, and what the elastic_std field adds to that.
    assert ink.min() > 0.55
    assert ink.max() < 1.9
    assert 0.95 < np.median(ink) < 1.1

    def centers(images):
        return np.einsum("nij,kij->kn", images, OWN[:, 0] - 13.5) / images.sum((1, 2))

    far = np.hypot(*(centers(drawn) - centers(images)))
    assert far.max() < 5.5
    assert np.median(far) < 2.5


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("rotation", -1),
        ("rotation", 181),
        ("scale", 0.95),
        ("translate", "two"),
        ("elastic_std", float("nan")),
        ("elastic_sigma", 0),
    ],
)
def test_nonsense_is_refused_by_name(name, value):
    with pytest.raises(ValueError, match=f"{name}=.* cannot be used: expected a number from"):
        DistortionLimits(**{name: value})


def test_limits_are_read_from_text():
    assert DistortionLimits(rotation="10", translate=" 1.5 ") == DistortionLimits(
        rotation=10.0, translate=1.5
    )


@pytest.mark.slow
@pytest.mark.parametrize("build", [lambda: lab.models.mlp([30]), lambda: lab.models.cnn([4])])
def test_train_distorts_reproducibly_and_hardly_costs_accuracy_of_validation(digits, build):
    settings = {"epochs": 3, "learning_rate": 3e-3, "distortion": 0.5}
    first, second, plain = build(), build(), build()
    history = lab.train(first, digits, **settings).history
    assert lab.train(second, digits, **settings).history == history
    for one, other in zip(first.get_weights(), second.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    undistorted = lab.train(plain, digits, **{**settings, "distortion": 0}).history
    assert history["loss"][-1] > undistorted["loss"][-1]  # distorted digits are the harder ones
    assert history["val_accuracy"][-1] > 0.6


@pytest.mark.slow
def test_train_takes_limits_and_text_and_refuses_others(digits):
    few = replace(digits, train=digits.train.subset(slice(200)))
    one, other = lab.models.mlp([30]), lab.models.mlp([30])
    lab.train(one, few, epochs=1, distortion="1.0")
    lab.train(other, few, epochs=1, distortion=DistortionLimits())
    for a, b in zip(one.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    for magnitude in (-1, 6.1):
        with pytest.raises(
            ValueError,
            match=f"distortion={magnitude} cannot be used: expected a number from 0 to 6",
        ):
            lab.train(one, few, distortion=magnitude)
    with pytest.raises(ValueError, match="distortion_cooldown=2 cannot be used"):
        lab.train(one, few, distortion=1, distortion_cooldown=2)


def test_a_distortion_that_cools_down_from_the_start_differs_from_one_that_does_not(digits):
    cooling, full, none = (lab.models.mlp([30]) for _ in range(3))
    first, second = (
        lab.train(model, digits, epochs=4, distortion=1, distortion_cooldown=f).history
        for model, f in ((cooling, 1), (full, 0))
    )
    assert first["loss"][-1] < second["loss"][-1]
    third = lab.train(none, digits, epochs=4).history
    assert third["loss"][0] < first["loss"][0]
