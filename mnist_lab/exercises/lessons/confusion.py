"""Exercises on the confusion matrix: made from answers, and read digit by digit."""

from typing import Any

import numpy as np

from mnist_lab.exercises.exercise import Case, Exercise, Misconception


def _confusion(labels: Any, predictions: Any) -> np.ndarray:
    cells = 10 * np.asarray(labels) + np.asarray(predictions)
    return np.bincount(cells, minlength=100).reshape(10, 10)


def _readings(rng: np.random.Generator) -> list[Case]:
    labels = rng.integers(0, 10, 500)
    misread = rng.random(500) < 0.3
    predictions = np.where(misread, rng.integers(0, 10, 500), labels)
    return [
        Case("three digits", (np.array([0, 1, 2]), np.array([0, 1, 1]))),
        Case("a mistake made twice", (np.array([4, 9, 4, 4]), np.array([9, 9, 9, 4]))),
        Case("500 digits", (labels, predictions)),
        Case("no digits", (np.zeros(0, int), np.zeros(0, int))),
        Case("a single 9", (np.array([9]), np.array([4]))),
        Case("300 ones, all read", (np.ones(300, int), np.ones(300, int))),
    ]


def _small(labels: Any, predictions: Any) -> np.ndarray:
    size = max(labels.max(), predictions.max()) + 1
    return _confusion(labels, predictions)[:size, :size]


def _shares_of_rows(labels: Any, predictions: Any) -> np.ndarray:
    counts = _confusion(labels, predictions)
    return counts / counts.sum(axis=1, keepdims=True)


_SHARES = (
    "shares in place of counts",
    "The matrix holds counts: how many digits, not what share of them.",
)

CONFUSION = Exercise(
    name="04.4",
    title="The confusion matrix",
    function="confusion_matrix",
    right=_confusion,
    cases=_readings,
    misconceptions=(
        Misconception(
            "rows and columns swapped",
            "The row is the label, the column is what the network read.",
            lambda labels, predictions: _confusion(labels, predictions).T,
        ),
        Misconception(
            "counts a cell once",
            "A mistake that is made twice has to count twice. `matrix[labels, predictions] += 1`"
            " adds only 1 to a cell, however often the cell is named.",
            lambda labels, predictions: np.minimum(_confusion(labels, predictions), 1),
        ),
        Misconception(
            "leaves out the right answers",
            "The matrix holds all answers. Right ones stand on the diagonal.",
            lambda labels, predictions: _confusion(labels, predictions) * (1 - np.eye(10)),
        ),
        Misconception(
            *_SHARES,
            lambda labels, predictions: _confusion(labels, predictions) / max(len(labels), 1),
        ),
        Misconception(*_SHARES, _shares_of_rows),
        Misconception(
            *_SHARES,
            lambda labels, predictions: np.nan_to_num(_shares_of_rows(labels, predictions)),
        ),
        Misconception(
            "only the digits that occur",
            "There are ten digits, so ten rows and ten columns, whatever the labels are.",
            _small,
        ),
    ),
    why="All that this notebook says about single digits and pairs is read from this table.",
)


def _ratio(right: Any, all_of_them: Any) -> float:
    return float(right / all_of_them) if all_of_them else 0.0


def _scores(confusion: Any, digit: int) -> tuple[float, float]:
    right = confusion[digit, digit]
    return _ratio(right, confusion[:, digit].sum()), _ratio(right, confusion[digit].sum())


def _matrices(rng: np.random.Generator) -> list[Case]:
    ten = rng.integers(1, 9, (10, 10)) + np.diag(rng.integers(60, 99, 10))
    never_read, no_label = ten.copy(), ten.copy()
    never_read[:, 3], no_label[7] = 0, 0
    return [
        Case("two kinds of digits, the first", (np.array([[8, 2], [1, 9]]), 0)),
        Case("ten digits, the 5", (ten, 5)),
        Case("ten digits, the 9", (ten, 9)),
        Case("an answer that never comes", (never_read, 3)),
        Case("a digit that does not occur", (no_label, 7)),
        Case("no mistakes", (np.diag(np.arange(1, 11)), 4)),
        Case("an empty matrix", (np.zeros((10, 10), int), 0)),
    ]


def _nan_ratios(confusion: Any, digit: int) -> tuple[Any, Any]:
    right = confusion[digit, digit]
    return right / confusion[:, digit].sum(), right / confusion[digit].sum()


def _to_mistakes(confusion: Any, digit: int) -> tuple[float, float]:
    right, column, row = confusion[digit, digit], confusion[:, digit].sum(), confusion[digit].sum()
    return _ratio(right, column - right), _ratio(right, row - right)


def _one_against_all(confusion: Any, digit: int) -> tuple[float, float]:
    share = _ratio(confusion[digit, digit], confusion.sum())
    return share, share


SCORES = Exercise(
    name="04.5",
    title="Precision and recall",
    function="precision_and_recall",
    right=_scores,
    cases=_matrices,
    misconceptions=(
        Misconception(
            "the two swapped",
            "Precision asks about all answers with this digit, recall about all labels with it.",
            lambda confusion, digit: _scores(confusion, digit)[::-1],
        ),
        Misconception(
            "recall twice",
            "The recall is right. The precision needs the digit's column: all answers with it.",
            lambda confusion, digit: _scores(confusion, digit)[1:] * 2,
        ),
        Misconception(
            "right answers to wrong ones",
            "This divides by the mistakes. Divide by all of them, right answers included.",
            _to_mistakes,
        ),
        Misconception(
            "a share of all digits",
            "Divide by one column or one row of the matrix, not by all its digits.",
            _one_against_all,
        ),
        Misconception(
            "divides by zero",
            "A column of zeros, or a row, gives 0 divided by 0. The text says what to return.",
            _nan_ratios,
        ),
    ),
    why="One accuracy hides a digit that is often missed, and an answer that is often false.",
    parts=("the precision", "the recall"),
)
