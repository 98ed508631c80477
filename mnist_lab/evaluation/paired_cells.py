"""Two sweeps over the same settings and seeds: where they differ by more than chance."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.special import stdtr, stdtrit

from mnist_lab import checks

# Differences that agree to so many digits have no spread to judge by, but for rounding.
_NO_SPREAD = 1e-12
_LEVEL = 0.05


def compare_cells(
    scores: Mapping[str, tuple[Sequence[float], Sequence[float]]],
) -> pd.DataFrame:
    """Compare two sweeps in each setting, seed by seed.

    In each setting, the interval and the p-value are those of Student's paired t (1908): mean and
    standard deviation of the differences, and no assumption but that they are roughly normal. Many
    settings are compared, so the p-values are then adjusted (Holm 1979): where no setting differs,
    one of them or more is told apart in at most 5 % of experiments. The intervals are not
    adjusted: each holds for its setting alone.

    Args:
        scores: setting -> the accuracies in [0, 1] of its runs in the first sweep and in the
            second, for the same seeds in the same order.

    Returns:
        One row per setting, in their order, with the columns seeds, first and second (means),
        difference (second minus first), low and high (its 95 % interval), p, p_holm, and verdict:
        "better" or "worse" (p_holm below 0.05), "not told apart", or "cannot tell" where there is
        one seed only, or the differences of all seeds are equal and not zero. low, high, p and
        p_holm are NaN there.

    Raises:
        ValueError: The two sweeps have different numbers of runs in a setting, or none.

    Example:
        >>> scores = {"relu": ([0.93, 0.94, 0.95], [0.95, 0.965, 0.97]), "tanh": ([0.9], [0.91])}
        >>> compare_cells(scores)["verdict"].to_dict()
        {'relu': 'better', 'tanh': 'cannot tell'}
    """
    rows = {name: _compare(name, *pair) for name, pair in scores.items()}
    columns = ["seeds", "first", "second", "difference", "low", "high", "p"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    table["p_holm"] = adjusted_by_holm(table["p"].to_numpy(dtype=float))
    table["verdict"] = [
        _verdict(difference, p)
        for difference, p in zip(table["difference"], table["p_holm"], strict=True)
    ]
    return table


def adjusted_by_holm(p_values: np.ndarray) -> np.ndarray:
    """Return p-values adjusted for their number by Holm's step-down method (1979).

    An adjusted value is the lowest level, for all tests together, at which its test rejects.

    Args:
        p_values: From 0 to 1; NaN stands for no test, and stays.
    """
    adjusted = np.full(len(p_values), np.nan)
    tests = np.flatnonzero(~np.isnan(p_values))
    order = tests[np.argsort(p_values[tests], kind="stable")]
    factors = np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(p_values[order] * factors), 1.0)
    return adjusted


def _compare(
    name: str, first: Sequence[float], second: Sequence[float]
) -> tuple[int, float, float, float, float, float, float]:
    """Return a row of the table: seeds, means, difference, its interval, p."""
    before, after = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    count = len(before)
    if count != len(after) or not count:
        expected = "two lists of accuracies of the same seeds, one at least"
        raise checks.invalid(f"scores[{name!r}]", (first, second), expected)
    differences = after - before
    mean = float(differences.mean())
    means = (count, float(before.mean()), float(after.mean()), mean)
    if count < 2:
        return (*means, np.nan, np.nan, np.nan)
    error = float(np.std(differences, ddof=1)) / count**0.5
    if error < _NO_SPREAD:
        # The same accuracies everywhere do not differ; the same gain everywhere has no spread.
        if abs(mean) < _NO_SPREAD:
            return (*means, 0.0, 0.0, 1.0)
        return (*means, np.nan, np.nan, np.nan)
    # SciPy's stats has the same quantile and p-value, and takes a second to import.
    half = float(stdtrit(count - 1, 0.975)) * error
    p_value = 2 * float(stdtr(count - 1, -abs(mean) / error))
    return (*means, mean - half, mean + half, p_value)


def _verdict(difference: float, p_value: float) -> str:
    if np.isnan(p_value):
        return "cannot tell"
    if p_value >= _LEVEL:
        return "not told apart"
    return "better" if difference > 0 else "worse"
