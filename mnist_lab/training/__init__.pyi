from .augmentation import DistortionLimits, distort
from .frontier import stored_frontier
from .history import TrainingHistory, TrainingInterrupted
from .loop import train
from .losses import SmoothedCrossentropy
from .many import train_many
from .optimizers import OPTIMIZERS
from .rate_search import tune_learning_rate
from .recipes import Recipe, recipe, recipe_names
from .search_store import best_so_far, stored_searches, winners_curse
from .tuning import (
    ends_of_range,
    plain_settings,
    recipe_from_settings,
    search_space,
    trials_table,
    try_settings,
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
    "ends_of_range",
    "plain_settings",
    "recipe",
    "recipe_from_settings",
    "recipe_names",
    "search_space",
    "stored_frontier",
    "stored_searches",
    "train",
    "train_many",
    "trials_table",
    "try_settings",
    "tune_learning_rate",
    "winners_curse",
]
