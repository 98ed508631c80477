"""An exercise on weights in few bits: round them, one step per neuron."""

from collections.abc import Callable
from typing import Any

import numpy as np

from mnist_lab.exercises.exercise import Case, Exercise, Misconception


def _most(bits: int) -> int:
    return 2 ** (bits - 1) - 1


def _steps(weights: Any, most: int) -> np.ndarray:
    largest = np.abs(weights).max(axis=0)
    return np.where(largest > 0, largest, 1) / most


def _rounded_to(
    weights: Any, most: int, rounding: Callable[[np.ndarray], np.ndarray] = np.round
) -> np.ndarray:
    steps = _steps(weights, most)
    return rounding(weights / steps) * steps


def _rounded(weights: Any, bits: int) -> np.ndarray:
    return _rounded_to(weights, _most(bits)) + 0.0  # so that no 0 has a minus sign


def _weights(rng: np.random.Generator) -> list[Case]:
    def case(what: str, inputs: int, units: int, bits: int) -> Case:
        return Case(what, (rng.normal(0, 1, (inputs, units)) * rng.uniform(0.2, 3, units), bits))

    small = np.array([[0.7, -3.0], [-0.36, 1.1], [0.12, 0.8]])
    zeros = rng.normal(0, 1, (5, 3)) * [1, 0, 1]
    return [
        Case("two neurons, 4 bits", (small, 4)),
        Case("two neurons, 2 bits", (small, 2)),
        case("three neurons, 8 bits", 40, 3, 8),
        Case("a largest weight below zero", (-np.abs(rng.normal(0, 1, (30, 2))), 4)),
        case("five neurons, 3 bits", 20, 5, 3),
        Case("a neuron whose weights are all 0", (zeros, 4)),
    ]


def _one_step(weights: Any, bits: int) -> np.ndarray:
    step = np.abs(weights).max() / _most(bits)
    return np.round(weights / step) * step


def _step_per_input(weights: Any, bits: int) -> np.ndarray:
    return _rounded(np.transpose(weights), bits).T


def _whole(weights: Any, bits: int) -> np.ndarray:
    return np.round(weights / _steps(weights, _most(bits)))


def _without_sign(weights: Any, bits: int) -> np.ndarray:
    steps = np.max(weights, axis=0) / _most(bits)
    steps = np.where(steps == 0, 1, steps)
    return np.round(weights / steps) * steps


def _divides_by_zero(weights: Any, bits: int) -> np.ndarray:
    with np.errstate(invalid="ignore", divide="ignore"):
        steps = np.abs(weights).max(axis=0) / _most(bits)
        return np.round(weights / steps) * steps


ROUNDED = Exercise(
    name="10.3",
    title="Weights in few bits",
    function="rounded",
    right=_rounded,
    cases=_weights,
    misconceptions=(
        Misconception(
            "one step for all neurons",
            "Each neuron has a step of its own: the largest of its own weights, not of all.",
            _one_step,
        ),
        Misconception(
            "a step per input",
            "A column holds the weights of a neuron. You look for the largest weight of each row.",
            _step_per_input,
        ),
        Misconception(
            "one whole number too many",
            "With 4 bits the whole numbers go from -7 to 7, and here to 8: that is one too many.",
            lambda weights, bits: _rounded_to(weights, _most(bits) + 1),
        ),
        Misconception(
            "the 7 of the lesson",
            "7 is the largest whole number with 4 bits only. Which is it with `bits` bits?",
            lambda weights, bits: _rounded_to(weights, 7),
        ),
        Misconception(
            "rounds to decimal places",
            "`np.round(weights, bits)` keeps so many decimal places, which are not bits. Round how"
            " many steps a weight is.",
            lambda weights, bits: np.round(weights, bits),
        ),
        Misconception(
            "no place for the sign",
            "One of the bits is needed for the sign: with 4 bits the largest whole number is 7, not"
            " 15.",
            lambda weights, bits: _rounded_to(weights, 2**bits - 1),
        ),
        Misconception(
            "cuts off in place of rounding",
            "2.57 steps become 3, and not 2: take the nearest whole number.",
            lambda weights, bits: _rounded_to(weights, _most(bits), np.trunc),
        ),
        Misconception(
            "rounds down",
            "2.57 steps become 3: take the nearest whole number, not always the one below.",
            lambda weights, bits: _rounded_to(weights, _most(bits), np.floor),
        ),
        Misconception(
            "rounds up",
            "1.2 steps become 1: take the nearest whole number, not always the one above.",
            lambda weights, bits: _rounded_to(weights, _most(bits), np.ceil),
        ),
        Misconception(
            "returns the whole numbers",
            "The whole numbers are what is stored. The network computes with what they stand for.",
            _whole,
        ),
        Misconception(
            "the largest without its sign",
            "The largest weight of a neuron may be negative: compare them without their signs.",
            _without_sign,
        ),
        Misconception(
            "divides by zero",
            "A neuron whose weights are all 0 has no largest weight to divide by. They stay 0.",
            _divides_by_zero,
        ),
    ),
    why="Rounded in this way, no weight is off by more than half a step of its own neuron.",
)
