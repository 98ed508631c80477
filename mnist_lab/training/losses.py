"""Losses that Keras lacks."""

from typing import Any

from mnist_lab.backend import keras


@keras.saving.register_keras_serializable("mnist_lab")
class SmoothedCrossentropy(keras.losses.Loss):
    """Sparse categorical cross-entropy against labels smoothed by a share s: 1 - s for the label, s for all alike.

    It keeps a network from growing ever surer of its training digits (Szegedy et al. 2016). Keras has smoothing for
    one-hot labels only.
    """

    def __init__(
        self, label_smoothing: float, name: str = "smoothed_crossentropy", **settings: Any
    ) -> None:
        super().__init__(name=name, **settings)
        self.label_smoothing = label_smoothing

    def call(self, y_true: Any, y_pred: Any) -> Any:
        targets = keras.ops.one_hot(keras.ops.cast(y_true, "int32"), y_pred.shape[-1])
        return keras.losses.categorical_crossentropy(
            targets, y_pred, label_smoothing=self.label_smoothing
        )

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "label_smoothing": self.label_smoothing}
