"""Compares what was read on a page with what is written there, digit by digit."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Score:
    """How a reading differs from the truth, by the alignment with the fewest errors.

    Attributes:
        matches: Digits that were read rightly.
        substitutions: Digits that were read as another one.
        insertions: Digits that were read where there is none.
        deletions: Digits that were not read.
    """

    matches: int
    substitutions: int
    insertions: int
    deletions: int

    @property
    def errors(self) -> int:
        """The edit distance: substitutions, insertions and deletions."""
        return self.substitutions + self.insertions + self.deletions

    @property
    def share(self) -> float:
        """1 minus the errors per digit of the truth, from 0 to 1; 1 where both are empty."""
        truth = self.matches + self.substitutions + self.deletions
        return max(0.0, 1 - self.errors / truth) if truth else float(self.errors == 0)


def score(read: Sequence[int | None], truth: Sequence[int]) -> Score:
    """Compare digits that were read with the true ones by their edit distance (Levenshtein 1966).

    Args:
        read: What was read, in reading order; None, "not a digit", counts as nothing read.
        truth: What is written, in reading order.

    Returns:
        The numbers of right digits and of errors of each kind.

    Example:
        >>> from mnist_lab.handwriting.photos.alignment import score
        >>> score([7, None, 2, 2], [7, 1, 2])
        Score(matches=2, substitutions=1, insertions=0, deletions=0)
    """
    found = [digit for digit in read if digit is not None]
    costs = _costs(found, truth)
    matches = substitutions = insertions = deletions = 0
    row, column = len(found), len(truth)
    while row or column:
        different = row and column and found[row - 1] != truth[column - 1]
        diagonal = costs[row - 1, column - 1] + different if row and column else np.inf
        if diagonal == costs[row, column]:
            row, column = row - 1, column - 1
            matches, substitutions = matches + (not different), substitutions + bool(different)
        elif row and costs[row - 1, column] + 1 == costs[row, column]:
            row, insertions = row - 1, insertions + 1
        else:
            column, deletions = column - 1, deletions + 1
    return Score(matches, substitutions, insertions, deletions)


def _costs(found: Sequence[int], truth: Sequence[int]) -> np.ndarray:
    """Return the edit distances of all beginnings of two sequences, (len + 1, len + 1)."""
    costs = np.zeros((len(found) + 1, len(truth) + 1))
    costs[:, 0], costs[0] = np.arange(len(found) + 1), np.arange(len(truth) + 1)
    for row, digit in enumerate(found, start=1):
        for column, true in enumerate(truth, start=1):
            costs[row, column] = min(
                costs[row - 1, column - 1] + (digit != true),
                costs[row - 1, column] + 1,
                costs[row, column - 1] + 1,
            )
    return costs
