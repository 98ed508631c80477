"""Figures of photographs: pictures of any size, gray or in color, side by side."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from mnist_lab import checks
from mnist_lab.plots.alt_text import describe, listing
from mnist_lab.plots.style import WIDTH, course_figure, shrunk
from mnist_lab.wording import counted

_PER_ROW = 4


@course_figure
def photograph(images: Sequence[np.ndarray], titles: Sequence[object]) -> Figure:
    """Show photographs side by side, up to four in a row, such as the steps that one goes through.

    Args:
        images: Each uint8, or float in [0, 1], 0 for black; (height, width) or (height, width, 3),
            of any size. They are shown small.
        titles: One per image.

    Returns:
        The images, each below its title.

    Raises:
        ValueError: There are no images, another number of titles, or an image has another shape.

    Example:
        >>> gray, color = np.zeros((30, 40)), np.zeros((300, 400, 3), np.uint8)
        >>> lab.plots.photograph([gray, color], ["as it is", "in color"])
        <Figure size ... with 2 Axes>
    """
    if not len(images) or len(images) != len(titles):
        given = f"{counted(len(images), 'image')} and {counted(len(titles), 'title')}"
        raise ValueError(
            f"photograph got {given}; expected as many titles as images, at least one."
        )
    for image in images:
        shape = np.shape(image)
        if len(shape) not in (2, 3) or 0 in shape or shape[2:] not in ((), (3,)):
            expected = "(height, width) or (height, width, 3)"
            raise checks.invalid("image.shape", shape, expected)
    columns = min(len(images), _PER_ROW)
    rows = -(-len(images) // columns)
    side = round(90 * WIDTH / max(2, columns))  # pixels that a figure has for each
    pictures = [shrunk(image, side) for image in images]
    tallest = max(len(picture) for picture in pictures) / 90 + 0.35
    figure, axes = plt.subplots(rows, columns, figsize=(WIDTH, rows * tallest), squeeze=False)
    for axis in axes.flat[len(images) :]:
        axis.set_axis_off()
    for axis, picture, title in zip(axes.flat, pictures, titles, strict=False):
        axis.imshow(picture)
        axis.set_title(str(title), fontsize=10)
        axis.set(xticks=[], yticks=[])  # the frame stays: a white picture ends somewhere
    sizes = [
        f"{title} ({np.shape(image)[1]:,} x {np.shape(image)[0]:,} pixels, mean brightness"
        f" {picture.mean() / 255:.0%})"
        for image, picture, title in zip(images, pictures, titles, strict=True)
    ]
    return describe(figure, f"Row of {counted(len(images), 'photograph')}: {listing(sizes)}.")
