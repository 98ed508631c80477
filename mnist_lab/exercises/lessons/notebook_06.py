"""The exercises to notebook 6: filters, pooling, and what a network of them costs and sees."""

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from mnist_lab.exercises.exercise import Case, Exercise, Misconception, Question
from mnist_lab.exercises.lessons.filters import CONVOLVE
from mnist_lab.exercises.lessons.layer_of_filters import LAYER


def _squares(maps: Any, size: int) -> np.ndarray:
    """Return maps cut into squares: (rows, pixels, columns, pixels, maps)."""
    rows, columns = maps.shape[0] // size, maps.shape[1] // size
    whole = maps[: rows * size, : columns * size]
    return whole.reshape(rows, size, columns, size, maps.shape[2])


def _max_pool(maps: Any, size: int) -> np.ndarray:
    return _squares(maps, size).max(axis=(1, 3))


def _maps(rng: np.random.Generator) -> list[Case]:
    def case(what: str, rows: int, columns: int, maps: int, size: int) -> Case:
        return Case(what, (rng.normal(0, 1, (rows, columns, maps)), size))

    small = np.array([[3.0, 1, 4, 8], [2, 7, 5, 6]])
    return [
        Case("one map of 2 x 4", (small.reshape(2, 4, 1), 2)),
        Case("one map of 4 x 4", (rng.permutation(16.0 + np.arange(16)).reshape(4, 4, 1), 2)),
        case("three maps of 6 x 4", 6, 4, 3, 2),
        Case("numbers below zero", (-1 - rng.random((4, 4, 2)), 2)),
        case("an odd number of rows and columns", 7, 5, 2, 2),
        case("squares of 3 x 3", 9, 7, 2, 3),
        case("squares of one number", 3, 4, 2, 1),
        case("16 maps of 28 x 28", 28, 28, 16, 2),
    ]


def _windows_max(maps: Any, size: int) -> np.ndarray:
    return sliding_window_view(maps, (size, size), axis=(0, 1)).max(axis=(3, 4))


def _forgets_to_jump(maps: Any, size: int) -> np.ndarray:
    return _windows_max(maps, size)[: maps.shape[0] // size, : maps.shape[1] // size]


def _keeps_the_rest(maps: Any, size: int) -> np.ndarray:
    margins = [(0, -length % size) for length in maps.shape[:2]]
    return _max_pool(np.pad(maps, [*margins, (0, 0)], constant_values=-np.inf), size)


def _small_squares(maps: Any, size: int) -> np.ndarray:
    """Return as many numbers as asked for, each of a square of 2 x 2."""
    smaller = np.zeros_like(_max_pool(maps, size))
    for row, column in np.ndindex(*smaller.shape[:2]):
        square = maps[2 * row : 2 * row + 2, 2 * column : 2 * column + 2]
        smaller[row, column] = square.max(axis=(0, 1))
    return smaller


_TWO = ("always squares of 2 x 2", "`size` says how many rows and columns a square has.")

POOL = Exercise(
    name="06.2",
    title="Max pooling",
    function="max_pool",
    right=_max_pool,
    cases=_maps,
    misconceptions=(
        Misconception(
            "the mean of a square",
            "Max pooling keeps the largest number of a square, not the mean.",
            lambda maps, size: _squares(maps, size).mean(axis=(1, 3)),
        ),
        Misconception(
            "the squares overlap",
            "The map is cut into squares, like a sheet of paper: each number is in one square.",
            _windows_max,
        ),
        Misconception(
            "moves on by one, not by a square",
            "The shape is right. But where does the second square begin, and where the third?",
            _forgets_to_jump,
        ),
        Misconception(
            "keeps what is left at the edge",
            "A row or column that does not fill a square is dropped.",
            _keeps_the_rest,
        ),
        Misconception(*_TWO, lambda maps, size: _max_pool(maps, 2)),
        Misconception(*_TWO, _small_squares),
        Misconception(
            "the largest number of all maps",
            "Each map is pooled on its own. `.max()` without an axis looks through all maps.",
            lambda maps, size: np.repeat(
                _max_pool(maps, size).max(axis=2, keepdims=True), maps.shape[2], axis=2
            ),
        ),
        Misconception(
            "never below zero",
            "A square of negative numbers has a largest number too. A search that starts at 0"
            " misses it.",
            lambda maps, size: np.maximum(_max_pool(maps, size), 0),
        ),
        Misconception(
            "the first number of a square",
            "This takes the number in the corner of each square. Keep the largest.",
            lambda maps, size: _squares(maps, size)[:, 0, :, 0],
        ),
    ),
    why="Pooling has no weights, and still gives the next block a wider view.",
)


def _filters(term: int) -> dict[str, int]:
    return {"filters": 32 if term == 0 else (24, 40, 48, 20, 36)[term % 5]}


MULTIPLICATIONS = Question(
    name="06.4",
    title="What a convolution costs",
    answer="multiplications",
    numbers=_filters,
    right=lambda filters: 14 * 14 * 9 * 16 * filters,
    misconceptions=(
        Misconception(
            "the weights, not the multiplications",
            "So many weights the layer has. Each of them is used in many places.",
            lambda filters: 9 * 16 * filters,
        ),
        Misconception(
            "one map goes in",
            "A filter looks through all the maps that go in, with weights for each of them.",
            lambda filters: 14 * 14 * 9 * filters,
        ),
        Misconception(
            "forgets the margin",
            "With a margin of paper, the filter stands on every place of the map.",
            lambda filters: 12 * 12 * 9 * 16 * filters,
        ),
        Misconception(
            "counts the places after the pooling",
            "The convolution comes before the pooling, and answers in all places of its own map.",
            lambda filters: 7 * 7 * 9 * 16 * filters,
        ),
        Misconception(
            "counts the places before the first pooling",
            "The second convolution stands on maps of 14 x 14, not on the picture.",
            lambda filters: 28 * 28 * 9 * 16 * filters,
        ),
        Misconception(
            "multiplies the biases",
            "A bias is added, not multiplied.",
            lambda filters: 14 * 14 * (9 * 16 + 1) * filters,
        ),
        Misconception(
            "counts the additions too",
            "This counts each product twice. Additions are not asked for.",
            lambda filters: 2 * 14 * 14 * 9 * 16 * filters,
        ),
        Misconception(
            "one filter",
            "This is what one filter costs.",
            lambda filters: 14 * 14 * 9 * 16,
        ),
        Misconception(
            "one multiplication for each answer",
            "For each answer, a filter multiplies as often as it has weights.",
            lambda filters: 14 * 14 * filters,
        ),
    ),
    why="Few weights need not mean little work: a shared weight is used again in each place.",
)


def _kernels(term: int) -> dict[str, int]:
    return {"kernel_size": 5 if term == 0 else (7, 11, 13)[term % 3]}


FIELD = Question(
    name="06.5",
    title="How far a neuron sees",
    answer="receptive_field",
    numbers=_kernels,
    right=lambda kernel_size: 3 * kernel_size + 1,
    unit="pixels",
    misconceptions=(
        Misconception(
            "forgets the poolings",
            "The window of a pooling adds to the view as well: it joins neighbors.",
            lambda kernel_size: 1 + (kernel_size - 1) + 2 * (kernel_size - 1),
        ),
        Misconception(
            "the steps stay one pixel",
            "This is what two convolutions see without a pooling between them. After a pooling,"
            " neighbors in a map lie two pixels of the picture apart.",
            lambda kernel_size: 2 * kernel_size - 1,
        ),
        Misconception(
            "poolings join neighbors only",
            "You count the window of each pooling, but after the first one neighbors lie two"
            " pixels apart.",
            lambda kernel_size: 2 * kernel_size + 1,
        ),
        Misconception(
            "the steps of a filter of 3 x 3",
            "The second block adds two steps for a filter of 3 x 3, and one for its pooling. How"
            " many steps does a larger filter add?",
            lambda kernel_size: kernel_size + 1 + 3 * 2,
        ),
        Misconception(
            "forgets the last pooling",
            "So far a number sees before the second pooling, which joins two neighbors.",
            lambda kernel_size: 3 * kernel_size - 1,
        ),
        Misconception(
            "the filters of notebook 6",
            "This is how far two blocks see with filters of 3 x 3. Here the filters are larger.",
            lambda kernel_size: 10,
        ),
        Misconception(
            "one block",
            "So far a neuron of the first block sees. The second block looks at several of these.",
            lambda kernel_size: kernel_size + 1,
        ),
        Misconception(
            "the filter's own size",
            "The filter covers so many places of the map before it, and each of those sees several"
            " pixels.",
            lambda kernel_size: kernel_size,
        ),
        Misconception(
            "windows side by side",
            "The places that a filter joins see overlapping parts of the picture. Do not multiply:"
            " draw it in one row.",
            lambda kernel_size: (kernel_size + 1) ** 2,
        ),
        Misconception(
            "windows side by side",
            "The places that a filter joins see overlapping parts of the picture. Do not multiply:"
            " draw it in one row.",
            lambda kernel_size: (2 * kernel_size) ** 2,
        ),
        Misconception(
            "counts all pixels",
            "This is the number of pixels in the square. How many are in one of its rows?",
            lambda kernel_size: (3 * kernel_size + 1) ** 2,
        ),
    ),
    why="Strokes that lie further apart than this, only later layers can put together.",
)

EXERCISES = (CONVOLVE, POOL, LAYER, MULTIPLICATIONS, FIELD)
