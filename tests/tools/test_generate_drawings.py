"""The drawings of the course are as wide and as thick as people's, digit by digit."""

import numpy as np
import pytest

import mnist_lab as lab
from mnist_lab.evaluation import shape_properties
from tools import generate_drawings

# Medians of MNIST's 60,000 training digits, by digit, measured once on the files of LeCun, Cortes
# and Burges: the width of the ink's box as a share of its height, the thickness of the strokes in
# pixels (shape_properties), and the ink, the sum of all pixels from 0 to 1.
MNIST_WIDTH = [0.95, 0.40, 1.00, 0.80, 0.80, 1.00, 0.75, 0.80, 0.80, 0.70]
MNIST_THICKNESS = [2.76, 2.48, 2.62, 2.44, 2.41, 2.29, 2.54, 2.46, 2.50, 2.37]
MNIST_INK = [134.7, 57.4, 115.3, 108.9, 92.5, 98.3, 104.8, 87.4, 115.0, 93.4]


def width_of_box(image: np.ndarray) -> float:
    rows, columns = np.nonzero(image)
    return (np.ptp(columns) + 1) / (np.ptp(rows) + 1)


def medians(values: np.ndarray, labels: np.ndarray) -> np.ndarray:
    return np.array([np.median(values[labels == digit]) for digit in range(10)])


@pytest.fixture(scope="module")
def drawn() -> lab.data.Dataset:
    recorded = lab.handwriting.load_recorded()
    canvases = [lab.handwriting.rasterize(drawing.strokes) for drawing in recorded]
    images = np.stack([lab.handwriting.preprocess(canvas) for canvas in canvases])
    return lab.data.Dataset(images, np.array([drawing.label for drawing in recorded]))


def test_their_width_misses_mnists_by_a_tenth_at_most(drawn):
    found = medians(np.array([width_of_box(image) for image in drawn.images]), drawn.labels)
    np.testing.assert_allclose(found, MNIST_WIDTH, rtol=0.1)


def test_their_strokes_miss_mnists_thickness_by_a_tenth_at_most(drawn):
    thickness = shape_properties(drawn.images)["thickness"].to_numpy()
    np.testing.assert_allclose(medians(thickness, drawn.labels), MNIST_THICKNESS, rtol=0.1)


def test_their_ink_misses_mnists_by_three_tenths_at_most(drawn):
    ink = drawn.images.sum(axis=(1, 2))
    np.testing.assert_allclose(medians(ink, drawn.labels), MNIST_INK, rtol=0.3)


def test_both_drawings_of_a_pair_have_the_same_number_of_strokes(drawn):
    recorded = lab.handwriting.load_recorded()
    for digit in range(10):
        strokes = [len(drawing.strokes) for drawing in recorded if drawing.label == digit]
        assert strokes[::2] == strokes[1::2]
        styles = generate_drawings.STYLES[digit]
        assert strokes[::2] == [len(styles[pair % len(styles)]) for pair in range(5)]


@pytest.mark.needs_mnist
def test_the_numbers_of_this_page_and_of_the_program_are_mnists():
    digits = lab.load_digits("auto")
    images = np.concatenate([digits.train.images, digits.validation.images])
    labels = np.concatenate([digits.train.labels, digits.validation.labels])
    widths = np.array([width_of_box(image) for image in images])
    thicknesses = shape_properties(images)["thickness"].to_numpy()
    np.testing.assert_allclose(medians(widths, labels), MNIST_WIDTH, atol=0.005)
    np.testing.assert_allclose(medians(thicknesses, labels), MNIST_THICKNESS, atol=0.006)
    np.testing.assert_allclose(medians(images.sum(axis=(1, 2)), labels), MNIST_INK, atol=0.06)
    for digit in range(10):
        for values, stated in (
            (widths, generate_drawings.WIDTHS),
            (thicknesses, generate_drawings.THICKNESSES),
        ):
            found = np.percentile(values[labels == digit], [10, 50, 90])
            np.testing.assert_allclose(found, stated[digit], atol=0.006)
