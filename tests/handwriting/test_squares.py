"""cut_squares() cuts digits out as large as MNIST's, and leaves their gray levels alone."""

import numpy as np
import pytest

import mnist_lab as lab

cut_squares = lab.handwriting.cut_squares


def test_a_digit_of_20_pixels_is_cut_out_pixel_by_pixel():
    image = np.random.default_rng(0).integers(0, 256, (60, 90)) / 255
    [square] = cut_squares(image, [[30, 20, 42, 40]])
    np.testing.assert_allclose(square, image[16:44, 22:50], atol=1e-6)


def test_a_larger_digit_is_shrunk_by_the_mean_of_the_pixels():
    image = np.random.default_rng(1).random((300, 200))
    [square] = cut_squares(image, [[60, 100, 100, 140]])
    means = image[92:148, 52:108].reshape(28, 2, 28, 2).mean(axis=(1, 3))
    np.testing.assert_allclose(square, means, atol=0.5 / 255 + 1e-6)


def test_beyond_the_edge_the_pixels_at_the_edge_go_on():
    image = np.linspace(0, 1, 40)[:, None] * np.ones(30)
    [square] = cut_squares(image, [[0, 0, 10, 20]])
    np.testing.assert_allclose(square[:4], 0, atol=1e-6)
    np.testing.assert_allclose(square[4:, 10], np.linspace(0, 1, 40)[:24], atol=0.5 / 255 + 1e-6)


def test_a_page_without_digits_gives_no_squares():
    squares = cut_squares(np.zeros((50, 50)), np.zeros((0, 4)))
    assert squares.shape == (0, 28, 28)
    assert squares.dtype == np.float32


@pytest.mark.parametrize("boxes", [[1, 2, 3, 4], [[1, 2, 3]], [[0, 0, np.nan, 5]]])
def test_boxes_of_another_shape_are_refused(boxes):
    with pytest.raises(ValueError, match="left, top, right and bottom"):
        cut_squares(np.zeros((50, 50)), boxes)


@pytest.mark.parametrize("box", [[20, 5, 10, 15], [10, 15, 20, 15]])
def test_a_box_without_an_inside_is_refused(box):
    with pytest.raises(ValueError, match="not larger"):
        cut_squares(np.zeros((50, 50)), [box])
