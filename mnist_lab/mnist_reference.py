"""MNIST's mean and most typical digit of each class, to notice what is unlike them."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

FILE = Path(__file__).resolve().with_suffix(".npz")


class Reference(NamedTuple):
    """Ten digits each, of MNIST's training set, from 0 to 9.

    Attributes:
        means: The mean of each class, uint8 (10, 28, 28).
        typical: The digit of each class nearest to its mean, uint8 (10, 28, 28).
    """

    means: np.ndarray
    typical: np.ndarray


@cache
def reference() -> Reference:
    """Return what `python -m tools.make_reference` has made of MNIST."""
    with np.load(FILE, allow_pickle=False) as archive:
        return Reference(archive["means"], archive["typical"])
