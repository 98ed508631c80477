"""The course's own photo is what its program makes, and shows what it shall show."""

import numpy as np

import mnist_lab as lab
from tools import make_photo


def test_the_photo_is_small_and_made_by_its_program():
    made, shipped = make_photo.photo(), lab.handwriting.load_photo()
    assert shipped.dtype == np.uint8
    assert shipped.shape == made.shape
    assert np.abs(shipped.astype(float) - made).mean() < 3  # JPEG changes each pixel a little
    assert make_photo.FILE.stat().st_size < 120_000


def test_it_shows_every_digit():
    assert {digit for line in lab.handwriting.PHOTO_DIGITS for digit in line} == set(range(10))


def test_no_single_gray_level_divides_its_ink_from_its_paper():
    """This is what notebook 9 shows: paper in the shadow is darker than some ink in the light."""
    gray = lab.handwriting.load_photo().astype(float).mean(axis=2)
    blocks = gray[:720, :960].reshape(12, 60, 16, 60).transpose(0, 2, 1, 3).reshape(192, -1)
    paper, ink = np.median(blocks, axis=1), blocks.min(axis=1)
    written = ink < 0.6 * paper
    assert written.sum() > 20
    assert paper.min() < ink[written].max()
