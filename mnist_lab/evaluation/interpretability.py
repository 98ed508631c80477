"""Attribution maps, hidden features and gradient norms."""

import numpy as np

from mnist_lab import checks
from mnist_lab.backend import keras, tf
from mnist_lab.data.dataset import Dataset, check_images
from mnist_lab.evaluation.prediction import outputs_in_batches, predict


def _as_stack(image: np.ndarray) -> np.ndarray:
    """Return one digit (28, 28), checked, as a stack (1, 28, 28)."""
    if np.shape(image) != (28, 28):
        raise checks.invalid("image.shape", np.shape(image), "(28, 28), one digit")
    return check_images(np.asarray(image)[None])


def occlusion_map(
    model: keras.Model, image: np.ndarray, digit: checks.IntLike, side: checks.IntLike = 5
) -> np.ndarray:
    """Return how much the probability of a digit falls where a square covers the image.

    After Zeiler and Fergus (2014).

    Args:
        model: Takes float32 (n, 28, 28) and returns ten probabilities.
        image: float (28, 28) in [0, 1].
        digit: Whose probability, 0 to 9.
        side: Of the square of paper, in pixels; 5 covers a stroke.

    Returns:
        float64 (28, 28): the fall for a square centered on each pixel. Positive where the covered
        ink speaks for the digit, negative where it speaks against it.

    Raises:
        ValueError: For an image that is not such a digit, and for a digit or side out of its range.

    Example:
        >>> lab.evaluation.occlusion_map(lab.models.mlp([20]), np.ones((28, 28)), digit=3).shape
        (28, 28)
    """
    images = _as_stack(image)
    digit = checks.integer("digit", digit, 0, 9)
    side = checks.integer("side", side, 1, 28)
    before, after = side // 2, side - side // 2
    # The first image stays whole; each of the others is covered around one pixel.
    images = np.repeat(images, 1 + 784, axis=0)
    for covered, (row, column) in zip(images[1:], np.ndindex(28, 28), strict=True):
        covered[max(row - before, 0) : row + after, max(column - before, 0) : column + after] = 0
    probabilities = predict(model, images).probabilities[:, digit]
    return (probabilities[0] - probabilities[1:]).reshape(28, 28)


def saliency_map(model: keras.Model, image: np.ndarray, digit: checks.IntLike) -> np.ndarray:
    """Return the gradient of the logarithm of a digit's output by the pixels.

    After Simonyan, Vedaldi and Zisserman (2014).

    Args:
        model: Takes float32 (n, 28, 28) and returns ten outputs in [0, 1].
        image: float (28, 28) in [0, 1].
        digit: Whose output, 0 to 9.

    Returns:
        float32 (28, 28): positive where more ink would speak for the digit.

    Raises:
        ValueError: For an image that is not such a digit, and for a digit out of its range.

    Example:
        >>> lab.evaluation.saliency_map(lab.models.mlp([20]), np.ones((28, 28)), digit=3).shape
        (28, 28)
    """
    pixels = tf.constant(_as_stack(image))
    digit = checks.integer("digit", digit, 0, 9)
    with tf.GradientTape() as tape:
        tape.watch(pixels)
        output = model(pixels, training=False)[0, digit]
        log_output = tf.math.log(tf.maximum(output, np.finfo(np.float32).tiny))
    return np.asarray(tape.gradient(log_output, pixels))[0]


def penultimate_features(
    model: keras.Model, images: np.ndarray, batch_size: checks.IntLike | None = None
) -> np.ndarray:
    """Return the input of the last layer: the features that the model classifies by.

    Args:
        model: Takes float32 (n, 28, 28).
        images: float (n, 28, 28) in [0, 1], at least one.
        batch_size: Images per call of the model; None as in evaluate().

    Returns:
        float32 (n, k), flattened to k features per image.

    Raises:
        ValueError: For images that are not such digits.

    Example:
        >>> lab.evaluation.penultimate_features(lab.models.mlp([20]), np.zeros((3, 28, 28))).shape
        (3, 20)
    """
    images = check_images(images, minimum=1)
    body = keras.Model(model.inputs[0], model.layers[-1].input)
    return outputs_in_batches(body, images, batch_size).reshape(len(images), -1)


def weighted_layers(model: keras.Model) -> list[keras.layers.Layer]:
    """Return the layers of a model that have a kernel (dense, convolutional), first to last.

    Args:
        model: Whose layers.

    Returns:
        Those layers, without pooling, normalization and the like.

    Example:
        >>> [layer.name for layer in lab.evaluation.weighted_layers(lab.models.mlp([20]))]
        ['hidden_1', 'output']
    """
    return [layer for layer in model.layers if hasattr(layer, "kernel")]


def gradient_rms(model: keras.Model, dataset: Dataset) -> dict[str, float]:
    """Return the root mean square of the loss's gradient by the kernel of each layer.

    Where gradients shrink from layer to layer toward the input, they vanish, and the first layers
    hardly learn (Hochreiter 1991; Glorot and Bengio 2010).

    Args:
        model: Takes float32 (n, 28, 28) and returns ten probabilities.
        dataset: The loss is the mean cross-entropy over its digits, all in one batch.

    Returns:
        Name -> root mean square, for the weighted layers, first to last.

    Example:
        >>> dataset = lab.data.Dataset(np.zeros((10, 28, 28)), np.arange(10))
        >>> list(lab.evaluation.gradient_rms(lab.models.mlp([20]), dataset))
        ['hidden_1', 'output']
    """
    layers = weighted_layers(model)
    with tf.GradientTape() as tape:
        outputs = model(dataset.images, training=False)
        loss = tf.reduce_mean(keras.losses.sparse_categorical_crossentropy(dataset.labels, outputs))
    gradients = tape.gradient(loss, [layer.kernel.value for layer in layers])
    return {
        layer.name: float(np.sqrt(np.mean(np.asarray(gradient, np.float64) ** 2)))
        for layer, gradient in zip(layers, gradients, strict=True)
    }
