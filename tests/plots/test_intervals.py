"""Shares stand at their values between the ends of their intervals."""

import numpy as np
import pandas as pd
import pytest

from mnist_lab import plots
from mnist_lab.evaluation.shapes import group_errors
from mnist_lab.plots import intervals
from tests.helpers.evaluations import evaluation_of, wilson_by_hand
from tests.helpers.figures import LABELS, PERFECT, RESULT, assert_drawn, functions_of

GROUPS = pd.DataFrame(
    {"fours": LABELS == 4, "threes": LABELS == 3, "nobody": np.zeros(300, dtype=bool)}
)
TABLE = group_errors(GROUPS, RESULT)

# Each figure of the file with what it is called with, the usual and the edge cases.
CALLS = [
    ("accuracies_by_seed", ({"plain": [RESULT, PERFECT, RESULT], "other": [PERFECT]},), {}),
    ("accuracies_by_seed", ({"plain": [PERFECT]},), {}),
    ("accuracies_by_seed", ({letter: [RESULT] for letter in "abcdefg"},), {}),
    ("accuracies_by_seed", ({"plain": [RESULT], "nothing": []},), {}),
    ("group_error_rates", (TABLE, 0.04), {}),
    ("group_error_rates", (TABLE.loc[["nobody"]], 0.04), {}),
]


def test_every_figure_of_the_file_is_drawn_here():
    assert functions_of(intervals) == {name for name, *_ in CALLS}


@pytest.mark.parametrize(("name", "values", "named"), CALLS)
def test_figures_are_drawn_without_a_warning_labeled_and_closed(name, values, named):
    assert_drawn(getattr(plots, name), values, named, scales=True)


def test_accuracies_by_seed_have_a_row_each_and_wilsons_interval():
    figure = plots.accuracies_by_seed({"plain": [RESULT, PERFECT], "other": [RESULT]})
    axis = figure.axes[0]
    first, second = axis.containers
    np.testing.assert_allclose(first.lines[0].get_xdata(), [288 / 300, 1])
    ends = first.lines[2][0].get_segments()[0][:, 0]
    np.testing.assert_allclose(ends, wilson_by_hand(288, 300))
    rows = [*first.lines[0].get_ydata(), *second.lines[0].get_ydata()]
    assert len(set(rows)) == 3
    assert [label.get_text() for label in axis.get_yticklabels()] == ["plain", "other"]
    assert first.lines[0].get_color() != second.lines[0].get_color()


def test_no_evaluation_at_all_is_refused():
    with pytest.raises(ValueError, match="at least one evaluation"):
        plots.accuracies_by_seed({"plain": []})


def test_group_error_rates_stand_beside_their_group_and_its_size():
    figure = plots.group_error_rates(TABLE, overall=0.04)
    axis = figure.axes[0]
    dots = axis.containers[0].lines[0]
    np.testing.assert_allclose(np.asarray(dots.get_xdata(), float), [7 / 30, 5 / 30])
    assert [label.get_text() for label in axis.get_yticklabels()] == [
        "fours (30)",
        "threes (30)",
        "nobody (0)",
    ]
    ends = axis.containers[0].lines[2][0].get_segments()[1][:, 0]
    np.testing.assert_allclose(ends, wilson_by_hand(5, 30))
    line = next(line for line in axis.lines if line.get_label().startswith("all digits"))
    assert set(line.get_xdata()) == {0.04}


def test_the_text_names_the_groups_with_the_most_mistakes():
    result = evaluation_of([1, 1, 2, 2], [1, 7, 2, 2])
    table = group_errors(pd.DataFrame({"ones": [True, True, False, False]}), result)
    text = plots.group_error_rates(table, 0.25).get_label()
    assert "among all digits it is 25.00%. The highest: ones 50.0%." in text
