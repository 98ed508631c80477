"""Has a model predict images and datasets, in parts that keep memory small."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from mnist_lab import checks, machine
from mnist_lab.data.dataset import Dataset, check_images
from mnist_lab.evaluation.metrics import Evaluation, Prediction

if TYPE_CHECKING:
    import keras

# The float32 numbers next to 0 and to 1: logarithms and odds are finite between them.
_MIN, _MAX = float(np.finfo(np.float32).tiny), 1 - 2.0**-24


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


def _outputs(model: "keras.Model", parts: Iterable[np.ndarray]) -> np.ndarray:
    return np.concatenate([np.asarray(model(part, training=False)) for part in parts])


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
    return _outputs(model, (images[at : at + size] for at in range(0, len(images), size)))


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
    size = checks.integer("batch_size", batch_size, 1)
    independent = independent_outputs(model)
    # All as floats would take more memory.
    parts = (dataset.subset(slice(at, at + size)).images for at in range(0, len(dataset), size))
    outputs = _outputs(model, parts)
    machine.release_memory()  # what the layers' outputs took
    return Evaluation(dataset, probabilities_from(outputs, independent))
