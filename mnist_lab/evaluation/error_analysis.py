"""The mistakes of a model: per digit, per pair of digits, and one by one."""

import numpy as np
import pandas as pd

from mnist_lab import checks
from mnist_lab.evaluation.metrics import Evaluation, wilson_interval


def per_digit(result: Evaluation) -> pd.DataFrame:
    """Return precision and recall of each digit with 95 % Wilson intervals, one row per digit.

    Args:
        result: The evaluation.

    Returns:
        Columns precision and recall in [0, 1], each with "... low" and "... high" (NaN where
        nothing was counted), and digits (how many there are). The index is the digit.

    Example:
        >>> dataset = lab.data.Dataset(np.zeros((3, 28, 28)), np.array([4, 4, 9]))
        >>> result = lab.evaluation.Evaluation(dataset, np.eye(10)[[9, 4, 9]])
        >>> lab.evaluation.per_digit(result).loc[[4, 9], ["precision", "recall", "digits"]]
               precision  recall  digits
        digit
        4            1.0     0.5       2
        9            0.5     1.0       1
    """
    right = result.confusion.diagonal()
    labeled, predicted = result.confusion.sum(axis=1), result.confusion.sum(axis=0)
    columns: dict[str, np.ndarray] = {}
    for name, totals in (("precision", predicted), ("recall", labeled)):
        limits = np.array(
            [
                wilson_interval(count, total) if total else (np.nan, np.nan)
                for count, total in zip(right, totals, strict=True)
            ]
        )
        shares = right / np.maximum(totals, 1)
        columns |= {name: shares, f"{name} low": limits[:, 0], f"{name} high": limits[:, 1]}
    return pd.DataFrame({**columns, "digits": labeled}).rename_axis("digit")


def confused_pairs(result: Evaluation, top: checks.IntLike = 10) -> pd.DataFrame:
    """Return the most frequent mistakes, one row per pair of label and prediction.

    Args:
        result: The evaluation.
        top: At most how many pairs.

    Returns:
        Columns label, prediction, count (how often) and fraction (of the digits with that label),
        the most frequent pair first.

    Example:
        >>> dataset = lab.data.Dataset(np.zeros((3, 28, 28)), np.array([4, 4, 9]))
        >>> lab.evaluation.confused_pairs(lab.evaluation.Evaluation(dataset, np.eye(10)[[9, 4, 9]]))
           label  prediction  count  fraction
        0      4           9      1       0.5
    """
    counts = result.confusion.copy()
    np.fill_diagonal(counts, 0)
    order = np.argsort(-counts, axis=None, kind="stable")[: checks.integer("top", top, 1)]
    labels, predictions = np.unravel_index(order, counts.shape)
    counts = counts[labels, predictions]
    totals = result.confusion.sum(axis=1)[labels]
    table = pd.DataFrame(
        {
            "label": labels,
            "prediction": predictions,
            "count": counts,
            "fraction": counts / np.maximum(totals, 1),
        }
    )
    return table[table["count"] > 0].reset_index(drop=True)


def misclassified(result: Evaluation) -> np.ndarray:
    """Return the indices of the wrong predictions, the most confident first.

    Args:
        result: The evaluation.

    Returns:
        int64 (m,), indices into the dataset.

    Example:
        >>> dataset = lab.data.Dataset(np.zeros((3, 28, 28)), np.array([4, 4, 9]))
        >>> lab.evaluation.misclassified(lab.evaluation.Evaluation(dataset, np.eye(10)[[9, 4, 9]]))
        array([0])
    """
    wrong = np.flatnonzero(~result.correct)
    return wrong[np.argsort(-result.confidence[wrong], kind="stable")]
