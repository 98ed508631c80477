"""The exercises to notebook 4: intervals, fair coins, and what a confusion matrix says."""

from typing import Any

import numpy as np
from scipy.special import bdtr, comb, erfc

from mnist_lab.exercises.exercise import Case, Exercise, Misconception, Question
from mnist_lab.exercises.lessons.confusion import CONFUSION, SCORES


def _wilson(correct: int, total: int, reach: float = 1.96) -> tuple[float, float]:
    center = correct + reach**2 / 2
    half = reach * np.sqrt(correct * (total - correct) / total + reach**2 / 4)
    low, high = (center - half) / (total + reach**2), (center + half) / (total + reach**2)
    # The text tries accuracies in steps of 0.0001: the first and the last within the interval.
    return float(np.ceil(low * 1e4 - 1e-6) / 1e4), float(np.floor(high * 1e4 + 1e-6) / 1e4)


def _shares(rng: np.random.Generator) -> list[Case]:
    total = int(rng.integers(40, 90))
    correct = int(rng.integers(total // 3, total // 2))
    return [
        Case("50 of 100 right", (50, 100)),
        Case("9 of 10 right", (9, 10)),
        Case("all of 20 right", (20, 20)),
        Case("none of 20 right", (0, 20)),
        Case("a single digit, read", (1, 1)),
        Case(f"{correct} of {total} right", (correct, total)),
        Case("9,921 of 10,000 right", (9921, 10_000)),
    ]


def _tried(correct: int, total: int, reach: Any) -> tuple[float, float]:
    """Return the smallest and the largest accuracy no further from the share than its reach."""
    candidates = np.linspace(0, 1, 10_001)
    fits = candidates[np.abs(correct / total - candidates) <= reach(candidates)]
    return (fits[0], fits[-1]) if len(fits) else (0.0, 0.0)


def _by_seen_share(correct: int, total: int) -> tuple[float, float]:
    seen = correct / total
    half = 1.96 * np.sqrt(seen * (1 - seen) / total)
    return max(seen - half, 0.0), min(seen + half, 1.0)


def _by_seen_share_beyond(correct: int, total: int) -> tuple[float, float]:
    seen = correct / total
    half = 1.96 * np.sqrt(seen * (1 - seen) / total)
    return seen - half, seen + half


_SEEN = (
    "the standard deviation of the share that was seen",
    "A candidate is tried as if it were the true accuracy, so the standard deviation is that of"
    " the candidate. With that of the share seen, 20 of 20 right would leave no doubt at all.",
)

INTERVAL = Exercise(
    name="04.1",
    title="The true accuracies that fit",
    function="interval",
    right=_wilson,
    cases=_shares,
    tolerance=1e-3,
    misconceptions=(
        Misconception(*_SEEN, _by_seen_share),
        Misconception(*_SEEN, _by_seen_share_beyond),
        Misconception(
            "one standard deviation",
            "About two thirds of all shares lie within one standard deviation. 95 % need 1.96 of"
            " them.",
            lambda correct, total: _wilson(correct, total, 1.0),
        ),
        Misconception(
            "two standard deviations",
            "Two standard deviations hold a little more than 95 % of all shares. 95 % need 1.96 of"
            " them.",
            lambda correct, total: _wilson(correct, total, 2.0),
        ),
        Misconception(
            "the two ends swapped",
            "The lower end comes first, the upper end second.",
            lambda correct, total: _wilson(correct, total)[::-1],
        ),
        Misconception(
            "forgets the square root",
            "This interval is too narrow. Is p (1 - p) / n under a square root?",
            lambda correct, total: _tried(correct, total, lambda p: 1.96 * p * (1 - p) / total),
        ),
        Misconception(
            "forgets the number of digits",
            "More digits have to make the interval shorter. Where does `total` enter the standard"
            " deviation?",
            lambda correct, total: _tried(correct, total, lambda p: 1.96 * np.sqrt(p * (1 - p))),
        ),
        Misconception(
            "divides by the number of digits after the root",
            "The number of digits belongs under the root: four times as many digits make an"
            " interval about half as long, not a quarter as long.",
            lambda correct, total: _tried(
                correct, total, lambda p: 1.96 * np.sqrt(p * (1 - p)) / total
            ),
        ),
    ),
    why="This is the interval in the line that `lab.evaluate` prints.",
    parts=("the lower end", "the upper end"),
)


def _p_value(only_first: int, only_second: int) -> float:
    both = only_first + only_second
    return min(1.0, 2 * float(bdtr(min(only_first, only_second), both, 0.5)))


def _counts(rng: np.random.Generator) -> list[Case]:
    first, second = (int(count) for count in rng.integers(8, 16, 2))
    return [
        Case("counts of 1 and 3", (1, 3)),
        Case("counts of 62 and 48", (62, 48)),
        Case("counts of 0 and 6", (0, 6)),
        Case("equal counts", (5, 5)),
        Case("counts of 7 and 2", (7, 2)),
        Case("no disagreement", (0, 0)),
        Case("counts of 25 and 116", (25, 116)),
        Case("counts drawn at random", (first, second + 6)),
    ]


def _exactly(heads: int, tosses: int) -> float:
    below = bdtr(heads - 1, tosses, 0.5) if heads else 0.0
    return float(bdtr(heads, tosses, 0.5) - below)


def _only_these(only_first: int, only_second: int) -> float:
    one = _exactly(min(only_first, only_second), only_first + only_second)
    return one if only_first == only_second else 2 * one


def _at_least(heads: int, tosses: int) -> float:
    return 1 - (float(bdtr(heads - 1, tosses, 0.5)) if heads else 0.0)


def _twice_as_uneven(only_first: int, only_second: int) -> float:
    """Return how likely heads are as far from half the tosses as the counts from each other."""
    tosses, apart = only_first + only_second, abs(only_first - only_second)
    far = [heads for heads in range(tosses + 1) if abs(heads - tosses / 2) >= apart]
    return sum(_exactly(heads, tosses) for heads in far)


def _without_the_last(only_first: int, only_second: int) -> float:
    return _p_value(only_first, only_second) - 0.5 ** (only_first + only_second)


def _series(only_first: int, only_second: int) -> int:
    both, uneven = only_first + only_second, abs(only_first - only_second)
    return sum(comb(both, k, exact=True) for k in range(both + 1) if abs(2 * k - both) >= uneven)


_ONE_SIDE = (
    "one side only",
    "Heads may win or tails may win: a coin is as uneven with 48 heads of 110 as with 62.",
)
_NOT_A_SHARE = (
    "no share of all series",
    "A probability is a share: the series that are at least as uneven, divided by the number of all"
    " series. There are far more series than tosses.",
)


def _approximate(only_first: int, only_second: int) -> float:
    uneven = np.float64(only_first - only_second) ** 2 / (only_first + only_second)
    return float(erfc(np.sqrt(uneven / 2)))


COIN = Exercise(
    name="04.2",
    title="A fair coin, exactly",
    function="coin_p_value",
    right=_p_value,
    cases=_counts,
    misconceptions=(
        Misconception(
            *_ONE_SIDE,
            lambda first, second: float(bdtr(min(first, second), first + second, 0.5)),
        ),
        Misconception(*_ONE_SIDE, lambda first, second: _at_least(first, first + second)),
        Misconception(*_ONE_SIDE, lambda first, second: _at_least(second, first + second)),
        Misconception(
            "leaves out what is as uneven",
            "At least as uneven: that includes the counts themselves, not only those that are more"
            " uneven.",
            lambda first, second: _p_value(first, second) - _only_these(first, second),
        ),
        Misconception(
            "only these counts",
            "This is the probability of just these counts. Add those of all counts that are more"
            " uneven.",
            _only_these,
        ),
        Misconception(
            "counts the middle twice",
            "A probability is never above 1. With equal counts, every number of heads is at least"
            " as uneven, and each may be counted only once.",
            lambda first, second: 2 * float(bdtr(min(first, second), first + second, 0.5)),
        ),
        Misconception(
            "twice as uneven",
            "With 1 and 3, the number of heads is 1 away from half the tosses, not 2. From half the"
            " tosses, each count lies only half of their difference away.",
            _twice_as_uneven,
        ),
        Misconception(
            "forgets that all may be heads",
            "Of n tosses, 0 to n may be heads: these are n + 1 numbers. Where does your `range`"
            " end?",
            _without_the_last,
        ),
        Misconception(*_NOT_A_SHARE, _series),
        Misconception(
            *_NOT_A_SHARE, lambda first, second: _series(first, second) / (first + second)
        ),
        Misconception(
            "the other rounds",
            "This is the probability that a fair coin is less uneven than the two counts.",
            lambda first, second: 1 - _p_value(first, second),
        ),
        Misconception(
            "an approximation",
            "This is close for large counts, and off for small ones. Count the ways exactly.",
            _approximate,
        ),
    ),
    why="`lab.evaluation.compare` prints this p-value; below 0.05 it says more than chance.",
)


def _comparisons(term: int) -> dict[str, int]:
    # Of 19 comparisons, none and exactly one come out with the same chance.
    others = (8, 15, 22, 10, 17, 24, 12, 26, 14, 28)
    return {"comparisons": 20 if term == 0 else others[term % len(others)]}


ALARMS = Question(
    name="04.3",
    title="Many comparisons",
    answer="at_least_one",
    numbers=_comparisons,
    right=lambda comparisons: 100 * (1 - 0.95**comparisons),
    within=0.5,
    unit="%",
    misconceptions=(
        Misconception(
            "adds up the chances",
            "So many false alarms come on average, in per cent. But some series have two or"
            " three, so others have none. With 21 comparisons, your rule gives more than 100 %.",
            lambda comparisons: 5 * comparisons,
        ),
        Misconception(
            "the chance of none",
            "This is the chance that no comparison at all comes out as more than chance.",
            lambda comparisons: 100 * 0.95**comparisons,
        ),
        Misconception(
            "the chance of a single comparison",
            "This holds for one comparison. Each further one is another chance to be fooled.",
            lambda comparisons: 5,
        ),
        Misconception(
            "exactly one",
            "This is the chance that exactly one comes out so. Two or more count as well.",
            lambda comparisons: 5 * comparisons * 0.95 ** (comparisons - 1),
        ),
    ),
    why="Whoever compares often enough finds a winner, even where all networks are equally good.",
)


EXERCISES = (INTERVAL, COIN, ALARMS, CONFUSION, SCORES)
