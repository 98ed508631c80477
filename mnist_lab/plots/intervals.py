"""Figures of shares with their intervals, one below the other."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from mnist_lab import checks
from mnist_lab.evaluation.metrics import Evaluation
from mnist_lab.plots.alt_text import describe, listing, percent, span
from mnist_lab.plots.style import COLORS, GRAY, WIDTH, course_figure, error_bars
from mnist_lab.wording import counted

_MARKERS = "osD^v"


@course_figure
def accuracies_by_seed(results: Mapping[str, Sequence[Evaluation]]) -> Figure:
    """Show the accuracies of networks with their 95 % intervals, one color per recipe.

    The length of a bar is the luck of the test digits; how far the dots of one color lie apart is
    the luck of the seeds, if the networks of a recipe differ in nothing else.

    Args:
        results: recipe -> evaluations, one per network, of the same dataset.

    Returns:
        One row per network: a dot, and a bar from one end of the interval to the other.

    Example:
        >>> dataset = lab.data.Dataset(np.zeros((10, 28, 28)), np.arange(10))
        >>> result = lab.evaluation.Evaluation(dataset, np.eye(10))
        >>> lab.plots.accuracies_by_seed({"plain": [result, result], "distorted": [result]})
        <Figure size ... with 1 Axes>
    """
    count = sum(map(len, results.values()))
    if not count:
        raise checks.invalid("results", results, "at least one evaluation")
    figure, axis = plt.subplots(figsize=(WIDTH, 0.9 + 0.3 * (count + 0.6 * len(results))))
    y, centers = 0.0, []
    for index, evaluations in enumerate(results.values()):
        rows = y + np.arange(len(evaluations))
        accuracies = np.array([result.accuracy for result in evaluations])
        limits = np.array([result.interval for result in evaluations]).reshape(-1, 2)
        errors = error_bars(accuracies, limits[:, 0], limits[:, 1])
        style = {"fmt": _MARKERS[index % 5], "color": COLORS[(0, 3, 2)[index % 3]], "ms": 6}
        axis.errorbar(accuracies, rows, xerr=errors, capsize=3, **style)
        centers.append(y + (len(evaluations) - 1) / 2)
        y += len(evaluations) + 0.6
    axis.set_yticks(centers, list(results))
    axis.set(xlabel="test accuracy", ylim=(y - 0.8, -0.8))
    axis.grid(axis="y", visible=False)
    _percent_below(axis)
    spans = [
        f"{name} ({counted(len(evaluations), 'network')})"
        f" {span([result.accuracy for result in evaluations], '{:.2%}'.format)}"
        for name, evaluations in results.items()
    ]
    return describe(
        figure, f"Accuracies of {counted(count, 'network')} with 95% intervals: {listing(spans)}."
    )


@course_figure
def group_error_rates(table: pd.DataFrame, overall: float) -> Figure:
    """Show the share of mistakes in groups of digits with its 95 % interval.

    Args:
        table: From evaluation.group_errors.
        overall: The share of mistakes among all digits, a line.

    Returns:
        One row per group: a dot, and a bar from one end of the interval to the other.

    Example:
        >>> dataset = lab.data.Dataset(np.zeros((4, 28, 28)), np.array([4, 4, 9, 9]))
        >>> result = lab.evaluation.Evaluation(dataset, np.eye(10)[[9, 4, 9, 9]])
        >>> groups = pd.DataFrame({"fours": dataset.labels == 4})
        >>> lab.plots.group_error_rates(lab.evaluation.group_errors(groups, result), overall=0.25)
        <Figure size ... with 1 Axes>
    """
    figure, axis = plt.subplots(figsize=(WIDTH, 1.1 + 0.32 * len(table)))
    y = np.arange(len(table))
    known = table["error"].notna().to_numpy()
    shown = table[known]
    errors = error_bars(shown["error"], shown["low"], shown["high"])
    axis.errorbar(shown["error"], y[known], xerr=errors, fmt="o", color=COLORS[0], ms=6, capsize=3)
    axis.axvline(overall, color=GRAY, ls="--", label=f"all digits: {overall:.2%}")
    names = [f"{name} ({count:,})" for name, count in table["digits"].items()]
    axis.set_yticks(y, names)
    axis.set(xlabel="share of mistakes", ylim=(len(table) - 0.4, -0.6))
    axis.set_xlim(left=0)
    axis.grid(axis="y", visible=False)
    axis.legend(loc="lower right", bbox_to_anchor=(1, 1))
    _percent_below(axis)
    order = shown["error"].sort_values(ascending=False)
    highest = [f"{name} {percent(error)}" for name, error in order.head(2).items()]
    return describe(
        figure,
        f"Share of mistakes in {counted(len(table), 'group')} of digits with 95% intervals; among"
        f" all digits it is {overall:.2%}. The highest: {listing(highest) or 'none'}.",
    )


def _percent_below(axis: Axes) -> None:
    """Label the x axis in percent with one decimal, at round steps."""
    axis.xaxis.set_major_locator(MaxNLocator(nbins=7, steps=[1, 2, 5, 10]))
    axis.xaxis.set_major_formatter(PercentFormatter(1, decimals=1))
