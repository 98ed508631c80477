"""A network that learns from the labels and from the answers of another network, its teacher."""

from typing import Any

import numpy as np

from mnist_lab.backend import keras


@keras.saving.register_keras_serializable("mnist_lab_benchmarks")
class Distilled(keras.Model):
    """A student that learns half from the labels and half from a teacher's probabilities for the same distorted picture.

    After Hinton, Vinyals and Dean (2015), at temperature 1.
    """

    def __init__(self, student: keras.Model, teacher: keras.Model, **settings: Any) -> None:
        super().__init__(**settings)
        teacher.trainable = False
        self.student, self.teacher = student, teacher
        self(np.zeros([1, *self.input_shape[1:]], np.float32))

    @property
    def input_shape(self) -> tuple:
        """Return the student's."""
        return self.student.input_shape

    def call(self, images: Any, training: bool = False) -> Any:
        """Return the student's probabilities."""
        return self.student(images, training=training)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True) -> Any:
        """Return the mean of the loss against the labels and of the cross-entropy to the teacher, the latter in training only."""
        loss = super().compute_loss(x, y, y_pred, sample_weight, training)
        if not training:
            return loss
        soft = keras.losses.categorical_crossentropy(self.teacher(x, training=False), y_pred)
        return (loss + keras.ops.mean(soft * sample_weight)) / 2

    def get_config(self) -> dict[str, Any]:
        """Return what it is rebuilt from."""
        parts = {"student": self.student, "teacher": self.teacher}
        return {
            "name": self.name,
            **{name: keras.saving.serialize_keras_object(part) for name, part in parts.items()},
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Distilled":
        """Return one with fresh weights."""
        parts = {
            name: keras.saving.deserialize_keras_object(config[name])
            for name in ("student", "teacher")
        }
        return cls(**parts, name=config["name"])
