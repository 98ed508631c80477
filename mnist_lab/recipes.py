"""The recipes of the course: for each network, named settings of its training, chosen on validation digits."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mnist_lab import checks, models
from mnist_lab.backend import keras


@dataclass(frozen=True)
class Recipe:
    """How one network is built and trained.

    builder: its name in models.py. network: the builder's arguments but for the seed. training: the arguments of
    train() but for the seed.
    """

    builder: str
    network: Mapping[str, Any]
    training: Mapping[str, Any]

    def model(self, seed: int = 0) -> keras.Sequential:
        """Return a fresh network."""
        return getattr(models, self.builder)(**self.network, seed=seed)


# "plain" is what notebooks 1 to 3 begin with; the others train on distorted digits, each for about ten times as long
# as the one before. benchmarks/accuracy.py holds what else was tried, and with which validation accuracy.
_DISTORTED = {"schedule": "linear", "label_smoothing": 0.05, "averaging": 0.999, "distortion": 1.0}
_RECIPES: Mapping[str, Mapping[str, tuple[Mapping[str, Any], Mapping[str, Any]]]] = {
    "single_layer": {
        "plain": ({}, {"epochs": 5, "batch_size": 128, "learning_rate": 1e-3}),
    },
    "one_hidden_layer": {
        "plain": ({"units": 100}, {"epochs": 15, "batch_size": 128, "learning_rate": 4e-3, "schedule": "linear"}),
        "default": ({"units": 100}, {**_DISTORTED, "epochs": 60, "batch_size": 128, "learning_rate": 3e-3}),
    },
    "mlp": {
        "plain": (
            {"hidden_layers": [200, 200]},
            {"epochs": 10, "batch_size": 128, "learning_rate": 4e-3, "schedule": "linear"},
        ),
        "quick": ({"hidden_layers": [200, 200, 200]}, {**_DISTORTED, "epochs": 3, "batch_size": 128, "learning_rate": 2e-3}),
        "default": ({"hidden_layers": [200, 200, 200]}, {**_DISTORTED, "epochs": 30, "batch_size": 128, "learning_rate": 2e-3}),
        "long": ({"hidden_layers": [200, 200, 200]}, {**_DISTORTED, "epochs": 240, "batch_size": 128, "learning_rate": 2e-3}),
    },
    "cnn": {
        "quick": ({"filters": [8, 16]}, {**_DISTORTED, "epochs": 2, "batch_size": 128, "learning_rate": 4e-3}),
        "default": ({"filters": [16, 32, 48]}, {**_DISTORTED, "epochs": 8, "batch_size": 128, "learning_rate": 4e-3}),
        "long": ({"filters": [16, 32, 48]}, {**_DISTORTED, "epochs": 30, "batch_size": 128, "learning_rate": 4e-3}),
    },
}


def names(network: str) -> list[str]:
    """Return the names of a network's recipes, the shortest training first; ValueError for an unknown network."""
    return list(_RECIPES[checks.choice("network", network, _RECIPES)])


def recipe(network: str, name: str) -> Recipe:
    """Return a recipe: network is single_layer, one_hidden_layer, mlp or cnn; names() lists the names it has.

    "plain" trains on the digits as they are, for seconds; "quick" is for trying things out, "default" takes about a
    minute on two cores, "long" several. Raises ValueError for other names.
    """
    build, training = _RECIPES[checks.choice("network", network, _RECIPES)][checks.choice("recipe", name, names(network))]
    return Recipe(network, build, training)
