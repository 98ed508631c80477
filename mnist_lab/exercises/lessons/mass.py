"""Exercises to notebook 9 about the middle of a digit: its center of mass, and centering by it."""

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import ndimage

from mnist_lab.exercises.exercise import Case, Exercise, Misconception


def _center_of_mass(picture: Any) -> tuple[float, float]:
    row, column = ndimage.center_of_mass(np.asarray(picture, float))
    return float(row), float(column)


def _places(picture: Any) -> tuple[np.ndarray, np.ndarray]:
    places = np.indices(np.shape(picture))
    return places[0], places[1]


def _box_middle(picture: Any) -> tuple[float, float]:
    rows, columns = np.nonzero(picture)
    return (rows.min() + rows.max()) / 2, (columns.min() + columns.max()) / 2


def _mean_of_inked(picture: Any) -> tuple[float, float]:
    rows, columns = np.nonzero(picture)
    return float(rows.mean()), float(columns.mean())


def _over_all_pixels(picture: Any) -> tuple[float, float]:
    rows, columns = _places(picture)
    return (rows * picture).mean(), (columns * picture).mean()


def _counted_from_one(picture: Any) -> tuple[float, float]:
    row, column = _center_of_mass(picture)
    return row + 1, column + 1


def _column_first(picture: Any) -> tuple[float, float]:
    row, column = _center_of_mass(picture)
    return column, row


def _darkest(picture: Any) -> tuple[int, int]:
    row, column = np.unravel_index(int(np.argmax(picture)), np.shape(picture))
    return int(row), int(column)


def _blob(rng: np.random.Generator, height: int, width: int) -> np.ndarray:
    """Return ink of all grays that is darker toward one corner."""
    rows, columns = np.indices((height, width))
    slope = (rows + 1) * (columns + 1) / (height * width)
    return np.clip(rng.uniform(0.2, 1, (height, width)) * slope, 0.02, 1)


def _pictures(rng: np.random.Generator) -> list[Case]:
    dot = np.zeros((5, 7))
    dot[1, 4] = 1.0
    two = np.zeros((4, 5))
    two[0, 1], two[3, 4] = 1.0, 0.5
    digit = np.zeros((28, 28))
    digit[5:25, 8:20] = _blob(rng, 20, 12)
    corner = np.zeros((6, 6))
    corner[:3, :2] = [[0.2, 0.9], [0.4, 0.1], [0.0, 0.7]]
    return [
        Case("a dot in row 1, column 4", (dot,)),
        Case("a black dot and a gray one", (two,)),
        Case("gray all over", (np.full((3, 6), 0.25),)),
        Case("ink in a corner", (corner,)),
        Case("a wide picture", (_blob(rng, 9, 30),)),
        Case("28 x 28 pixels", (digit,)),
    ]


CENTER_OF_MASS = Exercise(
    name="09.2",
    title="The middle of the ink",
    function="center_of_mass",
    right=_center_of_mass,
    cases=_pictures,
    misconceptions=(
        Misconception(
            "column before row",
            "The row comes first, as in `picture[row, column]`.",
            _column_first,
        ),
        Misconception(
            "the middle of the box",
            "This is the middle of the box around the ink. The center of mass lies closer to where"
            " more of the ink is.",
            _box_middle,
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
    ),
    why="MNIST's digits stand so that this point is in the middle, to half a pixel.",
)


def _centered(piece: Any, side: int) -> np.ndarray:
    piece = np.asarray(piece, float)
    places = np.rint(side / 2 - np.array(_center_of_mass(piece)))
    top, left = np.minimum(np.maximum(places, 0), side - np.array(piece.shape)).astype(int)
    around = ((top, side - piece.shape[0] - top), (left, side - piece.shape[1] - left))
    return np.pad(piece, around)


def _put(
    middle: Callable[[Any], tuple[float, float]] = _center_of_mass,
    rounded: Callable[[float], float] = round,
    fence: bool = True,
    side_of: Callable[[int], int] = lambda side: side,
    goal: float = 0.0,
) -> Callable[[Any, int], Any]:
    """Return a center() with mistakes.

    Args:
        middle: Which point of the piece comes to the middle.
        rounded: Makes a whole number of a place.
        fence: Whether the piece is kept from going over the edge.
        side_of: Makes the side of the picture from the one asked for.
        goal: What is added to the middle.
    """

    def center(piece: Any, side: int) -> Any:
        side = side_of(side)
        places = [int(rounded(side / 2 + goal - place)) for place in middle(piece)]
        if fence:
            ends = [side - length for length in piece.shape]
            places = [int(np.clip(*pair)) for pair in zip(places, (0, 0), ends, strict=True)]
        picture = np.zeros((side, side))
        top, left = places
        picture[top : top + piece.shape[0], left : left + piece.shape[1]] = piece
        return picture

    return center


def _middle_of_box(piece: Any) -> tuple[float, float]:
    # As (side - length) // 2 places it.
    height, width = np.shape(piece)
    return (height + 0.01) / 2, (width + 0.01) / 2


def _pieces(rng: np.random.Generator) -> list[Case]:
    heavy = np.full((20, 20), 0.02)
    heavy[15:, 1:4] = rng.uniform(0.7, 1, (5, 3))
    return [
        Case("one pixel on 4 x 4", (np.array([[0.8]]), 4)),
        Case("a piece that is darker at the right", (np.array([[0.1, 0.1, 0.2, 1.0, 1.0]]), 10)),
        Case("a piece that is darker at the top", (_blob(rng, 7, 5)[::-1], 28)),
        Case("20 x 12 pixels", (_blob(rng, 20, 12), 28)),
        Case("a 20 x 20 piece with its ink in a corner", (heavy, 28)),
        Case("a piece as large as the picture", (_blob(rng, 9, 9), 9)),
        Case("16 x 20 pixels", (_blob(rng, 16, 20)[:, ::-1], 28)),
    ]


def _figure(center: Callable[[Any, int], Any]) -> Any:
    """Show a drawing of the course, as it was fitted and where the reader's function puts it."""
    from mnist_lab import handwriting, plots

    canvas = handwriting.rasterize(handwriting.load_recorded()[43].strokes)
    rows, columns = np.nonzero(canvas)
    piece = canvas[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    scale = 20 / max(piece.shape)
    fitted = handwriting.resize(piece, *(max(1, round(scale * side)) for side in piece.shape))
    return plots.images_side_by_side(
        {"fitted": fitted, "your center": np.asarray(center(fitted, 28), float)}
    )


CENTER = Exercise(
    name="09.3",
    title="Center by the mass",
    function="center",
    right=_centered,
    cases=_pieces,
    misconceptions=(
        Misconception(
            "centers the box",
            "The middle of the box is in the middle, the center of mass is not.",
            _put(middle=_middle_of_box),
        ),
        Misconception(
            "centers the box",
            "The middle of the box is in the middle, the center of mass is not.",
            _put(middle=_box_middle),
        ),
        Misconception(
            "swaps rows and columns",
            "The row of the center of mass says how far down the piece goes, its column how far to"
            " the right. Which of the two did you use for which?",
            _put(middle=_column_first),
        ),
        Misconception(
            "goes over the edge",
            "Here the center of mass cannot be in the middle, or a part of the piece would be"
            " outside. Keep its top and left between 0 and what there is room for.",
            _put(fence=False),
        ),
        Misconception(
            "rounds down",
            "`int` and `//` cut off. The nearest whole number may be the next one.",
            _put(rounded=np.floor),
        ),
        Misconception(
            "puts it at the upper left",
            "This is a picture with the piece in its corner. How far has it to go down, and how"
            " far to the right?",
            _put(rounded=lambda place: 0),
        ),
        Misconception(
            "always 28 pixels",
            "The side of the picture is handed over. It need not be 28.",
            _put(side_of=lambda side: 28),
        ),
        Misconception(
            "moves the mass to one before the middle",
            "One row and one column off: the middle is half the side, as in notebook 9.",
            _put(goal=-1.0),
        ),
    ),
    why="MNIST's makers placed each digit by this rule, so a drawing has to be placed by it, too.",
    figure=_figure,
)
