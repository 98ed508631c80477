"""Every figure of the course: each function takes data and returns a matplotlib Figure."""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec

import matplotlib.pyplot as plt
import numpy as np
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator, PercentFormatter

from mnist_lab.evaluation import Evaluation, mistakes, wilson_interval
from mnist_lab.results import Record

if TYPE_CHECKING:
    import keras

# The one style of the course: readable at 600 px, colours that hold for colour-blind readers.
_WIDTH = 7.0
_STYLE = {
    **sns.axes_style("whitegrid"),
    "figure.dpi": 90,
    "savefig.dpi": 90,
    "font.size": 11,
    "axes.titlesize": 11,
    "axes.labelsize": 11,
    "legend.fontsize": 10,
    "grid.color": "#e5e5e5",
    "axes.prop_cycle": plt.cycler(color=sns.color_palette("colorblind")),
    "figure.constrained_layout.use": True,
}
# Published neighbours of the ladder: test accuracy, who (LeCun et al. 1998; Nielsen 2015; Simard et al. 2003).
_PUBLISHED = (
    ("linear classifier, LeCun 1998", 0.880),
    ("300 hidden, LeCun 1998", 0.953),
    ("100 hidden, Nielsen 2015", 0.978),
    ("800 hidden, Simard 2003", 0.984),
)
_START = 0.9682  # the design this course started from

_P = ParamSpec("_P")


def _figure(draw: Callable[_P, Figure]) -> Callable[_P, Figure]:
    """Draw in the course's style, and close the figure for pyplot: a notebook shows it once, as the cell's value."""

    @wraps(draw)
    def styled(*args: _P.args, **kwargs: _P.kwargs) -> Figure:
        with plt.rc_context(_STYLE):
            figure = draw(*args, **kwargs)
            figure.draw_without_rendering()
        # Everything has its place now; whoever shows or saves the figure need not find it again.
        figure.set_layout_engine("none")
        plt.close(figure)
        return figure

    return styled


def _pictures(
    pictures: Sequence[np.ndarray], titles: Sequence[Any] | None, columns: int, fontsize: float = 10, **style: Any
) -> tuple[Figure, plt.Axes]:
    """Return a figure of pictures (28, 28) in rows of `columns`, a title above each if given; style is imshow's.

    They share one pair of axes: a pair for each takes ten times as long to draw.
    """
    columns = min(columns, len(pictures))
    rows = -(-len(pictures) // columns)
    lines = 0 if titles is None else max(str(title).count("\n") + 1 for title in titles)
    pitch = 31.0  # pixels from one picture to the next
    inch = max(columns, 5) * pitch / _WIDTH  # pixels an inch, so that the full width holds five pictures or more
    room = lines * 1.35 * fontsize / 72 * inch  # pixels above a picture for its title
    width, height = columns * pitch, rows * (pitch + room)
    figure, axis = plt.subplots(figsize=(width / inch, height / inch))
    for number, picture in enumerate(pictures):
        row, column = divmod(number, columns)
        left, top = column * pitch + 1.5, row * (pitch + room) + room
        axis.imshow(picture, extent=(left, left + 28, top + 28, top), **style)
        if titles is not None:
            axis.text(left + 14, top - 1, str(titles[number]), ha="center", va="bottom", fontsize=fontsize)
    axis.set(xlim=(0, width), ylim=(height, 0))
    axis.set_axis_off()
    return figure, axis


def _percent_axis(axis: plt.Axes) -> None:
    """Label the y axis in per cent, at round steps, so that one decimal tells the whole value."""
    axis.yaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
    axis.yaxis.set_major_formatter(PercentFormatter(1, decimals=1))


@_figure
def digit_grid(images: np.ndarray, titles: Sequence[Any] | None = None, columns: int = 10) -> Figure:
    """Show images (n, 28, 28) in [0, 1] in rows of `columns`, ink dark on light, with a title above each if given."""
    return _pictures(images, titles, columns, cmap="gray_r", vmin=0, vmax=1)[0]


@_figure
def pixel_values(image: np.ndarray) -> Figure:
    """Show one image (28, 28) of whole numbers 0..255 with each value written into its pixel."""
    figure, axis = plt.subplots(figsize=(_WIDTH, _WIDTH))
    axis.imshow(image, cmap="gray_r", vmin=0, vmax=255)
    for row, column in np.ndindex(image.shape):
        value = int(image[row, column])
        colour = "white" if value > 110 else "black" if value else "#bbbbbb"
        # 784 texts, none of which reaches over the edge: the layout need not measure them.
        axis.text(column, row, value, ha="center", va="center", fontsize=6, color=colour, in_layout=False)
    axis.grid(False)
    axis.set(xlabel="column", ylabel="row")
    return figure


@_figure
def pixel_histogram(images: np.ndarray) -> Figure:
    """Show how often each pixel value occurs in images of any shape; the count is on a logarithmic axis."""
    figure, axis = plt.subplots(figsize=(_WIDTH, 2.8))
    axis.hist(np.asarray(images).ravel(), bins=32, color="C0")
    axis.set_yscale("log")
    axis.set(xlabel="pixel value (0 = paper, highest = ink)", ylabel="pixels (log scale)")
    return figure


@_figure
def class_counts(labels: np.ndarray) -> Figure:
    """Show how many digits of each class there are, the count written above each bar."""
    counts = np.bincount(labels, minlength=10)
    figure, axis = plt.subplots(figsize=(_WIDTH, 2.6))
    bars = axis.bar(range(10), counts, color="C0")
    axis.bar_label(bars, [f"{count:,}" for count in counts], fontsize=9)
    axis.set(xlabel="digit", ylabel="how many", xticks=range(10))
    axis.margins(y=0.15)
    return figure


@_figure
def learning_curves(histories: "Mapping[str, keras.callbacks.History] | keras.callbacks.History") -> Figure:
    """Show loss and accuracy over the epochs, training dashed and validation solid; one colour a history."""
    if not isinstance(histories, Mapping):
        histories = {"": histories}
    figure, axes = plt.subplots(1, 2, figsize=(_WIDTH, 3.0))
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
    _percent_axis(axes[1])
    axes[0].legend()
    return figure


@_figure
def weight_pictures(kernel: np.ndarray, titles: Sequence[Any] | None = None, columns: int = 5) -> Figure:
    """Show weights as pictures, red counting for the neuron or filter and blue against it.

    kernel: (784, n), n neurons on the pixels of a digit; or (height, width, n), n filters.
    """
    limit = float(np.quantile(np.abs(kernel), 0.995))
    pictures = kernel.T.reshape(-1, 28, 28) if kernel.ndim == 2 else np.moveaxis(kernel, -1, 0)
    figure, axis = _pictures(pictures, titles, columns, cmap="RdBu_r", vmin=-limit, vmax=limit)
    figure.colorbar(axis.images[0], ax=axis, label="weight", shrink=0.8, aspect=30)
    return figure


@_figure
def feature_maps(maps: np.ndarray, titles: Sequence[Any] | None = None, columns: int = 8) -> Figure:
    """Show n feature maps (height, width, n) of one digit in rows of `columns`, each from its least to its greatest."""
    return _pictures(np.moveaxis(maps, -1, 0), titles, columns, cmap="viridis")[0]


@_figure
def activations(values: np.ndarray, titles: Sequence[Any], columns: int = 20) -> Figure:
    """Show hidden activations (m, n) of m digits, a block of n cells each in rows of `columns`; bright = strong."""
    figure, axes = plt.subplots(len(values), 1, figsize=(_WIDTH, 1.5 * len(values)), squeeze=False)
    for axis, row, title in zip(axes.flat, values, titles, strict=True):
        padded = np.full(-(-len(row) // columns) * columns, np.nan)
        padded[: len(row)] = row
        sns.heatmap(
            padded.reshape(-1, columns), cmap="viridis", vmin=0, vmax=float(values.max()), ax=axis, linewidths=0.5,
            xticklabels=False, yticklabels=False, cbar_kws={"label": "activation"},
        )  # fmt: skip
        axis.set_title(title)
    return figure


@_figure
def comparison(scores: Mapping[str, Sequence[float]], xlabel: str, ylabel: str = "validation accuracy") -> Figure:
    """Show each run's score in [0, 1] as a dot, one row of dots a setting, and the mean of each setting as a bar."""
    figure, axis = plt.subplots(figsize=(_WIDTH, 3.0))
    for place, values in enumerate(scores.values()):
        axis.plot([place] * len(values), values, "o", color="C0", alpha=0.8)
        axis.plot([place - 0.25, place + 0.25], [np.mean(values)] * 2, color="C1", lw=3)
    axis.set(xlabel=xlabel, ylabel=ylabel, xticks=range(len(scores)), xlim=(-0.6, len(scores) - 0.4))
    axis.set_xticklabels([str(name) for name in scores])
    _percent_axis(axis)
    axis.plot([], [], "o", color="C0", label="one run")
    axis.plot([], [], color="C1", lw=3, label="mean")
    axis.legend()
    return figure


@_figure
def confusion_heatmap(result: Evaluation, shares: bool = False) -> Figure:
    """Show the confusion matrix as a heat map: counts, or each row as a share of that digit in per cent.

    The colours belong to the mistakes alone. The diagonal, a hundred times larger, is written but not coloured, or
    the mistakes would all look white beside it.
    """
    values = result.confusion / np.maximum(result.confusion.sum(axis=1, keepdims=True), 1) * 100 if shares else result.confusion
    form = ".1f" if shares else "d"
    diagonal = np.eye(10, dtype=bool)
    figure, axis = plt.subplots(figsize=(_WIDTH, 5.6))
    sns.heatmap(
        values, mask=diagonal, annot=True, fmt=form, cmap="rocket_r", vmin=0, vmax=max(values[~diagonal].max(), 1e-9),
        square=True, linewidths=0.5, ax=axis, annot_kws={"fontsize": 9},
        cbar_kws={"label": "mistakes, % of the digit" if shares else "mistakes"},
    )  # fmt: skip
    for digit in range(10):
        axis.add_patch(Rectangle((digit, digit), 1, 1, facecolor="#eeeeee", edgecolor="white"))
        axis.text(digit + 0.5, digit + 0.5, format(values[digit, digit], form), ha="center", va="center", fontsize=9)
    axis.set(xlabel="predicted digit", ylabel="true digit")
    return figure


@_figure
def per_digit_scores(result: Evaluation) -> Figure:
    """Show the precision and recall of each digit, each with its 95 % Wilson interval."""
    figure, axis = plt.subplots(figsize=(_WIDTH, 3.0))
    found = result.confusion.diagonal()
    for name, marker, side, totals in (
        ("precision", "o", -0.12, result.confusion.sum(axis=0)),
        ("recall", "s", 0.12, result.confusion.sum(axis=1)),
    ):
        digits = np.flatnonzero(totals)
        shares = found[digits] / totals[digits]
        low, high = np.transpose([wilson_interval(*counts) for counts in zip(found[digits], totals[digits], strict=True)])
        axis.errorbar(digits + side, shares, yerr=[shares - low, high - shares], fmt=marker, ms=6, capsize=3, label=name)
    axis.set(xlabel="digit", ylabel="share", xticks=range(10))
    _percent_axis(axis)
    axis.legend()
    return figure


@_figure
def confidence_histogram(result: Evaluation) -> Figure:
    """Show how sure the model was where it was right and where it was wrong (counts on a logarithmic axis)."""
    figure, axes = plt.subplots(1, 2, figsize=(_WIDTH, 3.0))
    bins = np.linspace(0, 1, 21)
    for axis, name, chosen, colour in zip(axes, ("right", "wrong"), (result.correct, ~result.correct), ("C0", "C1"), strict=True):
        axis.hist(result.confidence[chosen], bins=bins, color=colour)
        if chosen.any():
            axis.set_yscale("log")
        axis.set(title=f"{name} answers ({chosen.sum():,})", xlabel="confidence", ylabel="digits (log scale)", xlim=(0, 1))
    return figure


@_figure
def probability_bars(result: Evaluation, index: int) -> Figure:
    """Show one digit beside the ten probabilities the model gave it; the true digit's bar has the second colour."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(_WIDTH, 2.6), width_ratios=(1, 2))
    left.imshow(result.split.images[index], cmap="gray_r", vmin=0, vmax=1)
    left.set_axis_off()
    left.set_title(f"labelled {result.split.labels[index]}, read as {result.predictions[index]}")
    colours = ["C1" if digit == result.split.labels[index] else "C0" for digit in range(10)]
    right.bar(range(10), result.probabilities[index], color=colours)
    right.set(xlabel="digit", ylabel="probability", xticks=range(10), ylim=(0, 1))
    return figure


def _sureness(confidence: float) -> str:
    """Return a confidence in words; nothing below certainty is rounded up to 100 %."""
    return "over 99.9% sure" if confidence > 0.999 else f"{confidence:.1%} sure"


@_figure
def mistakes_gallery(result: Evaluation, count: int = 30, indices: np.ndarray | None = None, columns: int = 6) -> Figure:
    """Show wrongly read digits with label, prediction and confidence: those at `indices`, else the `count` surest."""
    chosen = mistakes(result)[:count] if indices is None else np.asarray(indices)
    if len(chosen) == 0:
        figure, axis = plt.subplots(figsize=(_WIDTH, 1.0))
        axis.set_axis_off()
        axis.text(0.5, 0.5, "No mistakes to show.", ha="center", va="center")
        return figure
    read = zip(result.split.labels[chosen], result.predictions[chosen], result.confidence[chosen], strict=True)
    titles = [f"{label} read as {prediction}\n{_sureness(confidence)}" for label, prediction, confidence in read]
    return _pictures(result.split.images[chosen], titles, columns, fontsize=9, cmap="gray_r", vmin=0, vmax=1)[0]


@_figure
def ladder(records: Sequence[Record]) -> Figure:
    """Show each record's test accuracy with its 95 % interval, and beside them published results and the start."""
    figure, axis = plt.subplots(figsize=(_WIDTH, 1.4 + 0.45 * (len(records) + len(_PUBLISHED))))
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
    axis.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axis.legend(loc="lower left")
    return figure
