"""One compiled program an epoch: the loop over batches that Keras runs in Python, run inside TensorFlow."""

from collections.abc import Callable

import numpy as np

from mnist_lab.backend import keras, tf
from mnist_lab.data import Split

Logs = dict[str, float]


def compiles_with_xla(model: keras.Model) -> bool:
    """Whether XLA makes this model faster: dense layers yes; convolutions no, its CPU ones are slower than oneDNN's."""
    return not any("Conv" in type(layer).__name__ for layer in model.layers)


def _results(model: keras.Model, loss: tf.Tensor) -> dict[str, tf.Tensor]:
    results = model.get_metrics_result()
    results["loss"] = loss
    return results


def training_epoch(model: keras.Model, split: Split, batch_size: int) -> Callable[[np.ndarray], Logs]:
    """Return a function that trains a compiled model for one epoch, given the order of the digits (a permutation).

    The digits stay on the device; the program gathers each batch, takes the gradient and applies it with the model's
    own optimizer, exactly as Keras's train_step does. The last, smaller batch of an epoch is a step like the others.
    It returns the epoch's mean loss and the model's metrics, named as Keras names them. XLA compiles on the first
    call (about a second); later calls and a changed learning rate compile nothing.
    """
    images, labels = tf.constant(split.images), tf.constant(split.labels)
    batch_size = min(batch_size, len(split))
    steps, rest = divmod(len(split), batch_size)

    def step(chosen: tf.Tensor) -> tf.Tensor:
        image, label = tf.gather(images, chosen), tf.gather(labels, chosen)
        with tf.GradientTape() as tape:
            output = model(image, training=True)
            loss = model.compute_loss(image, label, output, training=True)
        gradients = tape.gradient(loss, model.trainable_weights)
        model.optimizer.apply_gradients(zip(gradients, model.trainable_weights, strict=True))
        model.compute_metrics(image, label, output)
        return loss * tf.cast(tf.shape(chosen)[0], loss.dtype)

    @tf.function(jit_compile=compiles_with_xla(model))
    def epoch(order: tf.Tensor) -> dict[str, tf.Tensor]:
        total = tf.constant(0.0)
        batches = tf.reshape(order[: steps * batch_size], [steps, batch_size])
        for number in tf.range(steps):
            total += step(batches[number])
        if rest:
            total += step(order[steps * batch_size :])
        return _results(model, total / len(split))

    def run(order: np.ndarray) -> Logs:
        model.reset_metrics()
        return {name: float(value) for name, value in epoch(tf.constant(order, tf.int32)).items()}

    return run


def evaluation_pass(model: keras.Model, split: Split, batch_size: int = 2000) -> Callable[[], Logs]:
    """Return a function that measures a compiled model's loss and metrics on a split, without training it.

    Without XLA: one pass over a few large batches gains nothing from it and would wait for its compiler.
    """
    images, labels = tf.constant(split.images), tf.constant(split.labels)
    starts = range(0, len(split), batch_size)

    @tf.function
    def measure() -> dict[str, tf.Tensor]:
        total = tf.constant(0.0)
        for start in starts:
            image, label = images[start : start + batch_size], labels[start : start + batch_size]
            output = model(image, training=False)
            total += model.compute_loss(image, label, output, training=False) * len(image)
            model.compute_metrics(image, label, output)
        return _results(model, total / len(split))

    def run() -> Logs:
        model.reset_metrics()
        return {name: float(value) for name, value in measure().items()}

    return run
