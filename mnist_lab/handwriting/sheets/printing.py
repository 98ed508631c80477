"""The sheet as a PDF to print: ten rows of pale boxes, one row per digit, between five marks."""

import os

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from mnist_lab.files import atomic_write
from mnist_lab.handwriting.sheets import layout

_FRAME = "#d3d9df"  # paler than any pen, so that the frame is not taken for ink
_INCH = 25.4  # millimeters
_ABOVE = "In each row, write the digit at its left into every box. Use a dark pen."
_BELOW = (
    "Photograph the whole sheet from above, with all five marks.",
    "Call the photo sheet.jpg, sheet 2.jpg and so on.",
)


def draw_sheet() -> Figure:
    """Draw the sheet.

    Returns:
        A figure of 210 x 279 mm, whose axes count millimeters from the top left corner.
    """
    figure = Figure(figsize=(layout.WIDTH / _INCH, layout.HEIGHT / _INCH), facecolor="white")
    axis = figure.add_axes((0, 0, 1, 1))
    axis.set(xlim=(0, layout.WIDTH), ylim=(layout.HEIGHT, 0))
    axis.set_axis_off()
    for x, y in layout.MARKS:
        for modules, color in ((7, "black"), (5, "white"), (3, "black")):
            _square(axis, x, y, modules * layout.MODULE, color)
    frame = {"fill": False, "edgecolor": _FRAME, "lw": 0.8}
    for digit, row in enumerate(layout.boxes()):
        for left, top, _, _ in row:
            axis.add_patch(Rectangle((left, top), layout.BOX_WIDTH, layout.BOX_HEIGHT, **frame))
        middle = row[0, 1::2].mean()
        axis.text(15, middle, str(digit), ha="center", va="center", fontsize=22, color="#555555")
    axis.text(128, 15, _ABOVE, ha="center", va="center", fontsize=9)
    axis.text(105, 264, "\n".join(_BELOW), ha="center", va="center", fontsize=9)
    return figure


def _square(axis: Axes, x: float, y: float, side: float, color: str) -> None:
    """Fill a square around a point."""
    corner = (x - side / 2, y - side / 2)
    axis.add_patch(Rectangle(corner, side, side, facecolor=color, edgecolor="none"))


def write_sheet(path: str | os.PathLike[str]) -> None:
    """Write the sheet as a PDF of one page, which fits on A4 and on Letter.

    Args:
        path: The file to write; a missing folder is made.

    Raises:
        OSError: The file cannot be written.

    Example:
        >>> import tempfile
        >>> lab.handwriting.write_sheet(tempfile.mkdtemp() + "/sheet.pdf")
    """
    about = {"Title": "A sheet for handwritten digits", "CreationDate": None}
    with atomic_write(path, "wb") as file:
        draw_sheet().savefig(file, format="pdf", metadata=about)
