"""Figures of digits and weights."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from mnist_lab import checks
from mnist_lab.plots.alt_text import describe, listing, span
from mnist_lab.plots.style import (
    INK,
    WIDTH,
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
