"""The rows of the frontier: at most how many weights, and which recipe was chosen for them."""

from typing import Any, NamedTuple

from benchmarks.results import changed
from mnist_lab.training.recipes import Recipe, recipe


class Frontier(NamedTuple):
    """One row: its title, the most weights it may train (None: any number), and its recipe."""

    title: str
    limit: int | None
    recipe: Recipe


# Chosen in the trials of frontier_trials.json: smoothed labels with full distortion gained at 9,902
# weights, and smoothed labels gained nothing at 4,966.
_SMALL = {
    "epochs": 24,
    "batch_size": 128,
    "learning_rate": 0.02,
    "schedule": "one_cycle",
    "ema_momentum": 0.99,
    "distortion": 0.6,
    "distortion_cooldown": 0.3,
}
_MIDDLE = {**_SMALL, "label_smoothing": 0.05, "distortion": 1.0}
# Normalized neurons gained in trials of 40 epochs; once trained, the normalization folds into their
# weights and biases.
_ONE_HIDDEN = {
    "epochs": 300,
    "batch_size": 128,
    "learning_rate": 0.016,
    "schedule": "one_cycle",
    "ema_momentum": 0.999,
    "distortion": 0.7,
    "distortion_cooldown": 0.2,
}


def _separable(limit: int, blocks: list[list[int]], training: dict[str, Any]) -> Frontier:
    """Return a row of a separable network."""
    plan = Recipe("separable_cnn", {"blocks": blocks, "normalization_momentum": 0.98}, training)
    return Frontier(f"at most {limit:,} weights", limit, plan)


def _longer(title: str, limit: int | None, base: Recipe, epochs: int) -> Frontier:
    """Return a row of one of the course's recipes, trained for longer."""
    return Frontier(title, limit, changed(base, {"epochs": epochs}))


FRONTIER: dict[str, Frontier] = {
    "1000": _separable(
        1_000,
        [[6], [10, 11], [11, 12]],
        {**_SMALL, "epochs": 100, "learning_rate": 0.03, "distortion": 0.3},
    ),
    "5000": _separable(5_000, [[14], [30], [38], [50]], _SMALL),
    "10000": _separable(10_000, [[20], [48], [56], [72]], _MIDDLE),
    "20000": _separable(20_000, [[24], [72], [88], [98]], {**_MIDDLE, "epochs": 40}),
    "35000": _longer("at most 35,000 weights", 35_000, recipe("cnn", "long"), epochs=36),
    "mlp-200": _longer("dense layers of at most 200", None, recipe("mlp", "long"), epochs=640),
    "relu-100": Frontier(
        "one hidden layer of 100 ReLU",
        None,
        Recipe("mlp", {"hidden_layers": [100], "batch_normalization": True}, _ONE_HIDDEN),
    ),
}
