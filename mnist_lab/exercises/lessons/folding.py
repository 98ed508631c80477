"""An exercise on what is left of a normalization after training: a factor and a bias."""

from typing import Any

import numpy as np

from mnist_lab.exercises.exercise import Case, Exercise, Misconception

_EPSILON = 0.001
Folded = tuple[np.ndarray, np.ndarray]


def _folded(
    weights: Any, mean: Any, variance: Any, offset: Any, epsilon: float = _EPSILON
) -> Folded:
    factor = 1 / np.sqrt(variance + epsilon)
    return weights * factor, offset - mean * factor


def _normalizations(rng: np.random.Generator) -> list[Case]:
    def case(what: str, inputs: int, maps: int, mean: float, least: float) -> Case:
        return Case(
            what,
            (
                rng.normal(0, 1, (inputs, maps)),
                rng.normal(mean, 1, maps),
                rng.uniform(least, least + 1, maps),
                rng.normal(0, 1, maps),
            ),
        )

    numbers = (np.array([[1.0], [2.0]]), np.array([3.0]), np.array([0.039]), np.array([0.5]))
    return [
        Case("two inputs, one map", numbers),
        Case(
            "three inputs, two maps",
            (
                rng.normal(0, 1, (3, 2)).round(1),
                np.array([1.0, -2.0]),
                np.array([0.25, 4.0]),
                np.array([0.5, 1.0]),
            ),
        ),
        case("nine inputs, four maps", 9, 4, 2, 2),
        case("small variances", 5, 3, -1, 0.001),
        case("as many inputs as maps", 4, 4, 1, 0.2),
    ]


def _divides_by_variance(weights: Any, mean: Any, variance: Any, offset: Any) -> Folded:
    factor = 1 / (variance + _EPSILON)
    return weights * factor, offset - mean * factor


def _multiplies(weights: Any, mean: Any, variance: Any, offset: Any) -> Folded:
    factor = np.sqrt(variance + _EPSILON)
    return weights * factor, offset - mean * factor


def _scaled_offset(weights: Any, mean: Any, variance: Any, offset: Any) -> Folded:
    factor = 1 / np.sqrt(variance + _EPSILON)
    return weights * factor, (offset - mean) * factor


def _plain_mean(weights: Any, mean: Any, variance: Any, offset: Any) -> Folded:
    return weights / np.sqrt(variance + _EPSILON), offset - mean


def _adds_mean(weights: Any, mean: Any, variance: Any, offset: Any) -> Folded:
    factor = 1 / np.sqrt(variance + _EPSILON)
    return weights * factor, offset + mean * factor


def _beside_the_root(weights: Any, mean: Any, variance: Any, offset: Any) -> Folded:
    factor = 1 / (np.sqrt(variance) + _EPSILON)
    return weights * factor, offset - mean * factor


def _divides_rows(weights: Any, mean: Any, variance: Any, offset: Any) -> Folded:
    factor = 1 / np.sqrt(variance + _EPSILON)
    return weights * factor[:, None], offset - mean * factor


FOLD = Exercise(
    name="10.4",
    title="Fold a normalization",
    function="fold",
    right=_folded,
    cases=_normalizations,
    misconceptions=(
        Misconception(
            "forgets Keras's 0.001",
            "Right but for a small number: 0.001 is added to the variance before the root.",
            lambda weights, mean, variance, offset: _folded(weights, mean, variance, offset, 0),
        ),
        Misconception(
            "0.001 outside the root",
            "0.001 is added to the variance, so it belongs under the root.",
            _beside_the_root,
        ),
        Misconception(
            "the mean is taken from the weights",
            "The mean is subtracted from what the layer gives, and not from its weights: it goes"
            " into the bias.",
            lambda weights, mean, variance, offset: (
                (weights - mean) / np.sqrt(variance + _EPSILON),
                offset,
            ),
        ),
        Misconception(
            "divides nothing",
            "What the layer gives is divided. So its weights are divided, and the mean too.",
            lambda weights, mean, variance, offset: (weights, offset - mean),
        ),
        Misconception(
            "the biases first",
            "First the weights, then the biases.",
            lambda weights, mean, variance, offset: _folded(weights, mean, variance, offset)[::-1],
        ),
        Misconception(
            "forgets the offset",
            "The weights are right. The normalization adds the offset at its end; where has it"
            " gone?",
            lambda weights, mean, variance, offset: _folded(weights, mean, variance, 0 * offset),
        ),
        Misconception(
            "the bias with the wrong sign",
            "The weights are right. The bias has the wrong sign: the offset is added, and the mean"
            " subtracted.",
            lambda weights, mean, variance, offset: (
                _folded(weights, mean, variance, offset)[0],
                -_folded(weights, mean, variance, offset)[1],
            ),
        ),
        Misconception(
            "divides rows in place of columns",
            "A column holds the weights of a map. Here each row is divided.",
            _divides_rows,
        ),
        Misconception(
            "divides by the variance",
            "The normalization divides by the standard deviation, which is the root of the"
            " variance.",
            _divides_by_variance,
        ),
        Misconception(
            "multiplies by the deviation",
            "The normalization divides by the standard deviation. You multiply by it.",
            _multiplies,
        ),
        Misconception(
            "forgets the mean",
            "The weights are right. The normalization subtracts the mean as well; where has it"
            " gone?",
            lambda weights, mean, variance, offset: (
                _folded(weights, mean, variance, offset)[0],
                offset,
            ),
        ),
        Misconception(
            "the mean is not divided",
            "The weights are right. The mean is subtracted before the division, so it is divided"
            " too.",
            _plain_mean,
        ),
        Misconception(
            "the offset is divided too",
            "The weights are right. The offset is added after the division, so it stays as it is.",
            _scaled_offset,
        ),
        Misconception(
            "adds the mean",
            "The weights are right. The normalization subtracts the mean, and here it is added.",
            _adds_mean,
        ),
        Misconception(
            "the weights as they were",
            "The biases are right. The division changes the weights too: each column is divided.",
            lambda weights, mean, variance, offset: (
                weights,
                _folded(weights, mean, variance, offset)[1],
            ),
        ),
    ),
    why="So a normalized network needs no more work than one without, once it is trained.",
    parts=("the weights", "the biases"),
)
