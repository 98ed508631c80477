"""A network that learns from labels and from the probabilities of a teacher network."""

from typing import Any

import numpy as np

from mnist_lab.backend import keras


@keras.saving.register_keras_serializable("mnist_lab_benchmarks")
class Distilled(keras.Model):
    """A student whose loss is half that of the labels and half that of a teacher's probabilities.

    The teacher sees the same distorted image. After Hinton, Vinyals and Dean (2015), temperature 1.
    """

    def __init__(self, student: keras.Model, teacher: keras.Model, **settings: Any) -> None:
        super().__init__(**settings)
        teacher.trainable = False
        self.student, self.teacher = student, teacher
        self(np.zeros([1, *student.input_shape[1:]], np.float32))

    @property
    def input_shape(self) -> tuple:
        """Return the student's."""
        return self.student.input_shape

    def call(self, images: Any, training: bool = False) -> Any:
        """Return the student's probabilities."""
        return self.student(images, training=training)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True) -> Any:
        """Return the mean of both losses in training, the loss against the labels otherwise."""
        loss = super().compute_loss(x, y, y_pred, sample_weight, training)
        if not training:
            return loss
        teacher = keras.losses.categorical_crossentropy(self.teacher(x, training=False), y_pred)
        return (loss + keras.ops.mean(teacher * sample_weight)) / 2

    def get_config(self) -> dict[str, Any]:
        """Return what it is rebuilt from."""
        networks = {"student": self.student, "teacher": self.teacher}
        serialize = keras.saving.serialize_keras_object
        return {"name": self.name, **{key: serialize(value) for key, value in networks.items()}}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Distilled":
        """Return one with fresh weights."""
        student, teacher = (
            keras.saving.deserialize_keras_object(config[name]) for name in ("student", "teacher")
        )
        return cls(student, teacher, name=config["name"])
