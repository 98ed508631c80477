"""Figures of what a model gets right and wrong."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from mnist_lab.data.digits import Dataset
from mnist_lab.evaluation.metrics import Evaluation, misclassified, per_digit
from mnist_lab.plots.style import INK, WIDTH, course_figure, image_grid, percent_axis


def _write_diagonal(axis: plt.Axes, values: np.ndarray, form: str) -> None:
    """Write the diagonal of a matrix into grey fields of a heat map."""
    for digit in range(10):
        axis.add_patch(Rectangle((digit, digit), 1, 1, facecolor="#d4d4d4", edgecolor="white"))
        axis.text(
            digit + 0.5,
            digit + 0.5,
            format(values[digit, digit], form),
            ha="center",
            va="center",
            fontsize=9,
        )


@course_figure
def confusion_heatmap(result: Evaluation, shares: bool = False) -> Figure:
    """Show the confusion matrix as a heat map: counts, or each row as a share of that digit in per cent.

    The colours belong to the mistakes alone. The diagonal, a hundred times larger, is written but not coloured, or
    the mistakes would all look white beside it.
    """
    values = (
        result.confusion / np.maximum(result.confusion.sum(axis=1, keepdims=True), 1) * 100
        if shares
        else result.confusion
    )
    form = ".1f" if shares else "d"
    diagonal = np.eye(10, dtype=bool)
    figure, axis = plt.subplots(figsize=(WIDTH, 5.6))
    sns.heatmap(
        values, mask=diagonal, annot=True, fmt=form, cmap="rocket_r", vmin=0, vmax=max(values[~diagonal].max(), 1e-9),
        square=True, linewidths=0.5, ax=axis, annot_kws={"fontsize": 9},
        cbar_kws={"label": "mistakes, % of the digit" if shares else "mistakes"},
    )  # fmt: skip
    _write_diagonal(axis, values, form)
    axis.set(xlabel="predicted digit", ylabel="true digit")
    return figure


@course_figure
def confusion_difference(first: Evaluation, second: Evaluation) -> Figure:
    """Show the second model's confusion matrix less the first's: blue where the second errs less often, red where more.

    The diagonal is written but not coloured, as in confusion_heatmap; there a positive number is a gain.
    """
    values = second.confusion - first.confusion
    diagonal = np.eye(10, dtype=bool)
    limit = max(np.abs(values[~diagonal]).max(), 1)
    figure, axis = plt.subplots(figsize=(WIDTH, 5.6))
    sns.heatmap(
        values, mask=diagonal, annot=True, fmt="+d", cmap="RdBu_r", vmin=-limit, vmax=limit, square=True, linewidths=0.5,
        ax=axis, annot_kws={"fontsize": 9}, cbar_kws={"label": "change in mistakes"},
    )  # fmt: skip
    _write_diagonal(axis, values, "+d")
    axis.set(xlabel="predicted digit", ylabel="true digit")
    return figure


@course_figure
def per_digit_scores(result: Evaluation) -> Figure:
    """Show precision, recall and F1 of each digit, each with its 95 % interval."""
    figure, axis = plt.subplots(figsize=(WIDTH, 3.0))
    table = per_digit(result)
    for name, marker, side in (("precision", "o", -0.2), ("recall", "s", 0.0), ("F1", "D", 0.2)):
        known = table[table[f"{name} high"].notna()]
        errors = [known[name] - known[f"{name} low"], known[f"{name} high"] - known[name]]
        axis.errorbar(
            known.index + side, known[name], yerr=errors, fmt=marker, ms=5, capsize=3, label=name
        )
    axis.set(xlabel="digit", ylabel="share", xticks=range(10))
    percent_axis(axis)
    axis.legend(ncols=3)
    return figure


@course_figure
def probability_bars(result: Evaluation, index: int) -> Figure:
    """Show one digit beside the ten probabilities the model gave it; the true digit's bar has the second colour."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(WIDTH, 2.6), width_ratios=(1, 2))
    left.imshow(result.dataset.images[index], cmap="gray_r", vmin=0, vmax=1)
    left.set_axis_off()
    left.set_title(f"labelled {result.dataset.labels[index]}, read as {result.predictions[index]}")
    colours = ["C1" if digit == result.dataset.labels[index] else "C0" for digit in range(10)]
    right.bar(range(10), result.probabilities[index], color=colours)
    right.set(xlabel="digit", ylabel="probability", xticks=range(10), ylim=(0, 1))
    return figure


def _sureness(confidence: float) -> str:
    """Return a confidence in words; nothing below certainty is rounded up to 100 %."""
    return "over 99.9% sure" if confidence > 0.999 else f"{confidence:.1%} sure"


@course_figure
def misclassified_gallery(
    result: Evaluation, count: int = 30, indices: np.ndarray | None = None, columns: int = 6
) -> Figure:
    """Show wrongly read digits with label, prediction and confidence: those at `indices`, else the `count` surest."""
    chosen = misclassified(result)[:count] if indices is None else np.asarray(indices)
    if len(chosen) == 0:
        figure, axis = plt.subplots(figsize=(WIDTH, 1.0))
        axis.set_axis_off()
        axis.text(0.5, 0.5, "No mistakes to show.", ha="center", va="center")
        return figure
    read = zip(
        result.dataset.labels[chosen],
        result.predictions[chosen],
        result.confidence[chosen],
        strict=True,
    )
    titles = [
        f"{label} read as {prediction}\n{_sureness(confidence)}"
        for label, prediction, confidence in read
    ]
    return image_grid(
        result.dataset.images[chosen], titles, columns, fontsize=9, cmap="gray_r", vmin=0, vmax=1
    )[0]


@course_figure
def label_issue_gallery(
    suspects: pd.DataFrame, dataset: Dataset, count: int = 24, columns: int = 6
) -> Figure:
    """Show the likeliest wrong labels: what the label says, what the model reads, and how sure it is.

    suspects: from suspects.find_label_issues, for the digits of `split`.
    """
    first = suspects.head(count)
    titles = [
        f"labelled {row.label}, reads {row.suggestion}\n{_sureness(row.confidence)}"
        for row in first.itertuples(index=False)
    ]
    images = dataset.images[first["index"].to_numpy()]
    return image_grid(images, titles, columns, fontsize=8, cmap="gray_r", vmin=0, vmax=1)[0]


@course_figure
def attribution_maps(
    images: Sequence[np.ndarray], maps: Mapping[str, Sequence[np.ndarray]], titles: Sequence[str]
) -> Figure:
    """Show each digit in a row of its own, beside it its maps: red where ink speaks for the digit, blue against it.

    maps: title -> one map (28, 28) a digit; the colours of each map reach to its own largest value.
    """
    figure, axes = plt.subplots(
        len(images), 1 + len(maps), figsize=(WIDTH, 2.2 * len(images)), squeeze=False
    )
    for row, (image, title) in enumerate(zip(images, titles, strict=True)):
        axes[row, 0].imshow(image, cmap="gray_r", vmin=0, vmax=1)
        axes[row, 0].set_title(title)
        for axis, (name, found) in zip(axes[row, 1:], maps.items(), strict=True):
            limit = max(float(np.abs(found[row]).max()), 1e-12)
            axis.imshow(found[row], cmap="RdBu_r", vmin=-limit, vmax=limit)
            axis.contour(image, levels=[0.5], colors="black", linewidths=0.6)
            axis.set_title(name)
    for axis in axes.flat:
        axis.set_axis_off()
    return figure


@course_figure
def embedding_scatter(
    places: np.ndarray, result: Evaluation, indices: np.ndarray, name: str
) -> Figure:
    """Show digits as points of a plane, (n, 2), coloured by what they are; a mistake is a cross in the colour of its label.

    indices: which digits of the result the n points are. name: of the way they were laid out.
    """
    figure, axis = plt.subplots(figsize=(WIDTH, 5.6))
    colours = sns.color_palette("tab10")
    labels, correct = result.dataset.labels[indices], result.correct[indices]
    wrong = np.array([colours[label] for label in labels[~correct]]).reshape(-1, 3)
    for digit in range(10):
        chosen = labels == digit
        axis.scatter(*places[chosen].T, s=5, color=colours[digit], alpha=0.6, linewidths=0)
        if chosen.any():
            box = {
                "boxstyle": "circle",
                "facecolor": "white",
                "edgecolor": colours[digit],
                "alpha": 0.8,
            }
            axis.text(
                *np.median(places[chosen], axis=0), str(digit), ha="center", va="center", bbox=box
            )
    axis.scatter(
        *places[~correct].T,
        s=60,
        marker="X",
        c=wrong,
        edgecolors="black",
        linewidths=0.8,
        label="read wrongly",
    )
    axis.set(xticks=[], yticks=[], xlabel=f"{name}, first coordinate", ylabel="second coordinate")
    axis.legend(loc="upper right")
    return figure


@course_figure
def predictions_side_by_side(results: Mapping[str, Evaluation], indices: Sequence[int]) -> Figure:
    """Show some digits in a row and below each what every model reads in it; wrong answers stand in coloured fields.

    results: name -> answers to one and the same dataset. indices: which of its digits to show.
    """
    dataset, cell = next(iter(results.values())).dataset, 0.6
    below = cell * len(results)
    figure, axis = plt.subplots(
        figsize=(WIDTH, 0.2 + 0.78 * WIDTH * (1.1 + below) / max(len(indices), 8))
    )
    for place, index in enumerate(indices):
        axis.imshow(dataset.images[index], extent=(place + 0.05, place + 0.95, 0, -0.9), **INK)
        for row, result in enumerate(results.values()):
            right = bool(result.correct[index])
            look = {"facecolor": "white" if right else "C1", "edgecolor": "#dddddd"}
            axis.add_patch(Rectangle((place, 0.1 + cell * row), 1, cell, **look))
            words = {
                "ha": "center",
                "va": "center",
                "fontsize": 10,
                "weight": "normal" if right else "bold",
            }
            axis.text(
                place + 0.5, 0.1 + cell * (row + 0.5), str(result.predictions[index]), **words
            )
    axis.set(xlim=(0, len(indices)), ylim=(0.1 + below, -1), xticks=[])
    axis.set_yticks(
        [-0.45, *(0.1 + cell * (row + 0.5) for row in range(len(results)))], ["drawn", *results]
    )
    axis.grid(False)
    axis.tick_params(length=0)
    for side in axis.spines.values():
        side.set_visible(False)
    return figure


@course_figure
def accuracy_intervals(results: Mapping[str, Mapping[str, Evaluation]]) -> Figure:
    """Show accuracies with their 95 % intervals: a colour a condition, and in each a point a model.

    results: condition -> model -> its answers; every condition has the same models.
    """
    figure, axis = plt.subplots(figsize=(WIDTH, 3.2))
    models = list(next(iter(results.values())))
    for number, (condition, found) in enumerate(results.items()):
        places = np.arange(len(models)) + 0.16 * (number - (len(results) - 1) / 2)
        accuracies = np.array([found[name].accuracy for name in models])
        limits = np.array([found[name].interval for name in models]).T
        # Not below 0: at 0 % and 100 % the interval ends at the accuracy, give or take rounding.
        errors = np.maximum([accuracies - limits[0], limits[1] - accuracies], 0)
        axis.errorbar(
            places,
            accuracies,
            yerr=errors,
            fmt="osD^v"[number % 5],
            ms=6,
            capsize=4,
            label=condition,
        )
    axis.set(
        xticks=range(len(models)),
        xticklabels=models,
        ylabel="accuracy",
        ylim=(0, 1.03),
        xlabel="network",
    )
    percent_axis(axis)
    figure.legend(loc="outside upper center", ncols=len(results))
    return figure
