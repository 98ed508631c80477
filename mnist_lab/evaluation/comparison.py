"""Whether two models that read the same digits differ by more than chance."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import binomtest

from mnist_lab import checks
from mnist_lab.evaluation.metrics import Evaluation


@dataclass(frozen=True)
class Comparison:
    """Two models on the same digits, paired digit by digit.

    only_first, only_second: digits that one alone read correctly. difference: accuracy of the second less that of the
    first. interval: its 95 % bootstrap interval. p_value: McNemar's, the chance of counts at least this uneven between
    two equally good models.
    """

    only_first: int
    only_second: int
    difference: float
    interval: tuple[float, float]
    p_value: float

    @property
    def significant(self) -> bool:
        """Whether so uneven counts come about by chance less than once in twenty times."""
        return self.p_value < 0.05

    def __str__(self) -> str:
        low, high = self.interval
        chance = "below 0.0001" if self.p_value < 1e-4 else f"{self.p_value:.4f}"
        return (
            f"{self.difference:+.2%} ({low:+.2%} to {high:+.2%}); only the first right {self.only_first},"
            f" only the second {self.only_second}; p {chance}: {'more than chance' if self.significant else 'could be chance'}"
        )


def mcnemar(only_first: int, only_second: int) -> float:
    """Return the p-value of McNemar's test (1947) for two counts of discordant digits, from the exact binomial.

    Of the digits that one model alone read, an equally good other would have read half. 1 where there are none.
    """
    only_first, only_second = (
        checks.integer("only_first", only_first, 0),
        checks.integer("only_second", only_second, 0),
    )
    disagree = only_first + only_second
    return float(binomtest(only_first, disagree).pvalue) if disagree else 1.0


def compare_counts(
    only_first: int, only_second: int, digits: int, draws: int = 10_000, seed: int = 0
) -> Comparison:
    """Return the Comparison of two models from the digits that one alone read, out of `digits` that both were asked.

    The interval is the percentile bootstrap over digits (Efron 1979). Drawing digits with replacement and counting
    how many are of each of the three kinds is one multinomial draw. Raises ValueError for counts that do not fit.
    """
    digits = checks.integer("digits", digits, 1)
    p_value = mcnemar(only_first, only_second)
    same = checks.integer("digits", digits - only_first - only_second, 0)
    shares = np.array([only_first, only_second, same]) / digits
    drawn = np.random.default_rng(seed).multinomial(
        digits, shares, checks.integer("draws", draws, 100)
    )
    low, high = np.quantile((drawn[:, 1] - drawn[:, 0]) / digits, [0.025, 0.975])
    return Comparison(
        only_first,
        only_second,
        (only_second - only_first) / digits,
        (float(low), float(high)),
        p_value,
    )


def compare(first: Evaluation, second: Evaluation, seed: int = 0) -> Comparison:
    """Return the Comparison of two models' answers to the same digits; ValueError where the digits differ.

    seed: of the bootstrap.
    """
    if not np.array_equal(first.dataset.labels, second.dataset.labels):
        raise ValueError(
            "The two evaluations are not of the same digits, so they cannot be compared digit by digit."
        )
    only_first = int((first.correct & ~second.correct).sum())
    only_second = int((~first.correct & second.correct).sum())
    return compare_counts(only_first, only_second, len(first.dataset), seed=seed)
