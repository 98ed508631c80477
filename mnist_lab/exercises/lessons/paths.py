"""Exercises to notebook 7 about rules of descent: the path of a weight by momentum and by Adam."""

from collections.abc import Callable
from typing import Any

import numpy as np

from mnist_lab.exercises.exercise import Case, Exercise, Misconception

Gradient = Callable[[Any], Any]
_VALLEY = np.array([1.0, 20.0])  # the steepness of notebook 7's valley


def _momentum_path(
    gradient: Gradient, start: Any, rate: float, memory: float, moves: int
) -> list[Any]:
    path = [start]
    for _ in range(moves):
        before = path[-2] if len(path) > 1 else start
        path.append(path[-1] - rate * gradient(path[-1]) + memory * (path[-1] - before))
    return path


def _rolling(
    share: Callable[[float], float] = lambda memory: 1.0, late: bool = False, blind: bool = False
) -> Callable[..., list[Any]]:
    """Return a momentum_path() with mistakes.

    Args:
        share: What a gradient is multiplied with.
        late: Whether a step is taken before its gradient is added.
        blind: Whether the gradient is always taken at the start.
    """

    def path_of(
        gradient: Gradient, start: Any, rate: float, memory: float, moves: int
    ) -> list[Any]:
        place, velocity, path = start, 0.0, [start]
        for _ in range(moves):
            old = velocity
            slope = gradient(start if blind else place)
            velocity = memory * velocity + share(memory) * slope
            place = place - rate * (old if late else velocity)
            path.append(place)
        return path

    return path_of


def _in_place(gradient: Gradient, start: Any, rate: float, memory: float, moves: int) -> list[Any]:
    """Return a path whose items are one and the same array, where the start is an array."""
    place, velocity, path = start, 0.0, [start]
    for _ in range(moves):
        velocity = memory * velocity + gradient(place)
        place -= rate * velocity
        path.append(place)
    return path


def _gradient_descents(rng: np.random.Generator) -> list[Case]:
    steepness = rng.uniform(0.5, 5)
    start = rng.normal(0, 2, 3)
    return [
        Case("a gradient of 1 everywhere", (lambda place: 1.0, 0.0, 0.1, 0.5, 3)),
        Case("a gradient of 2 times the place", (lambda place: 2 * place, 4.0, 0.1, 0.9, 5)),
        Case("no memory", (lambda place: place, 1.0, 0.5, 0.0, 3)),
        Case("no move", (lambda place: place, 1.5, 0.1, 0.9, 0)),
        Case("notebook 7's valley", (lambda place: _VALLEY * place, [-8.0, 1.5], 0.02, 0.9, 40)),
        Case("three weights", (lambda place: steepness * np.sin(place), start, 0.1, 0.7, 12)),
    ]


def _with_arrays(cases: list[Case]) -> list[Case]:
    """Make a start in several weights an array."""
    made = []
    for case in cases:
        gradient, start, *rest = case.arguments
        start = np.array(start) if isinstance(start, list) else start
        made.append(Case(case.what, (gradient, start, *rest)))
    return made


MOMENTUM = Exercise(
    name="07.2",
    title="A weight that rolls",
    function="momentum_path",
    right=_momentum_path,
    cases=lambda rng: _with_arrays(_gradient_descents(rng)),
    misconceptions=(
        Misconception(
            "changes an array in place",
            "With several weights, all places of the path are the same array: `-=` changes it, the"
            " start included. Make a new place in each move.",
            _in_place,
        ),
        Misconception(
            "leaves out the start",
            "The path begins with the start, so it has one place more than there are moves.",
            lambda *arguments: _momentum_path(*arguments)[1:],
        ),
        Misconception(
            "returns the last place only",
            "This is where the path ends. Return all places, the start first.",
            lambda *arguments: _momentum_path(*arguments)[-1],
        ),
        Misconception(
            "forgets its velocity",
            "This is plain SGD. Momentum adds to each gradient what is left of the velocity"
            " before.",
            lambda gradient, start, rate, memory, moves: _momentum_path(
                gradient, start, rate, 0.0, moves
            ),
        ),
        Misconception(
            "averages the gradients",
            "This is an average, as in Adam. Momentum adds the *whole* gradient to the velocity.",
            _rolling(share=lambda memory: 1 - memory),
        ),
        Misconception(
            "moves before it looks",
            "The first step is missing: the gradient is added to the velocity first, and then the"
            " weight moves.",
            _rolling(late=True),
        ),
        Misconception(
            "takes the gradient of the start",
            "The gradient changes on the way. Ask for it again at each place.",
            _rolling(blind=True),
        ),
        Misconception(
            "goes uphill",
            "A positive gradient means that a smaller weight is better. Which sign has the step?",
            lambda gradient, start, rate, memory, moves: _momentum_path(
                gradient, start, -rate, memory, moves
            ),
        ),
    ),
    why="With memory 0.9 and a steady gradient, its steps grow to ten times those of SGD.",
)


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


def _adam(
    first: bool = True,
    second: bool = True,
    root: Callable[[Any], Any] = np.sqrt,
    memory: float = 0.999,
    counted_from: int = 1,
    keeps: bool = False,
    small: float = 1e-7,
) -> Callable[..., list[Any]]:
    """Return an adam_path() with mistakes.

    Args:
        first: Whether the average is corrected.
        second: Whether the average of the squares is corrected.
        root: What is done with the average of the squares.
        memory: How much of the average of the squares stays.
        counted_from: The number of the first move.
        keeps: Whether corrected averages are averaged further.
        small: What keeps from dividing by zero.
    """

    def path_of(gradient: Gradient, start: Any, rate: float, moves: int) -> list[Any]:
        place, average, squares, path = start, 0.0, 0.0, [start]
        for move in range(counted_from, moves + counted_from):
            slope = gradient(place)
            average = 0.9 * average + 0.1 * slope
            squares = memory * squares + (1 - memory) * slope**2
            mean = average / (1 - 0.9**move) if first else average
            size = squares / (1 - memory**move) if second else squares
            place = place - rate * mean / (root(size) + small)
            if keeps:
                average, squares = mean, size
            path.append(place)
        return path

    return path_of


def _adam_descents(rng: np.random.Generator) -> list[Case]:
    steepness = rng.uniform(0.5, 5)
    start = rng.uniform(0.5, 2.5, 3)
    return [
        Case("one move, a gradient of 5", (lambda place: 5.0, 1.0, 0.1, 1)),
        Case("three moves", (lambda place: 2 * place, 4.0, 0.3, 3)),
        Case("a gradient of 0", (lambda place: place, 0.0, 0.1, 2)),
        Case("no move", (lambda place: place, 1.5, 0.1, 0)),
        Case("notebook 7's valley", (lambda place: _VALLEY * place, [-8.0, 1.5], 0.3, 40)),
        Case("three weights", (lambda place: steepness * np.sin(place), start, 0.2, 25)),
    ]


ADAM = Exercise(
    name="07.3",
    title="Adam, with its correction",
    function="adam_path",
    right=_adam_path,
    cases=lambda rng: _with_arrays(_adam_descents(rng)),
    misconceptions=(
        Misconception(
            "corrects nothing",
            "Both averages start at zero, so at first they are too small, and the step is of"
            " another size. Correct both.",
            _adam(first=False, second=False),
        ),
        Misconception(
            "corrects the average of the gradients only",
            "The average of the squares starts at zero, too, and needs its own correction.",
            _adam(second=False),
        ),
        Misconception(
            "corrects the average of the squares only",
            "The average of the gradients starts at zero, too, and needs its own correction.",
            _adam(first=False),
        ),
        Misconception(
            "counts the moves from 0",
            "For move 0 the correction divides by 1 - 1 = 0. Which number has the first move?",
            _adam(counted_from=0),
        ),
        Misconception(
            "divides by the squares, not by their root",
            "A gradient has to be divided by a size of its own kind: the root of the mean square.",
            _adam(root=lambda size: size),
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
            _adam(small=0.0),
        ),
        Misconception(
            "leaves out the start",
            "The path begins with the start, so it has one place more than there are moves.",
            lambda *arguments: _adam_path(*arguments)[1:],
        ),
    ),
    why="It is the rule that `lab.train` follows where you name no other.",
)
