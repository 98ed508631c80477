"""Reads the digits of a page with a network."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mnist_lab.evaluation.prediction import predict
from mnist_lab.handwriting.photos import judge
from mnist_lab.handwriting.photos.find import find_digits
from mnist_lab.handwriting.photos.page import Page, Reading

if TYPE_CHECKING:
    import keras

_THRESHOLD = 0.5  # for a network that was not trained for photos: one digit is likelier than not


def read_page(image: str | Path | np.ndarray | Page, model: "keras.Model | None" = None) -> Reading:
    """Read the digits in a picture."""
    page = image if isinstance(image, Page) else find_digits(image)
    threshold = judge.threshold() if model is None else _THRESHOLD
    if not page.digits:
        return Reading(page, np.zeros((0, 10)), threshold)
    model = judge.network() if model is None else model
    return Reading(page, predict(model, page.images).probabilities, threshold)
