"""Images of digits are prepared exactly as MNIST's were."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

import mnist_lab as lab
from mnist_lab import handwriting
from mnist_lab.data import formats
from mnist_lab.data.dataset import Dataset
from tests.helpers.machine import MNIST

SAMPLE = formats.load_sample()


@pytest.fixture(scope="module")
def network():
    """A network of the course, trained on full MNIST."""
    return lab.models.pretrained("one_hidden_layer")


def test_digits_of_mnist_come_out_as_they_went_in():
    images = (MNIST or SAMPLE).test_images[:1000].astype(np.float32) / np.float32(255)
    for image in images:
        np.testing.assert_array_equal(handwriting.preprocess(image), image)


@pytest.mark.parametrize(
    ("factor", "height", "width"), [(6, 200, 333), (9, 600, 280), (12, 400, 400)]
)
def test_digits_written_large_at_odd_places_come_back_bit_for_bit(factor, height, width):
    rng = np.random.default_rng(factor)
    for image in SAMPLE.test_images[:40]:
        large = np.kron(handwriting.crop_to_ink(image / 255), np.ones((factor, factor)))
        canvas = np.zeros((max(height, large.shape[0]), max(width, large.shape[1])))
        top, left = (
            rng.integers(room - size + 1)
            for room, size in zip(canvas.shape, large.shape, strict=True)
        )
        canvas[top : top + large.shape[0], left : left + large.shape[1]] = large
        np.testing.assert_array_equal(np.rint(handwriting.preprocess(canvas) * 255), image)


def test_digits_that_are_only_resized_are_not_read(network):
    """Why digits are prepared: those of MNIST, written large, in the pixels of a whole pad."""
    digits, rng = lab.load_digits("sample").test.subset(slice(300)), np.random.default_rng(1)
    canvases = [handwriting.paste_enlarged(image, rng, side=341) for image in digits.images]
    prepared, resized = (
        lab.evaluate(network, Dataset(np.stack(list(map(way, canvases))), digits.labels)).accuracy
        for way in (handwriting.preprocess, handwriting.resize_only)
    )
    original = lab.evaluate(network, digits).accuracy
    assert original > 0.8
    assert prepared >= 0.99 * original
    assert resized < 0.5 * original


@pytest.mark.slow
@pytest.mark.needs_mnist
def test_every_fourth_test_digit_written_large_keeps_99_percent_of_the_accuracy(mnist, network):
    digits = lab.load_digits("auto").test.subset(slice(0, None, 4))
    rng = np.random.default_rng(2)
    images = np.stack(
        [handwriting.preprocess(handwriting.paste_enlarged(image, rng)) for image in digits.images]
    )
    prepared = lab.evaluate(network, Dataset(images, digits.labels)).accuracy
    assert prepared >= 0.99 * lab.evaluate(network, digits).accuracy


@given(
    st.integers(1, 60),
    st.integers(1, 60),
    st.integers(0, 30),
    st.integers(0, 30),
    st.integers(0, 2**32 - 1),
)
@settings(max_examples=60, deadline=None)
def test_any_ink_is_fitted_into_20_and_balances_at_14(height, width, above, beside, seed):
    ink = np.random.default_rng(seed).uniform(0.2, 1, (height, width))
    canvas = np.pad(ink, ((above, 3), (beside, 1)))
    prepared = handwriting.preprocess(canvas)
    assert prepared.shape == (28, 28)
    assert prepared.dtype == np.float32
    assert prepared.min() >= 0
    assert prepared.max() <= 1
    rows, columns = np.flatnonzero(prepared.any(axis=1)), np.flatnonzero(prepared.any(axis=0))
    extents = np.array([np.ptp(rows) + 1, np.ptp(columns) + 1])
    assert extents.max() == 20
    assert abs(extents.min() - 20 * min(height, width) / max(height, width)) <= 1
    # An even image never has to be held back at the edge.
    assert np.abs(np.array(ndimage.center_of_mass(prepared)) - 14).max() <= 0.52


def test_resizing_takes_the_mean_of_what_lies_under_each_pixel():
    image = np.array([[0.0, 0.2, 1.0, 0.6], [0.4, 0.6, 0.0, 0.0]])
    np.testing.assert_allclose(handwriting.resize(image, 1, 2), [[0.3, 0.4]])
    # Three pixels of four: each new one has one old pixel and a third of the next.
    np.testing.assert_allclose(handwriting.resize(image[:1], 1, 3), [[0.05, 0.6, 0.7]])
    np.testing.assert_allclose(handwriting.resize(image[:1, :2], 2, 4), [[0, 0, 0.2, 0.2]] * 2)


def test_the_center_of_mass_goes_to_the_center_and_not_the_box():
    heavy_below = np.zeros((16, 10))
    heavy_below[:, 4] = 0.1
    heavy_below[12:] = 1
    centered = handwriting.center_by_mass(heavy_below)
    assert np.abs(np.array(ndimage.center_of_mass(centered)) - 14).max() <= 0.5
    assert (
        np.flatnonzero(centered.any(axis=1))[0] == 1
    )  # the middle of its box lies five pixels higher


def test_ink_that_would_slide_over_the_edge_is_held_back():
    image = np.zeros((20, 20))
    image[0, :], image[19, 10] = 1, 0.01
    centered = handwriting.center_by_mass(image)
    assert centered.sum() == pytest.approx(image.sum())
    assert np.flatnonzero(centered.any(axis=1)).tolist() == [8, 27]


def test_resizing_only_leaves_a_digit_where_and_how_large_it_is():
    canvas = np.zeros((280, 280))
    canvas[20:40, 200:260] = 1
    small = handwriting.resize_only(canvas)
    assert small[2:4, 20:26].tolist() == [[1] * 6] * 2
    assert small.sum() == 12


@pytest.mark.parametrize(
    ("image", "words"),
    [
        (np.zeros((280, 280)), "The image has no ink: draw a digit first"),
        (np.full((30, 30), np.nan), "image has 900 pixels that are NaN.*np.nan_to_num"),
        (np.full((30, 30), 255), "image runs from 255 to 255.*Divide bytes by 255"),
        (np.full((30, 30), -0.1), "image runs from -0.1"),
        (np.ones(784), r"image.shape=\(784,\) cannot be used: expected \(height, width\)"),
        (np.ones((28, 28, 3)), r"image.shape=\(28, 28, 3\).*turn it to gray with image"),
        (np.ones((28, 28, 1)), r"image.shape=\(28, 28, 1\).*image.squeeze\(\)"),
        (np.ones((9, 28, 28)), r"image.shape=\(9, 28, 28\).*one image at a time"),
        (np.ones((0, 28)), r"image.shape=\(0, 28\)"),
        (np.ones((5000, 2)), r"image.shape=\(5000, 2\).*from 1 to 4,000"),
        ("a digit", "image='a digit' cannot be used"),
        ([[1, 2], [3]], "image=.*cannot be used"),
    ],
)
def test_other_things_than_images_are_refused(image, words):
    with pytest.raises(ValueError, match=words):
        handwriting.preprocess(image)


def test_an_image_too_large_for_its_canvas_is_refused():
    with pytest.raises(
        ValueError, match=r"image.shape=\(29, 5\) cannot be used: expected .*28 x 28"
    ):
        handwriting.center_by_mass(np.ones((29, 5)))
    with pytest.raises(ValueError, match="image has no ink"):
        handwriting.center_by_mass(np.zeros((20, 5)))


def test_an_enlarged_digit_is_whole_and_elsewhere_each_time():
    image = SAMPLE.test_images[0] / 255
    rng = np.random.default_rng(0)
    boxes = [
        ndimage.find_objects((handwriting.paste_enlarged(image, rng) > 0).astype(int))[0]
        for _ in range(50)
    ]
    heights = [box[0].stop - box[0].start for box in boxes]
    assert min(heights) < 110
    assert max(heights) > 200
    assert len({box[0].start for box in boxes}) > 20
    with pytest.raises(ValueError, match="side=100"):
        handwriting.paste_enlarged(image, rng, side=100)


@pytest.mark.parametrize("side", [28, 280])
def test_dark_ink_on_light_paper_is_refused_and_digits_cropped_to_their_ink_are_not(side):
    for image in SAMPLE.test_images[:200] / 255:
        handwriting.preprocess(handwriting.crop_to_ink(image))
        page = 1 - handwriting.resize(image, side, side)
        with pytest.raises(ValueError, match="image is mostly ink .*take 1 - image"):
            handwriting.preprocess(page)


def test_a_bar_cropped_to_its_ink_is_a_digit():
    assert handwriting.preprocess(np.ones((30, 4))).max() == 1


def test_small_digits_are_enlarged_smoothly_and_read_better():
    """The digits of scikit-learn have 8 x 8 pixels (Alpaydin and Kaynak 1998)."""
    from sklearn.datasets import load_digits

    small = load_digits()
    images, labels = small.images[:600] / 16, small.target[:600]
    model = lab.models.pretrained("cnn")

    def accuracy(enlarge):
        prepared = [
            handwriting.center_by_mass(enlarge(handwriting.crop_to_ink(image))) for image in images
        ]
        return lab.evaluate(model, Dataset(np.stack(prepared), labels)).accuracy

    def with_sharp_edges(ink):
        height, width = (max(1, round(20 * length / max(ink.shape))) for length in ink.shape)
        return handwriting.resize(ink, height, width)

    assert accuracy(handwriting.resize_to_fit) > accuracy(with_sharp_edges) + 0.03
