"""A figure of ways downhill: what rules of descent make of one valley."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from mnist_lab.plots.alt_text import describe, listing, number
from mnist_lab.plots.style import COLORS, GRAY, WIDTH, course_figure


@course_figure
def descent_paths(steepness: Sequence[float], paths: Mapping[str, Sequence[ArrayLike]]) -> Figure:
    """Show ways downhill in a long valley, one panel each.

    The height of the valley at (x, y) is half of a x^2 + b y^2.

    Args:
        steepness: a and b, both above 0.
        paths: name -> the places (x, y) from the start on.

    Returns:
        Panels with the lines of equal height, the path with a dot per step, and a cross at the
        lowest point, (0, 0).

    Example:
        >>> lab.plots.descent_paths([1, 20], {"sgd": [(-8, 1), (-6, 0.5), (-5, 0.2)]})
        <Figure size ... with 1 Axes>
    """
    first, second = (float(value) for value in steepness)
    ways = {name: np.asarray(path, dtype=float) for name, path in paths.items()}
    places = np.concatenate([np.zeros((1, 2)), *ways.values()])
    margin = np.array([0.8, 0.4])
    low, high = places.min(axis=0) - margin, places.max(axis=0) + margin
    x, y = np.meshgrid(np.linspace(low[0], high[0], 201), np.linspace(low[1], high[1], 101))
    height = 0.5 * (first * x**2 + second * y**2)
    levels = height.max() * np.linspace(0.1, 1, 10) ** 2
    start = next(iter(ways.values()))[0]
    size = WIDTH, 0.5 + 1.35 * len(ways)
    figure, axes = plt.subplots(len(ways), 1, figsize=size, squeeze=False, sharex=True)
    ends = []
    for index, (axis, (name, way)) in enumerate(zip(axes.flat, ways.items(), strict=True)):
        axis.contour(x, y, height, levels=levels, colors=GRAY, linewidths=0.7, alpha=0.7)
        axis.plot(way[:, 0], way[:, 1], "-o", ms=3.5, lw=1.2, color=COLORS[index % len(COLORS)])
        axis.plot(0, 0, "x", ms=8, mew=2, color="black", zorder=3)
        axis.grid(visible=False)
        axis.set(title=name, ylabel="second\nweight")
        ends.append(f"{name} at {_place(way[-1])}")
    axes[-1, 0].set_xlabel("first weight")
    return describe(
        figure,
        f"Paths downhill in a valley {number(second / first)} times as steep across as along, a"
        f" panel each, {max(map(len, ways.values())) - 1} steps. They begin at {_place(start)} and"
        f" end here: {listing(ends, 6)}.",
    )


def _place(point: np.ndarray) -> str:
    """Return a place in brackets, to two decimals; never with a minus before a zero."""
    x, y = (number(round(float(value), 2) + 0.0) for value in point)
    return f"({x}, {y})"
