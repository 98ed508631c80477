"""Squares around digits whose place on a page is known, as small as MNIST's."""

import numpy as np
from numpy.typing import ArrayLike

from mnist_lab import checks
from mnist_lab.handwriting.preprocessing import check_grayscale, resize_only

_AROUND = 28 / 20  # MNIST's pictures have 28 pixels, and their digits' longer side has 20


def cut_squares(image: ArrayLike, boxes: ArrayLike) -> np.ndarray:
    """Cut a square around each of several digits, in which it is as large as digits of MNIST are.

    Beyond the edge of the image, the pixels at the edge go on. Nothing else is changed: ink and
    paper keep their gray levels.

    Args:
        image: (height, width) in [0, 1].
        boxes: Left, top, right and bottom of each digit in pixels, (n, 4); right is larger than
            left, and bottom larger than top.

    Returns:
        The squares, float32 (n, 28, 28) in steps of 1/255.

    Raises:
        ValueError: `image` or `boxes` have another shape or other values.

    Example:
        >>> lab.handwriting.cut_squares(np.zeros((100, 200)), [[20, 30, 40, 60]]).shape
        (1, 28, 28)
    """
    pixels = check_grayscale(image)
    corners = np.asarray(boxes, dtype=float)
    if corners.ndim != 2 or corners.shape[1] != 4 or not np.isfinite(corners).all():
        expected = "(n, 4): left, top, right and bottom of each digit"
        raise checks.invalid("boxes.shape", corners.shape, expected)
    left, top, right, bottom = corners.T
    if not ((right > left) & (bottom > top)).all():
        raise ValueError(
            "boxes: a right edge is not larger than its left one, or a bottom not larger than its"
            " top; expected left, top, right, bottom."
        )
    sides = np.maximum(1, np.rint(_AROUND * np.maximum(right - left, bottom - top))).astype(int)
    first_rows = np.rint((top + bottom - sides) / 2).astype(int)
    first_columns = np.rint((left + right - sides) / 2).astype(int)
    squares = np.zeros((len(corners), 28, 28), np.float32)
    for number, side in enumerate(sides):
        rows = (first_rows[number] + np.arange(side)).clip(0, pixels.shape[0] - 1)
        columns = (first_columns[number] + np.arange(side)).clip(0, pixels.shape[1] - 1)
        squares[number] = resize_only(pixels[np.ix_(rows, columns)])
    return squares
