"""Figures of single digits with what models predict for them."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from mnist_lab import checks
from mnist_lab.data.dataset import Dataset
from mnist_lab.evaluation.error_analysis import misclassified
from mnist_lab.evaluation.metrics import Evaluation
from mnist_lab.plots.alt_text import describe, listing
from mnist_lab.plots.style import COLORS, INK, WIDTH, course_figure, image_grid
from mnist_lab.wording import counted


@course_figure
def probability_bars(result: Evaluation, index: int) -> Figure:
    """Show one digit beside its ten probabilities; the label's bar has the second color.

    Args:
        result: The evaluation.
        index: Of the digit in the dataset.

    Returns:
        The image, and ten bars.

    Example:
        >>> dataset = lab.data.Dataset(np.zeros((10, 28, 28)), np.arange(10))
        >>> lab.plots.probability_bars(lab.evaluation.Evaluation(dataset, np.eye(10)), index=3)
        <Figure size ... with 2 Axes>
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(WIDTH, 2.6), width_ratios=(1, 2))
    label = result.dataset.labels[index]
    left.imshow(result.dataset.subset([index]).images[0], **INK)
    left.set_axis_off()
    left.set_title(f"labeled {label}, read as {result.predictions[index]}")
    colors = [COLORS[1] if digit == label else COLORS[0] for digit in range(10)]
    right.bar(range(10), result.probabilities[index], color=colors)
    right.set(xlabel="digit", ylabel="probability", xticks=range(10), ylim=(0, 1))
    first, second = np.argsort(-result.probabilities[index], kind="stable")[:2]
    return describe(
        figure,
        f"A digit labeled {label} beside a bar chart of its ten probabilities. The highest:"
        f" {result.probabilities[index, first]:.1%} for {first}, then"
        f" {result.probabilities[index, second]:.1%} for {second}.",
    )


def _confidence_text(confidence: float) -> str:
    """Return a confidence in words, without rounding it up to 100 %."""
    return "over 99.9% sure" if confidence > 0.999 else f"{confidence:.1%} sure"


@course_figure
def misclassified_gallery(
    result: Evaluation,
    count: checks.IntLike = 30,
    indices: Sequence[int] | np.ndarray | None = None,
    columns: checks.IntLike = 6,
) -> Figure:
    """Show misclassified digits with label, prediction and confidence.

    Args:
        result: The evaluation.
        count: At most how many to show, the most confident mistakes first.
        indices: Which digits of the dataset to show instead, in this order.
        columns: Digits per row.

    Returns:
        A grid of images, each with its text above it; a sentence where there are no mistakes.

    Example:
        >>> dataset = lab.data.Dataset(np.zeros((10, 28, 28)), np.arange(10))
        >>> lab.plots.misclassified_gallery(lab.evaluation.Evaluation(dataset, np.eye(10)[::-1]))
        <Figure size ... with 1 Axes>
    """
    if indices is None:
        indices = misclassified(result)[: checks.integer("count", count, 1)]
    chosen = np.asarray(indices, dtype=int)
    if len(chosen) == 0:
        figure, axis = plt.subplots(figsize=(WIDTH, 1.0))
        axis.set_axis_off()
        axis.text(0.5, 0.5, "No mistakes to show.", ha="center", va="center")
        return describe(figure, "In place of a gallery, a sentence: no mistakes to show.")
    titles = [
        f"{result.dataset.labels[index]} read as {result.predictions[index]}\n"
        f"{_confidence_text(float(result.confidence[index]))}"
        for index in chosen
    ]
    figure = image_grid(result.dataset.subset(chosen).images, titles, columns, fontsize=9, **INK)[0]
    wrong = int((~result.correct[chosen]).sum())
    return describe(
        figure,
        f"Gallery of {counted(len(chosen), 'digit')} with label, prediction and confidence,"
        f" {wrong:,} of them read wrongly. {_first_of(titles)}",
    )


def _first_of(titles: Sequence[str]) -> str:
    """Return the first titles of a gallery as a sentence."""
    first = "; ".join(title.replace("\n", ", ") for title in titles[:2])
    return f"The first: {first}." if len(titles) > 1 else f"It is: {first}."


@course_figure
def label_issue_gallery(
    issues: pd.DataFrame,
    dataset: Dataset,
    count: checks.IntLike = 24,
    columns: checks.IntLike = 6,
) -> Figure:
    """Show the likeliest wrong labels with label, prediction and confidence.

    Args:
        issues: From evaluation.find_label_issues.
        dataset: The digits that the table was made from.
        count: At most how many to show.
        columns: Digits per row.

    Returns:
        A grid of images, each with its text above it.

    Example:
        >>> dataset = lab.data.Dataset(np.zeros((10, 28, 28)), np.arange(10))
        >>> row = {"index": 4, "label": 4, "suggestion": 9, "confidence": 0.98}
        >>> lab.plots.label_issue_gallery(pd.DataFrame([row]), dataset)
        <Figure size ... with 1 Axes>
    """
    first = issues.head(checks.integer("count", count, 1))
    titles = [
        f"labeled {row.label}, reads {row.suggestion}\n{_confidence_text(row.confidence)}"
        for row in first.itertuples(index=False)
    ]
    images = dataset.subset(first["index"].to_numpy()).images
    return describe(
        image_grid(images, titles, columns, fontsize=8, **INK)[0],
        f"Gallery of {counted(len(titles), 'digit')} whose label may be wrong. {_first_of(titles)}",
    )


@course_figure
def predictions_side_by_side(results: Mapping[str, Evaluation], indices: Sequence[int]) -> Figure:
    """Show digits in a row, and below each the prediction of every model; mistakes are colored.

    Args:
        results: name -> evaluation, all of the same dataset.
        indices: Which digits of the dataset to show.

    Returns:
        A row of images under their labels, above a table with one row per model.

    Example:
        >>> dataset = lab.data.Dataset(np.zeros((10, 28, 28)), np.arange(10))
        >>> result = lab.evaluation.Evaluation(dataset, np.eye(10))
        >>> lab.plots.predictions_side_by_side({"mlp": result, "cnn": result}, [3, 5])
        <Figure size ... with 1 Axes>
    """
    # One unit is the width of a digit. Labels and digits stand above 0, predictions below.
    first, height = 0.1, 0.6
    bottom = first + height * len(results)
    unit = 0.78 * WIDTH / max(len(indices), 8)
    figure, axis = plt.subplots(figsize=(WIDTH, 0.2 + unit * (1 + height + bottom)))
    dataset = next(iter(results.values())).dataset
    images = dataset.subset(indices).images
    for x, index in enumerate(indices):
        axis.imshow(images[x], extent=(x + 0.05, x + 0.95, 0, -0.9), **INK)
        label = str(dataset.labels[index])
        axis.text(x + 0.5, -0.9 - height / 2, label, ha="center", va="center", fontsize=10)
        for row, result in enumerate(results.values()):
            top, correct = first + height * row, bool(result.correct[index])
            color, weight = ("white", "normal") if correct else (COLORS[1], "bold")
            cell = Rectangle((x, top), 1, height, facecolor=color, edgecolor="#dddddd")
            axis.add_patch(cell)
            style = {"ha": "center", "va": "center", "fontsize": 10, "weight": weight}
            axis.text(x + 0.5, top + height / 2, str(result.predictions[index]), **style)
    axis.set(xlim=(0, len(indices)), ylim=(bottom, -1 - height), xticks=[])
    centers = [first + height * (row + 0.5) for row in range(len(results))]
    axis.set_yticks([-0.9 - height / 2, -0.45, *centers], ["label", "digit", *results])
    axis.grid(False)
    axis.tick_params(length=0)
    for spine in axis.spines.values():
        spine.set_visible(False)
    mistakes = [
        f"{name} {(~result.correct[list(indices)]).sum()}" for name, result in results.items()
    ]
    digits = counted(len(indices), "digit")
    return describe(
        figure,
        f"A row of {digits}, labeled {listing(dataset.labels[list(indices)], 8)}; below each, what"
        f" every model reads. Mistakes among them: {listing(mistakes)}.",
    )
