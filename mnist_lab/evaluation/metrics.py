"""What a trained model gets right and wrong on a set of digits, and how sure that is."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.stats import binomtest
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

from mnist_lab import checks
from mnist_lab.data.digits import Dataset

if TYPE_CHECKING:
    import keras

# How close to 0 and to 1 a float32 can be; logarithms and odds need some distance.
_LEAST, _MOST = float(np.finfo(np.float32).tiny), 1 - 2.0**-24


@dataclass(frozen=True, eq=False)
class Evaluation:
    """A model's answers to n digits.

    dataset: the digits. probabilities: float64 (n, 10), each row sums to 1.
    """

    dataset: Dataset
    probabilities: np.ndarray

    @cached_property
    def predictions(self) -> np.ndarray:
        """The most probable digit of each image, int64 (n,)."""
        return self.probabilities.argmax(axis=1)

    @cached_property
    def confidence(self) -> np.ndarray:
        """The probability given to the predicted digit, float64 (n,), from 0.1 to 1."""
        return self.probabilities.max(axis=1)

    @property
    def correct(self) -> np.ndarray:
        """Whether each prediction is the label, bool (n,)."""
        return self.predictions == self.dataset.labels

    @property
    def accuracy(self) -> float:
        """The share of correct predictions, from 0 to 1."""
        return float(self.correct.mean())

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % Wilson interval of the accuracy."""
        return wilson_interval(int(self.correct.sum()), len(self.dataset))

    @property
    def loss(self) -> float:
        """The mean cross-entropy in nats: minus the logarithm of the probability given to the label."""
        of_label = self.probabilities[np.arange(len(self.dataset)), self.dataset.labels]
        return float(-np.log(of_label).mean())

    @cached_property
    def confusion(self) -> np.ndarray:
        """Counts, int64 (10, 10): row = the digit it is, column = the digit predicted."""
        return confusion_matrix(self.dataset.labels, self.predictions, labels=range(10))

    @property
    def metrics(self) -> dict[str, float | list[float] | list[int]]:
        """What a record keeps of an evaluation on the test set."""
        return {
            "test_accuracy": self.accuracy,
            "test_accuracy_interval": list(self.interval),
            "test_loss": self.loss,
            "test_misclassified": np.flatnonzero(~self.correct).tolist(),
        }

    def __str__(self) -> str:
        low, high = self.interval
        return (
            f"{self.accuracy:.2%} of {len(self.dataset):,} digits correct"
            f" (95 % interval {low:.2%} to {high:.2%}), loss {self.loss:.4f}"
        )


def wilson_interval(correct: int, total: int, confidence: float = 0.95) -> tuple[float, float]:
    """Return the Wilson score interval of a share (Wilson 1927); it stays within [0, 1] even at 0 % and 100 %.

    correct, total: counts, 0 <= correct <= total, total >= 1. Raises ValueError otherwise.
    """
    total = checks.integer("total", total, 1)
    correct = checks.integer("correct", correct, 0, total)
    interval = binomtest(correct, total).proportion_ci(confidence_level=confidence, method="wilson")
    return float(interval.low), float(interval.high)


def evaluate(model: "keras.Model", dataset: Dataset, batch_size: int = 1000) -> Evaluation:
    """Ask a model for the digits of a split; the model is not changed.

    The model takes float32 (n, 28, 28) and returns (n, 10) in [0, 1]. Rows that sum to 1 are probabilities as they are.
    Other rows are ten answers given independently, such as sigmoids; they become the shares of their odds p / (1 - p).
    That is the softmax of the sums before the sigmoid, which is what Keras's sparse categorical cross-entropy trains.
    Raises ValueError for other outputs.
    """
    parts = [
        np.asarray(
            model(dataset.images[start : start + batch_size], training=False), dtype=np.float64
        )
        for start in range(0, len(dataset), batch_size)
    ]
    outputs = np.concatenate(parts)
    if outputs.shape != (len(dataset), 10):
        raise ValueError(
            f"The model's output has the shape {outputs.shape}; expected ({len(dataset)}, 10)."
        )
    if not np.isfinite(outputs).all():
        raise ValueError(
            "The model's output holds NaN or infinity: its training failed. Try a smaller learning_rate."
        )
    if outputs.min() < 0 or outputs.max() > 1 + 1e-6:
        raise ValueError(
            f"The model's outputs run from {outputs.min():.3g} to {outputs.max():.3g}; expected probabilities from 0 to 1:"
            " end the model in softmax or sigmoid."
        )
    independent = not np.allclose(outputs.sum(axis=1), 1, atol=1e-3)
    outputs = outputs.clip(_LEAST, _MOST if independent else 1)
    if independent:
        outputs = outputs / (1 - outputs)
    return Evaluation(dataset, outputs / outputs.sum(axis=1, keepdims=True))


def per_digit(result: Evaluation) -> pd.DataFrame:
    """Return a table with one row a digit: precision, recall and F1 with 95 % intervals, and how many digits there are.

    All in [0, 1]; an interval is in the columns "... low" and "... high", NaN where nothing was counted. Precision and
    recall are shares and have Wilson intervals. F1 is 2 J / (1 + J) of the share J = found / (found + missed + wrongly
    claimed), so its interval is that of J, transformed the same way.
    """
    precision, recall, f1, support = precision_recall_fscore_support(
        result.dataset.labels, result.predictions, labels=range(10), zero_division=0.0
    )
    found, there, claimed = (
        result.confusion.diagonal(),
        result.confusion.sum(axis=1),
        result.confusion.sum(axis=0),
    )
    columns: dict[str, np.ndarray] = {}
    for name, values, totals in (
        ("precision", precision, claimed),
        ("recall", recall, there),
        ("F1", f1, there + claimed - found),
    ):
        pairs = zip(found, totals, strict=True)
        limits = np.array(
            [wilson_interval(*pair) if pair[1] else (np.nan, np.nan) for pair in pairs]
        )
        if name == "F1":
            limits = 2 * limits / (1 + limits)
        columns |= {name: values, f"{name} low": limits[:, 0], f"{name} high": limits[:, 1]}
    return pd.DataFrame({**columns, "digits": support}).rename_axis("digit")


def confused_pairs(result: Evaluation, top: int = 10) -> pd.DataFrame:
    """Return the `top` most frequent mistakes: what the digit is, what the model says, how often, and the share of that digit."""
    wrong = result.confusion.copy()
    np.fill_diagonal(wrong, 0)
    order = np.argsort(-wrong, axis=None, kind="stable")[:top]
    rows, columns = np.unravel_index(order, wrong.shape)
    counts = wrong[rows, columns]
    digits = result.confusion.sum(axis=1)[rows]
    table = pd.DataFrame(
        {"is": rows, "read as": columns, "times": counts, "share": counts / np.maximum(digits, 1)}
    )
    return table[table["times"] > 0].reset_index(drop=True)


def misclassified(result: Evaluation) -> np.ndarray:
    """Return the indices of the wrong predictions, int64, the surest (highest confidence) first."""
    wrong = np.flatnonzero(~result.correct)
    return wrong[np.argsort(-result.confidence[wrong], kind="stable")]
