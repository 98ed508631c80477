"""The exercises to notebook 9: cropping, centering, a fair split, and what forgetting costs."""

from typing import Any

import numpy as np

from mnist_lab.exercises.exercise import Case, Exercise, Misconception, Question
from mnist_lab.exercises.lessons.centering import CENTER
from mnist_lab.exercises.lessons.cropping import CROP
from mnist_lab.exercises.lessons.mass import CENTER_OF_MASS


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


def _points(term: int) -> dict[str, int]:
    others = [(9, 6), (14, 6), (18, 7), (16, 9), (17, 8)]
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
            "loss divided by gain",
            "This is how many digits by the owner come on *one* digit by others. Asked is their"
            " share of all digits.",
            lambda gained, lost: lost / gained,
        ),
        Misconception(
            "what loss divided by gain leaves of 100 %",
            "Here the loss was divided by the gain alone. Where it pays exactly, the gain times its"
            " share is the loss times the share of the others.",
            lambda gained, lost: 100 * (gained - lost) / gained,
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
            "The right way. But it is asked for in per cent, and this is a share from 0 to 1.",
            lambda gained, lost: lost / (gained + lost),
        ),
        Misconception(
            "the difference of the points",
            "This is what the two changes add up to. They count as often as such digits come.",
            lambda gained, lost: float(gained - lost),
        ),
    ),
    why="Whether forgetting is a loss depends on what the network will be asked to read.",
    within=0.045,
    unit="%",
)

EXERCISES = (CROP, CENTER_OF_MASS, CENTER, TO_LEARN, BREAK_EVEN)
