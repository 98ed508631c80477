"""What a network looks at, and how its layers fare: maps of pixels, hidden layers in the plane, gradients, dead neurons."""

from itertools import pairwise

import numpy as np

from mnist_lab import checks
from mnist_lab.backend import keras, tf
from mnist_lab.data.digits import Dataset
from mnist_lab.evaluation.metrics import Evaluation


def _one_image(image: np.ndarray) -> np.ndarray:
    image = np.asarray(image, dtype=np.float32)
    if image.shape != (28, 28):
        raise ValueError(f"image has the shape {image.shape}; expected one digit, (28, 28).")
    return image


def occlusion_map(model: keras.Model, image: np.ndarray, digit: int, side: int = 5) -> np.ndarray:
    """Return by how much the probability of a digit falls when a square of paper covers each place, (28, 28).

    After Zeiler and Fergus (2014). side: pixels of the square, centred on each pixel in turn; 5 covers a stroke.
    Positive where the covered ink spoke for the digit, negative where it spoke against.
    """
    image = _one_image(image)
    digit = checks.integer("digit", digit, 0, 9)
    side = checks.integer("side", side, 1, 28)
    rows, columns = np.indices((28, 28))
    before, after = side // 2, side - side // 2
    covered = np.repeat(image[None], 784, axis=0)
    for picture, row, column in zip(covered, rows.ravel(), columns.ravel(), strict=True):
        picture[max(row - before, 0) : row + after, max(column - before, 0) : column + after] = 0
    answers = np.asarray(model(np.concatenate([image[None], covered]), training=False))[:, digit]
    return (answers[0] - answers[1:]).reshape(28, 28)


def saliency_map(model: keras.Model, image: np.ndarray, digit: int) -> np.ndarray:
    """Return how the logarithm of a digit's probability changes with each pixel, its gradient, (28, 28).

    After Simonyan, Vedaldi and Zisserman (2014). Positive where more ink would speak for the digit.
    """
    pixels = tf.constant(_one_image(image)[None])
    digit = checks.integer("digit", digit, 0, 9)
    with tf.GradientTape() as tape:
        tape.watch(pixels)
        logarithm = tf.math.log(
            tf.maximum(model(pixels, training=False)[0, digit], np.finfo(np.float32).tiny)
        )
    return tape.gradient(logarithm, pixels)[0].numpy()


def penultimate_features(
    model: keras.Sequential, images: np.ndarray, batch_size: int = 1000
) -> np.ndarray:
    """Return what the layer before the last gives for images (n, 28, 28): float32 (n, k)."""
    until = keras.Model(model.inputs[0], model.layers[-1].input)
    parts = [
        until(images[start : start + batch_size], training=False)
        for start in range(0, len(images), batch_size)
    ]
    return np.concatenate([np.asarray(part).reshape(len(part), -1) for part in parts])


def project_2d(features: np.ndarray, method: str = "pca", seed: int = 0) -> np.ndarray:
    """Return features (n, k) as points of a plane, float (n, 2).

    method: "pca", the two directions of largest variance, where distances mean something (Pearson 1901); or "tsne",
    which keeps neighbours together and nothing else (van der Maaten and Hinton 2008) and takes seconds a thousand.
    """
    checks.choice("method", method, ("pca", "tsne"))
    if method == "pca":
        from sklearn.decomposition import PCA

        return PCA(2, random_state=seed).fit_transform(features)
    from sklearn.manifold import TSNE

    perplexity = min(30.0, (len(features) - 1) / 3)
    return TSNE(2, perplexity=perplexity, init="pca", random_state=seed).fit_transform(features)


def nearest_correct(features: np.ndarray, result: Evaluation, index: int) -> int:
    """Return the index of the digit with the same label that was read correctly and lies nearest to the one at `index`.

    features: of the digits in result.dataset, (n, k); nearest by Euclidean distance. Raises ValueError where there is none.
    """
    same = (result.dataset.labels == result.dataset.labels[index]) & result.correct
    same[index] = False
    if not same.any():
        raise ValueError(
            f"No other digit labelled {result.dataset.labels[index]} was read correctly."
        )
    candidates = np.flatnonzero(same)
    return int(candidates[np.linalg.norm(features[candidates] - features[index], axis=1).argmin()])


def _weighted(model: keras.Sequential) -> list[keras.layers.Layer]:
    return [layer for layer in model.layers if hasattr(layer, "kernel")]


def gradient_rms(model: keras.Sequential, dataset: Dataset) -> dict[str, float]:
    """Return the root mean square of the loss's gradient by the weights of each layer that has a kernel, first to last.

    The loss is the mean cross-entropy over the dataset's digits, all of them at once. Where gradients shrink from layer to
    layer towards the input, the first layers hardly learn: they vanish (Hochreiter 1991; Glorot and Bengio 2010).
    """
    layers = _weighted(model)
    with tf.GradientTape() as tape:
        output = model(dataset.images, training=False)
        loss = tf.reduce_mean(keras.losses.sparse_categorical_crossentropy(dataset.labels, output))
    gradients = tape.gradient(loss, [layer.kernel.value for layer in layers])
    return {
        layer.name: float(tf.sqrt(tf.reduce_mean(gradient**2)))
        for layer, gradient in zip(layers, gradients, strict=True)
    }


def dead_unit_fractions(model: keras.Sequential, images: np.ndarray) -> dict[str, float]:
    """Return the share of neurons of each hidden dense layer that give 0 for every one of the images (n, 28, 28), 0 to 1.

    What a neuron gives is what the next layer with weights gets, after normalisation and activation. Such a neuron passes
    no gradient, so training brings it back only by changing what goes into it. It is ReLU's weakness.
    """
    weighted = _weighted(model)
    pairs = [pair for pair in pairwise(weighted) if isinstance(pair[0], keras.layers.Dense)]
    outputs = (
        keras.Model(model.inputs[0], [after.input for _, after in pairs])(images, training=False)
        if pairs
        else []
    )
    values = [
        np.asarray(output) for output in (outputs if isinstance(outputs, list) else [outputs])
    ]
    return {
        layer.name: float((value == 0).all(axis=0).mean())
        for (layer, _), value in zip(pairs, values, strict=True)
    }
