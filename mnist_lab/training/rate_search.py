"""Finds the learning rate of a training: a grid that grows until its best rate is no end of it."""

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from mnist_lab import checks
from mnist_lab.checks import FloatLike
from mnist_lab.data.dataset import Digits
from mnist_lab.training.many import train_many

if TYPE_CHECKING:
    import keras

_MOST = 10  # rates that are tried: where no rate is good, the best one may stay at an end
_HIGHEST = 1000.0


def tune_learning_rate(
    build: "Callable[[int], keras.Model]",
    digits: Digits,
    seeds: Sequence[int],
    start: FloatLike = 1e-3,
    **settings: Any,
) -> pd.Series:
    """Try learning rates until the best one has a worse one on each side.

    The first three are `start` and its two neighbors, a factor of the square root of ten away.
    While the best of all stands at an end of the grid, the grid grows by one rate at this end.

    Args:
        build: Returns a fresh network for a seed, as for `train_many`.
        digits: From load_digits. The validation digits judge.
        seeds: A rate is judged by its mean accuracy over them, so that a rate at which one of them
            fails is not chosen.
        start: The rate to begin with, in (0, 1000]; taken to the nearest of 0.001, 0.00316, 0.01
            and so on.
        **settings: Further arguments of `train_many`, such as `epochs` and `optimizer`.

    Returns:
        rate -> mean validation accuracy, for all rates tried, the lowest first. `idxmax()` is the
        best one, the lower one of two that are equal. It stands at an end only where ten rates
        were not enough.

    Raises:
        ValueError: An argument cannot be used.

    Example:
        >>> digits = lab.load_digits("sample", train_size=500)
        >>> build = lambda seed: lab.models.single_layer(seed=seed)
        >>> valley = lab.training.tune_learning_rate(build, digits, seeds=[0], start=0.01, epochs=1)
        >>> bool(valley.index[0] < valley.idxmax() < valley.index[-1])
        True
    """
    start = checks.real("start", start, 0.0, _HIGHEST, closed="right")
    middle = round(2 * math.log10(start))  # rates are counted in halves of a power of ten
    reached: dict[int, float] = {}
    missing = [middle - 1, middle, middle + 1]
    while missing:
        rates = [10.0 ** (number / 2) for number in missing]
        table = train_many(build, digits, seeds, rates, verbose=False, **settings)
        means = table.groupby("learning_rate")["val_accuracy"].mean()
        reached.update(zip(missing, means.loc[rates], strict=True))
        missing = _next(reached)
    return pd.Series(
        {10.0 ** (number / 2): reached[number] for number in sorted(reached)},
        name="val_accuracy",
    ).rename_axis("learning_rate")


def _next(reached: dict[int, float]) -> list[int]:
    """Return the rate to try next, beyond the end at which the best one stands; [] for none."""
    best = max(sorted(reached), key=lambda number: reached[number])
    low, high = min(reached), max(reached)
    beyond = low - 1 if best == low else high + 1
    if low < best < high or len(reached) >= _MOST or 10.0 ** (beyond / 2) > _HIGHEST:
        return []
    return [beyond]
