"""Layers counted, trainings that stop early, outputs that are dropped, and gains over seeds."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.stats import sem

from mnist_lab.exercises.exercise import Case


def weights_of(sizes: Sequence[int], biases: Sequence[int] | None = None) -> int:
    """Return the number of weights of dense layers; biases are the neurons that have one."""
    weights = np.dot(sizes[:-1], sizes[1:])
    return int(weights + np.sum(sizes[1:] if biases is None else biases))


def networks(rng: np.random.Generator) -> list[Case]:
    """Return sizes of layers, from the pixels to the answers."""
    return [
        Case("three inputs and two neurons", ([3, 2],)),
        Case("one hidden layer", ([4, 3, 2],)),
        Case("the plain network", ([784, 200, 200, 10],)),
        Case("a single layer", ([784, 10],)),
        Case("five layers", ([int(size) for size in rng.integers(5, 90, 6)],)),
    ]


def stopped(losses: Sequence[float], patience: int) -> tuple[int, int]:
    """Return the epoch whose weights are kept, and the last epoch, both counted from 1."""
    values, epochs = np.asarray(losses, float), np.arange(len(losses))
    earlier = np.minimum.accumulate(np.append(np.inf, values[:-1]))
    best = np.maximum.accumulate(np.where(values < earlier, epochs, 0))
    ends = np.flatnonzero(epochs - best >= patience)
    last = int(ends[0]) if len(ends) else len(values) - 1
    return int(best[last]) + 1, last + 1


def stopped_otherwise(
    losses: Sequence[float],
    patience: int,
    *,
    ties: bool = False,
    previous: bool = False,
    in_all: bool = False,
) -> tuple[int, int]:
    """Return the same with a mistake.

    Args:
        losses: Validation losses.
        patience: Epochs without a lower loss.
        ties: An equal loss counts as lower.
        previous: A loss is compared with the one before, not with the lowest.
        in_all: Epochs without a lower loss are counted from the first epoch on.
    """
    lowest, best, waited = losses[0], 1, 0
    for epoch, loss in enumerate(losses[1:], 2):
        if loss < lowest or (ties and loss == lowest):
            lowest, best = loss, epoch
            waited = waited if in_all else 0
        else:
            waited += 1
        if previous:
            lowest = loss
        if waited == patience:
            return best, epoch
    return best, len(losses)


def trainings(rng: np.random.Generator) -> list[Case]:
    """Return validation losses with a patience."""
    noisy = [
        (1 / np.arange(1, 31) + rng.normal(0, 0.06, 30) + 0.5).round(3).tolist() for _ in range(3)
    ]
    return [
        Case("a loss that rises", ([0.5, 0.4, 0.3, 0.31, 0.32, 0.33, 0.34], 3)),
        Case("a low loss after the end", ([0.5, 0.4, 0.3, 0.35, 0.36, 0.37, 0.2, 0.1], 3)),
        Case("a loss that falls to the end", ([0.5, 0.4, 0.3, 0.2], 2)),
        Case("an end within the patience", ([0.5, 0.3, 0.4], 3)),
        Case("one epoch", ([0.7], 2)),
        Case("equal losses", ([0.4, 0.3, 0.3, 0.3, 0.3, 0.3], 3)),
        Case("a loss that falls back", ([0.5, 0.3, 0.6, 0.55, 0.52, 0.51], 3)),
        Case("a new lowest loss within the patience", ([0.5, 0.6, 0.4, 0.5, 0.3, 0.5, 0.2], 2)),
        Case("a patience of one", ([0.5, 0.4, 0.45, 0.3], 1)),
        *(Case("losses up and down", (losses, 3)) for losses in noisy),
    ]


def dropped(hidden: Any, numbers: Any, rate: float) -> np.ndarray:
    """Return hidden outputs of which some are 0, and the others larger to make up for it."""
    return np.where(np.less(numbers, rate), 0.0, np.asarray(hidden) / (1 - rate))


def layers(rng: np.random.Generator) -> list[Case]:
    """Return hidden outputs, a random number for each, and rates."""

    def case(what: str, digits: int, units: int, rate: float) -> Case:
        hidden = np.maximum(rng.normal(0.5, 1, (digits, units)), 0)
        return Case(what, (hidden, rng.random((digits, units)), rate))

    four = np.array([[1.0, 2.0, 3.0, 4.0]])
    return [
        Case("one digit, rate 0.5", (four, np.array([[0.9, 0.3, 0.6, 0.7]]), 0.5)),
        case("64 digits, 200 neurons, rate 0.2", 64, 200, 0.2),
        case("five digits, rate 0.8", 5, 30, 0.8),
        case("a rate of 0", 3, 4, 0.0),
        Case("all dropped", (four, np.array([[0.1, 0.2, 0.0, 0.3]]), 0.4)),
        Case("a number equal to the rate", (four, np.array([[0.25, 0.3, 0.6, 0.1]]), 0.25)),
    ]


def interval(baseline: Any, setting: Any, t: float) -> np.ndarray:
    """Return the low end of the gain's interval, the gain, and the high end, in points."""
    differences = 100 * np.subtract(setting, baseline)
    half = t * float(sem(differences))
    return float(differences.mean()) + half * np.array([-1, 0, 1])


def interval_with(baseline: Any, setting: Any, half: float) -> np.ndarray:
    """Return the gain in points, with another half of the interval."""
    return 100 * np.mean(np.subtract(setting, baseline)) + half * np.array([-1, 0, 1])


def spread(baseline: Any, setting: Any, ddof: int = 1) -> float:
    """Return the standard deviation of the differences, in points."""
    return float(np.std(100 * np.subtract(setting, baseline), ddof=ddof))


def unpaired(baseline: Any, setting: Any, t: float) -> np.ndarray:
    """Return the gain with an interval that forgets which accuracies share a seed."""
    variance = np.var(baseline, ddof=1) + np.var(setting, ddof=1)
    half = 100 * t * float(np.sqrt(variance / len(baseline)))
    return interval_with(baseline, setting, half)


def comparisons(rng: np.random.Generator) -> list[Case]:
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
