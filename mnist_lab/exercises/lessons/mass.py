"""An exercise to notebook 9 about the middle of a digit: its center of mass."""

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import ndimage

from mnist_lab.exercises.exercise import Case, Exercise, Misconception


def center_of_mass(picture: Any) -> tuple[float, float]:
    """Return the row and column of the center of mass."""
    row, column = ndimage.center_of_mass(np.asarray(picture, float))
    return float(row), float(column)


def _places(picture: Any) -> tuple[np.ndarray, np.ndarray]:
    places = np.indices(np.shape(picture))
    return places[0], places[1]


def box_middle(picture: Any) -> tuple[float, float]:
    """Return the middle of the box around the ink."""
    rows, columns = np.nonzero(picture)
    return (rows.min() + rows.max()) / 2, (columns.min() + columns.max()) / 2


def _mean_of_inked(picture: Any) -> tuple[float, float]:
    rows, columns = np.nonzero(picture)
    return float(rows.mean()), float(columns.mean())


def _over_all_pixels(picture: Any) -> tuple[float, float]:
    rows, columns = _places(picture)
    return (rows * picture).mean(), (columns * picture).mean()


def _counted_from_one(picture: Any) -> tuple[float, float]:
    row, column = center_of_mass(picture)
    return row + 1, column + 1


def column_first(picture: Any) -> tuple[float, float]:
    """Return the center of mass with its column before its row."""
    row, column = center_of_mass(picture)
    return column, row


def _darkest(picture: Any) -> tuple[int, int]:
    row, column = np.unravel_index(int(np.argmax(picture)), np.shape(picture))
    return int(row), int(column)


def _rounded(to_whole: Callable[[float], float]) -> Callable[[Any], tuple[float, float]]:
    """Return a center_of_mass() in whole rows and columns."""

    def in_whole_pixels(picture: Any) -> tuple[float, float]:
        row, column = center_of_mass(picture)
        return to_whole(row), to_whole(column)

    return in_whole_pixels


def _of_28_rows(picture: Any) -> tuple[float, float]:
    rows, columns = np.indices((28, 28))
    return (rows * picture).sum() / picture.sum(), (columns * picture).sum() / picture.sum()


def blob(rng: np.random.Generator, height: int, width: int) -> np.ndarray:
    """Return ink of all grays that is darker toward one corner."""
    rows, columns = np.indices((height, width))
    slope = (rows + 1) * (columns + 1) / (height * width)
    return np.clip(rng.uniform(0.2, 1, (height, width)) * slope, 0.02, 1)


def _pictures(rng: np.random.Generator) -> list[Case]:
    dot = np.zeros((2, 6))
    dot[1, 4] = 1.0
    two = np.zeros((4, 5))
    two[0, 1], two[3, 4] = 1.0, 0.5
    digit = np.zeros((28, 28))
    digit[5:25, 8:20] = blob(rng, 20, 12)
    corner = np.zeros((6, 6))
    corner[:3, :2] = [[0.2, 0.9], [0.4, 0.1], [0.0, 0.7]]
    return [
        Case("a dot in row 1, column 4", (dot,)),
        Case("a black dot and a gray one", (two,)),
        Case("gray all over", (np.full((3, 6), 0.25),)),
        Case("ink in a corner", (corner,)),
        Case("a wide picture", (blob(rng, 9, 30),)),
        Case("28 x 28 pixels", (digit,)),
    ]


CENTER_OF_MASS = Exercise(
    name="09.2",
    title="The middle of the ink",
    function="center_of_mass",
    right=center_of_mass,
    cases=_pictures,
    misconceptions=(
        Misconception(
            "column before row",
            "The row comes first, as in `picture[row, column]`.",
            column_first,
        ),
        Misconception(
            "the middle of the box",
            "This is the middle of the box around the ink. The center of mass lies closer to where"
            " more of the ink is.",
            box_middle,
        ),
        Misconception(
            "gray counts as much as black",
            "Here each pixel with ink counts once. A gray pixel holds less ink than a black one.",
            _mean_of_inked,
        ),
        Misconception(
            "divides by the pixels instead of the ink",
            "Each place counts as much as its ink. So divide by the sum of the ink, not by the"
            " number of pixels.",
            _over_all_pixels,
        ),
        Misconception(
            "does not divide",
            "This is a sum. A mean place is the sum divided by all the ink.",
            lambda picture: tuple((places * picture).sum() for places in _places(picture)),
        ),
        Misconception(
            "counts from 1",
            "The first row is row 0, and so is the first column.",
            _counted_from_one,
        ),
        Misconception(
            "the darkest pixel",
            "This is the place of one pixel, the darkest. All ink counts.",
            _darkest,
        ),
        *(
            Misconception(
                "rounds",
                "The center of mass can lie between two rows, or between two columns. Do not round"
                " it here.",
                _rounded(to_whole),
            )
            for to_whole in (round, np.floor)
        ),
        Misconception(
            "always 28 x 28 pixels",
            "The picture need not have 28 rows and columns. It knows its own shape.",
            _of_28_rows,
        ),
    ),
    why="In MNIST this point is at row 14 and column 14, to half a pixel in nearly all digits.",
    parts=("the row", "the column"),
)
