"""An exercise to notebook 9 about the middle of a digit: centering by the mass."""

from collections.abc import Callable
from typing import Any

import numpy as np

from mnist_lab.exercises.exercise import Case, Exercise, Misconception
from mnist_lab.exercises.lessons.mass import blob, box_middle, center_of_mass, column_first


def _centered(piece: Any, side: int) -> np.ndarray:
    piece = np.asarray(piece, float)
    places = np.rint(side / 2 - np.array(center_of_mass(piece)))
    top, left = np.minimum(np.maximum(places, 0), side - np.array(piece.shape)).astype(int)
    around = ((top, side - piece.shape[0] - top), (left, side - piece.shape[1] - left))
    return np.pad(piece, around)


def _put(
    middle: Callable[[Any], tuple[float, float]] = center_of_mass,
    rounded: Callable[[float], float] = round,
    fence: bool = True,
    side_of: Callable[[int], int] = lambda side: side,
    goal: Callable[[int], float] = lambda side: side / 2,
    limit: Callable[[int], int] = lambda side: side,
) -> Callable[[Any, int], Any]:
    """Return a center() with mistakes.

    Args:
        middle: Which point of the piece comes to the middle.
        rounded: Makes a whole number of a place.
        fence: Whether the piece is kept from going over the edge.
        side_of: Makes the side of the picture from the one asked for.
        goal: The row and column to which that point comes.
        limit: The side within which the piece is kept.
    """

    def center(piece: Any, side: int) -> Any:
        side = side_of(side)
        places = [int(rounded(goal(side) - place)) for place in middle(piece)]
        if fence:
            ends = [limit(side) - length for length in piece.shape]
            places = [int(np.clip(*pair)) for pair in zip(places, (0, 0), ends, strict=True)]
        picture = np.zeros((side, side))
        top, left = places
        picture[top : top + piece.shape[0], left : left + piece.shape[1]] = piece
        return picture

    return center


def _on_28_pixels(piece: Any, side: int) -> np.ndarray:
    """Return a picture of 28 x 28 pixels with the piece where it is asked for on another side."""
    picture = _centered(piece, side)
    return np.pad(picture, (0, 28 - side))


def _rounded_apart(piece: Any) -> tuple[int, int]:
    row, column = center_of_mass(piece)
    return round(row), round(column)


def _middle_of_box(piece: Any) -> tuple[float, float]:
    # As (side - length) // 2 places it.
    height, width = np.shape(piece)
    return (height + 0.01) / 2, (width + 0.01) / 2


def _pieces(rng: np.random.Generator) -> list[Case]:
    narrow = np.full((4, 3), 0.1)
    narrow[2], narrow[1] = [0.9, 0.5, 0.9], [0.3, 0.0, 0.8]
    corner = np.full((6, 6), 0.02)
    corner[:2, :2] = rng.uniform(0.7, 1, (2, 2))
    heavy = np.full((20, 20), 0.02)
    heavy[15:, 1:4] = rng.uniform(0.7, 1, (5, 3))
    return [
        Case("one pixel on 4 x 4", (np.array([[0.8]]), 4)),
        Case("a piece that is darker at the right", (np.array([[0.1, 0.1, 0.2, 1.0, 1.0]]), 10)),
        Case("a piece that is darker at the top", (blob(rng, 7, 5)[::-1], 28)),
        Case("4 x 3 pixels on 11 x 11", (narrow, 11)),
        Case("6 x 6 pixels on 8 x 8, the ink in a corner", (corner, 8)),
        Case("20 x 12 pixels", (blob(rng, 20, 12), 28)),
        Case("a 20 x 20 piece with its ink in a corner", (heavy, 28)),
        Case("a piece as large as the picture", (blob(rng, 9, 9), 9)),
        Case("16 x 20 pixels", (blob(rng, 16, 20)[:, ::-1], 28)),
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
            _put(middle=box_middle),
        ),
        Misconception(
            "swaps rows and columns",
            "The row of the center of mass says how far down the piece goes, its column how far to"
            " the right. Which of the two did you use for which?",
            _put(middle=column_first),
        ),
        Misconception(
            "14 for every side",
            "The middle is `side / 2`. That is 14 for 28 pixels only.",
            _put(goal=lambda side: 14),
        ),
        Misconception(
            "the middle of the places",
            "The rows from 0 to 27 have their middle at 13.5, true. But MNIST puts the mass at row"
            " 14, so here it comes to row `side / 2`.",
            _put(goal=lambda side: (side - 1) / 2),
        ),
        Misconception(
            "half of an odd side, cut off",
            "Half of an odd side is no whole number, and `//` cuts it off. Round at the end, when"
            " the center of mass has been taken away.",
            _put(goal=lambda side: side // 2),
        ),
        Misconception(
            "rounds before it subtracts",
            "Two rounded numbers can miss the nearest place by one. Subtract first, and round the"
            " difference.",
            _put(middle=_rounded_apart, goal=lambda side: round(side / 2)),
        ),
        Misconception(
            "keeps it within 28 pixels",
            "The piece has to stay within `side` pixels. That need not be 28.",
            _put(limit=lambda side: 28),
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
            "always 28 pixels",
            "The side of the picture is handed over. It need not be 28.",
            _on_28_pixels,
        ),
        Misconception(
            "moves the mass to one before the middle",
            "One row and one column off: the middle is half the side, as in notebook 9.",
            _put(goal=lambda side: side / 2 - 1),
        ),
    ),
    why="MNIST's makers placed each digit by this rule, so a drawing has to be placed by it, too.",
    figure=_figure,
)
