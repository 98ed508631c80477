"""The course's network for photos, which judges how well digits are cut out."""

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from mnist_lab.evaluation.prediction import predict
from mnist_lab.pretrained import pretrained, record_of

if TYPE_CHECKING:
    import keras

_FEW = 4  # parts, whose average says little
_AVERAGE = 0.65


@cache
def network() -> "keras.Model":
    """Return the network that comes with the course, loaded once."""
    return pretrained("reader")


@cache
def threshold() -> float:
    """Return the confidence below which that network sees no digit, chosen on validation digits."""
    return float(record_of("reader")["threshold"])


def probabilities(images: np.ndarray) -> np.ndarray:
    """Return the ten probabilities of each image, float64 (n, 10).

    Args:
        images: float32 (n, 28, 28) in [0, 1].
    """
    if not len(images):
        return np.zeros((0, 10))
    return predict(network(), images).probabilities


def confidences(images: np.ndarray) -> np.ndarray:
    """Return the largest probability of each image, float64 (n,)."""
    return probabilities(images).max(axis=1, initial=0)


def worth(probabilities: np.ndarray) -> float:
    """Return how much readings are worth: 1 for each sure digit, 0 for each that is none.

    A 1 is worth nothing, since any scratch looks like it.

    Args:
        probabilities: The ten probabilities of each, (n, 10).
    """
    others = probabilities[probabilities.argmax(axis=1) != 1].max(axis=1, initial=0)
    return float(((others - threshold()) / (1 - threshold())).clip(0).sum())


def has_digits(probabilities: np.ndarray) -> bool:
    """Return whether what was found on a page are digits, by how sure the network is on average.

    It is sure to 0.85 or more on average on pages of digits, and to less than 0.65 on letters,
    signs, scribbles and stains, among which some always look like digits.

    Args:
        probabilities: The ten probabilities of each part that was found, (n, 10).
    """
    return len(probabilities) < _FEW or float(probabilities.max(axis=1).mean()) >= _AVERAGE
