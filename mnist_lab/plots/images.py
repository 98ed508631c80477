"""Figures of digits, pixels, weights and feature maps."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
import numpy as np
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from mnist_lab.plots.style import INK, WIDTH, course_figure, image_grid

if TYPE_CHECKING:
    pass


@course_figure
def digit_grid(
    images: np.ndarray, titles: Sequence[Any] | None = None, columns: int = 10
) -> Figure:
    """Show images (n, 28, 28) in [0, 1] in rows of `columns`, ink dark on light, with a title above each if given."""
    return image_grid(images, titles, columns, cmap="gray_r", vmin=0, vmax=1)[0]


@course_figure
def pixel_values(image: np.ndarray) -> Figure:
    """Show one image (28, 28) of whole numbers 0..255 with each value written into its pixel."""
    figure, axis = plt.subplots(figsize=(WIDTH, WIDTH))
    axis.imshow(image, cmap="gray_r", vmin=0, vmax=255)
    for row, column in np.ndindex(image.shape):
        value = int(image[row, column])
        colour = "white" if value > 110 else "black" if value else "#bbbbbb"
        # 784 texts, none of which reaches over the edge: the layout need not measure them.
        axis.text(
            column, row, value, ha="center", va="center", fontsize=6, color=colour, in_layout=False
        )
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
def weight_images(
    kernel: np.ndarray, titles: Sequence[Any] | None = None, columns: int = 5
) -> Figure:
    """Show weights as pictures, red counting for the neuron or filter and blue against it.

    kernel: (784, n), n neurons on the pixels of a digit; or (height, width, n), n filters.
    """
    limit = float(np.quantile(np.abs(kernel), 0.995))
    pictures = kernel.T.reshape(-1, 28, 28) if kernel.ndim == 2 else np.moveaxis(kernel, -1, 0)
    figure, axis = image_grid(pictures, titles, columns, cmap="RdBu_r", vmin=-limit, vmax=limit)
    figure.colorbar(axis.images[0], ax=axis, label="weight", shrink=0.8, aspect=30)
    return figure


@course_figure
def feature_maps(maps: np.ndarray, titles: Sequence[Any] | None = None, columns: int = 8) -> Figure:
    """Show n feature maps (height, width, n) of one digit in rows of `columns`, each from its least to its greatest."""
    return image_grid(np.moveaxis(maps, -1, 0), titles, columns, cmap="viridis")[0]


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


def framed(axis: plt.Axes, picture: np.ndarray, title: str) -> None:
    """Show a picture of ink in the middle of a square, its edge drawn, so that one sees where its paper ends."""
    height, width = picture.shape
    axis.imshow(picture, extent=(0, width, height, 0), **INK)
    axis.add_patch(Rectangle((0, 0), width, height, fill=False, edgecolor="#888888", clip_on=False))
    beside, above = (max(picture.shape) - np.array([width, height])) / 2
    axis.set(xlim=(-beside, width + beside), ylim=(height + above, -above), title=title)
    axis.set_axis_off()


@course_figure
def images_side_by_side(pictures: Mapping[str, np.ndarray]) -> Figure:
    """Show pictures of any sizes, (height, width) in [0, 1], as large as each other, with title and size; the edges drawn."""
    figure, axes = plt.subplots(
        1, len(pictures), figsize=(WIDTH, WIDTH / len(pictures) + 0.6), squeeze=False
    )
    for axis, (title, picture) in zip(axes.flat, pictures.items(), strict=True):
        framed(axis, picture, f"{title}\n{picture.shape[0]} x {picture.shape[1]}")
    return figure
