"""Drawings split into a half to learn from and a half to test on."""

import numpy as np

from mnist_lab import checks
from mnist_lab.checks import IntLike
from mnist_lab.data.dataset import Dataset


def split_in_halves(drawings: Dataset, seed: IntLike = 0) -> tuple[Dataset, Dataset]:
    """Split drawings into a half to learn from and a half to test on, by lot.

    The drawings of each digit are taken in pairs, in their order: the first two, the next two, and
    so on. Of each pair, one comes into each half, and the seed decides which. So both halves have
    drawings from the whole time in which they were made, and a drawing stays in its half when more
    are collected. The recorded drawings of a pair have the same style.

    Args:
        drawings: At least one drawing; see `load_collection`.
        seed: Decides which drawing of a pair comes into which half.

    Returns:
        The half to learn from and the half to test on, each in the order of `drawings`.

    Example:
        >>> drawings = lab.data.Dataset(np.zeros((6, 28, 28)), np.array([4, 7, 4, 7, 4, 4]))
        >>> learned, tested = lab.handwriting.split_in_halves(drawings)
        >>> np.bincount(learned.labels)[[4, 7]], np.bincount(tested.labels)[[4, 7]]
        (array([2, 1]), array([2, 1]))
    """
    seed = checks.seed(seed)
    learned = np.zeros(len(drawings), dtype=bool)
    for digit in range(10):
        found = np.flatnonzero(drawings.labels == digit)
        lots = np.random.default_rng([seed, digit]).random((len(found) + 1) // 2) < 0.5
        first = np.repeat(lots, 2)[: len(found)]  # whether the first of its pair learns
        learned[found] = first == (np.arange(len(found)) % 2 == 0)
    return drawings.subset(np.flatnonzero(learned)), drawings.subset(np.flatnonzero(~learned))
