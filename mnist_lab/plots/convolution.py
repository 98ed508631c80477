"""Figures of convolutions: feature maps, receptive fields, and the digits that excite filters."""

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from mnist_lab import checks
from mnist_lab.plots.alt_text import describe, listing, number, span
from mnist_lab.plots.style import GRAY, INK, WIDTH, course_figure, image_grid
from mnist_lab.wording import counted


def _signed(values: np.ndarray) -> dict[str, Any]:
    """Return how imshow shows signed values: red above 0, blue below it, 0 white."""
    limit = max(float(np.abs(values).max()), 1e-12)
    return {"cmap": "RdBu_r", "vmin": -limit, "vmax": limit}


@course_figure
def convolution_maps(
    images: Sequence[np.ndarray],
    maps: Mapping[str, Sequence[np.ndarray]],
    titles: Sequence[str],
    grid: checks.IntLike = 0,
) -> Figure:
    """Show digits beside what filters answer to them: red is positive, blue negative, white 0.

    Args:
        images: n digits, float (28, 28) in [0, 1], one row each.
        maps: title -> n maps, float (28, 28); all have one scale.
        titles: One per digit.
        grid: Pixels between two lines of a grid over each image; 0 for none.

    Returns:
        One row per digit: the image and its maps, and a color bar for the maps.

    Example:
        >>> image = np.random.default_rng(0).random((28, 28))
        >>> lab.plots.convolution_maps([image], {"left edges": [image - 0.5]}, ["picture"])
        <Figure size ... with 3 Axes>
    """
    grid = checks.integer("grid", grid, 0, 28)
    every = np.array(list(maps.values()))
    style = _signed(every)
    columns = 1 + len(maps)
    panel = min((WIDTH - 0.9) / columns, 2.2)  # inches
    size = (panel * columns + 0.9, (panel + 0.3) * len(images))
    figure, axes = plt.subplots(len(images), columns, figsize=size, squeeze=False)
    for row, (image, title) in enumerate(zip(images, titles, strict=True)):
        axes[row, 0].imshow(image, **INK)
        axes[row, 0].set_title(title)
        for axis, (name, values) in zip(axes[row, 1:], maps.items(), strict=True):
            axis.imshow(values[row], **style)
            axis.set_title(name)
    for axis in axes.flat:
        _frame(axis, grid)
    figure.colorbar(axes[0, -1].images[0], ax=axes, label="answer", shrink=0.8, aspect=30)
    return describe(
        figure,
        f"Feature maps ({listing(maps)}) beside {counted(len(images), 'digit')}"
        f" ({listing(titles)}): red is positive, blue negative. The answers range {span(every)}.",
    )


def _frame(axis: Axes, grid: int) -> None:
    """Leave the frame of an image, and lines every `grid` pixels; no numbers."""
    axis.set(xticks=[], yticks=[])
    axis.grid(False)
    style = {"color": GRAY, "linewidth": 0.5}
    for place in range(grid, 28, grid) if grid else ():
        axis.axhline(place - 0.5, **style)
        axis.axvline(place - 0.5, **style)


@course_figure
def feature_maps(
    maps: np.ndarray, titles: Sequence[object] | None = None, columns: checks.IntLike = 8
) -> Figure:
    """Show the feature maps of one digit, in one scale: red is positive, blue negative, white 0.

    Args:
        maps: float (height, width, n).
        titles: One per map, written above it; None for no titles.
        columns: Maps per row.

    Returns:
        A grid of images with a color bar.

    Example:
        >>> lab.plots.feature_maps(np.random.default_rng(0).random((14, 14, 3)))
        <Figure size ... with 2 Axes>
    """
    height, width, count = maps.shape
    strongest = int(maps.max(axis=(0, 1)).argmax())
    name = strongest + 1 if titles is None else titles[strongest]
    figure, axis = image_grid(np.moveaxis(maps, -1, 0), titles, columns, **_signed(maps))
    for image in axis.images:
        left, right, bottom, top = image.get_extent()
        frame = Rectangle((left, top), right - left, bottom - top, fill=False, edgecolor=GRAY)
        frame.set_linewidth(0.5)
        axis.add_patch(frame)
    figure.colorbar(axis.images[0], ax=axis, label="answer", shrink=0.8, aspect=30)
    named = "" if titles is None else f" ({listing(titles)})"
    return describe(
        figure,
        f"Grid of {counted(count, 'feature map')}{named} of {height} x {width}: red is positive,"
        f" blue negative. The greatest value, {number(float(maps.max()))}, is in map {name}.",
    )


@course_figure
def receptive_fields(image: np.ndarray, fields: Mapping[str, np.ndarray]) -> Figure:
    """Show how much of a digit neurons see: what they do not see is covered.

    Args:
        image: float (28, 28) in [0, 1].
        fields: title -> bool (28, 28), from evaluation.receptive_fields; at least one.

    Returns:
        One panel per field, with the height and width of the field in its title.

    Example:
        >>> fields = {"block 1": np.eye(28, dtype=bool)}
        >>> lab.plots.receptive_fields(np.zeros((28, 28)), fields)
        <Figure size ... with 1 Axes>
    """
    size = (WIDTH, min(WIDTH / len(fields), 3.0) + 0.3)
    figure, axes = plt.subplots(1, len(fields), figsize=size, squeeze=False)
    sizes = {name: _size(np.asarray(field)) for name, field in fields.items()}
    for axis, (name, field) in zip(axes.flat, fields.items(), strict=True):
        axis.imshow(image, **INK)
        hidden = np.ma.masked_where(field, np.ones(np.shape(field)))
        axis.imshow(hidden, cmap="Blues", vmin=0, vmax=2, alpha=0.75)
        axis.set_title(f"{name}: {sizes[name]}")
        _frame(axis, 0)
    texts = [f"{name} {size}" for name, size in sizes.items()]
    return describe(
        figure,
        f"One digit in {counted(len(fields), 'panel')}; what a neuron does not see is covered. It"
        f" sees, in pixels: {listing(texts)}.",
    )


def _size(field: np.ndarray) -> str:
    """Return height and width of a field, such as "4 x 4"."""
    return f"{field.any(axis=1).sum()} x {field.any(axis=0).sum()}"


@course_figure
def digit_rows(rows: Mapping[str, np.ndarray]) -> Figure:
    """Show rows of digits, ink dark on light, each with a name on its left.

    Args:
        rows: name -> float (n, 28, 28) in [0, 1], at least one digit; n may differ.

    Returns:
        One row of images per name.

    Example:
        >>> lab.plots.digit_rows({"filter 1": np.zeros((9, 28, 28)), "filter 2": np.eye(28)[None]})
        <Figure size ... with 1 Axes>
    """
    most = max(len(images) for images in rows.values())
    unit = (WIDTH - 1.0) / max(most, 5)
    figure, axis = plt.subplots(figsize=(1.0 + unit * most, unit * len(rows)))
    for row, images in enumerate(rows.values()):
        for column, image in enumerate(images):
            axis.imshow(image, extent=(column + 0.05, column + 0.95, row + 0.95, row + 0.05), **INK)
    axis.set(xlim=(0, most), ylim=(len(rows), 0), xticks=[])
    axis.set_yticks([row + 0.5 for row in range(len(rows))], list(rows))
    axis.grid(False)
    axis.tick_params(length=0)
    for spine in axis.spines.values():
        spine.set_visible(False)
    ink = [f"{name} {np.count_nonzero(images) / images.size:.0%}" for name, images in rows.items()]
    return describe(
        figure,
        f"Digits in {counted(len(rows), 'row')}, up to {most:,} in each. Share of pixels with ink:"
        f" {listing(ink)}.",
    )
