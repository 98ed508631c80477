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

    def model(self, seed: int = 0, **changes: Any) -> keras.Sequential:
        """Return a fresh network; changes: arguments of its builder instead of the recipe's, which None leaves as they are.

        None for an argument that the recipe does not name is handed on, and refused where the builder cannot use it.
        """
        chosen = {
            name: value
            for name, value in changes.items()
            if value is not None or name not in self.network
        }
        return getattr(models, self.builder)(**{**self.network, **chosen}, seed=seed)


# "plain" is what notebooks 1 to 3 begin with; the others train on distorted digits. benchmarks/accuracy.py measures them
# all, and holds what else was tried, each with its validation accuracy.
_PLAIN = {"epochs": 15, "batch_size": 128, "schedule": "linear", "label_smoothing": 0.1}
_DISTORTED = {
    "batch_size": 128,
    "schedule": "linear",
    "label_smoothing": 0.05,
    "ema_momentum": 0.999,
    "distortion_cooldown": 0.5,
}
_CONVOLUTIONAL = {
    **_DISTORTED,
    "schedule": "one_cycle",
    "learning_rate": 8e-3,
    "distortion_cooldown": 0.3,
}
_QUICK = {"ema_momentum": 0.9, "learning_rate": 4e-3, "distortion": 0.3}
_RECIPES: Mapping[str, Mapping[str, tuple[Mapping[str, Any], Mapping[str, Any]]]] = {
    "single_layer": {
        "plain": ({}, {"epochs": 8, "batch_size": 256, "learning_rate": 3e-3}),
    },
    "one_hidden_layer": {
        "plain": ({"units": 100}, {**_PLAIN, "learning_rate": 4e-3, "weight_decay": 0.1}),
        # A hundred neurons learn nothing by heart from digits so distorted: smoothed labels are of no help to them.
        "default": (
            {"units": 100},
            {
                **_DISTORTED,
                "schedule": "one_cycle",
                "epochs": 200,
                "learning_rate": 8e-3,
                "distortion": 0.6,
                "distortion_cooldown": 0.0,
                "label_smoothing": 0.0,
            },
        ),
    },
    "mlp": {
        "plain": (
            {"hidden_layers": [200, 200]},
            {**_PLAIN, "learning_rate": 2e-3, "weight_decay": 0.2},
        ),
        "quick": ({"hidden_layers": [200, 200]}, {**_DISTORTED, **_QUICK, "epochs": 6}),
        "default": (
            {"hidden_layers": [200, 200]},
            {**_DISTORTED, "epochs": 38, "learning_rate": 2e-3, "distortion": 1.0},
        ),
        # Normalised layers still gain after a hundred epochs. The distortion fades late, since digits as they are can
        # be learned by heart.
        "long": (
            {"hidden_layers": [200] * 4, "batch_normalization": True},
            {
                **_DISTORTED,
                "epochs": 320,
                "batch_size": 256,
                "learning_rate": 4e-3,
                "distortion": 1.0,
                "distortion_cooldown": 0.2,
            },
        ),
    },
    "cnn": {
        "quick": ({"filters": [16, 32, 64]}, {**_DISTORTED, **_QUICK, "epochs": 2}),
        "default": (
            {"filters": [16, 32, 64]},
            {**_CONVOLUTIONAL, "ema_momentum": 0.995, "epochs": 6, "distortion": 0.7},
        ),
        # Twice as deep within 35,000 weights.
        "long": (
            {"filters": [8, 24, 40], "convolutions": 2},
            {**_CONVOLUTIONAL, "epochs": 22, "distortion": 1.0},
        ),
    },
}


def recipe_names(network: str) -> list[str]:
    """Return the names of a network's recipes, plain first, then the shortest training; ValueError for an unknown network."""
    return list(_RECIPES[checks.choice("network", network, _RECIPES)])


def recipe(network: str, name: str) -> Recipe:
    """Return a recipe: network is single_layer, one_hidden_layer, mlp or cnn; recipe_names() lists the names it has.

    "plain" trains on the digits as they are, for seconds; "quick" is for trying things out, "default" takes up to
    two minutes on two cores, "long" several. Raises ValueError for other names.
    """
    build, training = _RECIPES[checks.choice("network", network, _RECIPES)][
        checks.choice("recipe", name, recipe_names(network))
    ]
    return Recipe(network, build, training)
