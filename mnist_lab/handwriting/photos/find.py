"""Finds the digits in a picture."""

from pathlib import Path

import numpy as np
from skimage.transform import resize

from mnist_lab.handwriting.photos import darkness, lines, parts
from mnist_lab.handwriting.photos.digit import digit_image
from mnist_lab.handwriting.photos.image import read_image
from mnist_lab.handwriting.photos.page import FoundDigit, Page

_MOST_SIDE, _LEAST_SIDE = 1600, 300  # pixels of the longer side in which digits are looked for


def find_digits(image: str | Path | np.ndarray) -> Page:
    """Find the digits in a picture."""
    picture = read_image(image)
    pixels = working_size(picture)
    scale = max(picture.shape) / max(pixels.shape)
    ink = darkness.find_ink(pixels)
    found = parts.digits_of(parts.connected(ink.mask, round(ink.width / 3)), ink.width)
    return Page(
        picture,
        tuple(
            tuple(_digit(part, ink.darkness, scale) for part in line)
            for line in lines.in_lines(found)
        ),
    )


def working_size(picture: np.ndarray) -> np.ndarray:
    longest = max(picture.shape)
    scale = np.clip(longest, _LEAST_SIDE, _MOST_SIDE) / longest
    pixels = picture.astype(np.float32) / 255
    if scale == 1:
        return pixels
    shape = tuple(max(1, round(side * scale)) for side in picture.shape[:2])
    return np.clip(
        resize(pixels, (*shape, 3), order=3 if scale > 1 else 1, mode="edge", anti_aliasing=scale < 1), 0, 1
    ).astype(np.float32)


def _digit(part: parts.Part, dark: np.ndarray, scale: float) -> FoundDigit:
    left, top, right, bottom = (
        scale * edge for edge in (part.left, part.top, part.right, part.bottom)
    )
    corners = np.array([[left, top], [right, top], [right, bottom], [left, bottom]])
    return FoundDigit(corners, digit_image(part.within(dark), part.mask))
