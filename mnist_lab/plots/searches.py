"""Figures of searches for good settings."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from mnist_lab.plots.alt_text import describe, listing, number, percent, trend
from mnist_lab.plots.style import COLORS, LINES, WIDTH, course_figure
from mnist_lab.training.parzen import log_densities
from mnist_lab.wording import counted

if TYPE_CHECKING:
    import pandas as pd


@course_figure
def trials_map(table: "pd.DataFrame", x: str, y: str, score: str = "accuracy") -> Figure:
    """Show the trials of a search over two settings, the score of each as its color.

    Args:
        table: One row per trial.
        x: Column of positive numbers, shown on a logarithmic axis.
        y: Column of numbers.
        score: Column of scores in [0, 1].

    Returns:
        One dot per trial, with a ring around the best, and a color bar in per cent.

    Example:
        >>> table = pd.DataFrame({"rate": [0.001, 0.1], "depth": [1, 2], "accuracy": [0.9, 0.8]})
        >>> lab.plots.trials_map(table, "rate", "depth")
        <Figure size ... with 2 Axes>
    """
    figure, axis = plt.subplots(figsize=(WIDTH, 3.4))
    scores = 100 * table[score]
    # One hopeless trial must not make all others look alike.
    low = max(scores.min(), scores.median() - 10)
    dots = axis.scatter(
        table[x], table[y], c=scores, s=70, cmap="viridis", vmin=low, edgecolor="0.3", lw=0.5
    )
    best = table.loc[table[score].idxmax()]
    axis.plot(best[x], best[y], "o", ms=17, mfc="none", mec="#d55e00", mew=2, label="the best")
    axis.set(xlabel=x, ylabel=y, xscale="log")
    figure.colorbar(dots, label=f"{score}, %", extend="min" if low > scores.min() else "neither")
    figure.legend(loc="outside upper right")
    return describe(
        figure,
        f"Dots: {counted(len(table), 'trial')} by {x} and {y}, the color is the {score}. The best,"
        f" {percent(best[score])}, has {x} {number(best[x])} and {y} {number(best[y])}.",
    )


@course_figure
def parzen_densities(
    values: ArrayLike, scores: ArrayLike, xlabel: str, share: float = 0.1
) -> Figure:
    """Show what a tree-structured Parzen estimator makes of one setting's trials.

    Args:
        values: The setting in each trial, positive, shown on a logarithmic axis.
        scores: The score of each trial.
        xlabel: What the setting is.
        share: Which share of the trials, those with the highest scores, counts as good.

    Returns:
        Above, the density of the good trials and that of the others, with a tick per trial; below,
        the ratio of the two, with its highest point.

    Example:
        >>> values, scores = [0.001, 0.003, 0.01, 0.1], [0.8, 0.9, 0.95, 0.1]
        >>> lab.plots.parzen_densities(values, scores, "learning rate", share=0.5)
        <Figure size ... with 2 Axes>
    """
    place, good, rest, chosen = log_densities(values, scores, share)
    figure, (above, below) = plt.subplots(
        2, 1, figsize=(WIDTH, 4.4), sharex=True, height_ratios=[2, 1]
    )
    kinds = [("good trials", good, chosen), ("all others", rest, ~chosen)]
    for row, (name, density, members) in enumerate(kinds):
        label = f"{name} ({members.sum():,})"
        above.plot(place, density, LINES[row], color=COLORS[row % len(COLORS)], lw=2, label=label)
        marks = np.asarray(values)[members]
        above.plot(
            marks,
            np.full(len(marks), -0.06 * (row + 1)),
            "|",
            ms=9,
            color=COLORS[row % len(COLORS)],
        )
    ratio = good / rest
    top = place[ratio.argmax()]
    below.plot(place, ratio, color=COLORS[2], lw=2)
    below.axvline(top, color=COLORS[2], ls=":")
    above.set(ylabel="density")
    below.set(xlabel=xlabel, ylabel="good / others", xscale="log", ylim=(0, None))
    figure.legend(loc="outside upper center", ncols=2)
    return describe(
        figure,
        f"Two densities over {xlabel}: {chosen.sum():,} good trials, highest at"
        f" {number(place[good.argmax()])}, and {(~chosen).sum():,} others, highest at"
        f" {number(place[rest.argmax()])}. Their ratio is highest at {number(top)}.",
    )


@course_figure
def search_bands(curves: Mapping[str, "pd.DataFrame"], ylabel: str, level: float = 0.0) -> Figure:
    """Show how the best trial of many searches goes on, as a band for each kind of search.

    Args:
        curves: kind -> scores in [0, 1], from `training.best_so_far`: a row per search, the columns
            count the trials from 1.
        ylabel: What the scores are; they are shown in per cent.
        level: A score to compare with, drawn as a dotted line; 0 draws none.

    Returns:
        For each kind, the median as a line and the middle half of its searches as a band.

    Example:
        >>> curves = pd.DataFrame([[0.8, 0.9], [0.85, 0.86]], columns=[1, 2])
        >>> lab.plots.search_bands({"random": curves}, "best accuracy so far")
        <Figure size ... with 1 Axes>
    """
    figure, axis = plt.subplots(figsize=(WIDTH, 3.6))
    said = []
    for row, (kind, table) in enumerate(curves.items()):
        low, middle, high = np.quantile(100 * table.to_numpy(), [0.25, 0.5, 0.75], axis=0)
        label = f"{kind}, median of {len(table)}"
        color = COLORS[row % len(COLORS)]
        axis.plot(table.columns, middle, LINES[row], color=color, lw=2, label=label)
        axis.fill_between(table.columns, low, high, color=color, alpha=0.2, lw=0)
        said.append(f"{kind} {trend(middle / 100, percent)}")
    if level:
        axis.axhline(100 * level, color="0.3", ls=":", label="baseline")
    axis.xaxis.set_major_locator(MaxNLocator(nbins=8, integer=True))
    axis.set(xlabel="trials", ylabel=f"{ylabel}, %")
    figure.legend(loc="outside upper center", ncols=3)
    return describe(
        figure,
        f"Lines with bands, {ylabel} against trials: the median of {listing(said)}; each band holds"
        " the middle half of the searches.",
    )


@course_figure
def promise_and_check(table: "pd.DataFrame", xlabel: str, ylabel: str) -> Figure:
    """Show what the best of a few trials promises, and what it holds on fresh digits.

    Args:
        table: From `training.winners_curse`: a row per number of trials, with the columns promised
            and held.
        xlabel: What the index counts.
        ylabel: What the values are; they are shown in per cent.

    Returns:
        Two lines with the gap between them shaded.

    Example:
        >>> table = pd.DataFrame({"promised": [0.7, 0.9], "held": [0.7, 0.8]}, index=[1, 9])
        >>> lab.plots.promise_and_check(table, "trials", "accuracy")
        <Figure size ... with 1 Axes>
    """
    figure, axis = plt.subplots(figsize=(WIDTH, 3.4))
    promised, held = 100 * table["promised"], 100 * table["held"]
    axis.plot(table.index, promised, "o-", color=COLORS[0], label="on the digits that chose")
    axis.plot(table.index, held, "s--", color=COLORS[1], label="on other digits, with another seed")
    axis.fill_between(table.index, held, promised, color="0.5", alpha=0.2, lw=0)
    axis.set(xlabel=xlabel, ylabel=f"{ylabel}, %", xscale="log")
    axis.set_xticks(table.index, [str(count) for count in table.index])
    axis.set_xticks([], minor=True)
    figure.legend(loc="outside upper center", ncols=2)
    gaps = promised - held
    return describe(
        figure,
        f"Two lines, {ylabel} against {xlabel}: {trend(promised / 100, percent)} on the digits that"
        f" chose, {trend(held / 100, percent)} on other digits. The gap is {gaps.iloc[0]:+.2f}"
        f" points at first and {gaps.iloc[-1]:+.2f} at the end.",
    )
