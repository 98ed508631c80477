from . import checks, data, evaluation, export, handwriting, models, plots, records, training
from .checkup import doctor
from .data.digits import load_digits
from .evaluation.prediction import evaluate
from .exercises import check, progress
from .guesses import compare_guess
from .lazy_keras import keras
from .plots.records import show_ladder
from .records import record
from .training.course_networks import trained_network
from .training.loop import train
from .training.many import train_many
from .training.recipes import recipe

__all__ = [
    "check",
    "checks",
    "compare_guess",
    "data",
    "doctor",
    "evaluate",
    "evaluation",
    "export",
    "handwriting",
    "keras",
    "load_digits",
    "models",
    "plots",
    "progress",
    "recipe",
    "record",
    "records",
    "show_ladder",
    "train",
    "train_many",
    "trained_network",
    "training",
]
