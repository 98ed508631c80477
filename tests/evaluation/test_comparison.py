"""Paired comparisons agree with binomials summed by hand and with SciPy's bootstrap."""

from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from mnist_lab.evaluation.comparison import compare, compare_counts, mcnemar
from tests.helpers.evaluations import evaluation_of


def answering(labels, correct):
    return evaluation_of(labels, np.where(correct, labels, (labels + 1) % 10))


@given(st.integers(0, 60), st.integers(0, 60))
def test_mcnemar_is_the_two_sided_binomial_summed_by_hand(first, second):
    n = first + second
    tail = sum(comb(n, k) for k in range(min(first, second) + 1)) / 2**n
    assert mcnemar(first, second) == pytest.approx(min(1.0, 2 * tail))
    assert mcnemar(first, second) == mcnemar(second, first)


def test_mcnemar_of_many_is_near_the_chi_square_of_the_paper():
    statistic = (abs(700 - 800) - 1) ** 2 / 1500
    assert mcnemar(700, 800) == pytest.approx(stats.chi2.sf(statistic, 1), rel=0.01)


def test_two_models_are_paired_digit_by_digit():
    labels = np.arange(1000) % 10
    first, second = np.ones(1000, bool), np.ones(1000, bool)
    first[:60] = False
    second[50:80] = False
    comparison = compare(answering(labels, first), answering(labels, second))
    assert (comparison.only_first, comparison.only_second) == (20, 50)
    assert comparison.difference == pytest.approx(0.03)
    assert comparison.p_value == pytest.approx(stats.binomtest(20, 70).pvalue)
    assert comparison.significant
    assert comparison.verdict == "more than chance"
    assert str(comparison).endswith(": more than chance")
    differences = second.astype(float) - first
    oracle = stats.bootstrap(
        [differences], np.mean, n_resamples=10_000, method="percentile", rng=0
    ).confidence_interval
    np.testing.assert_allclose(comparison.interval, oracle, atol=0.0012)


def test_equal_models_do_not_differ():
    result = answering(np.arange(100) % 10, np.arange(100) > 4)
    comparison = compare(result, result)
    assert (
        comparison.difference,
        comparison.interval,
        comparison.p_value,
        comparison.significant,
    ) == (
        0,
        (0, 0),
        1,
        False,
    )
    assert comparison.verdict == "could be chance"
    assert str(comparison).endswith(": could be chance")


def test_the_interval_of_the_bootstrap_covers_the_truth_19_times_in_20():
    rng = np.random.default_rng(0)
    held = 0
    for seed in range(400):
        first, second, _ = rng.multinomial(2000, [0.01, 0.02, 0.97])
        low, high = compare_counts(int(first), int(second), 2000, draws=500, seed=seed).interval
        held += low <= 0.01 <= high
    assert 0.91 < held / 400 < 0.98


def test_other_digits_and_counts_that_do_not_fit_are_refused():
    labels = np.arange(10)
    with pytest.raises(ValueError, match="not of the same digits"):
        compare(answering(labels, labels > 1), answering(labels[::-1].copy(), labels > 1))
    with pytest.raises(ValueError, match="digits=10 cannot be used: expected at least 11"):
        compare_counts(6, 5, 10)
    with pytest.raises(ValueError, match="only_first=-2 cannot be used"):
        mcnemar(-2, 5)
