"""A progressive course on handwritten-digit recognition; rooms load when first used, so importing it is quick."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mnist_lab import (
        calibration,
        checks,
        comparison,
        data,
        distortion,
        drawing,
        evaluation,
        handwriting,
        insight,
        models,
        plots,
        recipes,
        results,
        shifts,
        suspects,
        training,
        tuning,
    )
    from mnist_lab.backend import keras
    from mnist_lab.data import load_digits
    from mnist_lab.evaluation import evaluate
    from mnist_lab.recipes import recipe
    from mnist_lab.results import record
    from mnist_lab.training import train

_ROOMS = (
    "calibration",
    "checks",
    "comparison",
    "data",
    "distortion",
    "drawing",
    "evaluation",
    "handwriting",
    "insight",
    "models",
    "plots",
    "recipes",
    "results",
    "shifts",
    "suspects",
    "training",
    "tuning",
)
_FUNCTIONS = {
    "load_digits": "data",
    "train": "training",
    "evaluate": "evaluation",
    "recipe": "recipes",
    "record": "results",
    "keras": "backend",
}

__all__ = [
    "calibration",
    "checks",
    "comparison",
    "data",
    "distortion",
    "drawing",
    "evaluate",
    "evaluation",
    "handwriting",
    "insight",
    "keras",
    "load_digits",
    "models",
    "plots",
    "recipe",
    "recipes",
    "record",
    "results",
    "shifts",
    "suspects",
    "train",
    "training",
    "tuning",
]


def __getattr__(name: str) -> Any:
    if name in _ROOMS:
        return import_module(f"mnist_lab.{name}")
    if name in _FUNCTIONS:
        return getattr(import_module(f"mnist_lab.{_FUNCTIONS[name]}"), name)
    raise AttributeError(f"module 'mnist_lab' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
