"""An exercise on weights in few bits: round them, one scale per neuron."""

from typing import Any

import numpy as np

from mnist_lab.exercises.exercise import Case, Exercise, Misconception


def _scales(weights: Any, most: int) -> np.ndarray:
    largest = np.abs(weights).max(axis=0)
    return np.where(largest > 0, largest, 1) / most


def _rounded(weights: Any, bits: int) -> np.ndarray:
    scales = _scales(weights, 2 ** (bits - 1) - 1)
    return np.round(weights / scales) * scales


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


def _one_scale(weights: Any, bits: int) -> np.ndarray:
    scale = np.abs(weights).max() / (2 ** (bits - 1) - 1)
    return np.round(weights / scale) * scale


def _scale_per_input(weights: Any, bits: int) -> np.ndarray:
    return _rounded(np.transpose(weights), bits).T


def _power_of_two(weights: Any, bits: int) -> np.ndarray:
    scales = _scales(weights, 2 ** (bits - 1))
    return np.round(weights / scales) * scales


def _all_positive(weights: Any, bits: int) -> np.ndarray:
    scales = _scales(weights, 2**bits - 1)
    return np.round(weights / scales) * scales


def _cut_off(weights: Any, bits: int) -> np.ndarray:
    scales = _scales(weights, 2 ** (bits - 1) - 1)
    return np.trunc(weights / scales) * scales


def _whole(weights: Any, bits: int) -> np.ndarray:
    return np.round(weights / _scales(weights, 2 ** (bits - 1) - 1))


def _without_sign(weights: Any, bits: int) -> np.ndarray:
    scales = np.max(weights, axis=0) / (2 ** (bits - 1) - 1)
    scales = np.where(scales == 0, 1, scales)
    return np.round(weights / scales) * scales


def _divides_by_zero(weights: Any, bits: int) -> np.ndarray:
    with np.errstate(invalid="ignore", divide="ignore"):
        scales = np.abs(weights).max(axis=0) / (2 ** (bits - 1) - 1)
        return np.round(weights / scales) * scales


ROUNDED = Exercise(
    name="10.3",
    title="Weights in few bits",
    function="rounded",
    right=_rounded,
    cases=_weights,
    misconceptions=(
        Misconception(
            "one scale for all neurons",
            "Each neuron has a scale of its own: the largest of its own weights, not of all.",
            _one_scale,
        ),
        Misconception(
            "a scale per input",
            "A column holds the weights of a neuron. You look for the largest weight of each row.",
            _scale_per_input,
        ),
        Misconception(
            "one whole number too many",
            "With 4 bits the whole numbers go from -7 to 7. Which is the largest with other bits?",
            _power_of_two,
        ),
        Misconception(
            "no place for the sign",
            "One of the bits is needed for the sign: with 4 bits the largest whole number is 7, not"
            " 15.",
            _all_positive,
        ),
        Misconception(
            "cuts off in place of rounding",
            "2.9 steps become 3, and not 2: take the nearest whole number.",
            _cut_off,
        ),
        Misconception(
            "returns the whole numbers",
            "The whole numbers are what is stored. The network computes with what they stand for.",
            _whole,
        ),
        Misconception(
            "the largest without its sign",
            "The largest weight of a neuron may be negative: compare the sizes.",
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
