"""The figure of what each step is worth shows the shares that it was given."""

import pytest

from mnist_lab import plots
from mnist_lab.plots import steps
from tests.helpers.figures import assert_drawn, functions_of

SHARES = {
    "all": {"as it is": 0.1, "thresholded": 0.8, "cut out": 0.75},
    "plain": {"as it is": 0.12, "thresholded": 1.0, "cut out": 1.0},
    "squared": {"as it is": 0.08, "thresholded": 0.6, "cut out": -0.2},
}
CALLS = [
    ("step_shares", (SHARES,), {}),
    ("step_shares", ({"all": {"one step": 0.5}},), {}),
    ("step_shares", ({f"group {number}": SHARES["all"] for number in range(12)},), {}),
]


def test_every_figure_of_the_file_is_drawn_here():
    assert functions_of(steps) == {name for name, *_ in CALLS}


@pytest.mark.parametrize(("name", "values", "named"), CALLS)
def test_figures_are_drawn_without_a_warning_labeled_and_closed(name, values, named):
    assert_drawn(getattr(plots, name), values, named, scales=True)


def test_each_group_is_a_line_through_its_shares_in_the_order_of_the_steps():
    axis = plots.step_shares(SHARES).axes[0]
    drawn = {str(line.get_label()): list(line.get_ydata()) for line in axis.lines}
    assert drawn == {group: list(values.values()) for group, values in SHARES.items()}
    assert [label.get_text() for label in axis.get_xticklabels()] == list(SHARES["all"])


def test_the_axis_begins_at_0_or_below_so_that_lines_are_as_high_as_their_shares():
    low, _ = plots.step_shares({"all": {"before": 0.5, "after": 0.9}}).axes[0].get_ylim()
    assert low == 0
    assert plots.step_shares(SHARES).axes[0].get_ylim()[0] <= -0.2


def test_the_text_alternative_says_the_first_groups_share_after_each_step():
    text = str(plots.step_shares(SHARES).get_label())
    assert "all: as it is 10.0%, thresholded 80.0% and cut out 75.0%" in text


def test_groups_with_other_steps_are_refused():
    with pytest.raises(ValueError, match="the steps of plain"):
        plots.step_shares({"all": {"a": 0.1, "b": 0.2}, "plain": {"b": 0.2, "a": 0.1}})
    with pytest.raises(ValueError, match="shares is empty"):
        plots.step_shares({})
