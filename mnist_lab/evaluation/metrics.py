"""What a model predicted and its metrics: accuracy, interval, loss, confusion matrix."""

import math
from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist

import numpy as np

from mnist_lab import checks
from mnist_lab.data.dataset import Dataset


def _check_probabilities(probabilities: np.ndarray, count: int) -> None:
    shape = np.shape(probabilities)
    if shape != (count, 10):
        raise checks.invalid("probabilities.shape", shape, f"({count}, 10), ten per image")


@dataclass(frozen=True, eq=False)
class Prediction:
    """The probabilities that a model gives to the ten digits, for n images without labels.

    Attributes:
        images: float32 (n, 28, 28).
        probabilities: float64 (n, 10); each row sums to 1.
    """

    images: np.ndarray
    probabilities: np.ndarray

    def __post_init__(self) -> None:
        _check_probabilities(self.probabilities, len(self.images))

    def __len__(self) -> int:
        return len(self.probabilities)

    @cached_property
    def predictions(self) -> np.ndarray:
        """The most probable digit of each image, int64 (n,)."""
        return self.probabilities.argmax(axis=1)

    @cached_property
    def confidence(self) -> np.ndarray:
        """The probability of each predicted digit, float64 (n,), from 0.1 to 1."""
        return self.probabilities.max(axis=1)


@dataclass(frozen=True, eq=False, init=False, repr=False)
class Evaluation(Prediction):
    """A Prediction for a labeled dataset, and so an accuracy, a loss and a confusion matrix.

    Attributes:
        probabilities: float64 (n, 10); each row sums to 1.
        dataset: The images with their labels.
    """

    dataset: Dataset

    def __init__(self, dataset: Dataset, probabilities: np.ndarray) -> None:
        object.__setattr__(self, "dataset", dataset)
        object.__setattr__(self, "probabilities", probabilities)
        _check_probabilities(probabilities, len(dataset))

    @property
    def images(self) -> np.ndarray:
        """The images of the dataset, float32 (n, 28, 28)."""
        return self.dataset.images

    @cached_property
    def correct(self) -> np.ndarray:
        """Whether each prediction equals the label, bool (n,)."""
        return self.predictions == self.dataset.labels

    @property
    def accuracy(self) -> float:
        """The share of correct predictions, from 0 to 1."""
        return float(self.correct.mean())

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % Wilson interval of the accuracy."""
        return wilson_interval(int(self.correct.sum()), len(self))

    @property
    def loss(self) -> float:
        """The mean cross-entropy in nats: the mean of -log(probability of the label)."""
        # Not sklearn.metrics.log_loss, which raises probabilities below 2e-16 to 2e-16.
        label_probabilities = self.probabilities[np.arange(len(self)), self.dataset.labels]
        return float(-np.log(label_probabilities).mean())

    @cached_property
    def confusion(self) -> np.ndarray:
        """The confusion matrix, counts int64 (10, 10): row = label, column = prediction."""
        pairs = 10 * self.dataset.labels + self.predictions
        return np.bincount(pairs, minlength=100).reshape(10, 10)

    @property
    def metrics(self) -> dict[str, float | list[float] | list[int]]:
        """The metrics that a record keeps of an evaluation on the test set, as plain Python."""
        return {
            "test_accuracy": self.accuracy,
            "test_accuracy_interval": list(self.interval),
            "test_loss": self.loss,
            "test_misclassified": np.flatnonzero(~self.correct).tolist(),
        }

    def __str__(self) -> str:
        low, high = self.interval
        return (
            f"{self.accuracy:.2%} of {len(self):,} digits correct"
            f" (95 % interval {low:.2%} to {high:.2%}), loss {self.loss:.4f}"
        )

    __repr__ = __str__


def wilson_interval(
    correct: checks.IntLike, total: checks.IntLike, confidence: checks.FloatLike = 0.95
) -> tuple[float, float]:
    """Return the Wilson score interval of a share (Wilson 1927).

    It stays within [0, 1], even where all or none are correct.

    Args:
        correct: How many were correct, from 0 to `total`.
        total: How many there were, at least 1.
        confidence: Above 0 and below 1; 0.95 is the usual choice.

    Returns:
        The lower and the upper limit, each from 0 to 1.

    Raises:
        ValueError: Where a number is out of its range.

    Example:
        >>> lab.evaluation.wilson_interval(90, 100)
        (0.825..., 0.944...)
    """
    total = checks.integer("total", total, 1)
    correct = checks.integer("correct", correct, 0, total)
    confidence = checks.real("confidence", confidence, 0.0, 1.0, closed="neither")
    # By hand: importing SciPy's statistics takes longer than most evaluations.
    z_squared = NormalDist().inv_cdf((1 - confidence) / 2) ** 2
    center = correct + z_squared / 2
    half = math.sqrt(z_squared * (correct * (total - correct) / total + z_squared / 4))
    low, high = center - half, center + half
    # Where none or all are correct a limit is 0 or 1, without rounding.
    return (
        low / (total + z_squared) if correct else 0.0,
        high / (total + z_squared) if correct < total else 1.0,
    )
