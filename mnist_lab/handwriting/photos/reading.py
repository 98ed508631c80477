"""Reads the digits of a page with a network."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mnist_lab.evaluation.prediction import predict
from mnist_lab.handwriting.photos import judge
from mnist_lab.handwriting.photos.find import find_digits
from mnist_lab.handwriting.photos.page import Page, Reading
from mnist_lab.machine import usable_cores

if TYPE_CHECKING:
    import keras

_THRESHOLD = 0.5  # for a network that was not trained for photos: one digit is likelier than not

_REFUSE = 1.1  # above all probabilities


def read_page(image: str | Path | np.ndarray | Page, model: "keras.Model | None" = None) -> Reading:
    """Read the digits in a photo of a page, line by line.

    Args:
        image: A file, or an array, as `read_image` takes it; or what `find_digits` found.
        model: A network that takes float32 (n, 28, 28) and ends in softmax or sigmoid. None takes
            `lab.models.pretrained("reader")`, which knows what is no digit.

    Returns:
        The digits and their probabilities. What the network is less sure of than the threshold is
        "not a digit": that of "reader" was chosen on validation digits, that of others is 0.5.
        Where "reader" is unsure on average, as on a page of letters or scribbles, nothing is read.

    Raises:
        PictureError: The picture cannot be read (a ValueError).
        ValueError: The model's outputs are no probabilities of ten digits.

    Example:
        >>> reading = lab.handwriting.read_page(lab.handwriting.load_photo())
        >>> reading.lines == lab.handwriting.PHOTO_DIGITS
        True
    """
    page = image if isinstance(image, Page) else find_digits(image)
    if model is not None:
        shares = predict(model, page.images).probabilities if page.digits else np.zeros((0, 10))
        return Reading(page, shares, _THRESHOLD)
    shares = judge.probabilities(page.images)
    return Reading(page, shares, judge.threshold() if judge.has_digits(shares) else _REFUSE)


def read_pages(
    images: Iterable[str | Path | np.ndarray | Page], model: "keras.Model | None" = None
) -> list[Reading]:
    """Read the digits in photos of several pages, as many at a time as there are cores.

    Args:
        images: What `read_page` takes, any number of them.
        model: As in `read_page`.

    Returns:
        What `read_page` returns for each, in their order.

    Raises:
        PictureError: A picture cannot be read (a ValueError).
        ValueError: The model's outputs are no probabilities of ten digits.

    Example:
        >>> photo = lab.handwriting.load_photo()
        >>> len(lab.handwriting.read_pages([photo, photo]))
        2
    """
    judge.network()  # loaded once, before several threads ask for it
    with ThreadPoolExecutor(usable_cores()) as pool:
        return list(pool.map(partial(read_page, model=model), images))
