"""Made-up readings of photos, and simple photos of digits."""

import numpy as np
from PIL import Image

from mnist_lab.data import formats
from mnist_lab.handwriting.photos.page import FoundDigit, Page, Reading

_SAMPLE = formats.load_sample()


def reading_of(picture: np.ndarray, *lines: tuple[int | None, ...]) -> Reading:
    """Return a reading: digits of 40 x 70 pixels, 80 apart, lines 100 apart; None is refused."""
    flat = [digit for line in lines for digit in line]
    probabilities = np.full((len(flat), 10), 0.1)
    for row, digit in enumerate(flat):
        if digit is not None:
            probabilities[row] = np.eye(10)[digit]
    box, image = np.array([(0, 0), (40, 0), (40, 70), (0, 70)], float), np.zeros((28, 28), "f4")
    found = tuple(
        tuple(
            FoundDigit(box + np.array([30 + 80 * column, 20 + 100 * row]), image)
            for column in range(len(line))
        )
        for row, line in enumerate(lines)
    )
    return Reading(Page(picture, found), probabilities, threshold=0.5)


def page_of(*lines: str) -> np.ndarray:
    """Return a photo of lines of MNIST's digits on paper, uint8 (height, width, 3)."""
    height, width = 100 * len(lines) + 60, 80 * max(map(len, lines)) + 60
    page = Image.new("RGB", (width, height), (225, 220, 205))
    for row, line in enumerate(lines):
        for column, digit in enumerate(line):
            at = np.flatnonzero(_SAMPLE.test_labels == int(digit))[row + column]
            ink = Image.fromarray(_SAMPLE.test_images[at]).resize(
                (84, 84), Image.Resampling.BICUBIC
            )
            page.paste((40, 45, 90), (28 + 80 * column, 30 + 100 * row), ink)
    return np.asarray(page)
