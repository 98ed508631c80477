"""Figures of experiments over settings."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from mnist_lab.plots.alt_text import (
    describe,
    listing,
    number,
    percent,
    span,
    trend,
)
from mnist_lab.plots.style import COLORS, WIDTH, course_figure, panel_grid, percent_axis
from mnist_lab.wording import counted

if TYPE_CHECKING:
    import pandas as pd


@course_figure
def strip_plot(
    scores: Mapping[str, Sequence[float]], xlabel: str, ylabel: str = "validation accuracy"
) -> Figure:
    """Show the score of each run as a dot, and the mean of each setting as a bar.

    Args:
        scores: setting -> scores of its runs in [0, 1].
        xlabel: What the settings are.
        ylabel: What the scores are.

    Returns:
        One column of dots per setting, with a bar at their mean.

    Example:
        >>> lab.plots.strip_plot({"relu": [0.97, 0.98], "tanh": [0.96]}, xlabel="activation")
        <Figure size ... with 1 Axes>
    """
    figure, axis = plt.subplots(figsize=(WIDTH, 3.0))
    for x, values in enumerate(scores.values()):
        axis.plot([x] * len(values), values, "o", color=COLORS[0], alpha=0.8)
        axis.plot([x - 0.25, x + 0.25], [np.mean(values)] * 2, color=COLORS[1], lw=3)
    axis.set(
        xlabel=xlabel, ylabel=ylabel, xticks=range(len(scores)), xlim=(-0.6, len(scores) - 0.4)
    )
    axis.set_xticklabels([str(name) for name in scores], rotation=30 if len(scores) > 6 else 0)
    percent_axis(axis)
    axis.plot([], [], "o", color=COLORS[0], label="one run")
    axis.plot([], [], color=COLORS[1], lw=3, label="mean")
    # Above the axes, where it covers no dot.
    axis.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2)
    means = {str(name): float(np.mean(values)) for name, values in scores.items()}
    runs = counted(sum(map(len, scores.values())), "run")
    return describe(
        figure,
        f"Dots: {ylabel} of {runs} over {counted(len(scores), 'setting')} of {xlabel}."
        f" {_ends('mean', means)}",
    )


def _ends(what: str, values: Mapping[str, float]) -> str:
    """Say in a sentence where values are highest and lowest; "" where there are none."""
    if not values:
        return ""
    highest, lowest = max(values, key=values.__getitem__), min(values, key=values.__getitem__)
    best = f"The {what} is highest for {highest} ({percent(values[highest])})"
    if highest == lowest:
        return f"{best}."
    return f"{best} and lowest for {lowest} ({percent(values[lowest])})."


@course_figure
def line_plot(
    curves: Mapping[str, tuple[Sequence[float], Sequence[float]]],
    xlabel: str,
    ylabel: str,
    xscale: str = "linear",
    yscale: str = "linear",
    marker: str = "o",
    yticks: Sequence[float] = (),
) -> Figure:
    """Show one line per name.

    Where every x is a whole number, such as an epoch, a linear x axis has ticks at whole numbers.

    Args:
        curves: name -> x and y of its points, equally many.
        xlabel: What x is.
        ylabel: What y is.
        xscale: "linear" or "log", or another scale of matplotlib.
        yscale: "linear" or "log", or another scale of matplotlib.
        marker: Of the points, a marker of matplotlib; "" for a line alone.
        yticks: Where the y axis has its ticks, written in full; () leaves them to matplotlib.

    Returns:
        The lines with their points; the legend stands at the right.

    Example:
        >>> lab.plots.line_plot({"sgd": ([1, 2], [0.9, 0.95])}, xlabel="epoch", ylabel="accuracy")
        <Figure size ... with 1 Axes>
    """
    figure, axis = plt.subplots(figsize=(WIDTH, 3.4))
    for name, (x, y) in curves.items():
        axis.plot(x, y, marker=marker, ms=4, label=name)
    axis.set(xlabel=xlabel, ylabel=ylabel, xscale=xscale, yscale=yscale)
    whole = all(float(value).is_integer() for x, _ in curves.values() for value in x)
    if xscale == "linear" and whole:
        axis.xaxis.set_major_locator(MaxNLocator(nbins=8, integer=True))
    if yticks:
        axis.set_yticks(yticks, [f"{value:g}" for value in yticks])
        axis.set_yticks([], minor=True)
    axis.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    trends = [f"{name} {trend(y)}" for name, (_, y) in curves.items()]
    every_x = [value for x, _ in curves.values() for value in x]
    return describe(
        figure,
        f"Line chart: {ylabel} against {xlabel} {span(every_x)}. {listing(trends)}.",
    )


@course_figure
def slice_plot(table: "pd.DataFrame", names: Sequence[str], score: str) -> Figure:
    """Show a score against each of several settings, one panel per setting and one dot per run.

    A panel has a logarithmic axis where its largest value is at least eight times its smallest and
    all are positive; up to five different values are then named on it. Words stand side by side.

    Args:
        table: One row per run.
        names: Columns of numbers or words, the settings.
        score: Column of numbers in [0, 1].

    Returns:
        One panel per setting.

    Example:
        >>> table = pd.DataFrame({"rate": [0.001, 0.01], "depth": [1, 2], "accuracy": [0.9, 0.95]})
        >>> lab.plots.slice_plot(table, ["rate", "depth"], score="accuracy")
        <Figure size ... with 2 Axes>
    """
    figure, axes = panel_grid(len(names))
    low, high = table[score].min(), table[score].max()
    margin = 0.05 * (high - low) or 0.01
    for axis, name in zip(axes.flat, names, strict=False):
        axis.plot(table[name], table[score], "o", ms=4, alpha=0.7)
        axis.set(xlabel=name, ylim=(low - margin, high + margin))
        if _spans_decades(table[name]):
            axis.set_xscale("log")
            chosen = sorted(table[name].unique())
            if len(chosen) <= 5:  # the labels of a logarithmic axis would overlap between them
                axis.set_xticks(chosen, [f"{value:g}" for value in chosen])
                axis.set_xticks([], minor=True)
        if table[name].dtype.kind == "O":  # words are wider than their place
            axis.tick_params(axis="x", rotation=25, labelsize=8)
        percent_axis(axis)
    for axis in axes[:, 0]:
        axis.set_ylabel(score)
    best = table.loc[table[score].idxmax()]
    settings = listing(f"{name} {_shown(best[name])}" for name in names)
    return describe(
        figure,
        f"Dots: {score} of {counted(len(table), 'run')} against {listing(names)}, a panel each."
        f" It reaches {span(table[score], percent)}; the best run has {settings}.",
    )


def _spans_decades(values: "pd.Series") -> bool:
    """Return whether numbers, all positive, reach over a factor of eight or more."""
    return values.dtype.kind in "if" and 0 < 8 * values.min() <= values.max()


def _shown(value: float | str) -> str:
    return value if isinstance(value, str) else number(value)
