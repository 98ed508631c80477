"""Reads the digits of a page with a network."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mnist_lab.evaluation.prediction import predict
from mnist_lab.handwriting.photos.find import find_digits
from mnist_lab.handwriting.photos.page import Page, Reading
from mnist_lab.handwriting.photos import judge

if TYPE_CHECKING:
    import keras


def read_page(
    image: str | Path | np.ndarray | Page, model: "keras.Model | None" = None
) -> Reading:
    """Read the digits in a picture."""
    page = image if isinstance(image, Page) else find_digits(image)
    model = judge.network() if model is None else model
    if not page.digits:
        return Reading(page, np.zeros((0, 10)), 0.4)
    return Reading(page, predict(model, page.images).probabilities, 0.4)
