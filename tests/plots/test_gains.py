"""The figure of gains is drawn, labeled and closed, and shows the numbers it was given."""

import pytest

from mnist_lab import plots
from mnist_lab.plots import gains
from tests.helpers.figures import assert_drawn, functions_of

ACCURACIES = {"plain": [0.95, 0.96], "wide": [0.97, 0.97], "deep": [0.95, 0.95]}
CALLS = [
    ("gain_intervals", (ACCURACIES, "plain"), {}),
    ("gain_intervals", ({"plain": [0.95], "wide": [0.97]}, "plain"), {}),
]


def test_every_figure_of_the_file_is_drawn_here():
    assert functions_of(gains) == {name for name, *_ in CALLS}


@pytest.mark.parametrize(("name", "values", "named"), CALLS)
def test_figures_are_drawn_without_a_warning_labeled_and_closed(name, values, named):
    assert_drawn(getattr(plots, name), values, named, scales=True)


def test_each_setting_has_its_seeds_its_mean_and_its_interval():
    axis = plots.gain_intervals(ACCURACIES, "plain").axes[0]
    wide, deep = axis.lines[1:3]  # after the line at zero
    assert list(wide.get_xdata()) == pytest.approx([2, 1])
    assert list(deep.get_xdata()) == pytest.approx([0, -1])
    # Half the interval of two differences: t of one degree of freedom, 12.706, times half of them.
    (segments,) = [line.get_segments() for line in axis.collections if line.get_segments()]
    assert segments[0][:, 0] == pytest.approx([1.5 - 6.353, 1.5 + 6.353], abs=0.01)
    assert [label.get_text() for label in axis.get_yticklabels()] == ["wide", "deep"]
    assert axis.get_xlabel() == "gain over plain, in points"


def test_the_text_alternative_says_the_mean_gains():
    text = plots.gain_intervals(ACCURACIES, "plain").get_label()
    assert "wide +1.50 and deep -0.50" in text
    assert "2 seeds each" in text
