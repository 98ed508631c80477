"""Whether two models that predict the same digits differ by more than chance."""

from dataclasses import dataclass

import numpy as np
from scipy.special import bdtr

from mnist_lab import checks
from mnist_lab.evaluation.metrics import Evaluation


@dataclass(frozen=True)
class Comparison:
    """Two models on the same digits, paired digit by digit.

    Attributes:
        only_first: How many digits only the first model predicts correctly.
        only_second: How many digits only the second model predicts correctly.
        difference: Accuracy of the second model minus accuracy of the first, from -1 to 1.
        interval: The 95 % bootstrap interval of the difference.
        p_value: Of McNemar's test: the probability of counts at least this uneven where the two
            models are equally good.
    """

    only_first: int
    only_second: int
    difference: float
    interval: tuple[float, float]
    p_value: float

    @property
    def significant(self) -> bool:
        """Whether the p-value is below 0.05."""
        return self.p_value < 0.05

    @property
    def verdict(self) -> str:
        """Whether the difference is more than chance, in words."""
        return "more than chance" if self.significant else "could be chance"

    def __str__(self) -> str:
        difference, low, high = (100 * share for share in (self.difference, *self.interval))
        p_value = "below 0.0001" if self.p_value < 1e-4 else f"{self.p_value:.4f}"
        return (
            f"{difference:+.2f} points ({low:+.2f} to {high:+.2f}); only the first right"
            f" {self.only_first}, only the second {self.only_second}; p {p_value}: {self.verdict}"
        )


def mcnemar(only_first: checks.IntLike, only_second: checks.IntLike) -> float:
    """Return the p-value of McNemar's test (1947), from the exact binomial.

    Under the null hypothesis each discordant digit is equally likely to favor either model.
    SciPy has no McNemar test. The p-value is twice the probability that the smaller count is as
    small as it is; SciPy's binomial test gives the same, after a second of imports.

    Args:
        only_first: How many digits only the first model predicts correctly.
        only_second: How many digits only the second model predicts correctly.

    Returns:
        From 0 to 1; 1 where there are no discordant digits.

    Raises:
        ValueError: Where a count is not a whole number of at least 0.

    Example:
        >>> lab.evaluation.mcnemar(20, 50)
        0.0004...
    """
    only_first = checks.integer("only_first", only_first, 0)
    only_second = checks.integer("only_second", only_second, 0)
    discordant = only_first + only_second
    return min(1.0, 2 * float(bdtr(min(only_first, only_second), discordant, 0.5)))


def compare_counts(
    only_first: checks.IntLike,
    only_second: checks.IntLike,
    digits: checks.IntLike,
    draws: checks.IntLike = 10_000,
    seed: checks.IntLike = 0,
) -> Comparison:
    """Return the Comparison of two models from their counts of discordant digits.

    The interval is the percentile bootstrap over digits (Efron 1979). A bootstrap sample counts
    digits of three kinds (only the first correct, only the second, neither alone), so it is one
    multinomial draw.

    Args:
        only_first: How many digits only the first model predicts correctly.
        only_second: How many digits only the second model predicts correctly.
        digits: How many digits both models predicted.
        draws: Bootstrap samples, at least 100; with more of them the limits depend less on `seed`.
        seed: Of the bootstrap.

    Returns:
        The Comparison.

    Raises:
        ValueError: For a count that is not whole, and for more discordant digits than digits.

    Example:
        >>> print(lab.evaluation.compare_counts(20, 50, digits=1000))
        +3.00 points (+1.40 to +4.60); only the first right 20, only the second 50; p 0.0004: ...
    """
    digits = checks.integer("digits", digits, 1)
    p_value = mcnemar(only_first, only_second)
    only_first, only_second = int(only_first), int(only_second)
    others = digits - only_first - only_second
    if others < 0:
        expected = f"at least {only_first + only_second:,}, the digits that only one predicts"
        raise checks.invalid("digits", digits, expected)
    shares = np.array([only_first, only_second, others]) / digits
    draws = checks.integer("draws", draws, 100)
    samples = np.random.default_rng(checks.seed(seed)).multinomial(digits, shares, draws)
    low, high = np.quantile((samples[:, 1] - samples[:, 0]) / digits, [0.025, 0.975])
    return Comparison(
        only_first,
        only_second,
        (only_second - only_first) / digits,
        (float(low), float(high)),
        p_value,
    )


def compare(first: Evaluation, second: Evaluation, seed: checks.IntLike = 0) -> Comparison:
    """Compare two models that predicted the same digits.

    Args:
        first: The evaluation of one model.
        second: The evaluation of the other, on the same dataset.
        seed: Of the bootstrap.

    Returns:
        The Comparison; its difference is positive where the second model is better.

    Raises:
        ValueError: Where the labels of the two datasets differ.

    Example:
        >>> dataset = lab.data.Dataset(np.zeros((10, 28, 28)), np.arange(10))
        >>> result = lab.evaluation.Evaluation(dataset, np.eye(10) * 0.9 + 0.01)
        >>> print(lab.evaluation.compare(result, result))
        +0.00 points (+0.00 to +0.00); only the first right 0, only the second 0; p 1.0000: ...
    """
    if not np.array_equal(first.dataset.labels, second.dataset.labels):
        raise ValueError(
            "The two evaluations are not of the same digits, so they cannot be compared digit by"
            " digit. Evaluate both models on one dataset."
        )
    only_first = int((first.correct & ~second.correct).sum())
    only_second = int((~first.correct & second.correct).sum())
    return compare_counts(only_first, only_second, len(first), seed=seed)
