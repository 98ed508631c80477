"""Figures of how networks learn, and of experiments over settings."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from mnist_lab.plots.style import WIDTH, course_figure, percent_axis

if TYPE_CHECKING:
    import keras


@course_figure
def learning_curves(
    histories: "Mapping[str, keras.callbacks.History] | keras.callbacks.History",
) -> Figure:
    """Show loss and accuracy over the epochs, training dashed and validation solid; one colour a history."""
    if not isinstance(histories, Mapping):
        histories = {"": histories}
    figure, axes = plt.subplots(1, 2, figsize=(WIDTH, 3.0))
    for axis, metric in zip(axes, ("loss", "accuracy"), strict=True):
        for number, (name, history) in enumerate(histories.items()):
            values = history.history
            epochs = range(1, len(values[metric]) + 1)
            lead = f"{name}, " if name else ""
            axis.plot(
                epochs,
                values[metric],
                "--",
                marker=".",
                color=f"C{number}",
                label=f"{lead}training",
            )
            axis.plot(
                epochs,
                values[f"val_{metric}"],
                marker="o",
                ms=4,
                color=f"C{number}",
                label=f"{lead}validation",
            )
        axis.set(xlabel="epoch", ylabel=metric)
        axis.set_xlim(0.5, len(epochs) + 0.5)
        axis.xaxis.set_major_locator(MaxNLocator(nbins=8, integer=True, min_n_ticks=1))
    percent_axis(axes[1])
    axes[0].legend()
    return figure


@course_figure
def strip_plot(
    scores: Mapping[str, Sequence[float]], xlabel: str, ylabel: str = "validation accuracy"
) -> Figure:
    """Show each run's score in [0, 1] as a dot, one row of dots a setting, and the mean of each setting as a bar."""
    figure, axis = plt.subplots(figsize=(WIDTH, 3.0))
    for place, values in enumerate(scores.values()):
        axis.plot([place] * len(values), values, "o", color="C0", alpha=0.8)
        axis.plot([place - 0.25, place + 0.25], [np.mean(values)] * 2, color="C1", lw=3)
    axis.set(
        xlabel=xlabel, ylabel=ylabel, xticks=range(len(scores)), xlim=(-0.6, len(scores) - 0.4)
    )
    axis.set_xticklabels([str(name) for name in scores])
    percent_axis(axis)
    axis.plot([], [], "o", color="C0", label="one run")
    axis.plot([], [], color="C1", lw=3, label="mean")
    axis.legend(
        loc="lower right", bbox_to_anchor=(1, 1), ncols=2
    )  # above the dots, of which it must cover none
    return figure


@course_figure
def line_plot(
    curves: "Mapping[str, tuple[Sequence[float], Sequence[float]]]",
    xlabel: str,
    ylabel: str,
    xscale: str = "linear",
    yscale: str = "linear",
    marker: str = "o",
) -> Figure:
    """Show one line a name, through its points (x, y); the scales are matplotlib's, such as "log".

    A linear x axis on which all points are whole numbers, such as epochs, has no ticks between them.
    """
    figure, axis = plt.subplots(figsize=(WIDTH, 3.4))
    for name, (across, up) in curves.items():
        axis.plot(across, up, marker=marker, ms=4, label=name)
    axis.set(xlabel=xlabel, ylabel=ylabel, xscale=xscale, yscale=yscale)
    if xscale == "linear" and all(
        float(x).is_integer() for across, _ in curves.values() for x in across
    ):
        axis.xaxis.set_major_locator(MaxNLocator(nbins=8, integer=True))
    axis.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    return figure


@course_figure
def slice_plot(table: pd.DataFrame, names: Sequence[str], score: str) -> Figure:
    """Show a table's column `score` in [0, 1] against each of the columns `names`, a panel each and a dot a row.

    A column whose largest number is eight times the smallest positive one, or more, has a logarithmic axis.
    """
    columns = min(len(names), 3)
    rows = -(-len(names) // columns)
    figure, axes = plt.subplots(rows, columns, figsize=(WIDTH, 2.3 * rows), squeeze=False)
    margin = 0.05 * (table[score].max() - table[score].min()) or 0.01
    for axis, name in zip(axes.flat, names, strict=False):
        axis.plot(table[name], table[score], "o", ms=4, alpha=0.7)
        axis.set(xlabel=name, ylim=(table[score].min() - margin, table[score].max() + margin))
        if table[name].min() > 0 and table[name].max() >= 8 * table[name].min():
            axis.set_xscale("log")
        percent_axis(axis)
    for axis in axes[:, 0]:
        axis.set_ylabel(score)
    for axis in axes.flat[len(names) :]:
        axis.set_axis_off()
    return figure


@course_figure
def accuracy_heatmap(
    scores: "Mapping[tuple[str, str], Sequence[float]]", xlabel: str, ylabel: str
) -> Figure:
    """Show accuracies in [0, 1] of pairs (row, column): the mean over runs as colour, written with its standard deviation.

    The colours run up to the highest mean, and down to the lowest or to 5 points below the median of all, whichever is
    higher, so that one pair that collapsed does not make all others look alike. A pair that was not run stays white.
    """
    rows, columns = (list(dict.fromkeys(pair[place] for pair in scores)) for place in (0, 1))
    means = pd.DataFrame(np.nan, rows, columns)
    notes = pd.DataFrame("", rows, columns)
    for (row, column), values in scores.items():
        means.loc[row, column] = 100 * np.mean(values)
        spread = f"\n± {100 * np.std(values, ddof=1):.1f}" if len(values) > 1 else ""
        notes.loc[row, column] = f"{means.loc[row, column]:.1f}{spread}"
    figure, axis = plt.subplots(figsize=(WIDTH, 1.2 + 0.6 * len(rows)))
    known = means.stack()
    sns.heatmap(
        means, annot=notes, fmt="", cmap="viridis", linewidths=0.5, ax=axis, annot_kws={"fontsize": 9},
        vmin=max(known.min(), known.median() - 5),
        cbar_kws={"label": "mean accuracy, %"},
    )  # fmt: skip
    axis.set(xlabel=xlabel, ylabel=ylabel)
    axis.tick_params(axis="y", rotation=0)
    return figure
