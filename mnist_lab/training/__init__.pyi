from .augmentation import DistortionLimits, distort
from .history import TrainingHistory, TrainingInterrupted
from .loop import train
from .losses import SmoothedCrossentropy
from .many import train_many
from .optimizers import OPTIMIZERS
from .recipes import Recipe, recipe, recipe_names
from .tuning import (
    best_so_far,
    open_study,
    param_importances,
    recipe_from_trial,
    search,
    suggest_mlp,
    trials_table,
)

__all__ = [
    "OPTIMIZERS",
    "DistortionLimits",
    "Recipe",
    "SmoothedCrossentropy",
    "TrainingHistory",
    "TrainingInterrupted",
    "best_so_far",
    "distort",
    "open_study",
    "param_importances",
    "recipe",
    "recipe_from_trial",
    "recipe_names",
    "search",
    "suggest_mlp",
    "train",
    "train_many",
    "trials_table",
]
