"""Finds out by how many quarter turns a page must be turned until its digits are upright."""

import numpy as np

from mnist_lab.handwriting.photos import judge

_LEAST_DIGITS = 3  # fewer may look like other digits when they are turned
_CLEARLY = 0.15  # of all digits, which must be surer when turned
_SURE = 0.7  # on average: digits that stand upright are surer, letters on their side are not


def quarter_turns(images: np.ndarray) -> int:
    """Return how many counter-clockwise quarter turns make digits upright, 0 to 3.

    Args:
        images: The digits as they stand, float32 (n, 28, 28).
    """
    if len(images) < _LEAST_DIGITS:
        return 0
    turned = [np.rot90(images, quarters, axes=(1, 2)) for quarters in range(4)]
    sure = judge.confidences(np.concatenate(turned)).reshape(4, -1).mean(axis=1)
    best = int(sure.argmax())
    return best if sure[best] > max(_SURE, sure[0] + _CLEARLY) else 0
