"""The exercises to notebook 9: cropping, centering, a fair split, and what forgetting costs."""

from collections.abc import Callable
from typing import Any

import numpy as np

from mnist_lab.exercises.exercise import Case, Exercise, Misconception, Question
from mnist_lab.exercises.lessons.mass import CENTER, CENTER_OF_MASS


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


def _without_gaps(picture: Any, threshold: float) -> Any:
    ink = picture > threshold
    return picture[ink.any(axis=1)][:, ink.any(axis=0)] if ink.any() else picture


def _fails_on_paper(picture: Any, threshold: float) -> Any:
    if not (picture > threshold).any():
        raise IndexError("index 0 is out of bounds for axis 0 with size 0")
    return _cropped(picture, threshold)


def _noisy(rng: np.random.Generator, height: int, width: int, blocks: Any) -> np.ndarray:
    """Return paper with a little noise everywhere, and blocks of ink: top, left, bottom, right."""
    picture = rng.uniform(0.01, 0.15, (height, width))
    for top, left, bottom, right in blocks:
        picture[top:bottom, left:right] = rng.uniform(0.5, 1, (bottom - top, right - left))
    return picture


def _papers(rng: np.random.Generator) -> list[Case]:
    clean = np.zeros((5, 6))
    clean[1:3, 2:5] = [[0.5, 1.0, 0.0], [0.0, 0.7, 0.9]]
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
            "A slice ends *before* its second number. The last row with ink is missing.",
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
        Misconception(
            "fails on paper without ink",
            "Without ink there is no first row with ink. Ask before you look for it: the picture"
            " comes back as it is.",
            _fails_on_paper,
        ),
    ),
    why="One speck of dust above the threshold widens the crop, and the digit comes out smaller.",
)


def _to_learn(labels: Any) -> np.ndarray:
    labels = np.asarray(labels)
    # How many earlier drawings have the same label: an even number begins a pair.
    earlier = np.tril(labels[:, None] == labels[None, :], k=-1).sum(axis=1)
    return earlier % 2 == 0


def _digits_drawn(rng: np.random.Generator) -> list[Case]:
    return [
        Case("two drawings of a 4", (np.array([4, 4]),)),
        Case("3, 3, 7, 7, 3, 3", (np.array([3, 3, 7, 7, 3, 3]),)),
        Case("digits one after the other, twice", (np.tile([0, 1, 2], 2),)),
        Case("five drawings of a 9", (np.full(5, 9),)),
        Case("one drawing", (np.array([6]),)),
        Case("fifty drawings, ten of each of five digits", (np.tile(np.arange(5), 10),)),
        Case("forty drawings in any order", (rng.integers(0, 10, 40),)),
        Case("a hundred drawings in any order", (rng.integers(0, 10, 100),)),
    ]


def _first_halves(labels: Any) -> np.ndarray:
    learns = np.zeros(len(labels), bool)
    for digit in range(10):
        places = np.flatnonzero(labels == digit)
        learns[places[: (len(places) + 1) // 2]] = True
    return learns


def _only_first(labels: Any) -> np.ndarray:
    learns = np.zeros(len(labels), bool)
    learns[np.unique(labels, return_index=True)[1]] = True
    return learns


TO_LEARN = Exercise(
    name="09.4",
    title="A fair split",
    function="to_learn",
    right=_to_learn,
    cases=_digits_drawn,
    misconceptions=(
        Misconception(
            "every other drawing, whatever its digit",
            "Pairs are pairs of the same digit. Look at one digit after the other.",
            lambda labels: np.arange(len(labels)) % 2 == 0,
        ),
        Misconception(
            "the first half of all",
            "So the drawings of the first minutes learn and the later ones test, and a digit may be"
            " in one half only. Go by pairs of the same digit.",
            lambda labels: np.arange(len(labels)) < (len(labels) + 1) // 2,
        ),
        Misconception(
            "the first half of each digit",
            "Each digit is in both halves, but the early drawings all learn and the late ones all"
            " test. Of each *pair* one learns.",
            _first_halves,
        ),
        Misconception(
            "the other half",
            "These are the drawings to test on. The first of a pair learns.",
            lambda labels: ~_to_learn(labels),
        ),
        Misconception(
            "one drawing of each digit",
            "After the first pair of a digit comes its next one, again with one to learn from.",
            _only_first,
        ),
        Misconception(
            "zeros and ones",
            "The places are right. But zeros and ones in square brackets choose the drawings 0 and"
            " 1. Return an array of True and False.",
            lambda labels: _to_learn(labels).astype(int),
        ),
        Misconception(
            "places instead of truths",
            "These are the places of the drawings to learn from. Asked is one True or False per"
            " drawing.",
            lambda labels: np.flatnonzero(_to_learn(labels)),
        ),
    ),
    why="A test half that differs from the other in time or in digits measures that difference.",
)


def _points(term: int) -> dict[str, int]:
    others = [(9, 6), (14, 6), (18, 2), (16, 9), (21, 4)]
    gained, lost = others[term % 5] if term else (12, 3)
    return {"gained": gained, "lost": lost}


BREAK_EVEN = Question(
    name="09.5",
    title="When forgetting pays",
    answer="share",
    numbers=_points,
    right=lambda gained, lost: 100 * lost / (gained + lost),
    misconceptions=(
        Misconception(
            "loss divided by gain",
            "This is how many digits by the owner come on *one* digit by others. Asked is their"
            " share of all digits.",
            lambda gained, lost: 100 * lost / gained,
        ),
        Misconception(
            "the share of the others' digits",
            "The larger the gain, the fewer digits by the owner it takes. Whose share is this?",
            lambda gained, lost: 100 * gained / (gained + lost),
        ),
        Misconception(
            "half",
            "At half and half, the mean change is half the gain minus half the loss. Is it zero?",
            lambda gained, lost: 50.0,
        ),
        Misconception(
            "a share of 1",
            "Nearly: per cent, please.",
            lambda gained, lost: lost / (gained + lost),
        ),
        Misconception(
            "the difference of the points",
            "This is what the two changes add up to. They count as often as such digits come.",
            lambda gained, lost: float(gained - lost),
        ),
    ),
    why="Whether forgetting is a loss depends on what the network will be asked to read.",
    within=0.3,
    unit="%",
)

EXERCISES = (CROP, CENTER_OF_MASS, CENTER, TO_LEARN, BREAK_EVEN)
