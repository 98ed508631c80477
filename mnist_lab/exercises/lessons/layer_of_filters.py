"""An exercise on a whole layer: many filters, each looking through all maps."""

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from mnist_lab.exercises.exercise import Case, Exercise, Misconception


def _layer(maps: Any, weights: Any, biases: Any) -> np.ndarray:
    windows = sliding_window_view(maps, weights.shape[:2], axis=(0, 1))
    return np.einsum("rcmij,ijmf->rcf", windows, weights) + biases


def _layers(rng: np.random.Generator) -> list[Case]:
    def case(what: str, *shape: int) -> Case:
        rows, columns, height, width, maps, filters = shape
        return Case(
            what,
            (
                rng.random((rows, columns, maps)),
                rng.normal(0, 1, (height, width, maps, filters)),
                rng.normal(0, 1, filters),
            ),
        )

    def small(what: str, maps: list, weights: list, biases: list) -> Case:
        return Case(what, (np.array(maps), np.array(weights), np.array(biases)))

    row = [[[1.0], [0.0], [2.0]], [[0.0], [3.0], [1.0]]]
    return [
        small("one map, one filter of 1 x 2", row, [[[[1.0]], [[-2.0]]]], [1.0]),
        small("two maps, a filter of one pixel", [[[1.0, 2], [3, 4]]], [[[[1.0], [3.0]]]], [1.0]),
        small("one map, two filters of one pixel", [[[1.0], [2]]], [[[[1.0, -1]]]], [3.0, 5.0]),
        case("5 rows and columns, two filters", 5, 5, 3, 3, 1, 2),
        case("three maps, two filters", 5, 6, 3, 3, 3, 2),
        case("two maps, two filters of one pixel", 3, 3, 1, 1, 2, 2),
        case("four maps, four filters of 2 x 3", 4, 5, 2, 3, 4, 4),
        case("16 maps, eight filters", 8, 8, 3, 3, 16, 8),
    ]


def _one_map_each(maps: Any, weights: Any, biases: Any) -> np.ndarray:
    own = np.zeros_like(weights)
    for number in range(weights.shape[3]):
        place = number % weights.shape[2]
        own[:, :, place, number] = weights[:, :, place, number]
    return _layer(maps, own, biases)


def _all_filters_at_once(maps: Any, weights: Any, biases: Any) -> np.ndarray:
    """Return products of a window and all filters, as NumPy stretches their shapes."""
    answers = np.zeros_like(_layer(maps, weights, biases))
    height, width = weights.shape[:2]
    for row, column in np.ndindex(*answers.shape[:2]):
        window = maps[row : row + height, column : column + width]
        answers[row, column] = (window * weights).sum(axis=(0, 1, 2)) + biases
    return answers


_OFTEN = (
    "the bias more than once",
    "A filter adds its bias once for each place, however many products there are. Add it when all"
    " of them have been added up.",
)

LAYER = Exercise(
    name="06.3",
    title="A convolution that looks through all maps",
    function="convolution_layer",
    right=_layer,
    cases=_layers,
    misconceptions=(
        Misconception(
            "forgets the biases",
            "Each filter adds its own bias, in all places.",
            lambda maps, weights, biases: _layer(maps, weights, 0 * biases),
        ),
        Misconception(
            "looks at the first map only",
            "Right for one map. A filter has weights for each of the maps that go in; add their"
            " products over all of them.",
            lambda maps, weights, biases: _layer(maps[..., :1], weights[:, :, :1], biases),
        ),
        Misconception(
            "one map for each filter",
            "Here a filter looks through one map. It has weights for all maps that go in, and looks"
            " through all of them.",
            _one_map_each,
        ),
        Misconception(
            "the mean over the maps",
            "The products of all maps are added, and not divided by the number of maps.",
            lambda maps, weights, biases: _layer(maps, weights / maps.shape[2], biases),
        ),
        Misconception(
            "the last map only",
            "This is what the last map alone gives. Add over all maps that go in.",
            lambda maps, weights, biases: _layer(maps[..., -1:], weights[:, :, -1:], biases),
        ),
        Misconception(
            *_OFTEN,
            lambda maps, weights, biases: _layer(maps, weights, biases * maps.shape[2]),
        ),
        Misconception(
            *_OFTEN,
            lambda maps, weights, biases: _layer(
                maps, weights, biases * np.prod(weights.shape[:3])
            ),
        ),
        Misconception(
            "the first bias for all",
            "Each filter has a bias of its own: as many biases as maps that come out.",
            lambda maps, weights, biases: _layer(maps, weights, biases[0]),
        ),
        Misconception(
            "the filter upside down",
            "This turns the filter by 180 degrees. As in 06.1, it is laid on the maps as it is.",
            lambda maps, weights, biases: _layer(maps, weights[::-1, ::-1], biases),
        ),
        Misconception(
            "all filters at once",
            "A window has three axes, and `weights` has four: NumPy stretches one of them, or says"
            " that they do not fit. Take one filter at a time.",
            _all_filters_at_once,
        ),
        Misconception(
            "adds up the filters",
            "Each filter makes a map of its own. Do not add over the last axis of `weights`.",
            lambda maps, weights, biases: _layer(maps, weights, biases).sum(axis=2),
        ),
        Misconception(
            "a margin",
            "There is no margin here, so the maps that come out are smaller than those that go in"
            " if a filter has more than one pixel.",
            lambda maps, weights, biases: _layer(
                np.pad(maps, ((1, 1), (1, 1), (0, 0))), weights, biases
            ),
        ),
        Misconception(
            "a ReLU on top",
            "Negative answers stay here. The ReLU is a layer of its own.",
            lambda maps, weights, biases: np.maximum(_layer(maps, weights, biases), 0),
        ),
    ),
    why="Nearly all multiplications of notebook 6's network are made in this way.",
)
