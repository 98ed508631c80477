"""A hidden layer of ReLU neurons: forward, back, with weights written by hand, and its rates."""

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


def from_corner(inputs: int) -> np.ndarray:
    """Return the weights of one neuron per pixel: the pixel minus the corner."""
    return np.eye(inputs) - np.eye(inputs, 1) @ np.ones((1, inputs))


def with_row(inputs: int, value: float) -> np.ndarray:
    """Return the same, with the corner's row set to a value."""
    weights = from_corner(inputs)
    weights[0] = value
    return weights


def beside(weights: np.ndarray, sign: int) -> tuple[np.ndarray, np.ndarray]:
    """Return weights of two halves of a hidden layer, and those that add what comes out."""
    count = weights.shape[1]
    return np.hstack([weights, sign * weights]), np.tile(np.eye(count), (2, 1))


def pairs(weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return a layer of pairs of opposite neurons, and the weights that add up each pair."""
    return beside(weights, -1)


def pair_weights(inputs: int) -> tuple[np.ndarray, np.ndarray]:
    """Return weights of a hidden layer and an output layer that give distances from the corner."""
    return pairs(from_corner(inputs))


def pair_by_pair(inputs: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the same layers with the two neurons of a pair side by side."""
    order = np.arange(2 * inputs).reshape(2, inputs).T.ravel()
    w1, w2 = pair_weights(inputs)
    return w1[:, order], w2[order]


def one_cycle(
    steps: int,
    highest: float,
    *,
    first: float = 1 / 25,
    turn: float = 0.3,
    last: float = 0.0,
    done: int = 0,
) -> np.ndarray:
    """Return the learning rate of each step: it rises to the highest, and falls to 0."""
    part = (np.arange(steps) + done) / steps
    return highest * np.interp(part, [0, turn, 1], [first, 1, last])


def jumping(steps: int, highest: float) -> np.ndarray:
    """Return rates whose fall is that of a line from the first step."""
    part = np.arange(steps) / steps
    return np.where(part <= 0.3, one_cycle(steps, highest), highest * (1 - part))


def down_to_zero(steps: int, highest: float) -> np.ndarray:
    """Return rates of which the last is 0."""
    return highest * np.interp(np.linspace(0, 1, steps), [0, 0.3, 1], [1 / 25, 1, 0])


def trainings(rng: np.random.Generator) -> list[Case]:
    """Return numbers of steps and highest rates."""
    return [
        Case("ten steps up to a rate of 1", (10, 1.0)),
        Case("two hundred steps", (200, 0.008)),
        Case("seven steps", (7, 0.5)),
        Case("one step", (1, 0.1)),
        Case("other steps", (int(rng.integers(300, 900)), float(rng.uniform(0.001, 0.02)))),
    ]
