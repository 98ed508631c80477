"""Comparisons with a fixed setting agree with SciPy, and are seldom wrong all together."""

import numpy as np
import pytest
from scipy import stats

from mnist_lab.evaluation.many_comparisons import compare_with_control

RANDOM = np.random.default_rng(0)


@pytest.mark.parametrize(("settings", "seeds"), [(2, 6), (6, 4), (20, 2)])
def test_the_intervals_are_those_of_scipys_paired_t_test_corrected(settings, seeds):
    scores = {str(number): RANDOM.normal(0.9, 0.01, seeds) for number in range(settings)}
    table = compare_with_control(scores, "1")
    assert table.index.tolist() == [name for name in scores if name != "1"]
    confidence = 1 - 0.05 / (settings - 1)
    for name, row in table.iterrows():
        oracle = stats.ttest_rel(scores[name], scores["1"]).confidence_interval(confidence)
        np.testing.assert_allclose((row["low"], row["high"]), oracle)
        assert row["difference"] == pytest.approx(scores[name].mean() - scores["1"].mean())


def test_the_verdicts_are_those_of_p_values_times_the_number_of_comparisons():
    scores = {str(number): RANDOM.normal(0.9 + number / 200, 0.01, 5) for number in range(9)}
    table = compare_with_control(scores, "4")
    for name, row in table.iterrows():
        p_value = 8 * stats.ttest_rel(scores[name], scores["4"]).pvalue
        assert (row["verdict"] == "not told apart") == (p_value >= 0.05)


def test_a_seed_that_is_lucky_for_all_changes_no_interval():
    scores = {name: RANDOM.normal(0.9, 0.01, 4) for name in "abc"}
    lucky = {name: values + np.eye(4)[0] / 20 for name, values in scores.items()}
    before, after = (compare_with_control(each, "a") for each in (scores, lucky))
    columns = ["difference", "low", "high"]
    np.testing.assert_allclose(before[columns], after[columns], atol=1e-12)


def test_equal_settings_are_told_apart_in_at_most_one_experiment_in_twenty():
    wrong = 0
    for _ in range(600):
        lucky = RANDOM.normal(0, 0.01, 4)
        # Some settings are ten times as unsteady as others.
        spreads = 0.01 * 10.0 ** RANDOM.uniform(-1, 0, 10)
        scores = {str(number): 0.9 + RANDOM.normal(0, spreads[number], 4) for number in range(10)}
        scores = {name: values + lucky for name, values in scores.items()}
        wrong += (compare_with_control(scores, "0")["verdict"] != "not told apart").any()
    assert wrong / 600 < 0.07  # 5 % and two standard errors


def test_a_setting_with_a_failed_run_has_no_interval():
    scores = {name: RANDOM.normal(0.9, 0.01, 3) for name in "abc"}
    table = compare_with_control(scores | {"d": [0.9, 0.0, 0.3]}, "a")
    assert table.loc["d", ["failed", "verdict"]].tolist() == [2, "failed"]
    assert np.isnan(table.loc["d", "low"])
    assert (table.loc[["b", "c"], "failed"] == 0).all()


def test_verdicts_say_on_which_side_of_zero_an_interval_lies():
    scores = {
        "control": [0.900, 0.902, 0.901],
        "up": [0.950, 0.952, 0.951],
        "down": [0.850, 0.8521, 0.851],
        "near": [0.901, 0.900, 0.903],
    }
    verdicts = compare_with_control(scores, "control")["verdict"].to_dict()
    assert verdicts == {"up": "better", "down": "worse", "near": "not told apart"}


def test_without_a_sound_control_nothing_is_compared():
    table = compare_with_control({"a": [0.1, 0.9], "b": [0.9, 0.91], "c": [0.9, 0.2]}, "a")
    assert table["verdict"].tolist() == ["no control", "failed"]
    assert table[["low", "high"]].isna().all(axis=None)


def test_what_cannot_be_compared_is_refused():
    with pytest.raises(ValueError, match="control='b' cannot be used"):
        compare_with_control({"a": [0.9, 0.9]}, "b")
    with pytest.raises(ValueError, match="equally many runs"):
        compare_with_control({"a": [0.9, 0.9], "b": [0.9]}, "a")
