"""Hyperparameter search: the space of the settings, one trial, and what a study has tried."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from mnist_lab.checks import IntLike
from mnist_lab.data.dataset import Digits
from mnist_lab.training.many import train_many
from mnist_lab.training.recipes import Recipe, recipe

if TYPE_CHECKING:
    import optuna


def search_space() -> dict[str, "optuna.distributions.BaseDistribution"]:
    """Return the settings that notebook 8 searches, each with its range.

    The layers and the size of the batches stay as they are in notebook 3, so that all trials take
    the same number of steps. The learning rate is drawn evenly on a logarithmic scale.

    Returns:
        Name -> Optuna's distribution, as `study.ask` takes it.

    Example:
        >>> list(lab.training.search_space())[:3]
        ['learning_rate', 'schedule', 'label_smoothing']
    """
    from optuna.distributions import CategoricalDistribution, FloatDistribution

    return {
        "learning_rate": FloatDistribution(0.0003, 0.03, log=True),
        "schedule": CategoricalDistribution(["constant", "linear", "one_cycle"]),
        "label_smoothing": FloatDistribution(0.0, 0.2, step=0.05),
        "weight_decay": FloatDistribution(0.0, 0.5, step=0.1),
        "dropout": FloatDistribution(0.0, 0.4, step=0.1),
        "distortion": FloatDistribution(0.0, 1.5, step=0.25),
    }


def plain_settings() -> dict[str, Any]:
    """Return the course's plain settings of notebook 3, as a trial has them.

    Returns:
        A value for each name of `search_space`.

    Example:
        >>> lab.training.plain_settings()["distortion"]
        0.0
    """
    training = recipe("mlp", "plain").training
    return {name: training.get(name, 0.0) for name in search_space()}


def recipe_from_settings(settings: Mapping[str, Any]) -> Recipe:
    """Return the network of notebook 3 with the settings of a trial, as a recipe.

    Args:
        settings: Name -> value, as `trial.params` has them: of the dropout, and arguments of
            `lab.train`.

    Example:
        >>> plan = lab.training.recipe_from_settings({"dropout": 0.2, "learning_rate": 0.01})
        >>> plan.network, plan.training
        ({'hidden_layers': [200, 200], 'dropout': 0.2}, {'learning_rate': 0.01})
    """
    training = dict(settings)
    network = recipe("mlp", "plain").network | {"dropout": training.pop("dropout", 0.0)}
    return Recipe("mlp", network, training)


def try_settings(
    settings: Mapping[str, Any], digits: Digits, epochs: IntLike, seeds: Sequence[int]
) -> np.ndarray:
    """Train the network of notebook 3 with some settings, once per seed, and judge it.

    Args:
        settings: As for `recipe_from_settings`.
        digits: Networks learn from digits.train and are judged on digits.validation.
        epochs: Number of epochs.
        seeds: Of the first weights and of the order of the digits.

    Returns:
        The validation accuracies, float64 (seeds,) in [0, 1]; 0 where the loss overflowed.

    Raises:
        ValueError: A setting cannot be used.

    Example:
        >>> digits = lab.load_digits("sample", train_size=300)
        >>> accuracies = lab.training.try_settings({"learning_rate": 0.01}, digits, 1, [0, 1])
        >>> accuracies.shape
        (2,)
    """
    plan = recipe_from_settings(settings)
    training = dict(plan.training)
    rates = [training.pop("learning_rate")]
    table = train_many(plan.model, digits, seeds, rates, epochs, verbose=False, **training)
    return table["val_accuracy"].to_numpy()


def trials_table(study: "optuna.Study") -> pd.DataFrame:
    """Return the ended trials of a study, one row per trial, in order.

    Returns:
        A table with the index "trial", one column per setting, and the column accuracy, which is
        the trial's value.

    Example:
        >>> import optuna
        >>> study = optuna.create_study(direction="maximize")
        >>> study.tell(study.ask({"x": optuna.distributions.FloatDistribution(0, 1)}), 0.9)
        FrozenTrial(...)
        >>> list(lab.training.trials_table(study).columns)
        ['x', 'accuracy']
    """
    ended = [trial for trial in study.trials if trial.value is not None]
    rows = [{**trial.params, "accuracy": trial.value} for trial in ended]
    index = pd.Index([trial.number for trial in ended], name="trial")
    return pd.DataFrame(rows, index=index, columns=None if rows else ["accuracy"])


def ends_of_range(
    settings: Mapping[str, Any], space: Mapping[str, "optuna.distributions.BaseDistribution"]
) -> list[str]:
    """Return the settings that stand at an end of their range, where better ones may lie beyond.

    Zero is no such end where nothing lies below it, and a word has no range.

    Args:
        settings: Name -> value.
        space: Name -> Optuna's distribution.

    Returns:
        Their names, in the order of the space. A number counts as at the end if it lies within
        the outermost twentieth of its range, on the scale that it is drawn on.

    Example:
        >>> space = lab.training.search_space()
        >>> lab.training.ends_of_range({"learning_rate": 0.029, "dropout": 0.0}, space)
        ['learning_rate']
    """
    found = []
    for name, distribution in space.items():
        low, high = getattr(distribution, "low", None), getattr(distribution, "high", None)
        if name not in settings or low is None or high is None:
            continue
        scale = np.log if getattr(distribution, "log", False) else float
        place = (scale(settings[name]) - scale(low)) / (scale(high) - scale(low))
        if place > 0.95 or (place < 0.05 and low != 0):
            found.append(name)
    return found
