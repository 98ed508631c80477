"""Figures of an experiment show the rates, means, failures and intervals that they were given."""

import numpy as np
import pytest

from mnist_lab import plots
from mnist_lab.evaluation.many_comparisons import compare_with_control
from mnist_lab.plots import comparisons
from tests.helpers.figures import assert_drawn, functions_of, mesh_of, texts_of

RATES = {("relu", "sgd"): 1.0, ("relu", "adam"): 0.01, ("tanh", "sgd"): 0.316227766}
SCORES = {
    ("relu", "sgd"): [0.96, 0.98],
    ("relu", "adam"): [0.99, 0.97],
    ("tanh", "sgd"): [0.9, 0.1],
    ("tanh", "adam"): [0.7, 0.7],
}
TABLE = compare_with_control({"/".join(pair): runs for pair, runs in SCORES.items()}, "relu/adam")
NAMES = {"xlabel": "optimizer", "ylabel": "activation"}

# Each figure of the file with what it is called with, the usual and the edge cases.
CALLS = [
    ("rate_heatmap", (RATES,), NAMES),
    ("rate_heatmap", ({("relu", "adam"): 0.01},), NAMES),
    ("score_heatmap", (SCORES,), NAMES),
    ("score_heatmap", ({("relu", "adam"): [0.9]},), NAMES),
    ("score_heatmap", ({("relu", "adam"): [0.1]},), NAMES),
    ("difference_intervals", (TABLE, "relu/adam"), {}),
    ("difference_intervals", (TABLE[:1], "relu/adam"), {}),
    ("difference_intervals", (TABLE[TABLE["failed"] > 0], "relu/adam"), {}),
]


def test_every_figure_of_the_file_is_drawn_here():
    assert functions_of(comparisons) == {name for name, *_ in CALLS}


@pytest.mark.parametrize(("name", "values", "named"), CALLS)
def test_figures_are_drawn_without_a_warning_labeled_and_closed(name, values, named):
    assert_drawn(getattr(plots, name), values, named, scales=False)


def test_a_rate_heatmap_has_a_cell_per_pair_with_its_rate_in_it():
    figure = plots.rate_heatmap(RATES, **NAMES)
    values = np.ma.filled(mesh_of(figure).get_array(), -1).reshape(2, 2)
    np.testing.assert_allclose(values, [[1, 0.01], [0.316227766, -1]])
    assert texts_of(figure.axes[0]) == ["1", "0.01", "0.316"]
    axis = figure.axes[0]
    assert [label.get_text() for label in axis.get_xticklabels()] == ["sgd", "adam"]
    assert [label.get_text() for label in axis.get_yticklabels()] == ["relu", "tanh"]
    top, bottom = axis.get_ylim()
    assert top > bottom  # the first row is the upper one


def test_a_score_heatmap_has_means_and_says_how_many_runs_failed():
    figure = plots.score_heatmap(SCORES, **NAMES)
    values = np.ma.filled(mesh_of(figure).get_array(), -1).reshape(2, 2)
    np.testing.assert_allclose(values, [[97, 98], [-1, 70]])
    assert sorted(texts_of(figure.axes[0])) == ["1 of 2\nfailed", "70.0", "97.0", "98.0"]
    assert "In 1 of them a run failed." in figure.get_label()
    # The pair that lies far below the others does not stretch the colors.
    assert mesh_of(figure).get_clim() == pytest.approx((88, 98))


def test_differences_stand_in_points_the_best_on_top_and_failures_below():
    figure = plots.difference_intervals(TABLE, "relu/adam")
    axis = figure.axes[0]
    assert [label.get_text() for label in axis.get_yticklabels()] == [
        "relu/sgd",
        "tanh/adam",
        "tanh/sgd",
    ]
    assert texts_of(axis) == ["← -28.0", "1 run failed"]
    (bars,) = [container for container in axis.containers if container.has_xerr]
    segment = bars.lines[2][0].get_segments()[0]
    expected = 100 * TABLE.loc["relu/sgd", ["low", "high"]].to_numpy(float)
    np.testing.assert_allclose(segment[:, 0], expected)
