"""Layers that compute what Keras's layers do, by operations of TensorFlow that take less time."""

from typing import Any, cast

from mnist_lab.backend import keras, tf, xla_works

_LEAST_EPSILON = 1.001e-5  # of the fused operation on a GPU


@keras.saving.register_keras_serializable("mnist_lab")
class FusedBatchNormalization(keras.layers.BatchNormalization):
    """Batch normalization of images, in one operation while training.

    Keras composes it of some thirty operations, which take three times as long.
    """

    def call(self, inputs: tf.Tensor, training: bool | None = None, mask: Any = None) -> tf.Tensor:
        """Return the normalized inputs; while training, update the moving averages."""
        if not (training and self.trainable and mask is None and self._is_usual(inputs)):
            return super().call(inputs, training=training, mask=mask)
        beta = tf.convert_to_tensor(self.beta)
        gamma = tf.convert_to_tensor(self.gamma) if self.scale else tf.ones_like(beta)
        outputs, mean, variance = tf.compat.v1.nn.fused_batch_norm(
            inputs, gamma, beta, epsilon=self.epsilon
        )
        # The operation divides by one less, to estimate the variance of all digits.
        count = tf.cast(tf.size(inputs) // inputs.shape[-1], tf.float32)
        variance *= (count - 1) / count
        for moving, value in ((self.moving_mean, mean), (self.moving_variance, variance)):
            moving.assign(moving * self.momentum + value * (1 - self.momentum))
        return outputs

    def _is_usual(self, inputs: tf.Tensor) -> bool:
        plain = self.center and not self.synchronized
        renormalizes = getattr(self, "renorm", False)  # Keras 3.10 has none
        images = len(inputs.shape) == 4 and inputs.dtype == tf.float32 and self.axis in (-1, 3)
        return plain and not renormalizes and images and self.epsilon >= _LEAST_EPSILON


def _of_largest_pixel(images: tf.Tensor, gradient: tf.Tensor) -> tf.Tensor:
    """Return the gradient of 2 x 2 max pooling: each goes to the first of the largest pixels."""
    height, width, channels = cast(tuple[int, int, int], tuple(images.shape[1:]))
    rows, columns = height // 2, width // 2
    blocks = tf.reshape(images[:, : 2 * rows, : 2 * columns], [-1, rows, 2, columns, 2, channels])
    (a, b), (c, d) = ([blocks[:, :, i, :, j] for j in (0, 1)] for i in (0, 1))
    upper = tf.maximum(a, b) >= tf.maximum(c, d)
    largest = tf.where(upper, tf.where(a >= b, 0, 1), tf.where(c >= d, 2, 3))
    place = tf.reshape(tf.range(4), [1, 1, 2, 1, 2, 1])
    spread = tf.where(largest[:, :, None, :, None] == place, gradient[:, :, None, :, None], 0.0)
    spread = tf.reshape(spread, [-1, 2 * rows, 2 * columns, channels])
    return tf.pad(spread, [[0, 0], [0, height % 2], [0, width % 2], [0, 0]])


@keras.saving.register_keras_serializable("mnist_lab")
class HalvingMaxPooling2D(keras.layers.MaxPooling2D):
    """Max pooling, with the gradient of 2 x 2 pixels as a comparison that XLA compiles.

    TensorFlow's own gradient runs on one core, at ten times the cost, unless oneDNN takes it over,
    which differs from process to process.
    """

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        """Return the largest of each block of pixels."""
        halves = self.pool_size == self.strides == (2, 2) and self.padding == "valid"
        known = self.data_format == "channels_last" and None not in inputs.shape[1:]
        if not (halves and known and inputs.dtype == tf.float32):
            return super().call(inputs)
        pool = super().call

        @tf.custom_gradient
        def pooled(images: tf.Tensor) -> tuple[tf.Tensor, Any]:
            compiled = tf.function(_of_largest_pixel, jit_compile=xla_works(), autograph=False)
            return pool(images), lambda gradient: compiled(images, gradient)

        return cast(tf.Tensor, pooled(inputs))


_QUICKER = {
    "BatchNormalization": FusedBatchNormalization.__name__,
    "MaxPooling2D": HalvingMaxPooling2D.__name__,
}


def quicker(config: dict[str, Any]) -> dict[str, Any]:
    """Return the configuration of a layer, as that of the quicker one if there is one."""
    name = _QUICKER.get(config.get("class_name", ""))
    if name is None or config.get("module") != "keras.layers":
        return config
    return config | {"class_name": name, "registered_name": f"mnist_lab>{name}"}
