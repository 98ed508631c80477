"""Figures of corrupted digits, and of the accuracy on them."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from mnist_lab import checks
from mnist_lab.data.dataset import Dataset
from mnist_lab.evaluation.robustness import CORRUPTIONS, corrupt
from mnist_lab.plots.alt_text import describe, listing, percent, span
from mnist_lab.plots.style import COLORS, INK, LINES, course_figure, image_grid, panel_grid
from mnist_lab.wording import counted


@course_figure
def corruption_examples(
    dataset: Dataset, severities: Mapping[str, float], index: int = 0, seed: checks.IntLike = 0
) -> Figure:
    """Show one digit as it is, and under each of several corruptions.

    Args:
        dataset: The digits.
        severities: Corruption -> severity, names from evaluation.CORRUPTIONS.
        index: Of the digit to show.
        seed: Of the random choices of the corruptions.

    Returns:
        A grid of images, each with its corruption and severity above it.

    Example:
        >>> dataset = lab.data.Dataset(np.zeros((1, 28, 28)), np.array([4]))
        >>> lab.plots.corruption_examples(dataset, {"blur": 1.5, "noise": 0.3})
        <Figure size ... with 1 Axes>
    """
    digit = dataset.subset([index])
    images, titles = [digit.images[0]], ["as it is"]
    for name, severity in severities.items():
        images.append(corrupt(digit, name, severity, seed).images[0])
        titles.append(f"{name} {severity:g}")
    return describe(
        image_grid(images, titles, 5, **INK)[0],
        f"A digit labeled {digit.labels[0]}, as it is, and under"
        f" {counted(len(severities), 'corruption')}: {listing(titles[1:], 9)}.",
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
        for index, (model, curve) in enumerate(_curves(table, name)):
            style = {"marker": "os^D"[index % 4], "ms": 4, "ls": LINES[index % 4]}
            axis.plot(curve["severity"], curve["accuracy"], label=model, **style)
        axis.set(title=name, xlabel=CORRUPTIONS[name].unit, ylim=(0, 1.03))
        axis.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
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


@course_figure
def confidence_under_corruption(table: pd.DataFrame, model: str) -> Figure:
    """Show how right and how sure one model is against severity, one panel per corruption.

    Args:
        table: From evaluation.accuracy_under_corruption.
        model: The name of the model in it.

    Returns:
        One panel per corruption with two lines: the accuracy and the mean confidence. The space
        between them, where the model promises more than it keeps, is filled.

    Raises:
        ValueError: For a model that is not in the table.

    Example:
        >>> rows = [("blur", 0, "mlp", 0.98, 0.99), ("blur", 1, "mlp", 0.9, 0.95)]
        >>> columns = ["corruption", "severity", "model", "accuracy", "confidence"]
        >>> lab.plots.confidence_under_corruption(pd.DataFrame(rows, columns=columns), "mlp")
        <Figure size ... with 1 Axes>
    """
    checks.choice("model", model, list(dict.fromkeys(table["model"])))
    chosen = table[table["model"] == model]
    names = list(dict.fromkeys(chosen["corruption"]))
    figure, axes = panel_grid(len(names))
    gaps = {}
    for axis, name in zip(axes.flat, names, strict=False):
        ((_, curve),) = _curves(chosen, name)
        severity, right, sure = (curve[key] for key in ("severity", "accuracy", "confidence"))
        axis.plot(
            severity, sure, marker="s", ms=4, ls="--", color=COLORS[3], label="mean confidence"
        )
        axis.plot(severity, right, marker="o", ms=4, color=COLORS[0], label="accuracy")
        style = {"color": COLORS[3], "alpha": 0.2, "lw": 0, "interpolate": True}
        axis.fill_between(severity, right, sure, where=sure > right, **style)
        axis.set(title=name, xlabel=CORRUPTIONS[name].unit, ylim=(0, 1.03))
        axis.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        gaps[name] = sure.iloc[-1] - right.iloc[-1]
    lines, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(lines, labels, loc="outside upper center", ncols=2)
    at_the_end = [f"{name} {100 * gap:+.0f}" for name, gap in gaps.items()]
    return describe(
        figure,
        f"Line charts of {model}: accuracy and mean confidence against severity. Confidence minus"
        f" accuracy at the end, in points: {listing(at_the_end, 9)}.",
    )


def _curves(table: pd.DataFrame, corruption: str) -> list[tuple[str, pd.DataFrame]]:
    """Return the models of a table with their rows for one corruption."""
    rows = table[table["corruption"] == corruption]
    return [(str(model), curve) for model, curve in rows.groupby("model", sort=False)]
