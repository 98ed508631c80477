"""The exercises to notebook 9: cropping, centering, a threshold, and a fair split."""

from typing import Any

import numpy as np

from mnist_lab.exercises.exercise import Case, Exercise, Misconception
from mnist_lab.exercises.lessons.centering import CENTER
from mnist_lab.exercises.lessons.cropping import CROP
from mnist_lab.exercises.lessons.mass import CENTER_OF_MASS
from mnist_lab.exercises.lessons.otsu import OTSU


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


def _alone_tests(labels: Any) -> np.ndarray:
    learns = _to_learn(labels)
    for digit in np.unique(labels):
        places = np.flatnonzero(labels == digit)
        learns[places[len(places) // 2 * 2 :]] = False
    return learns


def _begins_a_run(labels: Any) -> np.ndarray:
    return np.append(True, labels[1:] != labels[:-1])


def _neighbors(labels: Any) -> np.ndarray:
    learns = np.ones(len(labels), bool)
    for place in range(1, len(labels)):
        learns[place] = not (learns[place - 1] and labels[place] == labels[place - 1])
    return learns


_APART = "The two of a pair need not be neighbors: other digits may have been drawn between them."

TO_LEARN = Exercise(
    name="09.5",
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
            "a drawing without a partner tests",
            "The last drawing of a digit may have no partner. Then it learns.",
            _alone_tests,
        ),
        Misconception("pairs of neighbors only", _APART, _begins_a_run),
        Misconception("pairs of neighbors only", _APART, _neighbors),
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
    why="A test half that differs from the other in time or in digits measures that difference,"
    " too.",
)


EXERCISES = (CROP, CENTER_OF_MASS, CENTER, OTSU, TO_LEARN)
