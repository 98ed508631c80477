"""The recipes of the course: for each network, named settings of its training."""

import copy
from dataclasses import dataclass
from typing import Any

from mnist_lab import checks, models
from mnist_lab.backend import keras
from mnist_lab.checks import IntLike


@dataclass(frozen=True)
class Recipe:
    """How one network is built and trained.

    Args:
        builder: Name of the function in `lab.models` that builds the network.
        network: Arguments of the builder, without the seed.
        training: Arguments of `lab.train`, without the seed.
    """

    builder: str
    network: dict[str, Any]
    training: dict[str, Any]

    def model(self, seed: IntLike = 0, **changes: Any) -> keras.Sequential:
        """Build the network, fresh.

        Args:
            seed: Decides the initial weights.
            **changes: Arguments of the builder that replace the recipe's. None keeps the recipe's
                value.

        Raises:
            ValueError: The builder cannot use an argument.

        Example:
            >>> lab.recipe("mlp", "default").model(hidden_layers=[50]).count_params()
            39760
        """
        changed = {name: value for name, value in changes.items() if value is not None}
        return getattr(models, self.builder)(**{**self.network, **changed}, seed=seed)


# "plain" is what notebooks 1 to 3 begin with; the others train on distorted digits. All values were
# chosen on validation digits; benchmarks/accuracy.py measures them, and what else was tried.
_RECIPES = {
    "single_layer": {
        "plain": Recipe(
            builder="single_layer",
            network={},
            training={
                "epochs": 10,
                "batch_size": 256,
                "learning_rate": 0.003,
            },
        ),
    },
    "one_hidden_layer": {
        "plain": Recipe(
            builder="one_hidden_layer",
            network={"units": 100},
            training={
                "epochs": 20,
                "batch_size": 128,
                "learning_rate": 0.008,
                "schedule": "one_cycle",
            },
        ),
        # With 100 units and this much distortion there is no overfitting, so that label smoothing
        # does not help.
        "default": Recipe(
            builder="one_hidden_layer",
            network={"units": 100},
            training={
                "epochs": 200,
                "batch_size": 128,
                "learning_rate": 0.008,
                "schedule": "one_cycle",
                "label_smoothing": 0.0,
                "ema_momentum": 0.999,
                "distortion": 0.6,
                "distortion_cooldown": 0.0,
            },
        ),
    },
    "mlp": {
        "plain": Recipe(
            builder="mlp",
            network={"hidden_layers": [200, 200]},
            training={
                "epochs": 20,
                "batch_size": 128,
                "learning_rate": 0.002,
                "schedule": "linear",
            },
        ),
        "quick": Recipe(
            builder="mlp",
            network={"hidden_layers": [200, 200]},
            training={
                "epochs": 6,
                "batch_size": 128,
                "learning_rate": 0.004,
                "schedule": "linear",
                "distortion": 0.3,
                "distortion_cooldown": 0.5,
            },
        ),
        # Label smoothing and averaged weights do not help here.
        "default": Recipe(
            builder="mlp",
            network={"hidden_layers": [200, 200]},
            training={
                "epochs": 40,
                "batch_size": 128,
                "learning_rate": 0.002,
                "schedule": "linear",
                "distortion": 1.0,
                "distortion_cooldown": 0.5,
            },
        ),
        # Normalized layers still gain after a hundred epochs. The distortion cools down late, since
        # undistorted digits can be overfitted.
        "long": Recipe(
            builder="mlp",
            network={"hidden_layers": [200, 200, 200, 200], "batch_normalization": True},
            training={
                "epochs": 320,
                "batch_size": 256,
                "learning_rate": 0.004,
                "schedule": "linear",
                "label_smoothing": 0.05,
                "ema_momentum": 0.999,
                "distortion": 1.0,
                "distortion_cooldown": 0.2,
            },
        ),
    },
    "cnn": {
        "quick": Recipe(
            builder="cnn",
            network={"filters": [16, 32, 64]},
            training={
                "epochs": 2,
                "batch_size": 128,
                "learning_rate": 0.004,
                "schedule": "linear",
                "label_smoothing": 0.05,
                "ema_momentum": 0.9,
                "distortion": 0.3,
                "distortion_cooldown": 0.5,
            },
        ),
        "default": Recipe(
            builder="cnn",
            network={"filters": [16, 32, 64]},
            training={
                "epochs": 6,
                "batch_size": 128,
                "learning_rate": 0.008,
                "schedule": "one_cycle",
                "label_smoothing": 0.05,
                "ema_momentum": 0.995,
                "distortion": 0.7,
                "distortion_cooldown": 0.3,
            },
        ),
        # Twice as deep, within 35,000 weights.
        "long": Recipe(
            builder="cnn",
            network={"filters": [8, 24, 40], "convolutions": 2},
            training={
                "epochs": 22,
                "batch_size": 128,
                "learning_rate": 0.008,
                "schedule": "one_cycle",
                "label_smoothing": 0.05,
                "ema_momentum": 0.999,
                "distortion": 1.0,
                "distortion_cooldown": 0.3,
            },
        ),
    },
}


def recipe_names(network: str) -> list[str]:
    """Return the names of a network's recipes, "plain" first, then from short to long training.

    Raises:
        ValueError: There are no recipes for such a network.

    Example:
        >>> lab.training.recipe_names("cnn")
        ['quick', 'default', 'long']
    """
    return list(_RECIPES[checks.choice("network", network, _RECIPES)])


def recipe(network: str, name: str) -> Recipe:
    """Return a recipe.

    Args:
        network: "single_layer", "one_hidden_layer", "mlp" or "cnn".
        name: "plain" trains on undistorted digits, for seconds. "quick" is for trying things out.
            "default" takes up to two minutes on two cores, "long" several. `recipe_names` lists
            those that a network has.

    Raises:
        ValueError: There is no such recipe.

    Example:
        >>> lab.recipe("mlp", "default").training["epochs"]
        40
    """
    checks.choice("recipe", name, recipe_names(network))
    # A copy, so that a recipe changed by its user is the same again the next time.
    return copy.deepcopy(_RECIPES[network][name])
