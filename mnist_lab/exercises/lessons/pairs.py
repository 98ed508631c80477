"""Pairs of ReLU neurons that undo an inversion, with weights written by hand."""

import numpy as np

from mnist_lab.exercises.exercise import Case, Exercise, Misconception


def _from_corner(inputs: int) -> np.ndarray:
    """Return the weights of one neuron per pixel: the pixel minus the corner."""
    return np.eye(inputs) - np.eye(inputs, 1) @ np.ones((1, inputs))


def _with_row(inputs: int, value: float) -> np.ndarray:
    """Return the same, with the corner's row set to a value."""
    weights = _from_corner(inputs)
    weights[0] = value
    return weights


def _beside(weights: np.ndarray, sign: int) -> tuple[np.ndarray, np.ndarray]:
    """Return weights of two halves of a hidden layer, and those that add what comes out."""
    count = weights.shape[1]
    return np.hstack([weights, sign * weights]), np.tile(np.eye(count), (2, 1))


def _pairs(weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return a layer of pairs of opposite neurons, and the weights that add up each pair."""
    return _beside(weights, -1)


def _pair_weights(inputs: int) -> tuple[np.ndarray, np.ndarray]:
    """Return weights of a hidden layer and an output layer that give distances from the corner."""
    return _pairs(_from_corner(inputs))


def _without_first(inputs: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the same layers; nothing is added up for the corner."""
    w1, w2 = _pair_weights(inputs)
    return w1, w2 * (np.arange(inputs) > 0)


def _pair_by_pair(inputs: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the same layers with the two neurons of a pair side by side."""
    order = np.arange(2 * inputs).reshape(2, inputs).T.ravel()
    w1, w2 = _pair_weights(inputs)
    return w1[:, order], w2[order]


PAIRS = Exercise(
    name="02.3",
    title="Weights that undo an inversion",
    function="pair_weights",
    right=_pair_weights,
    cases=lambda rng: [
        Case("the corner and one other pixel", (2,)),
        Case("the corner and two other pixels", (3,)),
        Case("the corner alone", (1,)),
        Case("more pixels", (int(rng.integers(8, 16)),)),
        Case("a hundred pixels", (100,)),
    ],
    misconceptions=(
        Misconception(
            "leaves out the corner",
            "These neurons look at their pixel alone. Each needs a second weight, for the corner.",
            lambda inputs: _pairs(np.eye(inputs)),
        ),
        Misconception(
            "both neurons of a pair are alike",
            "The second neuron of a pair should be active where the first is not. Both of yours"
            " have the same weights.",
            lambda inputs: _beside(_from_corner(inputs), 1),
        ),
        Misconception(
            "the corner's weights in a column",
            "A row of `w1` belongs to a pixel, a column to a neuron. The corner is a pixel.",
            lambda inputs: _pairs(_from_corner(inputs).T),
        ),
        Misconception(
            "the corner's own pair",
            "All columns are right but those of pixel 0. There, two weights meet at one place:"
            " its own, and the corner's. They add up.",
            lambda inputs: _pairs(_with_row(inputs, -1)),
        ),
        Misconception(
            "the corner's own pair, the other way",
            "All columns are right but two: `0` and `inputs`. There, two weights meet at one place:"
            " the pixel's own, and the corner's. The second must not replace the first.",
            lambda inputs: _pairs(_from_corner(inputs) + np.eye(inputs, 1) * np.eye(1, inputs)),
        ),
        Misconception(
            "the corner minus the pixel first",
            "The two halves of `w1` stand in the other order: first come the neurons whose sum is"
            " the pixel minus the corner.",
            lambda inputs: _pairs(-_from_corner(inputs)),
        ),
        Misconception(
            "w1 lies on its side",
            "`w2` is right, and the numbers of `w1` are too. But `w1` has a row for each pixel and"
            " a column for each neuron.",
            lambda inputs: (_pair_weights(inputs)[0].T, _pair_weights(inputs)[1]),
        ),
        Misconception(
            "w2 lies on its side",
            "`w1` is right, and the numbers of `w2` are too. But `w2` has a row for each neuron and"
            " a column for each pixel.",
            lambda inputs: (_pair_weights(inputs)[0], _pair_weights(inputs)[1].T),
        ),
        Misconception(
            "returns one table",
            "Only `w1` comes back, and it is right. Return both tables.",
            lambda inputs: _pair_weights(inputs)[0],
        ),
        Misconception(
            "nothing is added up for the corner",
            "`w1` is right. Such a network gives the same answers. But `w2` has the weight 1 for"
            " both neurons of pixel 0 as well.",
            _without_first,
        ),
        Misconception(
            "the corner is the last pixel",
            "The corner is pixel 0, the upper left one.",
            lambda inputs: _pairs(np.eye(inputs) - np.eye(inputs)[-1:].repeat(inputs, 0).T),
        ),
        Misconception(
            "subtracts in the output layer",
            "`w1` is right. In `w2`, the outputs of a pair are *added*: one of them is always 0.",
            lambda inputs: (
                _pair_weights(inputs)[0],
                np.vstack([np.eye(inputs), -np.eye(inputs)]),
            ),
        ),
        Misconception(
            "pair by pair",
            "Your layer does what it should, but its neurons stand in another order. First come"
            " all the neurons of the first kind, then all those of the second.",
            _pair_by_pair,
        ),
        Misconception(
            "the second half below, not beside",
            "`w1` has a row for each pixel and a column for each neuron, and there are twice as"
            " many neurons as pixels. Look at `axis`.",
            lambda inputs: (
                np.vstack([_from_corner(inputs), -_from_corner(inputs)]),
                _pair_weights(inputs)[1],
            ),
        ),
    ),
    why="A layer of 1,568 such neurons undoes what no single layer can: you have written it down.",
    parts=("`w1`", "`w2`"),
)
