"""Figures of accuracies and confusions: per pair of digits, per digit and per condition."""

from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from mnist_lab.evaluation.error_analysis import confused_pairs, per_digit
from mnist_lab.evaluation.metrics import Evaluation
from mnist_lab.plots.alt_text import describe, listing, percent, span
from mnist_lab.plots.style import WIDTH, course_figure, error_bars, percent_axis
from mnist_lab.wording import counted


def _confusion(values: np.ndarray, fmt: str, label: str, **colors: Any) -> Figure:
    """Show a matrix (10, 10) as a heat map with its diagonal written on gray cells.

    The colors are for the mistakes alone: beside the diagonal, a hundred times larger, all of them
    would look white.
    """
    figure, axis = plt.subplots(figsize=(WIDTH, 5.6))
    sns.heatmap(
        values,
        mask=np.eye(10, dtype=bool),
        annot=True,
        fmt=fmt,
        square=True,
        linewidths=0.5,
        annot_kws={"fontsize": 9},
        cbar_kws={"label": label},
        ax=axis,
        **colors,
    )
    for digit in range(10):
        axis.add_patch(Rectangle((digit, digit), 1, 1, facecolor="#d4d4d4", edgecolor="white"))
        text, center = format(values[digit, digit], fmt), digit + 0.5
        axis.text(center, center, text, ha="center", va="center", fontsize=9)
    axis.set(xlabel="predicted digit", ylabel="true digit")
    return figure


def _largest_mistake(values: np.ndarray) -> float:
    return float(np.abs(values[~np.eye(10, dtype=bool)]).max())


@course_figure
def confusion_heatmap(result: Evaluation) -> Figure:
    """Show the confusion matrix; the mistakes are colored, the diagonal is written on gray.

    Args:
        result: The evaluation.

    Returns:
        A 10 x 10 heat map: one row per label, one column per prediction.

    Example:
        >>> dataset = lab.data.Dataset(np.zeros((10, 28, 28)), np.arange(10))
        >>> lab.plots.confusion_heatmap(lab.evaluation.Evaluation(dataset, np.eye(10)))
        <Figure size ... with 2 Axes>
    """
    # Without mistakes the limit is just above 0, so that 0 has the lightest color.
    limit = max(_largest_mistake(result.confusion), 1e-9)
    figure = _confusion(result.confusion, "d", "mistakes", cmap="rocket_r", vmin=0, vmax=limit)
    mistakes = [
        f"{label} read as {prediction}, {counted(count, 'time')}, {share:.1%} of the digit"
        for label, prediction, count, share in confused_pairs(result, top=1).to_numpy(object)
    ]
    return describe(
        figure,
        "Confusion matrix of ten true against ten predicted digits:"
        f" {result.correct.sum():,} of {counted(len(result), 'digit')} right."
        f" The most frequent mistake: {listing(mistakes) or 'none'}.",
    )


@course_figure
def confusion_difference(first: Evaluation, second: Evaluation) -> Figure:
    """Show the confusion matrix of the second model minus that of the first.

    Blue cells are mistakes that the second model makes less often, red cells those it makes more
    often. On the diagonal, written on gray, a positive number is a gain.

    Args:
        first: The evaluation of one model.
        second: The evaluation of the other, on the same dataset.

    Returns:
        A 10 x 10 heat map of the changes: one row per label, one column per prediction.

    Example:
        >>> dataset = lab.data.Dataset(np.zeros((10, 28, 28)), np.arange(10))
        >>> first = lab.evaluation.Evaluation(dataset, np.eye(10)[::-1])
        >>> lab.plots.confusion_difference(first, lab.evaluation.Evaluation(dataset, np.eye(10)))
        <Figure size ... with 2 Axes>
    """
    values = second.confusion - first.confusion
    limit = max(_largest_mistake(values), 1)
    figure = _confusion(values, "+d", "change in mistakes", cmap="RdBu_r", vmin=-limit, vmax=limit)
    changes = np.where(np.eye(10, dtype=bool), 0, values)
    label, prediction = np.unravel_index(np.abs(changes).argmax(), changes.shape)
    largest = f"{label} read as {prediction}, {changes[label, prediction]:+d}"
    return describe(
        figure,
        "Change of the confusion matrix from one model to another:"
        f" {(~first.correct).sum():,} mistakes become {(~second.correct).sum():,}."
        f" The largest change in a mistake: {largest if changes.any() else 'none'}.",
    )


@course_figure
def per_digit_scores(result: Evaluation) -> Figure:
    """Show precision and recall of each digit with their 95 % intervals.

    Args:
        result: The evaluation.

    Returns:
        Two points with their intervals per digit.

    Example:
        >>> dataset = lab.data.Dataset(np.zeros((10, 28, 28)), np.arange(10))
        >>> lab.plots.per_digit_scores(lab.evaluation.Evaluation(dataset, np.eye(10)))
        <Figure size ... with 1 Axes>
    """
    figure, axis = plt.subplots(figsize=(WIDTH, 3.0))
    table = per_digit(result)
    for name, marker, offset in (("precision", "o", -0.14), ("recall", "s", 0.14)):
        known = table[table[f"{name} high"].notna()]
        errors = error_bars(known[name], known[f"{name} low"], known[f"{name} high"])
        style = {"fmt": marker, "ms": 5, "capsize": 3, "label": name}
        axis.errorbar(known.index + offset, known[name], yerr=errors, **style)
    axis.set(xlabel="digit", ylabel="share", xticks=range(10))
    percent_axis(axis)
    # Above the axes, where it covers no interval.
    axis.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2)
    recall = table["recall"][table["recall high"].notna()]
    return describe(
        figure,
        "Precision and recall of each digit with 95% intervals. Recall is lowest for the"
        f" {recall.idxmin()} ({percent(recall.min())}) and highest for the"
        f" {recall.idxmax()} ({percent(recall.max())}).",
    )


@course_figure
def accuracy_intervals(results: Mapping[str, Mapping[str, Evaluation]]) -> Figure:
    """Show accuracies with 95 % intervals, one color per condition and one point per model.

    Args:
        results: condition -> model -> evaluation; every condition has the same models.

    Returns:
        One point with its interval per condition and model.

    Example:
        >>> dataset = lab.data.Dataset(np.zeros((10, 28, 28)), np.arange(10))
        >>> result = lab.evaluation.Evaluation(dataset, np.eye(10))
        >>> lab.plots.accuracy_intervals({"test digits": {"mlp": result, "cnn": result}})
        <Figure size ... with 1 Axes>
    """
    figure, axis = plt.subplots(figsize=(WIDTH, 3.2))
    models = list(next(iter(results.values())))
    for index, (condition, evaluations) in enumerate(results.items()):
        x = np.arange(len(models)) + 0.16 * (index - (len(results) - 1) / 2)
        accuracies = np.array([evaluations[name].accuracy for name in models])
        low, high = np.array([evaluations[name].interval for name in models]).T
        style = {"fmt": "osD^v"[index % 5], "ms": 6, "capsize": 4, "label": condition}
        axis.errorbar(x, accuracies, yerr=error_bars(accuracies, low, high), **style)
    axis.set_xticks(range(len(models)), models)
    axis.set(xlabel="network", ylabel="accuracy", ylim=(0, 1.03))
    percent_axis(axis)
    figure.legend(loc="outside upper center", ncols=len(results))
    spans = [
        f"{condition} {span([result.accuracy for result in evaluations.values()], percent)}"
        for condition, evaluations in results.items()
    ]
    return describe(
        figure,
        f"Accuracies with 95% intervals of {counted(len(models), 'network')}: {listing(models)}."
        f" By condition: {listing(spans)}.",
    )
