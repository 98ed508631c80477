"""Figures of what a model attends to."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from mnist_lab.plots.alt_text import describe, listing
from mnist_lab.plots.style import INK, WIDTH, course_figure
from mnist_lab.wording import counted


@course_figure
def attribution_maps(
    images: Sequence[np.ndarray], maps: Mapping[str, Sequence[np.ndarray]], titles: Sequence[str]
) -> Figure:
    """Show digits with maps of their pixels: red speaks for the digit, blue against it.

    Args:
        images: N digits, float (28, 28) in [0, 1], one row each.
        maps: title -> n maps, float (28, 28), from evaluation.occlusion_map or saliency_map; the
            colors of each map reach to its own largest value, which its color bar shows.
        titles: One per digit.

    Returns:
        One row per digit: the image, and its maps with the outline of the digit.

    Example:
        >>> image = np.random.default_rng(0).random((28, 28))
        >>> lab.plots.attribution_maps([image], {"gradient": [image - 0.5]}, ["labeled 3"])
        <Figure size ... with 3 Axes>
    """
    size = (WIDTH, 2.2 * len(images))
    figure, axes = plt.subplots(len(images), 1 + len(maps), figsize=size, squeeze=False)
    for row, (image, title) in enumerate(zip(images, titles, strict=True)):
        axes[row, 0].imshow(image, **INK)
        axes[row, 0].set_title(title)
        for axis, (name, values) in zip(axes[row, 1:], maps.items(), strict=True):
            limit = max(float(np.abs(values[row]).max()), 1e-12)
            colors = axis.imshow(values[row], cmap="RdBu_r", vmin=-limit, vmax=limit)
            figure.colorbar(colors, ax=axis, shrink=0.8, ticks=MaxNLocator(3, symmetric=True))
            axis.contour(image, levels=[0.5], colors="black", linewidths=0.6)
            axis.set_title(name)
        for axis in axes[row]:
            axis.set_axis_off()
    shares = [f"{name} {_share_for(np.asarray(values)):.0%}" for name, values in maps.items()]
    return describe(
        figure,
        f"Maps of {counted(len(images), 'digit')} ({listing(titles)}): red pixels speak for the"
        f" digit, blue ones against it. Share that speaks for it: {listing(shares)}.",
    )


def _share_for(maps: np.ndarray) -> float:
    """Return which share of the maps' values, by size, is positive; 0 where all are 0."""
    return float(maps.clip(min=0).sum() / max(np.abs(maps).sum(), 1e-12))
