"""The course's own photo: a page of digits, with what is written on it."""

from importlib.resources import files

import numpy as np
from PIL import Image

# What is written on the photo, line by line.
PHOTO_DIGITS = ((0, 1, 2, 3, 4), (5, 6, 7, 8, 9), (3, 1, 4, 1, 5), (9, 2, 6, 5, 3))


def load_photo() -> np.ndarray:
    """Load the course's photo of a page: four lines of five digits, `PHOTO_DIGITS`.

    It looks as a person takes it, aslant and in the shadow of a hand. A program made it
    (tools/make_photo.py) of the digits of `load_recorded`; no person wrote them.

    Returns:
        uint8 (height, width, 3), red, green and blue.

    Example:
        >>> lab.handwriting.load_photo().shape
        (720, 960, 3)
    """
    with files("mnist_lab.handwriting").joinpath("photo.jpg").open("rb") as stream:
        return np.asarray(Image.open(stream)).copy()
