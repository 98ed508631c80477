"""An exercise to notebook 9 about the paper around a digit: cropping to the ink."""

from collections.abc import Callable
from typing import Any

import numpy as np

from mnist_lab.exercises.exercise import Case, Exercise, Misconception


def _cropped(picture: Any, threshold: float) -> np.ndarray:
    places = np.argwhere(np.asarray(picture) > threshold)
    if len(places) == 0:
        return np.asarray(picture)
    (top, left), (bottom, right) = places.min(axis=0), places.max(axis=0)
    return np.asarray(picture)[top : bottom + 1, left : right + 1]


def _crop(
    has_ink: Callable[[Any, float], Any] = lambda picture, threshold: picture > threshold,
    end: int = 1,
    clean: bool = False,
    columns_too: bool = True,
) -> Callable[[Any, float], Any]:
    """Return a crop_to_ink() with mistakes.

    Args:
        has_ink: Says which pixels count as ink.
        end: What is added to the last row and column.
        clean: Whether what is below the threshold becomes 0.
        columns_too: Whether the columns are cropped.
    """

    def crop_to_ink(picture: Any, threshold: float) -> Any:
        ink = has_ink(picture, threshold)
        rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
        if len(rows) == 0:
            return picture
        picture = np.where(ink, picture, 0) if clean else picture
        picture = picture[rows[0] : rows[-1] + end]
        return picture[:, columns[0] : columns[-1] + end] if columns_too else picture

    return crop_to_ink


def _axes_swapped(picture: Any, threshold: float) -> Any:
    ink = picture > threshold
    rows, columns = np.flatnonzero(ink.any(axis=0)), np.flatnonzero(ink.any(axis=1))
    if len(rows) == 0:
        return picture
    return picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _without_gaps(picture: Any, threshold: float) -> Any:
    ink = picture > threshold
    return picture[ink.any(axis=1)][:, ink.any(axis=0)] if ink.any() else picture


def _fails_on_paper(error: Exception) -> Callable[[Any, float], Any]:
    """Return a crop_to_ink() that raises an error where there is no ink."""

    def crop_to_ink(picture: Any, threshold: float) -> Any:
        if not (picture > threshold).any():
            raise error
        return _cropped(picture, threshold)

    return crop_to_ink


def _noisy(rng: np.random.Generator, height: int, width: int, blocks: Any) -> np.ndarray:
    """Return paper with a little noise everywhere, and blocks of ink: top, left, bottom, right."""
    picture = rng.uniform(0.01, 0.15, (height, width))
    for top, left, bottom, right in blocks:
        picture[top:bottom, left:right] = rng.uniform(0.5, 1, (bottom - top, right - left))
    return picture


def _papers(rng: np.random.Generator) -> list[Case]:
    clean = np.zeros((3, 4))
    clean[:2, 1:] = [[0.5, 1.0, 0.0], [0.0, 0.7, 0.9]]
    edge = np.zeros((4, 4))
    edge[1, 1:3], edge[2, 1], edge[3, 3] = [0.8, 0.3], 0.9, 0.2
    top, left = rng.integers(3, 12, 2)
    spots = [(top, left, top + 4, left + 3), (top + 7, left + 6, top + 10, left + 9)]
    return [
        Case("paper without noise", (clean, 0.0)),
        Case("noisy paper", (_noisy(rng, 8, 9, [(2, 3, 6, 5)]), 0.2)),
        Case("two spots with a gap between them", (_noisy(rng, 28, 28, spots), 0.3)),
        Case("a pixel that is exactly at the threshold", (edge, 0.2)),
        Case("one pixel of ink", (_noisy(rng, 6, 5, [(5, 4, 6, 5)]), 0.2)),
        Case("paper without ink", (_noisy(rng, 4, 5, []), 0.2)),
        Case("a tall picture", (_noisy(rng, 40, 21, [(8, 2, 33, 15)]), 0.25)),
        Case("a high threshold", (_noisy(rng, 30, 30, [(5, 9, 25, 17)]), 0.45)),
    ]


CROP = Exercise(
    name="09.1",
    title="Crop on noisy paper",
    function="crop_to_ink",
    right=_cropped,
    cases=_papers,
    misconceptions=(
        Misconception(
            "ignores the threshold",
            "Noise is not zero. Only pixels above the threshold are ink.",
            _crop(has_ink=lambda picture, threshold: picture > 0),
        ),
        Misconception(
            "loses the last row and column",
            "A slice ends *before* its second number. So the last row and the last column with ink"
            " are missing.",
            _crop(end=0),
        ),
        Misconception(
            "cuts out the gaps inside",
            "Rows without ink are cut away around the ink only. A gap inside belongs to the"
            " picture, or its parts move together.",
            _without_gaps,
        ),
        Misconception(
            "crops the rows only",
            "The rows are right. The empty columns on both sides have to go, too.",
            _crop(columns_too=False),
        ),
        Misconception(
            "swaps rows and columns",
            "`any(axis=1)` looks through the columns of each row, so it says which *rows* have ink."
            " Which did you use for what?",
            _axes_swapped,
        ),
        Misconception(
            "erases what is below the threshold",
            "The size is right. The threshold only says where to cut: all pixels that stay keep"
            " their values.",
            _crop(clean=True),
        ),
        Misconception(
            "counts pixels at the threshold",
            "Ink is what is *above* the threshold. A pixel that is equal to it is paper.",
            _crop(has_ink=lambda picture, threshold: picture >= threshold),
        ),
        *(
            Misconception(
                "fails on paper without ink",
                "Without ink there is no first row with ink. Ask before you look for it: the"
                " picture comes back as it is.",
                _fails_on_paper(error),
            )
            for error in (IndexError("index 0 is out of bounds"), ValueError("zero-size array"))
        ),
    ),
    why="One speck of dust above the threshold widens the crop, and the digit comes out smaller.",
)
