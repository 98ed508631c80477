"""Keras as notebooks import it: TensorFlow starts when Keras is first used."""

from types import ModuleType
from typing import TYPE_CHECKING

from mnist_lab.lazy_imports import LazyModule
from mnist_lab.tensorflow_settings import set_variables

# A learner may import Keras or TensorFlow directly before this package needs them.
set_variables()


def _fill_with_keras(module: ModuleType) -> None:
    from mnist_lab import backend

    vars(module).update(vars(backend.keras))


if TYPE_CHECKING:
    import keras
else:
    keras = LazyModule("keras", _fill_with_keras)

__all__ = ["keras"]
