"""Gains over a baseline agree with SciPy's paired t and with numbers computed by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from mnist_lab.evaluation.gains import paired_gains

ACCURACIES = {"plain": [0.95, 0.96, 0.955], "wide": [0.97, 0.965, 0.95], "deep": [0.9, 0.9, 0.9]}


def test_a_table_has_the_numbers_computed_by_hand():
    table = paired_gains(ACCURACIES, "plain")
    assert table.index.tolist() == ["wide", "deep"]
    assert table.loc["wide", ["accuracy", "gain", "better"]].tolist() == [96.17, 0.67, 2]
    assert table.loc["deep", ["accuracy", "gain", "better"]].tolist() == [90, -5.5, 0]
    # Gains of 2, 0.5 and -0.5 points: deviation 1.2583, and t of two degrees of freedom is 4.3027.
    half = 4.3027 * 1.2583 / 3**0.5
    assert table.loc["wide", ["low", "high"]].tolist() == pytest.approx(
        [2 / 3 - half, 2 / 3 + half], abs=0.006
    )


@given(
    st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 1000)), min_size=2, max_size=9).filter(
        lambda pairs: len({first - second for first, second in pairs}) > 1
    )
)
def test_the_interval_is_that_of_scipys_paired_t(pairs):
    before, after = np.array(pairs).T / 1000
    row = paired_gains({"plain": before, "other": after}, "plain").loc["other"]
    oracle = stats.ttest_rel(100 * after, 100 * before).confidence_interval(0.95)
    assert (row["low"], row["high"]) == pytest.approx((oracle.low, oracle.high), abs=0.0051)
    assert row["better"] == sum(second > first for first, second in pairs)


def test_one_seed_has_no_interval():
    row = paired_gains({"plain": [0.9], "other": [0.95]}, "plain").loc["other"]
    assert row["gain"] == 5
    assert np.isnan(row["low"]) and np.isnan(row["high"])


def test_a_baseline_without_runs_or_settings_of_other_lengths_are_refused():
    with pytest.raises(ValueError, match="did you mean 'plain'"):
        paired_gains(ACCURACIES, "plan")
    with pytest.raises(ValueError, match="3 accuracies, one per seed, as 'plain' has"):
        paired_gains({**ACCURACIES, "short": [0.9]}, "plain")
