"""The gain of a setting over a baseline, with its interval over seeds."""

from typing import Any

import numpy as np
from scipy.stats import sem

from mnist_lab.exercises.exercise import Case, Exercise, Misconception


def _interval(baseline: Any, setting: Any, t: float) -> np.ndarray:
    """Return the low end of the gain's interval, the gain, and the high end, in points."""
    differences = 100 * np.subtract(setting, baseline)
    half = t * float(sem(differences))
    return float(differences.mean()) + half * np.array([-1, 0, 1])


def _interval_with(baseline: Any, setting: Any, half: float) -> np.ndarray:
    """Return the gain in points, with another half of the interval."""
    return 100 * np.mean(np.subtract(setting, baseline)) + half * np.array([-1, 0, 1])


def _spread(baseline: Any, setting: Any, ddof: int = 1) -> float:
    """Return the standard deviation of the differences, in points."""
    return float(np.std(100 * np.subtract(setting, baseline), ddof=ddof))


def _unpaired(baseline: Any, setting: Any, t: float) -> np.ndarray:
    """Return the gain with an interval that forgets which accuracies share a seed."""
    variance = np.var(baseline, ddof=1) + np.var(setting, ddof=1)
    half = 100 * t * float(np.sqrt(variance / len(baseline)))
    return _interval_with(baseline, setting, half)


def _comparisons(rng: np.random.Generator) -> list[Case]:
    """Return accuracies of two settings with the same seeds, and Student's number."""

    def case(what: str, count: int, t: float) -> Case:
        luck = rng.normal(0.945, 0.004, count)
        other = luck + rng.normal(0.003, 0.001, count)
        return Case(what, (luck.round(4).tolist(), other.round(4).tolist(), t))

    return [
        Case("three seeds", ([0.94, 0.95, 0.96], [0.95, 0.97, 0.96], 4.303)),
        case("five seeds", 5, 2.776),
        Case("the same gain with each seed", ([0.91, 0.95, 0.93], [0.92, 0.96, 0.94], 4.303)),
        Case("two seeds", ([0.95, 0.96], [0.94, 0.99], 12.706)),
        case("twenty seeds", 20, 2.093),
    ]


def _in_fractions(baseline: Any, setting: Any, t: float) -> np.ndarray:
    return _interval(baseline, setting, t) / 100


def _extremes(baseline: Any, setting: Any, t: float) -> np.ndarray:
    differences = 100 * np.subtract(setting, baseline)
    return np.array([differences.min(), differences.mean(), differences.max()])


INTERVAL = Exercise(
    name="03.4",
    title="A gain with its interval",
    function="gain_interval",
    right=lambda *given: tuple(_interval(*given).tolist()),
    cases=_comparisons,
    misconceptions=(
        Misconception(
            "forgets the pairs",
            "The gain is right, the interval is not: you mix the spreads of the two settings. First"
            " take the difference for each seed. Then look at these differences alone.",
            _unpaired,
        ),
        Misconception(
            "divides by n, not by n - 1",
            "Nearly. The sum of the squared distances is divided by the number of seeds minus 1;"
            " `np.std` does so only with `ddof=1`.",
            lambda a, b, t: _interval_with(a, b, t * _spread(a, b, 0) / len(a) ** 0.5),
        ),
        Misconception(
            "the spread of single seeds",
            "This is for one seed more, not for the mean. A mean of many seeds is surer: divide by"
            " the root of their number.",
            lambda a, b, t: _interval_with(a, b, t * _spread(a, b)),
        ),
        Misconception(
            "divides by n, not by its root",
            "This interval is too narrow. By what is the standard deviation divided?",
            lambda a, b, t: _interval_with(a, b, t * _spread(a, b) / len(a)),
        ),
        Misconception(
            "the root of n - 1",
            "Nearly. The *sum of the squares* is divided by `n - 1`. What is under the root in the"
            " formula of the interval?",
            lambda a, b, t: _interval_with(a, b, t * _spread(a, b) / (len(a) - 1) ** 0.5),
        ),
        Misconception(
            "the variance in place of its root",
            "The middle is right. The standard deviation is a *root*: have you drawn it?",
            lambda a, b, t: _interval_with(a, b, t * _spread(a, b) ** 2 / len(a) ** 0.5),
        ),
        Misconception(
            "always Student's number of five seeds",
            "Right for five seeds. For other numbers of seeds, another `t` is handed over.",
            lambda a, b, t: _interval(a, b, 2.776),
        ),
        Misconception(
            "the gain first",
            "The three numbers are right, but in another order: the low end comes first.",
            lambda a, b, t: _interval(a, b, t)[[1, 0, 2]],
        ),
        Misconception(
            "the ends alone",
            "Both ends are right. The gain itself stands between them.",
            lambda a, b, t: _interval(a, b, t)[[0, 2]],
        ),
        Misconception(
            "rounds",
            "Right but for rounding. Return the numbers as they are.",
            lambda a, b, t: _interval(a, b, t).round(2),
        ),
        Misconception(
            "forgets Student's number",
            "The standard deviation of the mean is right. The interval reaches `t` times as far.",
            lambda a, b, t: _interval(a, b, 1.0),
        ),
        Misconception(
            "from the worst seed to the best",
            "The gain is right. The smallest and the largest difference are not the interval of the"
            " mean.",
            _extremes,
        ),
        Misconception(
            "in fractions, not in points",
            "The numbers are right as fractions. From 0.95 to 0.96 is one point.",
            _in_fractions,
        ),
        Misconception(
            "the wrong way round",
            "A setting that reads more digits than the baseline has a gain above 0.",
            lambda a, b, t: _interval(b, a, t),
        ),
        Misconception(
            "subtracts lists",
            "Is the error about lists? Python cannot subtract whole lists. Make arrays of them"
            " first, with `np.array`.",
            lambda a, b, t: b - a,
        ),
    ),
    why="`lab.evaluation.paired_gains` computes it, for each setting of this notebook.",
    parts=("the lower end", "the gain", "the upper end"),
)
