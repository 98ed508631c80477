"""The exercises to notebook 7: vanishing slopes, momentum, Adam, and fair comparisons."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from mnist_lab.exercises.exercise import Case, Exercise, Misconception, Question
from mnist_lab.exercises.lessons.adam import ADAM
from mnist_lab.exercises.lessons.paths import MOMENTUM


def _times_smaller(sums: Any) -> float:
    # One over the slope of a sigmoid is 2 + e^sum + e^-sum.
    return float(np.prod(2 + 2 * np.cosh(np.asarray(sums, float))))


def _outputs(sums: Any) -> np.ndarray:
    return 1 / (1 + np.exp(-np.asarray(sums, float)))


def _slopes(sums: Any) -> np.ndarray:
    return _outputs(sums) * (1 - _outputs(sums))


def _layers(rng: np.random.Generator) -> list[Case]:
    return [
        Case("one layer, its sum is 0", (np.array([0.0]),)),
        Case("six layers, all sums are 0", (np.zeros(6),)),
        Case("two layers", (np.array([2.0, -1.0]),)),
        Case("a sum far from 0", (np.array([-9.0]),)),
        Case("no layer", (np.array([]),)),
        Case("five layers", (rng.normal(0, 2, 5),)),
        Case("twelve layers", (rng.normal(0, 1, 12),)),
    ]


TIMES_SMALLER = Exercise(
    name="07.1",
    title="What sigmoids leave of a gradient",
    function="times_smaller",
    right=_times_smaller,
    cases=_layers,
    misconceptions=(
        Misconception(
            "returns the share that is left",
            "This is what is left of the gradient. Asked is how many times smaller it is, so a"
            " number above 1.",
            lambda sums: np.prod(_slopes(sums)),
        ),
        Misconception(
            "adds up the slopes",
            "On its way back a gradient is *multiplied* with the slope of each layer.",
            lambda sums: 1 / np.sum(_slopes(sums)),
        ),
        Misconception(
            "a quarter in each layer",
            "A quarter is the slope at a sum of 0. At all other sums the slope is smaller.",
            lambda sums: 4.0 ** len(sums),
        ),
        Misconception(
            "multiplies the outputs, not the slopes",
            "Forward goes the output, backward the slope: the output times 1 minus the output.",
            lambda sums: 1 / np.prod(_outputs(sums)),
        ),
        Misconception(
            "takes the sums for outputs",
            "In the formula of the slope stands the neuron's *output*, between 0 and 1. First"
            " squeeze the sum.",
            lambda sums: 1 / np.prod(sums * (1 - sums)),
        ),
        Misconception(
            "one number for each layer",
            "These are the layers one by one. Asked is one number for all of them: a gradient is"
            " multiplied with the slope of each layer.",
            lambda sums: 1 / _slopes(sums),
        ),
        Misconception(
            "begins the product at 0",
            "A product that begins at 0 stays 0. With which number does it begin, if it is to be 1"
            " without any layer?",
            lambda sums: 0.0,
        ),
    ),
    why="It is one reason why deep networks of sigmoids were hard to train. An active ReLU has the"
    " slope 1.",
)


def _next_rate(rates: Any, accuracies: Any) -> float | None:
    last = len(rates) - 1
    further = {0: rates[0] / np.sqrt(10), last: rates[-1] * np.sqrt(10)}
    return further.get(int(np.argmax(accuracies)))


def _search(
    best: Callable[[Any], int] = lambda accuracies: int(np.argmax(accuracies)),
    up: Callable[[float], Any] = lambda rate: rate * 10**0.5,
    down: Callable[[float], Any] = lambda rate: rate / 10**0.5,
    inside: Callable[[float], Any] = lambda rate: None,
) -> Callable[..., Any]:
    """Return a next_rate() with other parts."""

    def next_rate(rates: Sequence[float], accuracies: Sequence[float]) -> Any:
        place = best(accuracies)
        move = {0: down, len(rates) - 1: up}.get(place, inside)
        return move(rates[place])

    return next_rate


def _rates(rng: np.random.Generator) -> list[Case]:
    def case(what: str, first: float, accuracies: Any) -> Case:
        rates = first * np.sqrt(10.0) ** np.arange(len(accuracies))
        return Case(what, (rates.tolist(), list(accuracies)))

    rising = np.sort(rng.uniform(0.5, 0.9, 7))
    many = np.sort(rng.uniform(0.5, 0.9, 11))
    return [
        case("the largest rate is the best", 0.01, [0.7, 0.8, 0.9]),
        case("the smallest rate is the best", 0.01, [0.9, 0.8, 0.1]),
        case("the best rate is inside", 0.01, [0.8, 0.9, 0.1]),
        case("seven rates, the largest is the best", 0.001, rising.tolist()),
        case("seven rates, the smallest is the best", 0.001, rising[::-1].tolist()),
        case("five rates, the best is inside", 0.03, rising[[0, 1, 6, 4, 3]].tolist()),
        case("the two smallest are equally good", 0.01, [0.9, 0.9, 0.8]),
        case("the two largest are equally good", 0.01, [0.8, 0.9, 0.9]),
        case("eleven rates, the largest is the best", 0.0001, many.tolist()),
    ]


_ROUNDED = "3 and 3.16 are rounded. Take the root of 10 itself, or the steps drift apart."

NEXT_RATE = Exercise(
    name="07.4",
    title="Where to look for a better rate",
    function="next_rate",
    right=_next_rate,
    cases=_rates,
    misconceptions=(
        Misconception(
            "looks at the upper end only",
            "A search has two ends. A better rate can also lie below the smallest.",
            _search(down=lambda rate: None),
        ),
        Misconception(
            "goes on though the best is inside",
            "With a rate on each side of the best, the search is over: return None.",
            _search(inside=lambda rate: rate * 10**0.5),
        ),
        Misconception(
            "goes on though the best is inside",
            "With a rate on each side of the best, the search is over: return None.",
            _search(inside=lambda rate: rate),
        ),
        Misconception(
            "returns the best rate",
            "This rate has been tried already. Asked is the next one, beyond the end.",
            _search(up=lambda rate: rate, down=lambda rate: rate),
        ),
        Misconception(
            "turns back",
            "This leads back to a rate that has been tried. Go outward, away from all others.",
            _search(up=lambda rate: rate / 10**0.5, down=lambda rate: rate * 10**0.5),
        ),
        Misconception(
            "takes the worst for the best",
            "These are accuracies, not losses or errors: the highest is the best.",
            _search(best=lambda accuracies: int(np.argmin(accuracies))),
        ),
        Misconception(
            "ten times instead of the root of ten",
            "The direction is right, the step is not: the factor is the root of 10, about 3.16.",
            _search(up=lambda rate: rate * 10, down=lambda rate: rate / 10),
        ),
        Misconception(
            "a rounded factor",
            _ROUNDED,
            _search(up=lambda rate: rate * 3, down=lambda rate: rate / 3),
        ),
        Misconception(
            "a rounded factor",
            _ROUNDED,
            _search(up=lambda rate: rate * 3.16, down=lambda rate: rate / 3.16),
        ),
        Misconception(
            "adds instead of multiplying",
            "Learning rates differ by factors. Multiply or divide by the root of 10.",
            _search(up=lambda rate: rate + 10**0.5, down=lambda rate: rate - 10**0.5),
        ),
        Misconception(
            "takes the last of equals",
            "Where two rates are equally good, the smaller one counts.",
            _search(best=lambda found: len(found) - 1 - int(np.argmax(found[::-1]))),
        ),
        Misconception(
            "stops at ten rates",
            "The search of notebook 7 ends at ten rates. This one goes on, however many there are.",
            lambda rates, found: None if len(rates) >= 10 else _next_rate(rates, found),
        ),
    ),
    why="A best rate at the end of those that were tried says that a better one may lie beyond.",
)


def _comparisons(term: int) -> dict[str, int]:
    # None of these divides 5 to two decimals, so that a rounded answer is told from the right one.
    return {"comparisons": 15 if term == 0 else (6, 9, 12, 7, 18)[term % 5]}


def _too_few_decimals() -> list[Misconception]:
    """Return the right answer with one and two decimals, rounded and cut off."""
    hint = "The right way, but with too few decimals: give at least three."

    def shortened(decimals: int, to_whole: Callable[[float], float]) -> Callable[..., float]:
        unit = 10**decimals
        return lambda comparisons: to_whole(unit * (100 - 5 / comparisons)) / unit

    ways = [(decimals, to_whole) for decimals in (2, 1) for to_whole in (round, np.floor)]
    return [Misconception("too few decimals", hint, shortened(*way)) for way in ways]


EACH_INTERVAL = Question(
    name="07.5",
    title="Many comparisons",
    answer="each_interval",
    numbers=_comparisons,
    right=lambda comparisons: 100 - 5 / comparisons,
    misconceptions=(
        Misconception(
            "95 % for each",
            "So one interval in twenty misses. The more there are, the likelier is it that one of"
            " them does.",
            lambda comparisons: 95.0,
        ),
        Misconception(
            "divides the 95 %",
            "Not what holds is divided, but what may go wrong: the 5 %.",
            lambda comparisons: 95 / comparisons,
        ),
        Misconception(
            "the chance to miss, not to hold",
            "So rarely may an interval miss. Asked is how often it holds.",
            lambda comparisons: 5 / comparisons,
        ),
        Misconception(
            "the chance that all hold",
            "This is how often all hold if each holds with 95 %, and the comparisons are"
            " independent. Asked is the other way round.",
            lambda comparisons: 100 * 0.95**comparisons,
        ),
        Misconception(
            "counts relu/adam as a comparison",
            "relu/adam is compared with the others, not with itself. Count the comparisons.",
            lambda comparisons: 100 - 5 / (comparisons + 1),
        ),
        Misconception(
            "takes the comparisons as independent",
            "This is enough for independent comparisons. But all of these share relu/adam, with"
            " its luck. Bonferroni's rule adds up the chances to miss.",
            lambda comparisons: 100 * 0.95 ** (1 / comparisons),
        ),
        Misconception(
            "a share of 1",
            "This is a share from 0 to 1. It is asked for in per cent.",
            lambda comparisons: 1 - 0.05 / comparisons,
        ),
        *_too_few_decimals(),
    ),
    why="Whoever compares often enough finds a difference, also where there is none.",
    within=0.0011,
    unit="%",
)

EXERCISES = (TIMES_SMALLER, MOMENTUM, ADAM, NEXT_RATE, EACH_INTERVAL)
