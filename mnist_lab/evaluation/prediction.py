"""Has a model predict images and datasets, in parts that keep memory small."""

import math
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from mnist_lab import checks, machine
from mnist_lab.data.dataset import Dataset, check_images
from mnist_lab.evaluation.metrics import Evaluation, Prediction

if TYPE_CHECKING:
    import keras
    import tensorflow as tf

# The float32 numbers next to 0 and to 1: logarithms and odds are finite between them.
_MIN, _MAX = float(np.finfo(np.float32).tiny), 1 - 2.0**-24

# Images per call: 250, and more while a layer's outputs are no larger than those of 16 filters.
_IMAGES, _VALUES = 250, 250 * 16 * 784
_TRACED_CALLS = 8  # tracing a convolutional network takes as long as it saves in five calls


def independent_outputs(model: "keras.Model") -> bool:
    """Return whether the model's ten outputs are independent sigmoids, by its last layer.

    Args:
        model: A Keras model; where its last layer is a model, that model's last layer counts.

    Returns:
        True for a sigmoid, False for a softmax and for layers without an activation.

    Raises:
        ValueError: For what is no model, and where the last layer is linear, so that the model
            returns logits.
    """
    checks.network("model", model)
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


def _widest(model: "keras.Model") -> int:
    """Return how many values the widest layer of a model gives for one image."""
    return max(
        _widest(layer) if getattr(layer, "layers", None) else math.prod(layer.output.shape[1:])
        for layer in model.layers
    )


def _traced(model: "keras.Model") -> Callable[[np.ndarray], "tf.Tensor"]:
    """Return the model as one program: TensorFlow then computes neighboring layers together.

    It is made anew for each evaluation, so it is the model as it is now.
    """
    from mnist_lab.backend import tf

    return tf.function(
        lambda images: model(images, training=False),
        input_signature=[tf.TensorSpec([None, 28, 28], tf.float32)],
        autograph=False,
    )


def _outputs(
    model: "keras.Model",
    read: Callable[[slice], np.ndarray],
    count: int,
    batch_size: checks.IntLike | None,
) -> np.ndarray:
    """Return what a model gives for images 0 to `count`, which `read` returns part by part."""
    try:
        size, traceable = max(_IMAGES, _VALUES // max(784, _widest(model))), True
    except (AttributeError, TypeError, ValueError):  # a model that Keras does not know in advance
        size, traceable = _IMAGES, False
    if batch_size is not None:
        size = checks.integer("batch_size", batch_size, 1)
    traced = traceable and count >= _TRACED_CALLS * size
    call = _traced(model) if traced else partial(model, training=False)
    parts = (read(slice(at, at + size)) for at in range(0, count, size))
    return np.concatenate([np.asarray(call(part)) for part in parts])


def outputs_in_batches(
    model: "keras.Model", images: np.ndarray, batch_size: checks.IntLike | None = None
) -> np.ndarray:
    """Return what a model gives for checked images, computed batch by batch, without training.

    Args:
        model: Takes float32 (n, 28, 28).
        images: float32 (n, 28, 28), at least one.
        batch_size: Images per call of the model, at least 1; None as in evaluate().

    Returns:
        The outputs of all images, (n, ...).
    """
    return _outputs(model, lambda part: images[part], len(images), batch_size)


def predict(
    model: "keras.Model", images: np.ndarray, batch_size: checks.IntLike | None = None
) -> Prediction:
    """Predict the digits of images that have no labels; the model is not changed.

    Args:
        model: Takes float32 (n, 28, 28) and returns (n, 10), by softmax or by sigmoid.
        images: float (n, 28, 28) in [0, 1], at least one; 1 is ink.
        batch_size: Images per call of the model. None takes as many as keep the outputs of a
            layer within 13 MB, but at least 250.

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
    model: "keras.Model", dataset: Dataset, batch_size: checks.IntLike | None = None
) -> Evaluation:
    """Predict the digits of a dataset and compare them with the labels; the model is not changed.

    Args:
        model: Takes float32 (n, 28, 28) and returns (n, 10), by softmax or by sigmoid.
        dataset: The digits, at least one.
        batch_size: Images per call of the model. None takes as many as keep the outputs of a
            layer within 13 MB, but at least 250.

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
    independent = independent_outputs(model)
    # All as floats would take more memory.
    outputs = _outputs(model, lambda part: dataset.subset(part).images, len(dataset), batch_size)
    machine.release_memory()  # what the layers' outputs took
    return Evaluation(dataset, probabilities_from(outputs, independent))
