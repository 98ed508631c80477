"""Weights of layers counted, and outputs of a layer dropped."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from mnist_lab.exercises.exercise import Case


def weights_of(sizes: Sequence[int], biases: Sequence[int] | None = None) -> int:
    """Return the number of weights of dense layers; biases are the neurons that have one."""
    weights = np.dot(sizes[:-1], sizes[1:])
    return int(weights + np.sum(sizes[1:] if biases is None else biases))


def networks(rng: np.random.Generator) -> list[Case]:
    """Return sizes of layers, from the pixels to the answers."""
    return [
        Case("three inputs and two neurons", ([3, 2],)),
        Case("one hidden layer", ([4, 3, 2],)),
        Case("the plain network", ([784, 200, 200, 10],)),
        Case("a single layer", ([784, 10],)),
        Case("five layers", ([int(size) for size in rng.integers(5, 90, 6)],)),
    ]


def dropped(hidden: Any, numbers: Any, rate: float) -> np.ndarray:
    """Return hidden outputs of which some are 0, and the others larger to make up for it."""
    return np.where(np.less(numbers, rate), 0.0, np.asarray(hidden) / (1 - rate))


def layers(rng: np.random.Generator) -> list[Case]:
    """Return hidden outputs, a random number for each, and rates."""

    def case(what: str, digits: int, units: int, rate: float) -> Case:
        hidden = np.maximum(rng.normal(0.5, 1, (digits, units)), 0)
        return Case(what, (hidden, rng.random((digits, units)), rate))

    four = np.array([[1.0, 2.0, 3.0, 4.0]])
    return [
        Case("one digit, rate 0.5", (four, np.array([[0.9, 0.3, 0.6, 0.7]]), 0.5)),
        case("64 digits, 200 neurons, rate 0.2", 64, 200, 0.2),
        case("five digits, rate 0.8", 5, 30, 0.8),
        case("a rate of 0", 3, 4, 0.0),
        Case("all dropped", (four, np.array([[0.1, 0.2, 0.0, 0.3]]), 0.4)),
        Case("a number equal to the rate", (four, np.array([[0.25, 0.3, 0.6, 0.1]]), 0.25)),
    ]
