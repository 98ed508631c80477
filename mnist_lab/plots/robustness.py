"""Figures of corrupted digits, and of the accuracy on them."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from mnist_lab import checks
from mnist_lab.data.dataset import Dataset
from mnist_lab.evaluation.robustness import CORRUPTIONS, corrupt
from mnist_lab.plots.alt_text import describe, listing, percent, span
from mnist_lab.plots.style import INK, course_figure, image_grid, panel_grid
from mnist_lab.wording import counted


@course_figure
def corruption_examples(dataset: Dataset, index: int = 0, seed: checks.IntLike = 0) -> Figure:
    """Show one digit under each corruption, one row per corruption, by growing severity.

    Args:
        dataset: The digits.
        index: Of the digit to show.
        seed: Of the random choices of the corruptions.

    Returns:
        A grid of images, each with its corruption and severity above it.

    Example:
        >>> dataset = lab.data.Dataset(np.zeros((1, 28, 28)), np.array([4]))
        >>> lab.plots.corruption_examples(dataset)
        <Figure size ... with 1 Axes>
    """
    digit = dataset.subset([index])
    columns = max(len(corruption.severities) for corruption in CORRUPTIONS.values())
    images, titles = [], []
    for name, corruption in CORRUPTIONS.items():
        for severity in corruption.severities:
            images.append(corrupt(digit, name, severity, seed).images[0])
            titles.append(f"{name} {severity:g}" if severity else name)
        # Blank paper fills a row of fewer severities.
        blanks = columns - len(corruption.severities)
        images += [np.zeros((28, 28))] * blanks
        titles += [""] * blanks
    return describe(
        image_grid(images, titles, columns, fontsize=8, **INK)[0],
        f"One digit, labeled {digit.labels[0]}, in {counted(len(CORRUPTIONS), 'row')}, one per"
        f" corruption, by growing severity: {listing(CORRUPTIONS, 9)}.",
    )


@course_figure
def corruption_curves(table: pd.DataFrame) -> Figure:
    """Show accuracy against severity, one panel per corruption and one line per model.

    Args:
        table: From evaluation.accuracy_under_corruption.

    Returns:
        One panel per corruption with one line per model.

    Example:
        >>> rows = [("blur", 0, "mlp", 0.98), ("blur", 1, "mlp", 0.9)]
        >>> columns = ["corruption", "severity", "model", "accuracy"]
        >>> lab.plots.corruption_curves(pd.DataFrame(rows, columns=columns))
        <Figure size ... with 1 Axes>
    """
    names = list(dict.fromkeys(table["corruption"]))
    figure, axes = panel_grid(len(names))
    for axis, name in zip(axes.flat, names, strict=False):
        for model, curve in table[table["corruption"] == name].groupby("model", sort=False):
            axis.plot(curve["severity"], curve["accuracy"], marker="o", ms=3, label=model)
        axis.set(title=name, xlabel=CORRUPTIONS[name].unit, ylim=(0, 1.03))
    for axis in axes[:, 0]:
        axis.set_ylabel("accuracy")
    lines, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(lines, labels, loc="outside upper center", ncols=min(len(labels), 4))
    severest = table.groupby(["model", "corruption"], sort=False)["accuracy"].last()
    spans = [f"{model} {span(severest.loc[model], percent)}" for model in labels]
    return describe(
        figure,
        f"Line charts: accuracy against severity for {listing(names)}."
        f" At the end of the lines: {listing(spans)}.",
    )
