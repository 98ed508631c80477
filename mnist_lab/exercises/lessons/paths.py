"""An exercise to notebook 7 about a rule of descent: the path of a weight by momentum."""

from collections.abc import Callable
from typing import Any

import numpy as np

from mnist_lab.exercises.exercise import Case, Exercise, Misconception

Gradient = Callable[[Any], Any]
VALLEY = np.array([1.0, 20.0])  # the steepness of notebook 7's valley


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
        Case("notebook 7's valley", (lambda place: VALLEY * place, [-8.0, 1.5], 0.02, 0.9, 40)),
        Case("three weights", (lambda place: steepness * np.sin(place), start, 0.1, 0.7, 12)),
    ]


def with_arrays(cases: list[Case]) -> list[Case]:
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
    cases=lambda rng: with_arrays(_gradient_descents(rng)),
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
            "always 0.9",
            "How much of the velocity stays is handed over, as `memory`. In the lesson it was 0.9;"
            " here it can be another number.",
            lambda gradient, start, rate, memory, moves: _momentum_path(
                gradient, start, rate, 0.9, moves
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
            "moves before it looks",
            "The first step is missing: the gradient is added to the velocity first, and then the"
            " weight moves.",
            lambda gradient, start, *others: [
                start,
                *_momentum_path(gradient, start, *others)[:-1],
            ],
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
