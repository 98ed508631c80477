"""Figures of confidence show the tables they are drawn from."""

import numpy as np
import pytest

from mnist_lab import plots
from mnist_lab.evaluation.calibration import reliability, risk_coverage
from mnist_lab.plots import calibration
from tests.helpers.figures import PERFECT, RESULT, assert_drawn, functions_of

# Each figure of the file with what it is called with, the usual and the edge cases.
CALLS = [
    ("confidence_histogram", (RESULT,), {}),
    ("confidence_histogram", (PERFECT,), {}),
    ("reliability_diagram", ({"first": RESULT, "second": PERFECT},), {}),
    ("reliability_diagram", ({"first": RESULT},), {"bins": 1}),
    ("risk_coverage_curves", ({"first": RESULT, "second": PERFECT},), {}),
]


def test_every_figure_of_the_file_is_drawn_here():
    assert functions_of(calibration) == {name for name, *_ in CALLS}


@pytest.mark.parametrize(("name", "values", "named"), CALLS)
def test_figures_are_drawn_without_a_warning_labeled_and_closed(name, values, named):
    assert_drawn(getattr(plots, name), values, named, scales=True)


def test_confidence_histogram_counts_right_and_wrong_answers_apart():
    axes = plots.confidence_histogram(RESULT).axes
    assert [axis.get_title() for axis in axes] == ["right answers (288)", "wrong answers (12)"]
    right, wrong = (sum(bar.get_height() for bar in axis.patches) for axis in axes)
    assert (right, wrong) == (288, 12)


def points_of(axis, number=0):
    line = axis.containers[number].lines[0]
    return np.asarray(line.get_xdata(), float), np.asarray(line.get_ydata(), float)


def test_reliability_diagram_shows_the_table_of_bins():
    figure = plots.reliability_diagram({"mine": RESULT, "other": PERFECT}, bins=10)
    whole, counts, last = figure.axes
    table = reliability(RESULT, 10)
    for axis in (whole, last):
        confidence, accuracy = points_of(axis)
        np.testing.assert_allclose(confidence, table["confidence"])
        np.testing.assert_allclose(accuracy, table["accuracy"])
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["mine", "other"]
    heights = [bar.get_height() for bar in counts.containers[0]]
    assert heights == table["digits"].tolist()
    assert sum(bar.get_height() for bar in counts.containers[1]) == len(PERFECT)


def test_the_enlarged_bin_has_its_points_and_intervals_in_view():
    last = plots.reliability_diagram({"mine": RESULT}, bins=10).axes[2]
    row = reliability(RESULT, 10).iloc[-1]
    left, right = last.get_xlim()
    assert last.get_ylim() == (left, right)
    assert left < min(row["low"], row["confidence"])
    assert right > max(row["high"], row["confidence"])


def test_risk_coverage_curves_show_mistakes_over_coverage_where_there_are_enough():
    axis = plots.risk_coverage_curves({"mine": RESULT, "none": PERFECT}, least=3).axes[0]
    table = risk_coverage(RESULT)
    mistakes = (np.cumsum(~RESULT.correct[np.argsort(-RESULT.confidence, kind="stable")])).tolist()
    enough = [count for count in mistakes if count >= 3]
    line = axis.lines[0]
    np.testing.assert_allclose(line.get_xdata(), table["coverage"][-len(enough) :])
    np.testing.assert_allclose(line.get_ydata(), 1 - table["accuracy"][-len(enough) :])
    assert line.get_ydata()[-1] == pytest.approx(12 / 300)
    assert len(axis.lines[1].get_xdata()) == 0
