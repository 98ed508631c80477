"""The one style of the course's figures, and the parts that several of them share."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, ParamSpec

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.rcsetup import cycler
from matplotlib.ticker import MaxNLocator, PercentFormatter
from numpy.typing import ArrayLike
from PIL import Image, ImageFilter

from mnist_lab import checks

WIDTH = 7.0  # inches, 630 pixels: as wide as a notebook page
GRAY = "#888888"  # of lines and edges that are no data
INK = {"cmap": "gray_r", "vmin": 0, "vmax": 1}  # how imshow shows ink on paper
# seaborn's palette "colorblind": colors that color-blind readers can tell apart.
COLORS = (
    "#0173b2",
    "#de8f05",
    "#029e73",
    "#d55e00",
    "#cc78bc",
    "#ca9161",
    "#fbafe4",
    "#949494",
    "#ece133",
    "#56b4e9",
)
LINES = ("-", "--", "-.", ":")  # so that lines can be told apart without their colors
STYLE: dict[Any, Any] = {
    # seaborn's style "whitegrid", written out: importing seaborn takes longer than a figure.
    "axes.axisbelow": True,
    "axes.edgecolor": ".8",
    "axes.facecolor": "white",
    "axes.grid": True,
    "axes.labelcolor": ".15",
    "axes.spines.bottom": True,
    "axes.spines.left": True,
    "axes.spines.right": True,
    "axes.spines.top": True,
    "figure.facecolor": "white",
    "font.family": ["sans-serif"],
    "font.sans-serif": [
        "Arial",
        "DejaVu Sans",
        "Liberation Sans",
        "Bitstream Vera Sans",
        "sans-serif",
    ],
    "grid.linestyle": "-",
    "lines.solid_capstyle": "round",
    "patch.edgecolor": "w",
    "patch.force_edgecolor": True,
    "text.color": ".15",
    "xtick.bottom": False,
    "xtick.color": ".15",
    "xtick.direction": "out",
    "xtick.top": False,
    "ytick.color": ".15",
    "ytick.direction": "out",
    "ytick.left": False,
    "ytick.right": False,
    # What the course has otherwise.
    "figure.dpi": 90,
    "savefig.dpi": 90,
    "font.size": 11,
    "axes.titlesize": 11,
    "axes.labelsize": 11,
    "legend.fontsize": 10,
    "grid.color": "#e5e5e5",
    "axes.prop_cycle": cycler(color=COLORS),
    "figure.constrained_layout.use": True,
    "interactive": False,  # no window, and nothing shown twice
}

_P = ParamSpec("_P")


def course_figure(draw: Callable[_P, Figure]) -> Callable[_P, Figure]:
    """Draw a figure in the course's style, and close it: a notebook shows it as a cell's value."""

    @wraps(draw)
    def styled(*args: _P.args, **kwargs: _P.kwargs) -> Figure:
        # Loads matplotlib's backend if nothing was drawn before. Inside the context, the setting
        # that shows a learner's own figures would be lost with the style.
        plt.draw_if_interactive()
        with plt.rc_context(STYLE):
            figure = draw(*args, **kwargs)
            figure.draw_without_rendering()
        # The layout is done; without this, it would be done again when the figure is shown.
        figure.set_layout_engine("none")
        plt.close(figure)
        return figure

    return styled


def image_grid(
    images: Sequence[np.ndarray] | np.ndarray,
    titles: Sequence[object] | None,
    columns: checks.IntLike,
    fontsize: float = 10,
    **style: Any,
) -> tuple[Figure, Axes]:
    """Return a figure of images (height, width) in rows of `columns`, a title above each if given.

    All share one pair of axes: one pair per image takes ten times as long to draw. The style is
    that of matplotlib's imshow.
    """
    if not len(images):
        raise ValueError("images is empty; expected at least one image to show.")
    columns = min(checks.integer("columns", columns, 1), len(images))
    rows = -(-len(images) // columns)
    lines = 0 if titles is None else max(str(title).count("\n") + 1 for title in titles)
    # Lengths are in pixels of an image of 28 x 28.
    pitch = 31.0
    inch = max(columns, 5) * pitch / WIDTH  # the full width holds five images or more
    title_height = lines * 1.35 * fontsize / 72 * inch
    width, height = columns * pitch, rows * (pitch + title_height)
    figure, axis = plt.subplots(figsize=(width / inch, height / inch))
    for index, image in enumerate(images):
        row, column = divmod(index, columns)
        left, top = column * pitch + 1.5, row * (pitch + title_height) + title_height
        axis.imshow(image, extent=(left, left + 28, top + 28, top), **style)
        if titles is not None:
            text = str(titles[index])
            axis.text(left + 14, top - 1, text, ha="center", va="bottom", fontsize=fontsize)
    axis.set(xlim=(0, width), ylim=(height, 0))
    axis.set_axis_off()
    return figure, axis


def show_framed(axis: Axes, image: np.ndarray, title: str) -> None:
    """Show an image (height, width) in the middle of a square, with a frame around its paper."""
    height, width = image.shape
    axis.imshow(image, extent=(0, width, height, 0), **INK)
    axis.add_patch(Rectangle((0, 0), width, height, fill=False, edgecolor=GRAY, clip_on=False))
    side, above = (max(image.shape) - np.array([width, height])) / 2
    axis.set(xlim=(-side, width + side), ylim=(height + above, -above), title=title)
    axis.set_axis_off()


def shrunk(picture: np.ndarray, side: int) -> np.ndarray:
    """Return a photo, made small enough for a figure in a notebook: uint8 (height, width, 3).

    The grain of paper would make a large file. As JPEG does, this keeps less of the color than of
    the lightness, of which 32 shades remain. A median filter takes the grain away where making the
    picture smaller has not; thin strokes would not survive both.

    Args:
        picture: uint8 or float in [0, 1], black 0; (height, width) or (height, width, 3).
        side: Most pixels of the longer side.
    """
    values = np.asarray(picture)
    if values.dtype != np.uint8:
        values = np.rint(255 * values.astype(np.float64).clip(0, 1)).astype(np.uint8)
    image = Image.fromarray(values).convert("YCbCr")
    image.thumbnail((side, side), Image.Resampling.BOX)
    lightness, *colors = image.split()
    if 3 * max(image.size) > max(values.shape):
        lightness = lightness.filter(ImageFilter.MedianFilter(3))
    lightness = lightness.point([shade // 8 * 255 // 31 for shade in range(256)])
    fours = [(shade + 2) // 4 * 4 for shade in range(256)]
    colors = [color.filter(ImageFilter.BoxBlur(3)).point(fours) for color in colors]
    return np.asarray(Image.merge("YCbCr", [lightness, *colors]).convert("RGB"))


def panel_grid(count: int) -> tuple[Figure, np.ndarray]:
    """Return a figure and its axes (rows, columns) for `count` panels, up to three per row."""
    columns = min(count, 3)
    rows = -(-count // columns)
    figure, axes = plt.subplots(rows, columns, figsize=(WIDTH, 2.3 * rows), squeeze=False)
    for axis in axes.flat[count:]:
        axis.set_axis_off()
    return figure, axes


def cell_grid(values: np.ndarray, columns: int) -> np.ndarray:
    """Return a vector (n,) as a matrix (rows, columns); the cells that it does not fill are NaN."""
    cells = np.full(-(-len(values) // columns) * columns, np.nan)
    cells[: len(values)] = values
    return cells.reshape(-1, columns)


def error_bars(values: ArrayLike, low: ArrayLike, high: ArrayLike) -> np.ndarray:
    """Return the lengths (2, n) of error bars from n values to the limits of their intervals.

    Rounding may put a value a hair outside its interval, at 0 % and 100 %; that length is 0.
    """
    values, low, high = np.atleast_1d(values), np.atleast_1d(low), np.atleast_1d(high)
    return np.maximum([values - low, high - values], 0)


def percent_axis(axis: Axes) -> None:
    """Label the y axis in percent with one decimal, at round steps."""
    axis.yaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
    axis.yaxis.set_major_formatter(PercentFormatter(1, decimals=1))
