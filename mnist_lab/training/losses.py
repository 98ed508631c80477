"""The loss that Keras lacks."""

from typing import Any

import numpy as np

from mnist_lab import checks
from mnist_lab.backend import keras, tf
from mnist_lab.checks import FloatLike


@keras.saving.register_keras_serializable("mnist_lab")
class SmoothedCrossentropy(keras.losses.Loss):
    """Sparse categorical cross-entropy with label smoothing (Szegedy et al. 2016).

    The target is 1 - s for the label, plus s / 10 for every digit. It keeps a network from becoming
    ever more certain of its training digits. Keras 3 smooths one-hot labels only.

    Args:
        label_smoothing: The share s, in [0, 1).
        name: The loss's name, for Keras.
        **settings: Other arguments of keras.losses.Loss.

    Raises:
        ValueError: `label_smoothing` cannot be used.

    Example:
        >>> import numpy as np
        >>> loss = lab.training.SmoothedCrossentropy(0.1)
        >>> round(float(loss(np.array([3]), np.full((1, 10), 0.1))), 3)
        2.303
    """

    def __init__(
        self,
        label_smoothing: FloatLike,
        name: str = "smoothed_crossentropy",
        **settings: Any,
    ) -> None:
        super().__init__(name=name, **settings)
        self.label_smoothing = checks.real(
            "label_smoothing", label_smoothing, 0.0, 1.0, closed="left"
        )

    def call(self, y_true: np.ndarray | tf.Tensor, y_pred: np.ndarray | tf.Tensor) -> tf.Tensor:
        """Return the loss of each digit; Keras calls it.

        Args:
            y_true: Labels, whole numbers (n,).
            y_pred: Outputs of a network, float32 (n, 10).

        Returns:
            float32 (n,).
        """
        targets = keras.ops.one_hot(keras.ops.cast(y_true, "int32"), y_pred.shape[-1])
        return keras.losses.categorical_crossentropy(
            targets, y_pred, label_smoothing=self.label_smoothing
        )

    def get_config(self) -> dict[str, Any]:
        """Return what Keras rebuilds the loss from."""
        return {**super().get_config(), "label_smoothing": self.label_smoothing}
