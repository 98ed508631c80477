"""An exercise on filters: one over a picture."""

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from mnist_lab.exercises.exercise import Case, Exercise, Misconception


def _convolve(image: Any, kernel: Any) -> np.ndarray:
    windows = sliding_window_view(image, kernel.shape)
    return np.einsum("rcij,ij->rc", windows, kernel)


def _pictures(rng: np.random.Generator) -> list[Case]:
    edge = np.array([[-1.0, 0.0, 1.0]] * 3)
    small = np.array([[1.0, 0, 2], [0, 3, 1], [2, 1, 0]]), np.array([[1.0, 2], [0, -1]])
    steps = np.array([[0.0, 0, 1, 1], [0, 0, 1, 2], [0, 1, 1, 0], [0, 0, 3, 0]])
    return [
        Case("3 rows and columns, a filter of 2 x 2", small),
        Case("a left edge, 4 rows and 4 columns", (steps, edge)),
        Case("5 rows and 7 columns", (rng.random((5, 7)), rng.normal(0, 1, (3, 3)))),
        Case("a filter of one pixel", (rng.random((2, 3)), np.array([[2.0]]))),
        Case("a filter of 2 rows and 4 columns", (rng.random((6, 5)), rng.normal(0, 1, (2, 4)))),
        Case("a filter as large as the picture", (rng.random((3, 4)), rng.normal(0, 1, (3, 4)))),
        Case("28 rows and columns", (rng.random((28, 28)), rng.normal(0, 1, (5, 5)))),
    ]


def _with_margin(image: Any, kernel: Any) -> np.ndarray:
    rows, columns = kernel.shape[0] - 1, kernel.shape[1] - 1
    margins = (rows // 2, rows - rows // 2), (columns // 2, columns - columns // 2)
    return _convolve(np.pad(image, margins), kernel)


def _as_if_square(image: Any, kernel: Any) -> np.ndarray:
    places = len(image) - len(kernel) + 1
    answers = np.zeros((places, places))
    for row, column in np.ndindex(places, places):
        window = image[row : row + len(kernel), column : column + len(kernel)]
        answers[row, column] = (window * kernel).sum()
    return answers


def _of_notebook(image: Any, kernel: Any) -> np.ndarray:
    """Return the map as notebook 6 makes it, for 28 rows and columns, a filter of 3 x 3."""
    padded, answers = np.pad(image, 1), np.zeros((28, 28))
    for row, column in np.ndindex(28, 28):
        answers[row, column] = (padded[row : row + 3, column : column + 3] * kernel).sum()
    return answers


def _windows_of_three(image: Any, kernel: Any) -> np.ndarray:
    answers = np.zeros_like(_convolve(image, kernel))
    for row, column in np.ndindex(*answers.shape):
        answers[row, column] = (image[row : row + 3, column : column + 3] * kernel).sum()
    return answers


def _one_place_too_many(image: Any, kernel: Any) -> np.ndarray:
    (height, width), answers = kernel.shape, _convolve(image, kernel)
    answers = np.zeros((answers.shape[0] + 1, answers.shape[1] + 1))
    for row, column in np.ndindex(*answers.shape):
        window = image[row : row + height, column : column + width]
        answers[row, column] = (window * kernel).sum()
    return answers


def _filter_sides_swapped(image: Any, kernel: Any) -> np.ndarray:
    (height, width), (rows, columns) = kernel.shape, image.shape
    answers = np.zeros((rows - width + 1, columns - height + 1))
    for row, column in np.ndindex(*answers.shape):
        window = image[row : row + height, column : column + width]
        answers[row, column] = (window * kernel).sum()
    return answers


def _map_sides_swapped(image: Any, kernel: Any) -> np.ndarray:
    right = _convolve(image, kernel)
    answers = np.zeros(right.shape[::-1])
    for row, column in np.ndindex(*right.shape):
        answers[row, column] = right[row, column]
    return answers


_MARGIN = (
    "a margin",
    "Here the filter never looks beyond the picture, so the map is smaller than the picture. No"
    " margin is asked for.",
)
_NO_FIT = (
    "window and filter do not fit",
    "Look at the window: it needs the shape of the filter, and it must not leave the picture. How"
    " many places there are follows from both shapes.",
)
_SIDES = (
    "mixes up rows and columns",
    "Rows and columns are mixed up somewhere. The rows of the map follow from the rows of the"
    " picture and of the filter, its columns from their columns.",
)


def _edges(convolve: Any) -> Any:
    from mnist_lab import plots

    seven = np.zeros((28, 28))
    seven[6:9, 7:21] = 1
    for row in range(9, 23):
        seven[row, 22 - row // 2 : 25 - row // 2] = 1
    edge = np.array([[-1.0, 0.0, 1.0]] * 3)
    maps = {"left edges": [convolve(seven, edge)], "upper edges": [convolve(seven, edge.T)]}
    return plots.convolution_maps([seven], maps, ["drawn by a program"])


CONVOLVE = Exercise(
    name="06.1",
    title="A filter without a margin",
    function="convolve",
    right=_convolve,
    cases=_pictures,
    figure=_edges,
    misconceptions=(
        Misconception(
            "the filter upside down",
            "This turns the filter by 180 degrees, as mathematicians do. Networks lay it on the"
            " picture as it is.",
            lambda image, kernel: _convolve(image, kernel[::-1, ::-1]),
        ),
        Misconception(*_NO_FIT, _of_notebook),
        Misconception(*_NO_FIT, _windows_of_three),
        Misconception(*_NO_FIT, _one_place_too_many),
        Misconception(*_MARGIN, _with_margin),
        Misconception(*_MARGIN, lambda image, kernel: _convolve(np.pad(image, 1), kernel)),
        Misconception(
            "one place too few",
            "Count the places on paper: into a row of 4 pixels, a filter of 3 fits twice.",
            lambda image, kernel: _convolve(image, kernel)[:-1, :-1],
        ),
        Misconception(
            "the mean in place of the sum",
            "The products are added, and not divided by their number.",
            lambda image, kernel: _convolve(image, kernel) / kernel.size,
        ),
        Misconception(
            "takes picture and filter for squares",
            "Right for squares. A picture or a filter may have more columns than rows: use both"
            " numbers of `shape`.",
            _as_if_square,
        ),
        Misconception(*_SIDES, _filter_sides_swapped),
        Misconception(*_SIDES, _map_sides_swapped),
        Misconception(
            "rows and columns swapped",
            "The answer for row 0 and column 1 stands in row 1 and column 0 of your map.",
            lambda image, kernel: _convolve(image, kernel).T,
        ),
    ),
    why="This is what `Conv2D` computes, for many filters and many pictures at once.",
)
