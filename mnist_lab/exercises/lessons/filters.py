"""Exercises on filters: one over a picture, and many over many maps."""

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from mnist_lab.exercises.exercise import Case, Exercise, Misconception


def _convolve(image: Any, kernel: Any) -> np.ndarray:
    windows = sliding_window_view(image, kernel.shape)
    return np.einsum("rcij,ij->rc", windows, kernel)


def _pictures(rng: np.random.Generator) -> list[Case]:
    edge = np.array([[-1.0, 0.0, 1.0]] * 3)
    steps = np.array([[0.0, 0, 1, 1], [0, 0, 1, 2], [0, 1, 1, 0], [0, 0, 3, 0]])
    return [
        Case("a left edge, 4 rows and 4 columns", (steps, edge)),
        Case("5 rows and 7 columns", (rng.random((5, 7)), rng.normal(0, 1, (3, 3)))),
        Case("a filter of one pixel", (rng.random((2, 3)), np.array([[2.0]]))),
        Case("a filter of 2 rows and 4 columns", (rng.random((6, 5)), rng.normal(0, 1, (2, 4)))),
        Case("a filter as large as the picture", (rng.random((3, 4)), rng.normal(0, 1, (3, 4)))),
        Case("28 rows and columns", (rng.random((28, 28)), rng.normal(0, 1, (5, 5)))),
    ]


def _with_margin(image: Any, kernel: Any) -> np.ndarray:
    rows, columns = kernel.shape[0] - 1, kernel.shape[1] - 1
    margins = (rows // 2, rows - rows // 2), (columns // 2, columns - columns // 2)
    return _convolve(np.pad(image, margins), kernel)


def _as_if_square(image: Any, kernel: Any) -> np.ndarray:
    places = len(image) - len(kernel) + 1
    answers = np.zeros((places, places))
    for row, column in np.ndindex(places, places):
        window = image[row : row + len(kernel), column : column + len(kernel)]
        answers[row, column] = (window * kernel).sum()
    return answers


def _edges(convolve: Any) -> Any:
    from mnist_lab import plots

    seven = np.zeros((28, 28))
    seven[6:9, 7:21] = 1
    for row in range(9, 23):
        seven[row, 22 - row // 2 : 25 - row // 2] = 1
    edge = np.array([[-1.0, 0.0, 1.0]] * 3)
    maps = {"left edges": [convolve(seven, edge)], "upper edges": [convolve(seven, edge.T)]}
    return plots.convolution_maps([seven], maps, ["drawn by a program"])


CONVOLVE = Exercise(
    name="06.1",
    title="A filter without a margin",
    function="convolve",
    right=_convolve,
    cases=_pictures,
    figure=_edges,
    misconceptions=(
        Misconception(
            "the filter upside down",
            "This turns the filter by 180 degrees, as mathematicians do. Networks lay it on the"
            " picture as it is.",
            lambda image, kernel: _convolve(image, kernel[::-1, ::-1]),
        ),
        Misconception(
            "a margin",
            "Here the filter never looks beyond the picture, so the map is smaller than the"
            " picture. No margin is asked for.",
            _with_margin,
        ),
        Misconception(
            "one place too few",
            "Count the places on paper: into a row of 4 pixels, a filter of 3 fits twice.",
            lambda image, kernel: _convolve(image, kernel)[:-1, :-1],
        ),
        Misconception(
            "the mean in place of the sum",
            "The products are added, and not divided by their number.",
            lambda image, kernel: _convolve(image, kernel) / kernel.size,
        ),
        Misconception(
            "takes picture and filter for squares",
            "Right for squares. A picture or a filter may have more columns than rows: use both"
            " numbers of `shape`.",
            _as_if_square,
        ),
        Misconception(
            "rows and columns swapped",
            "The answer for row 0 and column 1 stands in row 1 and column 0 of your map.",
            lambda image, kernel: _convolve(image, kernel).T,
        ),
    ),
    why="This is what `Conv2D` computes, for many filters and many pictures at once.",
)


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

    return [
        case("one map, one filter", 4, 4, 3, 3, 1, 1),
        case("one map, two filters", 5, 5, 3, 3, 1, 2),
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
            "the bias once for each map",
            "A filter adds its bias once for each place, however many maps go in. Add it after the"
            " maps.",
            lambda maps, weights, biases: _layer(maps, weights, biases * maps.shape[2]),
        ),
        Misconception(
            "adds up the filters",
            "Each filter makes a map of its own. Do not add over the last axis of `weights`.",
            lambda maps, weights, biases: _layer(maps, weights, biases).sum(axis=2),
        ),
        Misconception(
            "a ReLU on top",
            "Negative answers stay here. The ReLU is a layer of its own.",
            lambda maps, weights, biases: np.maximum(_layer(maps, weights, biases), 0),
        ),
    ),
    why="Nearly all multiplications of notebook 6's network are made in this way.",
)
