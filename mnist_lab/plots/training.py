"""Figures of trainings, and of experiments over settings."""

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
from mnist_lab.plots.style import WIDTH, course_figure, panel_grid, percent_axis
from mnist_lab.wording import counted

if TYPE_CHECKING:
    import keras
    import pandas as pd


@course_figure
def learning_curves(
    histories: "keras.callbacks.History | Mapping[str, keras.callbacks.History]",
) -> Figure:
    """Show loss and accuracy per epoch, training dashed and validation solid.

    Args:
        histories: What train() or Keras's fit() returns, with validation; or name -> history, of
            any lengths, each in a color of its own.

    Returns:
        Two panels: the loss and the accuracy over the epochs.

    Example:
        >>> history, names = lab.keras.callbacks.History(), ["loss", "accuracy"]
        >>> history.history = {part + name: [0.5, 0.7] for part in ("", "val_") for name in names}
        >>> lab.plots.learning_curves({"small": history})
        <Figure size ... with 2 Axes>
    """
    if not isinstance(histories, Mapping):
        histories = {"": histories}
    figure, axes = plt.subplots(1, 2, figsize=(WIDTH, 3.0))
    for axis, metric in zip(axes, ("loss", "accuracy"), strict=True):
        longest = 1
        for index, (name, history) in enumerate(histories.items()):
            training = history.history.get(metric, [])  # none if stopped in the first epoch
            validation = history.history.get(f"val_{metric}", [])
            epochs = range(1, len(training) + 1)
            longest = max(longest, len(training))
            prefix, color = f"{name}, " if name else "", f"C{index}"
            axis.plot(epochs, training, "--.", color=color, label=f"{prefix}training")
            axis.plot(epochs, validation, "-o", ms=4, color=color, label=f"{prefix}validation")
        axis.set(xlabel="epoch", ylabel=metric, xlim=(0.5, longest + 0.5))
        axis.xaxis.set_major_locator(MaxNLocator(nbins=8, integer=True, min_n_ticks=1))
    percent_axis(axes[1])
    axes[0].legend()
    texts = [
        f"{name}: {_accuracy_of(history.history)}" if name else _both_of(history.history)
        for name, history in histories.items()
    ]
    said = texts[0] if len(texts) == 1 else listing(texts, 3)
    return describe(figure, f"Line charts: loss and accuracy per epoch. {said}.")


def _accuracy_of(values: Mapping[str, Sequence[float]]) -> str:
    """Say how the validation accuracy of a history goes."""
    accuracies = values.get("val_accuracy")
    if not accuracies:
        return "no epoch has ended"
    return (
        f"validation accuracy {trend(accuracies, percent)} in {counted(len(accuracies), 'epoch')}"
    )


def _both_of(values: Mapping[str, Sequence[float]]) -> str:
    """Say how loss and validation accuracy of a history go."""
    if not values:
        return "No epoch has ended"
    losses = f"training loss {trend(values['loss'])}, validation loss {trend(values['val_loss'])}"
    return f"The {losses}, {_accuracy_of(values)}"


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
        axis.plot([x] * len(values), values, "o", color="C0", alpha=0.8)
        axis.plot([x - 0.25, x + 0.25], [np.mean(values)] * 2, color="C1", lw=3)
    axis.set(
        xlabel=xlabel, ylabel=ylabel, xticks=range(len(scores)), xlim=(-0.6, len(scores) - 0.4)
    )
    axis.set_xticklabels([str(name) for name in scores], rotation=30 if len(scores) > 6 else 0)
    percent_axis(axis)
    axis.plot([], [], "o", color="C0", label="one run")
    axis.plot([], [], color="C1", lw=3, label="mean")
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
    all are positive; up to five different values are then named on it.

    Args:
        table: One row per run.
        names: Columns of numbers, the settings.
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
        if table[name].min() > 0 and table[name].max() >= 8 * table[name].min():
            axis.set_xscale("log")
            chosen = sorted(table[name].unique())
            if len(chosen) <= 5:  # the labels of a logarithmic axis would overlap between them
                axis.set_xticks(chosen, [f"{value:g}" for value in chosen])
                axis.set_xticks([], minor=True)
        percent_axis(axis)
    for axis in axes[:, 0]:
        axis.set_ylabel(score)
    best = table.loc[table[score].idxmax()]
    settings = listing(f"{name} {number(best[name])}" for name in names)
    return describe(
        figure,
        f"Dots: {score} of {counted(len(table), 'run')} against {listing(names)}, a panel each."
        f" It reaches {span(table[score], percent)}; the best run has {settings}.",
    )


@course_figure
def accuracy_heatmap(
    scores: Mapping[tuple[str, str], Sequence[float]], xlabel: str, ylabel: str
) -> Figure:
    """Show the mean accuracy of each pair of settings as a color, written with its deviation.

    The colors end 5 points below the median of all pairs, where the lowest mean is lower than
    that, so that one pair that failed does not make all others look alike. A pair without runs
    stays white.

    Args:
        scores: (row, column) -> accuracies of its runs in [0, 1].
        xlabel: What the columns are.
        ylabel: What the rows are.

    Returns:
        A heat map with one row and one column per setting, and a color bar.

    Example:
        >>> scores = {("relu", "sgd"): [0.96, 0.98], ("tanh", "sgd"): [0.9]}
        >>> lab.plots.accuracy_heatmap(scores, xlabel="optimizer", ylabel="activation")
        <Figure size ... with 2 Axes>
    """
    import pandas as pd  # both are slow to import, and no other figure here needs them
    import seaborn as sns

    rows = list(dict.fromkeys(row for row, _ in scores))
    columns = list(dict.fromkeys(column for _, column in scores))
    means = pd.DataFrame(np.nan, rows, columns)
    texts = pd.DataFrame("", rows, columns)
    for (row, column), values in scores.items():
        means.loc[row, column] = 100 * np.mean(values)
        deviation = f"\n± {100 * np.std(values, ddof=1):.1f}" if len(values) > 1 else ""
        texts.loc[row, column] = f"{means.loc[row, column]:.1f}{deviation}"
    measured = means.stack()
    figure, axis = plt.subplots(figsize=(WIDTH, 1.2 + 0.6 * len(rows)))
    sns.heatmap(
        means,
        annot=texts,
        fmt="",
        cmap="viridis",
        vmin=max(measured.min(), measured.median() - 5),
        linewidths=0.5,
        annot_kws={"fontsize": 9},
        cbar_kws={"label": "mean accuracy, %"},
        ax=axis,
    )
    axis.set(xlabel=xlabel, ylabel=ylabel)
    axis.tick_params(axis="y", rotation=0)
    shares = {f"{row}, {column}": float(np.mean(runs)) for (row, column), runs in scores.items()}
    return describe(
        figure,
        f"Heat map: mean accuracy of {counted(len(scores), 'pair')} of {ylabel} and {xlabel}."
        f" {_ends('accuracy', shares)}",
    )
