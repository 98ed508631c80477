"""Figures of pages that were read: the photo with a box around each digit."""

from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Polygon
from matplotlib.patheffects import withStroke

from mnist_lab.handwriting.photos.page import Page, Reading
from mnist_lab.plots.alt_text import describe, listing
from mnist_lab.plots.style import COLORS, course_figure, shrunk
from mnist_lab.wording import counted

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_READ, _REFUSED = COLORS[0], COLORS[3]
_SIDE = 450  # pixels of the photo's longer side


@course_figure
def page(reading_or_page: Reading | Page) -> Figure:
    """Show a photo with a box around each digit that was found, and what it was read as.

    A dashed box with a question mark is what the network refuses: it may be no digit.

    Args:
        reading_or_page: From `handwriting.read_page`; from `handwriting.find_digits`, boxes alone.

    Returns:
        The photo, at most 450 pixels long.

    Example:
        >>> white = lab.handwriting.find_digits(np.ones((200, 300)))
        >>> lab.plots.page(white)
        <Figure size ... with 1 Axes>
    """
    if isinstance(reading_or_page, Reading):
        found, digits = reading_or_page.page, reading_or_page.digits
        texts = ["?" if digit is None else str(digit) for digit in digits]
    else:
        found = reading_or_page
        texts = [""] * len(found.digits)
    picture = shrunk(found.picture, _SIDE)
    scale = len(picture) / len(found.picture)
    height, width = picture.shape[:2]
    # A pixel of the photo is one of the figure: enlarged, it would be a larger file.
    dots = plt.rcParams["figure.dpi"]
    figure = plt.figure(figsize=(max(width, 150) / dots, max(height, 60) / dots), layout="none")
    axis = figure.add_axes((0, 0, 1, 1))
    axis.imshow(picture, extent=(0, width, height, 0))
    axis.set(xlim=(0, width), ylim=(height, 0))
    axis.set_axis_off()
    for digit, text in zip(found.digits, texts, strict=True):
        _mark(axis, digit.corners * scale, text)
    return describe(figure, _text(reading_or_page, found))


def _mark(axis: "Axes", corners: np.ndarray, text: str) -> None:
    """Draw the box of one digit, and above it what it was read as."""
    refused = text == "?"
    color = _REFUSED if refused else _READ
    style = "--" if refused else "-"
    axis.add_patch(Polygon(corners, fill=False, edgecolor=color, lw=1.2, linestyle=style))
    left, top = corners.min(axis=0)
    axis.text(
        left,
        max(top, 0),
        text,
        color=color,
        fontsize=10,
        fontweight="bold",
        va="bottom" if top > 0 else "top",
        path_effects=[withStroke(linewidth=2.5, foreground="white")],
        clip_on=True,
    )


def _text(reading: Reading | Page, found: Page) -> str:
    count = f"{counted(len(found.digits), 'digit')} in {counted(len(found.lines), 'line')}"
    if not found.digits:
        return "A photograph in which no digits were found."
    if isinstance(reading, Page):
        return f"A photograph with a box around each of {count}."
    read = listing(reading.text.splitlines(), 12)
    return f"A photograph with a box around each of {count}, read as {read}."
