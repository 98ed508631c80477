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


def test_reliability_diagram_shows_the_table_of_bins():
    axis = plots.reliability_diagram({"mine": RESULT}, bins=10).axes[0]
    table = reliability(RESULT, 10)
    line = axis.containers[0].lines[0]
    np.testing.assert_allclose(np.asarray(line.get_xdata(), float), table["confidence"])
    np.testing.assert_allclose(np.asarray(line.get_ydata(), float), table["accuracy"])
    assert "mine, error " in axis.get_legend().get_texts()[0].get_text()


def test_risk_coverage_curves_show_mistakes_over_coverage():
    axis = plots.risk_coverage_curves({"mine": RESULT}).axes[0]
    assert {"1%", "0.1%", "0.01%"} <= {label.get_text() for label in axis.get_yticklabels()}
    line = axis.lines[0]
    table = risk_coverage(RESULT)
    np.testing.assert_allclose(line.get_xdata(), table["coverage"])
    np.testing.assert_allclose(
        line.get_ydata(), (1 - table["accuracy"]).where(table["accuracy"] < 1)
    )
    assert np.isfinite(line.get_ydata()[-1])
