"""Searches that were run once and come with the package, and what many draws from them show."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mnist_lab import checks

PATH = Path(__file__).resolve().parent / "searches.json"
KINDS = ("random", "tpe")


def _content() -> dict[str, Any]:
    return json.loads(PATH.read_text(encoding="utf-8"))


def stored_searches() -> pd.DataFrame:
    """Return the trials of many stored searches: random ones, and ones by Optuna's TPE.

    Two searches with one number, one of each kind, have the same digits; their trial 0 is that of
    the course's plain settings, and all their other trials are different networks. Each trial was
    trained twice, with two seeds, and judged on two halves of the validation digits: one that a
    search chooses on, and one that only checks. `python -m tools.store_searches` runs them again.

    Returns:
        One row per trial with the columns kind ("random" or "tpe"), search and trial (from 0), one
        per setting, and the accuracies choosing and checking, fractions. `attrs` says how the
        searches were made.

    Example:
        >>> table = lab.training.stored_searches()
        >>> sorted(set(table["kind"])), table.attrs["epochs"]
        (['random', 'tpe'], ...)
    """
    content = _content()
    columns = content["about"]["columns"]
    rows = [
        (search["kind"], search["search"], number, *trial)
        for search in content["searches"]
        for number, trial in enumerate(search["trials"])
    ]
    table = pd.DataFrame(rows, columns=["kind", "search", "trial", *columns])
    table.attrs.update(content["about"])
    return table


def best_so_far(table: pd.DataFrame, score: str = "choosing") -> pd.DataFrame:
    """Return how each search's best trial goes on, a row per search.

    Args:
        table: From stored_searches, of one kind.
        score: Which accuracy of the best trials so far to return; what is best is decided by the
            accuracy "choosing", as a search decides it.

    Returns:
        float64 (searches, trials), the index is the search, the columns count trials from 1.

    Example:
        >>> table = pd.DataFrame({"search": 0, "trial": range(3), "choosing": [0.8, 0.9, 0.7]})
        >>> lab.training.best_so_far(table).values.tolist()
        [[0.8, 0.9, 0.9]]
    """
    wide = table.pivot(index="search", columns="trial", values="choosing")
    shown = table.pivot(index="search", columns="trial", values=score)
    # The first of equals stays the best, as in a search.
    best = [[int(row[: last + 1].argmax()) for last in range(len(row))] for row in wide.to_numpy()]
    values = np.take_along_axis(shown.to_numpy(), np.array(best, int), axis=1)
    return pd.DataFrame(values, index=wide.index, columns=range(1, values.shape[1] + 1))


def winners_curse(table: pd.DataFrame, counts: Iterable[int]) -> pd.DataFrame:
    """Return what the best of a few trials promises, and what it holds, on average over all draws.

    From each search, so many trials are drawn, the best by one of the two accuracies is taken, and
    the other accuracy checks it. Each of the two chooses once and checks once, so it does not
    matter if one half of the digits is easier to read. Nothing is simulated: the trial of rank i
    among N is the best of C(N - i, n - 1) of the C(N, n) draws of n trials.

    Args:
        table: From stored_searches: rows of trials that were drawn at random.
        counts: How many trials to draw, from 1 to the number of trials of the shortest search.

    Returns:
        One row per count: promised, the mean accuracy of the best by the digits that chose it;
        held, that by the other digits; and lost, the difference in points.

    Raises:
        ValueError: A count that is larger than a search, or less than 1.

    Example:
        >>> trials = {"search": 0, "choosing": [0.7, 0.9, 0.8], "checking": [0.7, 0.8, 0.9]}
        >>> lab.training.winners_curse(pd.DataFrame(trials), [1, 3]).round(2)
               promised  held  lost
        count
        1           0.8   0.8   0.0
        3           0.9   0.8  10.0
    """
    searches = [trials for _, trials in table.groupby("search")]
    shortest = min(map(len, searches))
    rows = {}
    for given in counts:
        count = checks.integer("counts", given, 1, shortest)
        means = [
            _mean_best(trials[chooses], trials[checks_it], count)
            for trials in searches
            for chooses, checks_it in (("choosing", "checking"), ("checking", "choosing"))
        ]
        promised, held = np.mean(means, axis=0)
        rows[count] = (promised, held, 100 * (promised - held))
    result = pd.DataFrame.from_dict(rows, orient="index", columns=["promised", "held", "lost"])
    return result.rename_axis("count")


def _mean_best(chooses: pd.Series, checks_it: pd.Series, count: int) -> tuple[float, float]:
    """Return the mean of the highest of `count` values over all draws, and of what checks it."""
    from scipy.special import comb

    ranked = chooses.sort_values(ascending=False)
    lower = np.arange(len(ranked))[::-1]  # how many trials rank below
    share = comb(lower, count - 1) / comb(len(ranked), count)
    equals = checks_it.groupby(chooses).transform("mean")  # equals are taken equally often
    return float(share @ ranked), float(share @ equals[ranked.index])
