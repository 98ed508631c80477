"""Figures of digits, pixels, weights and activations."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from mnist_lab import checks
from mnist_lab.plots.alt_text import describe, listing, number, span
from mnist_lab.plots.style import (
    COLORS,
    INK,
    WIDTH,
    cell_grid,
    course_figure,
    image_grid,
    show_framed,
)
from mnist_lab.wording import counted


@course_figure
def digit_grid(
    images: np.ndarray, titles: Sequence[object] | None = None, columns: checks.IntLike = 10
) -> Figure:
    """Show images of digits in rows, ink dark on light.

    Args:
        images: float (n, 28, 28) in [0, 1], at least one.
        titles: One per image, written above it; None for no titles.
        columns: Images per row.

    Returns:
        A grid of images.

    Example:
        >>> lab.plots.digit_grid(np.zeros((3, 28, 28)), titles=["a", "b", "c"])
        <Figure size ... with 1 Axes>
    """
    return describe(
        image_grid(images, titles, columns, **INK)[0],
        f"Grid of {_images(len(images), 'image', titles)} of digits, ink dark on light."
        f" Ink covers {_ink(images):.1%} of their pixels.",
    )


def _images(count: int, noun: str, titles: Sequence[object] | None) -> str:
    """Say how many images there are, and their titles if they have some."""
    named = "" if titles is None else f" ({listing(titles)})"
    return counted(count, noun) + named


def _ink(images: np.ndarray) -> float:
    """Return the share of pixels that hold ink."""
    return np.count_nonzero(images) / np.size(images)


@course_figure
def pixel_values(image: np.ndarray) -> Figure:
    """Show one image with the value of each pixel written into it.

    Args:
        image: Whole numbers (28, 28) from 0 (paper) to 255 (ink).

    Returns:
        The image with 784 numbers on it.

    Example:
        >>> lab.plots.pixel_values(np.zeros((28, 28), int))
        <Figure size ... with 1 Axes>
    """
    figure, axis = plt.subplots(figsize=(WIDTH, WIDTH))
    axis.imshow(image, cmap="gray_r", vmin=0, vmax=255)
    # None of the 784 texts reaches over the edge, so the layout need not measure them.
    style = {"ha": "center", "va": "center", "fontsize": 6, "in_layout": False}
    for row, column in np.ndindex(image.shape):
        value = int(image[row, column])
        color = "white" if value > 110 else "black" if value else "#bbbbbb"
        axis.text(column, row, str(value), color=color, **style)
    axis.grid(False)
    axis.set(xlabel="column", ylabel="row")
    return describe(
        figure,
        f"One digit of {image.shape[0]} x {image.shape[1]} pixels with the value of each pixel"
        f" written on it. {np.count_nonzero(image):,} pixels hold ink; the darkest has"
        f" {int(np.max(image))} of 255.",
    )


@course_figure
def pixel_histogram(images: np.ndarray) -> Figure:
    """Show how often each pixel value occurs; the counts are on a logarithmic axis.

    Args:
        images: Numbers of any shape.

    Returns:
        A histogram of 32 bins.

    Example:
        >>> lab.plots.pixel_histogram(np.random.default_rng(0).random((5, 28, 28)))
        <Figure size ... with 1 Axes>
    """
    figure, axis = plt.subplots(figsize=(WIDTH, 2.8))
    # Counted by NumPy, in blocks: matplotlib would copy 47 million pixels several times.
    counts, edges = np.histogram(images, bins=32)
    axis.hist(edges[:-1], bins=edges.tolist(), weights=counts, color=COLORS[0])
    axis.set_yscale("log")
    axis.set(xlabel="pixel value (0 = paper, highest = ink)", ylabel="pixels (log scale)")
    return describe(
        figure,
        f"Histogram of {np.size(images):,} pixel values {span(edges)}, counts on a logarithmic"
        f" axis. {1 - _ink(images):.1%} of the pixels are 0, paper.",
    )


@course_figure
def class_counts(labels: np.ndarray) -> Figure:
    """Show how many digits of each class there are.

    Args:
        labels: Whole numbers (n,) from 0 to 9.

    Returns:
        Ten bars, each with its count above it.

    Example:
        >>> lab.plots.class_counts(np.array([3, 3, 7]))
        <Figure size ... with 1 Axes>
    """
    counts = np.bincount(labels, minlength=10)
    figure, axis = plt.subplots(figsize=(WIDTH, 2.6))
    bars = axis.bar(range(10), counts, color=COLORS[0])
    axis.bar_label(bars, [f"{count:,}" for count in counts], fontsize=9)
    axis.set(xlabel="digit", ylabel="how many", xticks=range(10))
    axis.margins(y=0.15)
    return describe(
        figure,
        f"Bar chart: how many digits of each class there are, {counts.sum():,} in all. The fewest"
        f" are {counts.min():,} of the {counts.argmin()}, the most {counts.max():,} of the"
        f" {counts.argmax()}.",
    )


@course_figure
def weight_images(
    kernel: np.ndarray, titles: Sequence[object] | None = None, columns: checks.IntLike = 5
) -> Figure:
    """Show weights as images: red counts for the unit or filter, blue against it.

    Args:
        kernel: float (784, n), the weights of n units for the pixels of a digit, or
            (height, width, n), n filters.
        titles: One per image, written above it; None for no titles.
        columns: Images per row.

    Returns:
        A grid of images with a color bar; white is 0.

    Example:
        >>> lab.plots.weight_images(lab.models.single_layer().layers[-1].kernel.numpy())
        <Figure size ... with 2 Axes>
    """
    # A few large weights would leave all others white.
    limit = float(np.quantile(np.abs(kernel), 0.995))
    images = kernel.T.reshape(-1, 28, 28) if kernel.ndim == 2 else np.moveaxis(kernel, -1, 0)
    figure, axis = image_grid(images, titles, columns, cmap="RdBu_r", vmin=-limit, vmax=limit)
    figure.colorbar(axis.images[0], ax=axis, label="weight", shrink=0.8, aspect=30)
    height, width = images.shape[1:]
    return describe(
        figure,
        f"Grid of {_images(len(images), 'image', titles)} of {height} x {width} weights: red counts"
        f" for, blue against. The weights range {span(kernel)}; {np.mean(kernel > 0):.1%} of them"
        " are positive.",
    )


@course_figure
def activations(
    values: np.ndarray, titles: Sequence[object], columns: checks.IntLike = 20
) -> Figure:
    """Show the activations of a hidden layer, one panel per digit and one cell per unit.

    Args:
        values: float (m, n), of n units for m digits; bright cells are strong.
        titles: One per digit.
        columns: Cells per row.

    Returns:
        One heat map per digit, each with a color bar.

    Example:
        >>> lab.plots.activations(np.random.default_rng(0).random((2, 30)), titles=["a", "b"])
        <Figure size ... with 4 Axes>
    """
    import seaborn as sns  # slow to import, and no other figure here needs it

    columns = checks.integer("columns", columns, 1)
    figure, axes = plt.subplots(len(values), 1, figsize=(WIDTH, 1.5 * len(values)), squeeze=False)
    for axis, row, title in zip(axes.flat, values, titles, strict=True):
        sns.heatmap(
            cell_grid(row, columns),
            cmap="viridis",
            vmin=0,
            vmax=float(values.max()),
            linewidths=0.5,
            xticklabels=False,
            yticklabels=False,
            cbar_kws={"label": "activation"},
            ax=axis,
        )
        axis.set_title(str(title))
    active = [
        f"{title} {np.count_nonzero(row > 0):,}" for title, row in zip(titles, values, strict=True)
    ]
    return describe(
        figure,
        f"Heat maps of the activations of {counted(values.shape[1], 'unit')} for"
        f" {counted(len(values), 'digit')}. Units above 0: {listing(active)}. The strongest"
        f" activation is {number(float(values.max()))}.",
    )


@course_figure
def images_side_by_side(images: Mapping[str, np.ndarray]) -> Figure:
    """Show images of any sizes equally large, each with its frame, title and size.

    Args:
        images: title -> float (height, width) in [0, 1].

    Returns:
        The images in a row.

    Example:
        >>> lab.plots.images_side_by_side({"wide": np.zeros((20, 40)), "tall": np.zeros((9, 5))})
        <Figure size ... with 2 Axes>
    """
    size = (WIDTH, WIDTH / len(images) + 0.6)
    figure, axes = plt.subplots(1, len(images), figsize=size, squeeze=False)
    for axis, (title, image) in zip(axes.flat, images.items(), strict=True):
        show_framed(axis, image, f"{title}\n{image.shape[0]} x {image.shape[1]}")
    sizes = [
        f"{title} ({image.shape[0]} x {image.shape[1]}, {_ink(image):.0%} ink)"
        for title, image in images.items()
    ]
    return describe(
        figure, f"Row of {counted(len(images), 'image')}, shown equally large: {listing(sizes)}."
    )
