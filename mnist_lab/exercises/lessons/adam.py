"""An exercise to notebook 7 about a rule of descent: the path of a weight by Adam."""

from collections.abc import Callable
from typing import Any

import numpy as np

from mnist_lab.exercises.exercise import Case, Exercise, Misconception
from mnist_lab.exercises.lessons.paths import VALLEY, Gradient, with_arrays


def _adam_path(gradient: Gradient, start: Any, rate: float, moves: int) -> list[Any]:
    path, gradients = [start], []
    for _ in range(moves):
        gradients.append(np.asarray(gradient(path[-1]), float))
        # A corrected average is the mean of all gradients so far, the older the lighter.
        age = np.arange(len(gradients))[::-1]
        average = np.average(gradients, axis=0, weights=0.9**age)
        squares = np.average(np.square(gradients), axis=0, weights=0.999**age)
        path.append(path[-1] - rate * average / (np.sqrt(squares) + 1e-7))
    return path


def _size(squares: Any, share: float) -> Any:
    return np.sqrt(squares / share) + 1e-7


def _adam(
    first: bool = True,
    size_of: Callable[[Any, float], Any] = _size,
    memory: float = 0.999,
    counted_from: int = 1,
    keeps: bool = False,
) -> Callable[..., list[Any]]:
    """Return an adam_path() with mistakes.

    Args:
        first: Whether the average is corrected.
        size_of: What a step is divided by, from the average of the squares and its correction.
        memory: How much of the average of the squares stays.
        counted_from: The number of the first move.
        keeps: Whether corrected averages are averaged further.
    """

    def path_of(gradient: Gradient, start: Any, rate: float, moves: int) -> list[Any]:
        place, average, squares, path = start, 0.0, 0.0, [start]
        for move in range(counted_from, moves + counted_from):
            slope = gradient(place)
            average = 0.9 * average + 0.1 * slope
            squares = memory * squares + (1 - memory) * slope**2
            share = 1 - memory**move
            mean = average / (1 - 0.9**move) if first else average
            place = place - rate * mean / size_of(squares, share)
            if keeps:
                average, squares = mean, squares / share
            path.append(place)
        return path

    return path_of


def _uncorrected(squares: Any, share: float) -> Any:
    return np.sqrt(squares) + 1e-7


def _nowhere(gradient: Gradient, start: Any, rate: float, moves: int) -> list[Any]:
    """Return the path of someone who divides arrays by a correction of 0."""
    return [start, *[start * np.nan] * moves]


def _adam_descents(rng: np.random.Generator) -> list[Case]:
    steepness = rng.uniform(0.5, 5)
    start = rng.uniform(0.5, 2.5, 3)
    return [
        Case("one move, a gradient of 5", (lambda place: 5.0, 1.0, 0.1, 1)),
        Case("three moves", (lambda place: 2 * place, 4.0, 0.3, 3)),
        Case("a gradient of 0", (lambda place: place, 0.0, 0.1, 2)),
        Case("a gradient of 0.0001", (lambda place: 1e-4, 0.0, 0.1, 2)),
        Case("no move", (lambda place: place, 1.5, 0.1, 0)),
        Case("notebook 7's valley", (lambda place: VALLEY * place, [-8.0, 1.5], 0.3, 40)),
        Case("three weights", (lambda place: steepness * np.sin(place), start, 0.2, 25)),
    ]


_FROM_ZERO = "The first move has the number 1: with 0, the correction 1 - 0.9^0 is 0."

ADAM = Exercise(
    name="07.3",
    title="Adam, with its correction",
    function="adam_path",
    right=_adam_path,
    cases=lambda rng: with_arrays(_adam_descents(rng)),
    misconceptions=(
        Misconception(
            "corrects nothing",
            "Both averages start at zero, so at first they are too small, and the step is of"
            " another size. Correct both.",
            _adam(first=False, size_of=_uncorrected),
        ),
        Misconception(
            "corrects the average of the gradients only",
            "The average of the squares starts at zero, too, and needs its own correction.",
            _adam(size_of=_uncorrected),
        ),
        Misconception(
            "corrects the average of the squares only",
            "The average of the gradients starts at zero, too, and needs its own correction.",
            _adam(first=False),
        ),
        Misconception(
            "counts the moves from 0",
            _FROM_ZERO,
            _adam(counted_from=0),
        ),
        Misconception("counts the moves from 0", _FROM_ZERO, _nowhere),
        Misconception(
            "divides by the squares, not by their root",
            "A gradient has to be divided by a size of its own kind: the root of the mean square.",
            _adam(size_of=lambda squares, share: squares / share + 1e-7),
        ),
        Misconception(
            "keeps the corrected averages",
            "The first move is right, the second is not: a corrected average goes into the step"
            " only. What is kept for the next move stays uncorrected.",
            _adam(keeps=True),
        ),
        Misconception(
            "the same memory for both averages",
            "The two averages forget at different rates: 0.9 for gradients, 0.999 for squares.",
            _adam(memory=0.9),
        ),
        Misconception(
            "divides by zero",
            "Where all gradients are zero, so is the root. Something small belongs beside it.",
            _adam(size_of=lambda squares, share: np.sqrt(squares / share)),
        ),
        Misconception(
            "adds under the root",
            "The 1e-7 is added *after* the root is taken. Under the root it is more than the square"
            " of a small gradient, and the steps shrink.",
            _adam(size_of=lambda squares, share: np.sqrt(squares / share + 1e-7)),
        ),
        Misconception(
            "corrects after the root",
            "The average of the squares is corrected first, and then its root is taken. Here the"
            " root was taken first.",
            _adam(size_of=lambda squares, share: np.sqrt(squares) / share + 1e-7),
        ),
        Misconception(
            "adds to the uncorrected root",
            "So does Keras. Here the 1e-7 is added to the root of the *corrected* squares, which"
            " makes a difference where a gradient is very small.",
            _adam(size_of=lambda squares, share: (np.sqrt(squares) + 1e-7) / np.sqrt(share)),
        ),
        Misconception(
            "leaves out the start",
            "The path begins with the start, so it has one place more than there are moves.",
            lambda *arguments: _adam_path(*arguments)[1:],
        ),
    ),
    why="It is the rule of `lab.train` where you name no other, but for where the 1e-7 is added.",
)
