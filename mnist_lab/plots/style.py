"""The one style of the course's figures, and what several of them share."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, ParamSpec

import matplotlib.pyplot as plt
import numpy as np
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

# The one style of the course: readable at 600 px, colours that hold for colour-blind readers.
WIDTH = 7.0
INK = {"cmap": "gray_r", "vmin": 0, "vmax": 1}  # how imshow shows ink on paper
STYLE = {
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

_P = ParamSpec("_P")


def course_figure(draw: Callable[_P, Figure]) -> Callable[_P, Figure]:
    """Draw in the course's style, and close the figure for pyplot: a notebook shows it once, as the cell's value."""

    @wraps(draw)
    def styled(*args: _P.args, **kwargs: _P.kwargs) -> Figure:
        with plt.rc_context(STYLE):
            figure = draw(*args, **kwargs)
            figure.draw_without_rendering()
        # Everything has its place now; whoever shows or saves the figure need not find it again.
        figure.set_layout_engine("none")
        plt.close(figure)
        return figure

    return styled


def image_grid(
    pictures: Sequence[np.ndarray],
    titles: Sequence[Any] | None,
    columns: int,
    fontsize: float = 10,
    **style: Any,
) -> tuple[Figure, plt.Axes]:
    """Return a figure of pictures (28, 28) in rows of `columns`, a title above each if given; style is imshow's.

    They share one pair of axes: a pair for each takes ten times as long to draw.
    """
    columns = min(columns, len(pictures))
    rows = -(-len(pictures) // columns)
    lines = 0 if titles is None else max(str(title).count("\n") + 1 for title in titles)
    pitch = 31.0  # pixels from one picture to the next
    inch = (
        max(columns, 5) * pitch / WIDTH
    )  # pixels an inch, so that the full width holds five pictures or more
    room = lines * 1.35 * fontsize / 72 * inch  # pixels above a picture for its title
    width, height = columns * pitch, rows * (pitch + room)
    figure, axis = plt.subplots(figsize=(width / inch, height / inch))
    for number, picture in enumerate(pictures):
        row, column = divmod(number, columns)
        left, top = column * pitch + 1.5, row * (pitch + room) + room
        axis.imshow(picture, extent=(left, left + 28, top + 28, top), **style)
        if titles is not None:
            axis.text(
                left + 14, top - 1, str(titles[number]), ha="center", va="bottom", fontsize=fontsize
            )
    axis.set(xlim=(0, width), ylim=(height, 0))
    axis.set_axis_off()
    return figure, axis


def percent_axis(axis: plt.Axes) -> None:
    """Label the y axis in per cent, at round steps, so that one decimal tells the whole value."""
    axis.yaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
    axis.yaxis.set_major_formatter(PercentFormatter(1, decimals=1))
