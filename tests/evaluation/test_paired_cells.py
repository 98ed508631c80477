"""Sweeps are compared as SciPy's paired t-test says, and told apart as Holm's procedure does."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from mnist_lab.evaluation.paired_cells import adjusted_by_holm, compare_cells

RANDOM = np.random.default_rng(0)
GAINS = [0.0, 0.001, 0.004, 0.02]
CELLS = {
    f"gain {gain}": (before := RANDOM.normal(0.9, 0.01, 6), before + RANDOM.normal(gain, 0.002, 6))
    for gain in GAINS
}


def rejected_by_holm(p_values: list[float], level: float) -> list[bool]:
    """Return which tests Holm's procedure rejects, by its definition (1979)."""
    order = sorted(range(len(p_values)), key=lambda index: p_values[index])
    rejected = [False] * len(p_values)
    for step, index in enumerate(order):
        if p_values[index] > level / (len(p_values) - step):
            break
        rejected[index] = True
    return rejected


def test_intervals_and_p_values_are_those_of_scipys_paired_t_test():
    table = compare_cells(CELLS)
    for name, (before, after) in CELLS.items():
        known = stats.ttest_rel(after, before)
        low, high = known.confidence_interval(0.95)
        row = table.loc[name]
        assert row["p"] == pytest.approx(known.pvalue, rel=1e-9)
        assert (row["low"], row["high"]) == pytest.approx((low, high), rel=1e-9)
        means = (np.mean(before), np.mean(after), np.mean(after) - np.mean(before))
        assert (row["first"], row["second"], row["difference"]) == pytest.approx(means)
        assert row["seeds"] == 6


def test_a_verdict_is_what_holms_procedure_says_for_all_settings_together():
    table = compare_cells(CELLS)
    rejected = rejected_by_holm(table["p"].to_list(), 0.05)
    assert (table["verdict"] == "better").to_list() == rejected
    assert True in rejected and False in rejected
    turned = compare_cells({name: (after, before) for name, (before, after) in CELLS.items()})
    assert (turned["verdict"] == "worse").to_list() == rejected


def test_a_setting_that_stands_out_alone_need_not_do_so_among_many():
    alone = {"x": CELLS["gain 0.004"]}
    assert compare_cells(alone)["verdict"].to_list() == ["better"]
    noise = {
        str(index): (before := RANDOM.normal(0.9, 0.01, 6), before + RANDOM.normal(0, 0.01, 6))
        for index in range(400)
    }
    assert compare_cells(alone | noise)["verdict"]["x"] == "not told apart"


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8), st.floats(0.001, 0.999))
def test_an_adjusted_p_value_is_the_level_at_which_its_test_is_rejected(p_values, level):
    adjusted = adjusted_by_holm(np.array(p_values))
    away = np.abs(adjusted - level) > 1e-9  # where rounding does not decide
    rejected = np.array(rejected_by_holm(p_values, level))
    assert (rejected[away] == (adjusted <= level)[away]).all()


def test_settings_without_a_test_do_not_count_among_the_tests():
    adjusted = adjusted_by_holm(np.array([0.01, np.nan, 0.04]))
    assert adjusted[[0, 2]] == pytest.approx([0.02, 0.04])
    assert np.isnan(adjusted[1])


@pytest.mark.parametrize(
    ("first", "second", "verdict"),
    [
        ([0.9], [0.95], "cannot tell"),
        ([0.9, 0.91], [0.95, 0.96], "cannot tell"),
        ([0.9, 0.91], [0.9, 0.91], "not told apart"),
    ],
)
def test_without_a_spread_nothing_is_called_better(first, second, verdict):
    row = compare_cells({"x": (first, second)}).loc["x"]
    assert row["verdict"] == verdict
    assert np.isnan(row["p"]) == (verdict == "cannot tell")


@pytest.mark.parametrize("pair", [([0.9], [0.9, 0.9]), ([], [])])
def test_lists_that_are_no_pairs_are_refused_by_name(pair):
    with pytest.raises(ValueError, match=r"scores\['x'\].*same seeds"):
        compare_cells({"x": pair})


def test_no_settings_give_an_empty_table():
    assert compare_cells({}).empty
