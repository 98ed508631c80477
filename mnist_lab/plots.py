"""Every figure of the course: each function takes data and returns a matplotlib Figure."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from mnist_lab.drawing_plots import accuracy_intervals, pad_picture, pictures_side_by_side, read_side_by_side
from mnist_lab.error_plots import (
    confidence_histogram,
    confusion_difference,
    confusion_heatmap,
    looked_at,
    mistakes_gallery,
    per_digit_scores,
    plane_of_digits,
    probability_bars,
    refusal_curves,
    reliability_diagram,
    shift_curves,
    shift_examples,
    suspects_gallery,
)
from mnist_lab.results import Record
from mnist_lab.style import WIDTH, course_figure, percent_axis, pictures_in_rows

if TYPE_CHECKING:
    import keras

__all__ = [
    "accuracy_heatmap",
    "accuracy_intervals",
    "activations",
    "class_counts",
    "comparison",
    "confidence_histogram",
    "confusion_difference",
    "confusion_heatmap",
    "digit_grid",
    "feature_maps",
    "ladder",
    "learning_curves",
    "lines",
    "looked_at",
    "mistakes_gallery",
    "pad_picture",
    "per_digit_scores",
    "pictures_side_by_side",
    "pixel_histogram",
    "pixel_values",
    "plane_of_digits",
    "probability_bars",
    "read_side_by_side",
    "refusal_curves",
    "reliability_diagram",
    "shift_curves",
    "shift_examples",
    "slices",
    "suspects_gallery",
    "weight_pictures",
]

# Published neighbours of the ladder: test accuracy, who (LeCun et al. 1998; Nielsen 2015; Simard et al. 2003).
_PUBLISHED = (
    ("linear classifier, LeCun 1998", 0.880),
    ("300 hidden, LeCun 1998", 0.953),
    ("100 hidden, Nielsen 2015", 0.978),
    ("800 hidden, Simard 2003", 0.984),
    ("800 hidden, distorted, Simard 2003", 0.993),
    ("LeNet-5, distorted, LeCun 1998", 0.992),
)
_START = 0.9682  # the design this course started from


@course_figure
def digit_grid(images: np.ndarray, titles: Sequence[Any] | None = None, columns: int = 10) -> Figure:
    """Show images (n, 28, 28) in [0, 1] in rows of `columns`, ink dark on light, with a title above each if given."""
    return pictures_in_rows(images, titles, columns, cmap="gray_r", vmin=0, vmax=1)[0]


@course_figure
def pixel_values(image: np.ndarray) -> Figure:
    """Show one image (28, 28) of whole numbers 0..255 with each value written into its pixel."""
    figure, axis = plt.subplots(figsize=(WIDTH, WIDTH))
    axis.imshow(image, cmap="gray_r", vmin=0, vmax=255)
    for row, column in np.ndindex(image.shape):
        value = int(image[row, column])
        colour = "white" if value > 110 else "black" if value else "#bbbbbb"
        # 784 texts, none of which reaches over the edge: the layout need not measure them.
        axis.text(column, row, value, ha="center", va="center", fontsize=6, color=colour, in_layout=False)
    axis.grid(False)
    axis.set(xlabel="column", ylabel="row")
    return figure


@course_figure
def pixel_histogram(images: np.ndarray) -> Figure:
    """Show how often each pixel value occurs in images of any shape; the count is on a logarithmic axis."""
    figure, axis = plt.subplots(figsize=(WIDTH, 2.8))
    axis.hist(np.asarray(images).ravel(), bins=32, color="C0")
    axis.set_yscale("log")
    axis.set(xlabel="pixel value (0 = paper, highest = ink)", ylabel="pixels (log scale)")
    return figure


@course_figure
def class_counts(labels: np.ndarray) -> Figure:
    """Show how many digits of each class there are, the count written above each bar."""
    counts = np.bincount(labels, minlength=10)
    figure, axis = plt.subplots(figsize=(WIDTH, 2.6))
    bars = axis.bar(range(10), counts, color="C0")
    axis.bar_label(bars, [f"{count:,}" for count in counts], fontsize=9)
    axis.set(xlabel="digit", ylabel="how many", xticks=range(10))
    axis.margins(y=0.15)
    return figure


@course_figure
def learning_curves(histories: "Mapping[str, keras.callbacks.History] | keras.callbacks.History") -> Figure:
    """Show loss and accuracy over the epochs, training dashed and validation solid; one colour a history."""
    if not isinstance(histories, Mapping):
        histories = {"": histories}
    figure, axes = plt.subplots(1, 2, figsize=(WIDTH, 3.0))
    for axis, metric in zip(axes, ("loss", "accuracy"), strict=True):
        for number, (name, history) in enumerate(histories.items()):
            values = history.history
            epochs = range(1, len(values[metric]) + 1)
            lead = f"{name}, " if name else ""
            axis.plot(epochs, values[metric], "--", marker=".", color=f"C{number}", label=f"{lead}training")
            axis.plot(epochs, values[f"val_{metric}"], marker="o", ms=4, color=f"C{number}", label=f"{lead}validation")
        axis.set(xlabel="epoch", ylabel=metric)
        axis.set_xlim(0.5, len(epochs) + 0.5)
        axis.xaxis.set_major_locator(MaxNLocator(nbins=8, integer=True, min_n_ticks=1))
    percent_axis(axes[1])
    axes[0].legend()
    return figure


@course_figure
def weight_pictures(kernel: np.ndarray, titles: Sequence[Any] | None = None, columns: int = 5) -> Figure:
    """Show weights as pictures, red counting for the neuron or filter and blue against it.

    kernel: (784, n), n neurons on the pixels of a digit; or (height, width, n), n filters.
    """
    limit = float(np.quantile(np.abs(kernel), 0.995))
    pictures = kernel.T.reshape(-1, 28, 28) if kernel.ndim == 2 else np.moveaxis(kernel, -1, 0)
    figure, axis = pictures_in_rows(pictures, titles, columns, cmap="RdBu_r", vmin=-limit, vmax=limit)
    figure.colorbar(axis.images[0], ax=axis, label="weight", shrink=0.8, aspect=30)
    return figure


@course_figure
def feature_maps(maps: np.ndarray, titles: Sequence[Any] | None = None, columns: int = 8) -> Figure:
    """Show n feature maps (height, width, n) of one digit in rows of `columns`, each from its least to its greatest."""
    return pictures_in_rows(np.moveaxis(maps, -1, 0), titles, columns, cmap="viridis")[0]


@course_figure
def activations(values: np.ndarray, titles: Sequence[Any], columns: int = 20) -> Figure:
    """Show hidden activations (m, n) of m digits, a block of n cells each in rows of `columns`; bright = strong."""
    figure, axes = plt.subplots(len(values), 1, figsize=(WIDTH, 1.5 * len(values)), squeeze=False)
    for axis, row, title in zip(axes.flat, values, titles, strict=True):
        padded = np.full(-(-len(row) // columns) * columns, np.nan)
        padded[: len(row)] = row
        sns.heatmap(
            padded.reshape(-1, columns), cmap="viridis", vmin=0, vmax=float(values.max()), ax=axis, linewidths=0.5,
            xticklabels=False, yticklabels=False, cbar_kws={"label": "activation"},
        )  # fmt: skip
        axis.set_title(title)
    return figure


@course_figure
def comparison(scores: Mapping[str, Sequence[float]], xlabel: str, ylabel: str = "validation accuracy") -> Figure:
    """Show each run's score in [0, 1] as a dot, one row of dots a setting, and the mean of each setting as a bar."""
    figure, axis = plt.subplots(figsize=(WIDTH, 3.0))
    for place, values in enumerate(scores.values()):
        axis.plot([place] * len(values), values, "o", color="C0", alpha=0.8)
        axis.plot([place - 0.25, place + 0.25], [np.mean(values)] * 2, color="C1", lw=3)
    axis.set(xlabel=xlabel, ylabel=ylabel, xticks=range(len(scores)), xlim=(-0.6, len(scores) - 0.4))
    axis.set_xticklabels([str(name) for name in scores])
    percent_axis(axis)
    axis.plot([], [], "o", color="C0", label="one run")
    axis.plot([], [], color="C1", lw=3, label="mean")
    axis.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2)  # above the dots, of which it must cover none
    return figure


@course_figure
def lines(
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
    if xscale == "linear" and all(float(x).is_integer() for across, _ in curves.values() for x in across):
        axis.xaxis.set_major_locator(MaxNLocator(nbins=8, integer=True))
    axis.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    return figure


@course_figure
def slices(table: pd.DataFrame, names: Sequence[str], score: str) -> Figure:
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
def accuracy_heatmap(scores: "Mapping[tuple[str, str], Sequence[float]]", xlabel: str, ylabel: str) -> Figure:
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


@course_figure
def ladder(records: Sequence[Record]) -> Figure:
    """Show each record's test accuracy with its 95 % interval, and beside them published results and the start."""
    figure, axis = plt.subplots(figsize=(WIDTH, 1.4 + 0.45 * (len(records) + len(_PUBLISHED))))
    names = [record.notebook.replace("_", " ") for record in records]
    for place, record in enumerate(records):
        accuracy, (low, high) = (record.content["metrics"][key] for key in ("test_accuracy", "test_accuracy_interval"))
        errors = [[max(accuracy - low, 0)], [max(high - accuracy, 0)]]
        axis.errorbar(accuracy, place, xerr=errors, fmt="o", ms=7, capsize=4, color="C0")
        axis.annotate(f"{accuracy:.2%}", (accuracy, place), (0, 7), textcoords="offset points", ha="center", fontsize=9)
    for place, (name, accuracy) in enumerate(_PUBLISHED, start=len(records)):
        axis.plot(accuracy, place, "D", color="#888888")
        names.append(name)
    axis.axvline(_START, color="C1", ls=":", label=f"where this course started, {_START:.2%}")
    axis.set(yticks=range(len(names)), yticklabels=names, xlabel="test accuracy", ylim=(len(names) - 0.4, -0.8))
    axis.margins(x=0.08)  # room for a label above the last point
    axis.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axis.legend(loc="lower left")
    return figure
