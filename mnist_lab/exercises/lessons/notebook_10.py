"""The exercises to notebook 10: small layers, few bits, and what is left to ship."""

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from mnist_lab.exercises.exercise import Case, Exercise, Misconception, Question
from mnist_lab.exercises.lessons.few_bits import ROUNDED
from mnist_lab.exercises.lessons.folding import FOLD


def _maps(term: int) -> dict[str, int]:
    into, out = (24, 32) if term == 0 else ((20, 28), (28, 36), (40, 48), (12, 20))[term % 4]
    return {"maps_in": into, "maps_out": out}


WEIGHTS = Question(
    name="10.1",
    title="What a separable convolution weighs",
    answer="weights",
    numbers=_maps,
    right=lambda maps_in, maps_out: 9 * maps_in + maps_in * maps_out,
    unit="weights",
    misconceptions=(
        Misconception(
            "an ordinary convolution",
            "So many has an ordinary convolution, in which each filter looks through all maps with"
            " 3 x 3 weights for each.",
            lambda maps_in, maps_out: 9 * maps_in * maps_out,
        ),
        Misconception(
            "the first half only",
            "This is the half that looks at each map by itself. The maps must be mixed as well.",
            lambda maps_in, maps_out: 9 * maps_in,
        ),
        Misconception(
            "the second half only",
            "This is the half that mixes the maps of one place. Who looks at the neighbors?",
            lambda maps_in, maps_out: maps_in * maps_out,
        ),
        Misconception(
            "a filter per map that comes out",
            "The first half has one filter per map that goes in, not per map that comes out.",
            lambda maps_in, maps_out: 9 * maps_out + maps_in * maps_out,
        ),
        Misconception(
            "adds biases",
            "This counts biases, and here there are none.",
            lambda maps_in, maps_out: 9 * maps_in + maps_in * maps_out + maps_out,
        ),
        Misconception(
            "one window for all maps",
            "In the first half, each map goes through a window of its own, not all through one.",
            lambda maps_in, maps_out: 9 + maps_in * maps_out,
        ),
        Misconception(
            "the numbers of the lesson",
            "These are the lesson's numbers of maps. Here there are others.",
            lambda maps_in, maps_out: 656,
        ),
        Misconception(
            "multiplies the halves",
            "The two halves come one after the other: their weights are added.",
            lambda maps_in, maps_out: 9 * maps_in * maps_in * maps_out,
        ),
    ),
    why="The more maps come out, the more is saved; nine times is the most that filters of 3 x 3"
    " can save.",
)


def _depthwise(maps: Any, kernels: Any) -> np.ndarray:
    windows = sliding_window_view(maps, kernels.shape[:2], axis=(0, 1))
    return np.einsum("rcmij,ijm->rcm", windows, kernels)


def _maps_and_kernels(rng: np.random.Generator) -> list[Case]:
    def case(what: str, *shape: int) -> Case:
        rows, columns, height, width, maps = shape
        kernels = rng.normal(0, 1, (height, width, maps))
        return Case(what, (rng.random((rows, columns, maps)), kernels))

    row = np.array([[[1.0, 2.0], [3.0, 0.0], [0.0, 5.0]]])
    return [
        Case("two maps, filters of 1 x 2", (row, np.array([[[1.0, 10.0], [-2.0, 20.0]]]))),
        case("two maps of 4 x 4", 4, 4, 3, 3, 2),
        case("three maps, filters of 2 x 3", 5, 6, 2, 3, 3),
        case("filters of one pixel", 3, 4, 1, 1, 4),
        case("twelve maps of 14 x 14", 14, 14, 3, 3, 12),
    ]


def _mixed(maps: Any, kernels: Any) -> np.ndarray:
    return np.repeat(_depthwise(maps, kernels).sum(axis=2, keepdims=True), maps.shape[2], axis=2)


def _with_a_margin(maps: Any, kernels: Any) -> np.ndarray:
    height, width = kernels.shape[:2]
    margins = [((size - 1) // 2, size // 2) for size in (height, width)]
    return _depthwise(np.pad(maps, [*margins, (0, 0)]), kernels)


def _summed_over_maps(maps: Any, kernels: Any) -> np.ndarray:
    total = maps.sum(axis=2, keepdims=True)
    return _depthwise(np.repeat(total, maps.shape[2], axis=2), kernels)


def _as_large_as_the_maps(maps: Any, kernels: Any) -> np.ndarray:
    answers = np.zeros_like(maps)
    inside = _depthwise(maps, kernels)
    answers[: inside.shape[0], : inside.shape[1]] = inside
    return answers


def _one_place_too_few(maps: Any, kernels: Any) -> np.ndarray:
    return _depthwise(maps, kernels)[:-1, :-1]


def _three_by_three(maps: Any, kernels: Any) -> np.ndarray:
    answers = np.zeros((maps.shape[0] - 2, maps.shape[1] - 2, maps.shape[2]))
    for row, column in np.ndindex(answers.shape[:2]):
        window = maps[row : row + 3, column : column + 3]
        answers[row, column] = (window * kernels).sum(axis=(0, 1))
    return answers


DEPTHWISE = Exercise(
    name="10.2",
    title="One filter per map",
    function="depthwise",
    right=_depthwise,
    cases=_maps_and_kernels,
    misconceptions=(
        Misconception(
            "mixes the maps",
            "A number here is the sum over all maps. In this half of the layer, each map goes"
            " through its own filter and stays by itself.",
            _mixed,
        ),
        Misconception(
            "each filter sees all maps",
            "A number here is the sum over all maps. In this half of the layer, a filter sees only"
            " the map to which it belongs.",
            _summed_over_maps,
        ),
        Misconception(
            "as large as the maps",
            "The answer has places where no filter stands. Without a margin it has fewer rows and"
            " columns than the maps.",
            _as_large_as_the_maps,
        ),
        Misconception(
            "a row and a column too few",
            "A filter as large as the map still stands in one place: there is a place more in each"
            " direction.",
            _one_place_too_few,
        ),
        Misconception(
            "always 3 x 3",
            "The filters are not always 3 x 3: take their rows and columns from `kernels.shape`.",
            _three_by_three,
        ),
        Misconception(
            "one map comes out",
            "As many maps come out as go in. The sum runs over rows and columns of the window, and"
            " not over the maps.",
            lambda maps, kernels: _depthwise(maps, kernels).sum(axis=2),
        ),
        Misconception(
            "the first filter for all",
            "Each map has a filter of its own: the last axis of `kernels` says which.",
            lambda maps, kernels: _depthwise(maps, np.repeat(kernels[..., :1], maps.shape[2], 2)),
        ),
        Misconception(
            "the mean of the window",
            "The products are added, and not divided by their number.",
            lambda maps, kernels: _depthwise(maps, kernels / kernels[..., 0].size),
        ),
        Misconception(
            "the filter upside down",
            "This turns the filters by 180 degrees. They are laid on the maps as they are.",
            lambda maps, kernels: _depthwise(maps, kernels[::-1, ::-1]),
        ),
        Misconception(
            "puts a margin around",
            "There is no margin here: a filter stands only where all of it lies on the map.",
            _with_a_margin,
        ),
    ),
    why="With filters of 3 x 3, this half has nine weights per map, however many maps the next half"
    " makes of them.",
)


def _stored(term: int) -> dict[str, int]:
    weights, filters = (
        (4_800, 160)
        if term == 0
        else ((9_600, 240), (3_600, 120), (7_200, 210), (2_400, 90))[term % 4]
    )
    return {"filter_weights": weights, "filters": filters}


BYTES = Question(
    name="10.5",
    title="What has to be sent",
    answer="size",
    numbers=_stored,
    right=lambda filter_weights, filters: filter_weights // 2 + 8 * filters,
    unit="bytes",
    misconceptions=(
        Misconception(
            "bits in place of bytes",
            "This is a number of bits. A byte has eight of them.",
            lambda filter_weights, filters: 4 * filter_weights + 64 * filters,
        ),
        Misconception(
            "four bytes per weight",
            "A weight has four bits here, and not four bytes.",
            lambda filter_weights, filters: 4 * filter_weights + 8 * filters,
        ),
        Misconception(
            "forgets steps and biases",
            "This is what the whole numbers need. The steps and the biases are sent too.",
            lambda filter_weights, filters: filter_weights // 2,
        ),
        Misconception(
            "forgets the biases",
            "Each filter has a step and a bias. This counts one of them.",
            lambda filter_weights, filters: filter_weights // 2 + 4 * filters,
        ),
        Misconception(
            "a byte per weight",
            "With 4 bits, two weights share a byte.",
            lambda filter_weights, filters: filter_weights + 8 * filters,
        ),
        Misconception(
            "steps of one byte",
            "Steps and biases keep their 32 bits, which are four bytes each.",
            lambda filter_weights, filters: filter_weights // 2 + 2 * filters,
        ),
        Misconception(
            "steps of four bits",
            "Steps and biases keep their 32 bits; only the weights have 4.",
            lambda filter_weights, filters: filter_weights // 2 + filters,
        ),
        Misconception(
            "32 bytes in place of bits",
            "A step and a bias have 32 bits each, which are four bytes, and not 32.",
            lambda filter_weights, filters: filter_weights // 2 + 64 * filters,
        ),
        Misconception(
            "one step for all",
            "Each filter has a step of its own, and not one for all of them.",
            lambda filter_weights, filters: filter_weights // 2 + 4 + 4 * filters,
        ),
    ),
    why="In a small network, what stands beside the weights is no small part of the whole.",
)

EXERCISES = (WEIGHTS, DEPTHWISE, ROUNDED, FOLD, BYTES)
