"""A hidden layer of ReLU neurons, forward and back."""

from typing import Any

import numpy as np

from mnist_lab.exercises.exercise import Case


def scores(pixels: Any, w1: Any, b1: Any, w2: Any, b2: Any) -> np.ndarray:
    """Return the sums of the output neurons."""
    return np.clip(np.dot(pixels, w1) + b1, 0, None) @ w2 + b2


def softmax(sums: np.ndarray) -> np.ndarray:
    """Return the probabilities of each row of sums."""
    odds = np.exp(sums - sums.max(axis=1, keepdims=True))
    return odds / odds.sum(axis=1, keepdims=True)


def networks(rng: np.random.Generator) -> list[Case]:
    """Return pixels with the weights of networks that have one hidden layer."""

    def case(what: str, digits: int, inputs: int, units: int, answers: int) -> Case:
        w1, b1 = rng.normal(0, 1, (inputs, units)), rng.normal(0, 1, units)
        w2, b2 = rng.normal(0, 1, (units, answers)), rng.normal(0, 1, answers)
        return Case(what, (rng.random((digits, inputs)), w1, b1, w2, b2))

    first = np.array([[2.0, -1.0, 0.5], [1.0, 3.0, -2.0]])
    second = np.array([[1.0, 0.0], [2.0, -1.0], [0.5, 4.0]])
    pixels = np.array([[1.0, 0.5]])
    inactive = case("no hidden neuron active", 3, 4, 5, 3).arguments
    return [
        Case(
            "the notebook's two pixels, biases 0", (pixels, first, np.zeros(3), second, np.zeros(2))
        ),
        case("five digits", 5, 4, 6, 3),
        case("one hidden neuron", 8, 3, 1, 10),
        Case("no hidden neuron active", (*inactive[:2], np.full(5, -100.0), *inactive[3:])),
        case("32 digits of 784 pixels", 32, 784, 30, 10),
    ]


def slopes_of(pixels: Any, sums_error: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return the slopes of weights and biases in front of sums with these errors."""
    return pixels.T @ sums_error, sums_error.sum(axis=0)


def hidden_slopes(pixels: Any, sums: Any, error: Any, w2: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return the slopes of the weights and biases in front of the hidden layer."""
    back = np.where(sums > 0, np.einsum("da,ua->du", error, w2), 0.0)
    return np.einsum("dp,du->pu", pixels, back), np.einsum("du->u", back)


def ways_back(rng: np.random.Generator) -> list[Case]:
    """Return pixels, hidden sums, errors of the scores and weights behind the hidden layer."""

    def case(what: str, digits: int, inputs: int, units: int, answers: int) -> Case:
        sums = rng.normal(0, 1, (digits, units))
        error = softmax(rng.normal(0, 1, (digits, answers)))
        error[np.arange(digits), rng.integers(0, answers, digits)] -= 1
        w2 = rng.normal(0, 1, (units, answers))
        return Case(what, (rng.random((digits, inputs)), sums, error / digits, w2))

    one = (np.array([[1.0, 0.5]]), np.array([[1.0, -2.0, 0.5]]), np.array([[0.3, -0.3]]))
    weights = np.array([[1.0, 0.0], [2.0, -1.0], [0.5, 4.0]])
    pixels, sums, error, w2 = case("", 4, 3, 6, 3).arguments
    return [
        Case("one digit of two pixels", (*one, weights)),
        case("six digits", 6, 5, 4, 3),
        Case("sums of exactly 0 among others", (pixels, np.maximum(sums, 0), error, w2)),
        Case("no active neuron", (pixels, -np.abs(sums) - 1, error, w2)),
        case("32 digits of 784 pixels", 32, 784, 20, 10),
    ]
