"""Predictions of a model and their metrics: accuracy, interval, loss, confusion matrix."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import binomtest
from sklearn.metrics import confusion_matrix

from mnist_lab import checks, machine
from mnist_lab.data.dataset import Dataset, check_images

if TYPE_CHECKING:
    import keras

# The float32 numbers next to 0 and to 1: logarithms and odds are finite between them.
_MIN, _MAX = float(np.finfo(np.float32).tiny), 1 - 2.0**-24


def _check_probabilities(probabilities: np.ndarray, count: int) -> None:
    if np.shape(probabilities) != (count, 10):
        expected = f"({count}, 10), ten per image"
        raise checks.invalid("probabilities.shape", np.shape(probabilities), expected)


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
        return confusion_matrix(self.dataset.labels, self.predictions, labels=range(10))

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
    interval = binomtest(correct, total).proportion_ci(confidence_level=confidence, method="wilson")
    return float(interval.low), float(interval.high)


def independent_outputs(model: "keras.Model") -> bool:
    """Return whether the model's ten outputs are independent sigmoids, by its last layer.

    Args:
        model: A Keras model; where its last layer is a model, that model's last layer counts.

    Returns:
        True for a sigmoid, False for a softmax and for layers without an activation.

    Raises:
        ValueError: Where the last layer is linear, so that the model returns logits.
    """
    layer = model
    while getattr(layer, "layers", None):
        layer = layer.layers[-1]
    activation = getattr(getattr(layer, "activation", None), "__name__", None)
    if activation == "linear":
        raise ValueError(
            f"The model returns logits: its last layer, {layer.name!r}, has no activation."
            ' Expected probabilities: end the model in activation="softmax" or'
            " keras.layers.Softmax()."
        )
    return activation == "sigmoid"


def probabilities_from(outputs: np.ndarray, independent: bool) -> np.ndarray:
    """Return the outputs of a model as probabilities that sum to 1.

    Sigmoids are independent answers. They become their odds p / (1 - p), divided by the sum of
    the ten odds. This equals the softmax of the logits, which is what Keras's sparse categorical
    cross-entropy trains.

    Args:
        outputs: float (n, 10) in [0, 1].
        independent: Whether they are sigmoids; see independent_outputs.

    Returns:
        float64 (n, 10), above 0; each row sums to 1.

    Raises:
        ValueError: For another shape, NaN, values outside [0, 1], and, unless `independent`, rows
            that do not sum to 1.
    """
    outputs = np.asarray(outputs, dtype=np.float64)
    if outputs.ndim != 2 or outputs.shape[1] != 10:
        raise checks.invalid(
            "outputs.shape", outputs.shape, "(n, 10), from a model with ten outputs"
        )
    if not np.isfinite(outputs).all():
        raise ValueError(
            "The model's output holds NaN or infinity: its training failed."
            " Try a smaller learning_rate."
        )
    ends = "end the model in softmax or sigmoid."
    if outputs.size and (outputs.min() < 0 or outputs.max() > 1 + 1e-6):
        raise ValueError(
            f"The model's outputs run from {outputs.min():.3g} to {outputs.max():.3g};"
            f" expected probabilities from 0 to 1: {ends}"
        )
    sums = outputs.sum(axis=1)
    if not independent and not np.allclose(sums, 1, atol=1e-3):
        worst = sums[np.abs(sums - 1).argmax()]
        raise ValueError(
            f"The model's outputs for one image sum to {worst:.3g}; expected 1: {ends}"
        )
    shares = outputs.clip(_MIN, _MAX if independent else 1)
    if independent:
        shares = shares / (1 - shares)
    return shares / shares.sum(axis=1, keepdims=True)


def outputs_in_batches(
    model: "keras.Model", images: np.ndarray, batch_size: checks.IntLike
) -> np.ndarray:
    """Return what a model gives for checked images, computed batch by batch, without training.

    Args:
        model: Takes float32 (n, 28, 28).
        images: float32 (n, 28, 28), at least one.
        batch_size: Images per call of the model, at least 1.

    Returns:
        The outputs of all images, (n, ...).
    """
    size = checks.integer("batch_size", batch_size, 1)
    parts = (images[start : start + size] for start in range(0, len(images), size))
    return np.concatenate([np.asarray(model(part, training=False)) for part in parts])


def predict(
    model: "keras.Model", images: np.ndarray, batch_size: checks.IntLike = 250
) -> Prediction:
    """Predict the digits of images that have no labels; the model is not changed.

    Args:
        model: Takes float32 (n, 28, 28) and returns (n, 10), by softmax or by sigmoid.
        images: float (n, 28, 28) in [0, 1], at least one; 1 is ink.
        batch_size: Images per call of the model. 250 keeps memory small.

    Returns:
        The ten probabilities of each image.

    Raises:
        ValueError: For images that are not such digits, and for outputs that are not probabilities.

    Example:
        >>> prediction = lab.evaluation.predict(lab.models.single_layer(), np.zeros((3, 28, 28)))
        >>> prediction.probabilities.shape
        (3, 10)
    """
    images = check_images(images, minimum=1)
    independent = independent_outputs(model)
    outputs = outputs_in_batches(model, images, batch_size)
    return Prediction(images, probabilities_from(outputs, independent))


def evaluate(
    model: "keras.Model", dataset: Dataset, batch_size: checks.IntLike = 250
) -> Evaluation:
    """Predict the digits of a dataset and compare them with the labels; the model is not changed.

    Args:
        model: Takes float32 (n, 28, 28) and returns (n, 10), by softmax or by sigmoid.
        dataset: The digits, at least one.
        batch_size: Images per call of the model. 250 keeps memory small.

    Returns:
        The ten probabilities of each digit, and the accuracy, loss and confusion matrix.

    Raises:
        ValueError: For an empty dataset, and for outputs that are not probabilities.

    Example:
        >>> result = lab.evaluate(lab.models.single_layer(), lab.load_digits("sample").test)
        >>> 0 < result.accuracy < 0.4  # an untrained model guesses
        True
    """
    if not len(dataset):
        raise ValueError("dataset is empty; expected at least one digit to evaluate the model on.")
    batch_size = checks.integer("batch_size", batch_size, 1)
    independent, outputs = independent_outputs(model), []
    for start in range(0, len(dataset), batch_size):  # all as floats would take more memory
        part = dataset.subset(slice(start, start + batch_size))
        outputs.append(np.asarray(model(part.images, training=False)))
    machine.release_memory()  # what the layers' outputs took
    return Evaluation(dataset, probabilities_from(np.concatenate(outputs), independent))
