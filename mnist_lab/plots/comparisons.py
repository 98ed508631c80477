"""Figures of an experiment over pairs of settings: its rates, its accuracies, its differences."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm, Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from mnist_lab.plots.alt_text import describe, listing, number, percent
from mnist_lab.plots.style import COLORS, GRAY, WIDTH, course_figure
from mnist_lab.wording import counted

if TYPE_CHECKING:
    import pandas as pd

_FAILED = "#dddddd"
_VERDICTS = {"better": COLORS[0], "worse": COLORS[3], "not told apart": GRAY}


def _cells(pairs: Mapping[tuple[str, str], object]) -> tuple[list[str], list[str]]:
    """Return the names of the rows and of the columns, each in the order of its first pair."""
    rows = dict.fromkeys(row for row, _ in pairs)
    return list(rows), list(dict.fromkeys(column for _, column in pairs))


def _empty_heatmap(rows: Sequence[str], columns: Sequence[str]) -> tuple[Figure, Axes]:
    """Return axes with a cell per pair, the first row on top."""
    figure, axis = plt.subplots(figsize=(WIDTH, 1.1 + 0.5 * len(rows)))
    axis.set_xticks(np.arange(len(columns)) + 0.5, columns)
    axis.set_yticks(np.arange(len(rows)) + 0.5, rows)
    axis.set(xlim=(0, len(columns)), ylim=(len(rows), 0))
    axis.grid(visible=False)
    return figure, axis


def _write(axis: Axes, texts: Mapping[tuple[int, int], tuple[str, bool]]) -> None:
    """Write (row, column) -> text into the cells, in white where the cell is dark."""
    for (row, column), (text, dark) in texts.items():
        axis.text(
            column + 0.5,
            row + 0.5,
            text,
            ha="center",
            va="center",
            fontsize=10,
            color="white" if dark else "black",
        )


@course_figure
def rate_heatmap(rates: Mapping[tuple[str, str], float], xlabel: str, ylabel: str) -> Figure:
    """Show the learning rate of each pair of settings as a color, and write it into the cell.

    Args:
        rates: (row, column) -> learning rate, above 0. A pair that is missing stays white.
        xlabel: What the columns are.
        ylabel: What the rows are.

    Returns:
        A heat map with a logarithmic color bar.

    Example:
        >>> rates = {("relu", "sgd"): 1.0, ("relu", "adam"): 0.01}
        >>> lab.plots.rate_heatmap(rates, xlabel="optimizer", ylabel="activation")
        <Figure size ... with 2 Axes>
    """
    rows, columns = _cells(rates)
    values = np.full((len(rows), len(columns)), np.nan)
    for (row, column), rate in rates.items():
        values[rows.index(row), columns.index(column)] = rate
    figure, axis = _empty_heatmap(rows, columns)
    low, high = np.nanmin(values), np.nanmax(values)
    scale = LogNorm(low, high if high > low else 10 * low)
    mesh = axis.pcolormesh(values, cmap="viridis_r", norm=scale, edgecolors="white", linewidth=1)
    figure.colorbar(mesh, ax=axis, label="learning rate")
    texts = {
        (row, column): (number(value), bool(scale(value) > 0.5))
        for (row, column), value in np.ndenumerate(values)
        if np.isfinite(value)
    }
    _write(axis, texts)
    axis.set(xlabel=xlabel, ylabel=ylabel)
    named = {f"{row}, {column}": rate for (row, column), rate in rates.items()}
    highest, lowest = max(named, key=named.__getitem__), min(named, key=named.__getitem__)
    return describe(
        figure,
        f"Heat map: learning rate of {counted(len(rates), 'pair')} of {ylabel} and {xlabel}, from"
        f" {number(named[lowest])} ({lowest}) to {number(named[highest])} ({highest}).",
    )


@course_figure
def score_heatmap(
    scores: Mapping[tuple[str, str], Sequence[float]],
    xlabel: str,
    ylabel: str,
    failed_below: float = 0.5,
) -> Figure:
    """Show the mean accuracy of each pair of settings as a color, and write it into the cell.

    A pair with a run that failed has no mean: its cell is gray, and says how many runs failed. The
    colors end 10 points below the highest mean, so that one bad pair does not make all others look
    alike.

    Args:
        scores: (row, column) -> accuracies of its runs in [0, 1]. A pair that is missing stays
            white.
        xlabel: What the columns are.
        ylabel: What the rows are.
        failed_below: A run below this accuracy failed.

    Returns:
        A heat map with a color bar.

    Example:
        >>> scores = {("relu", "sgd"): [0.96, 0.98], ("tanh", "sgd"): [0.9, 0.1]}
        >>> lab.plots.score_heatmap(scores, xlabel="optimizer", ylabel="activation")
        <Figure size ... with 2 Axes>
    """
    rows, columns = _cells(scores)
    means = np.full((len(rows), len(columns)), np.nan)
    figure, axis = _empty_heatmap(rows, columns)
    texts: dict[tuple[int, int], tuple[str, bool]] = {}
    sound: dict[str, float] = {}
    for (row, column), values in scores.items():
        cell = rows.index(row), columns.index(column)
        failed = sum(value < failed_below for value in values)
        if failed:
            texts[cell] = (f"{failed} of {len(values)}\nfailed", False)
            axis.add_patch(
                Rectangle((cell[1], cell[0]), 1, 1, facecolor=_FAILED, edgecolor="white")
            )
        else:
            means[cell] = sound[f"{row}, {column}"] = float(np.mean(values))
    top = 100 * max(sound.values(), default=1.0)
    bottom = max(100 * min(sound.values(), default=0.0), top - 10)
    scale = Normalize(bottom, top if top > bottom else bottom + 1)
    shown = np.ma.masked_invalid(100 * means)
    mesh = axis.pcolormesh(shown, cmap="viridis", norm=scale, edgecolors="white", linewidth=1)
    figure.colorbar(mesh, ax=axis, label="mean accuracy, %", extend="min")
    for cell, value in np.ndenumerate(means):
        if np.isfinite(value):
            row, column = cell
            texts[row, column] = (f"{100 * value:.1f}", bool(scale(100 * value) < 0.5))
    _write(axis, texts)
    axis.set(xlabel=xlabel, ylabel=ylabel)
    return describe(
        figure,
        f"Heat map: mean accuracy of {counted(len(scores), 'pair')} of {ylabel} and {xlabel}."
        f" {_extremes(sound)} In {len(scores) - len(sound)} of them a run failed.",
    )


def _extremes(values: Mapping[str, float]) -> str:
    """Say where a mean accuracy is highest and lowest."""
    if not values:
        return "None has a mean."
    highest, lowest = max(values, key=values.__getitem__), min(values, key=values.__getitem__)
    best, worst = percent(values[highest]), percent(values[lowest])
    return f"It is highest for {highest} ({best}) and lowest for {lowest} ({worst})."


@course_figure
def difference_intervals(table: "pd.DataFrame", control: str, widest: float = 0.06) -> Figure:
    """Show the differences of many settings to one, with intervals, the best setting on top.

    Args:
        table: From `evaluation.compare_with_control`.
        control: The name of the setting that the others are compared with.
        widest: Differences below minus this are written at the edge: they would press the others
            together.

    Returns:
        One line per setting: the difference and its interval, in points of accuracy. Blue is
        better, orange is worse, gray cannot be told apart.

    Example:
        >>> scores = {"relu": [0.93, 0.94], "tanh": [0.91, 0.92]}
        >>> table = lab.evaluation.compare_with_control(scores, control="relu")
        >>> lab.plots.difference_intervals(table, control="relu")
        <Figure size ... with 1 Axes>
    """
    ordered = table.assign(sound=table["failed"] == 0)
    ordered = ordered.sort_values(["sound", "difference"], ascending=False)
    figure, axis = plt.subplots(figsize=(WIDTH, 1.2 + 0.26 * max(len(table), 2)))
    axis.axvline(0, color=GRAY, lw=1.2, zorder=1)
    edge = -100 * widest
    for row, line in enumerate(ordered.itertuples()):
        color = _VERDICTS.get(str(line.verdict), GRAY)
        if line.failed:
            text = f"{counted(int(line.failed), 'run')} failed"
            axis.text(edge, row, text, va="center", fontsize=9, color=GRAY)
        elif 100 * line.difference < edge:
            text = f"← {100 * line.difference:.1f}"
            axis.text(edge, row, text, va="center", fontsize=9, color=color)
        else:
            half = 0.0 if np.isnan(line.low) else 100 * (line.high - line.difference)
            style = {"xerr": half, "fmt": "o", "ms": 5, "capsize": 3, "color": color}
            axis.errorbar(100 * line.difference, row, **style)
    for verdict, color in _VERDICTS.items():
        axis.plot([], [], "o", ms=5, color=color, label=verdict)
    axis.set_yticks(range(len(ordered)), [str(name) for name in ordered.index], fontsize=9)
    axis.set(ylim=(len(ordered) - 0.4, -0.6), xlabel=f"difference to {control}, in points")
    axis.set_xlim(left=edge - 0.3)
    axis.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=3)
    counts = ordered["verdict"].value_counts()
    verdicts = listing((f"{count} {verdict}" for verdict, count in counts.items()), 5)
    sound = ordered[ordered["sound"]]
    best = (
        f" The highest is {sound.index[0]}, {100 * sound['difference'].iloc[0]:+.1f}."
        if len(sound)
        else ""
    )
    return describe(
        figure,
        f"Dots with intervals: differences of {counted(len(table), 'setting')} to {control} in"
        f" points of accuracy: {verdicts}.{best}",
    )
