"""Figures of searches are drawn, labeled and closed, and show the numbers they were given."""

import numpy as np
import pandas as pd
import pytest

from mnist_lab import plots
from mnist_lab.plots import searches
from tests.helpers.figures import assert_drawn, functions_of

TRIALS = pd.DataFrame(
    {"rate": [0.001, 0.01, 0.1], "depth": [1.0, 2.0, 3.0], "accuracy": [0.9, 0.95, 0.2]}
)
CURVES = pd.DataFrame([[0.8, 0.9, 0.9], [0.7, 0.7, 0.95]], columns=[1, 2, 3])
CURSE = pd.DataFrame({"promised": [0.7, 0.9], "held": [0.71, 0.85]}, index=[1, 16])
VALUES, SCORES = [0.001, 0.002, 0.01, 0.1], [0.8, 0.9, 0.95, 0.1]

CALLS = [
    ("trials_map", (TRIALS, "rate", "depth"), {}),
    ("trials_map", (TRIALS[:1], "rate", "depth"), {}),
    ("parzen_densities", (VALUES, SCORES, "learning rate"), {"share": 0.5}),
    ("parzen_densities", (VALUES, SCORES, "learning rate"), {}),
    ("search_bands", ({"random": CURVES, "tpe": CURVES + 0.01}, "best accuracy"), {"level": 0.9}),
    ("search_bands", ({"random": CURVES[:1]}, "best accuracy"), {}),
    ("promise_and_check", (CURSE, "trials", "accuracy"), {}),
]


def test_every_figure_of_the_file_is_drawn_here():
    assert functions_of(searches) == {name for name, *_ in CALLS}


@pytest.mark.parametrize(("name", "values", "named"), CALLS)
def test_figures_are_drawn_without_a_warning_labeled_and_closed(name, values, named):
    # The two panels of the densities share their x axis.
    assert_drawn(getattr(plots, name), values, named, scales=name != "parzen_densities")


def test_a_map_of_trials_has_them_and_a_ring_around_the_best():
    axis, bar = plots.trials_map(TRIALS, "rate", "depth").axes
    [dots] = axis.collections
    np.testing.assert_allclose(dots.get_offsets(), TRIALS[["rate", "depth"]])
    np.testing.assert_allclose(dots.get_array(), [90, 95, 20])
    assert axis.lines[0].get_xydata().tolist() == [[0.01, 2.0]]
    # The hopeless trial does not make the two others look alike.
    assert dots.get_clim()[0] == 80
    assert bar.get_ylabel() == "accuracy, %"


def test_the_densities_are_highest_where_their_trials_are():
    above, below = plots.parzen_densities(VALUES, SCORES, "rate", share=0.5).axes
    good, marks, rest, _ = above.lines
    assert marks.get_xdata().tolist() == [0.002, 0.01]
    ratio = below.lines[0].get_ydata()
    np.testing.assert_allclose(ratio, good.get_ydata() / rest.get_ydata())
    assert below.lines[1].get_xdata()[0] == below.lines[0].get_xdata()[ratio.argmax()]


def test_a_band_holds_the_middle_half_of_the_searches_and_the_line_is_their_median():
    table = pd.DataFrame(np.random.default_rng(0).random((21, 5)), columns=range(1, 6))
    axis = plots.search_bands({"random": table}, "best accuracy", level=0.5).axes[0]
    median, level = axis.lines
    np.testing.assert_allclose(median.get_ydata(), 100 * table.median())
    assert set(level.get_ydata()) == {50}
    corners = axis.collections[0].get_paths()[0].vertices
    at_third = sorted({float(y) for x, y in corners if x == 3})
    inside = table[3].between(at_third[0] / 100, at_third[-1] / 100)
    assert inside.sum() == 11  # with the two at its edges


def test_promise_and_check_says_the_gap_in_points():
    figure = plots.promise_and_check(CURSE, "trials", "accuracy")
    promised, held = figure.axes[0].lines
    np.testing.assert_allclose(promised.get_ydata(), [70, 90])
    np.testing.assert_allclose(held.get_ydata(), [71, 85])
    assert "-1.00 points at first and +5.00 at the end" in figure.get_label()
    assert [label.get_text() for label in figure.axes[0].get_xticklabels()] == ["1", "16"]
