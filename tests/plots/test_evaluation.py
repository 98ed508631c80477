"""Figures of accuracies and confusions show the numbers they were given."""

import numpy as np
import pytest

from mnist_lab import plots
from mnist_lab.evaluation.error_analysis import per_digit
from mnist_lab.plots import evaluation
from tests.helpers.evaluations import evaluation_of, wilson_by_hand
from tests.helpers.figures import PERFECT, RESULT, assert_drawn, functions_of, mesh_of

# Each figure of the file with what it is called with, the usual and the edge cases.
CALLS = [
    ("confusion_heatmap", (RESULT,), {}),
    ("confusion_heatmap", (PERFECT,), {}),
    ("confusion_heatmap", (evaluation_of([3, 3], [3, 5]),), {}),
    ("confusion_difference", (RESULT, PERFECT), {}),
    ("confusion_difference", (PERFECT, PERFECT), {}),
    ("per_digit_scores", (RESULT,), {}),
    ("per_digit_scores", (PERFECT,), {}),
    ("per_digit_scores", (evaluation_of([3, 3], [3, 5]),), {}),
    ("accuracy_intervals", ({"prepared": {"one": RESULT, "other": PERFECT}},), {}),
    ("accuracy_intervals", ({way: {"one": PERFECT} for way in "abcdef"},), {}),
]


def test_every_figure_of_the_file_is_drawn_here():
    assert functions_of(evaluation) == {name for name, *_ in CALLS}


@pytest.mark.parametrize(("name", "values", "named"), CALLS)
def test_figures_are_drawn_without_a_warning_labeled_and_closed(name, values, named):
    assert_drawn(getattr(plots, name), values, named, scales=True)


def written_matrix(figure):
    """Return the numbers written on the heat map, each in the row and column of its cell."""
    matrix = np.full((10, 10), np.nan)
    for text in figure.axes[0].texts:
        column, row = (int(position) for position in text.get_position())
        assert np.isnan(matrix[row, column])
        matrix[row, column] = float(text.get_text())
    return matrix


def test_confusion_heatmap_writes_the_matrix():
    np.testing.assert_array_equal(written_matrix(plots.confusion_heatmap(RESULT)), RESULT.confusion)


def test_confusion_heatmap_has_true_digits_down_and_predicted_digits_across():
    axis = plots.confusion_heatmap(RESULT).axes[0]
    assert (axis.get_xlabel(), axis.get_ylabel()) == ("predicted digit", "true digit")
    assert axis.yaxis_inverted()
    assert [label.get_text() for label in axis.get_yticklabels()] == [
        str(digit) for digit in range(10)
    ]


def test_colors_of_the_confusion_heatmap_belong_to_the_mistakes():
    mesh = mesh_of(plots.confusion_heatmap(RESULT))
    assert mesh.get_clim() == (0, 7)
    assert np.ma.getmaskarray(mesh.get_array()).reshape(10, 10).diagonal().all()


def test_confusion_heatmap_of_no_mistakes_is_as_light_as_zero():
    mesh = mesh_of(plots.confusion_heatmap(PERFECT))
    low, high = mesh.get_clim()
    assert low == 0 < high
    np.testing.assert_allclose(mesh.to_rgba(np.zeros(1))[0], mesh.cmap(0.0))
    assert sum(mesh.cmap(0.0)[:3]) > 2.5


def test_confusion_difference_is_second_less_first():
    figure = plots.confusion_difference(RESULT, PERFECT)
    matrix = written_matrix(figure)
    assert (matrix[4, 9], matrix[3, 5], matrix[4, 4], matrix[0, 0]) == (-7, -5, 7, 0)
    mesh = mesh_of(figure)
    assert mesh.get_clim() == (-7, 7)
    red, _, blue, _ = mesh.cmap(0.1)
    assert blue > red  # fewer mistakes


def test_per_digit_scores_show_both_with_their_intervals():
    table = per_digit(RESULT)
    for bars in plots.per_digit_scores(RESULT).axes[0].containers:
        np.testing.assert_allclose(
            np.asarray(bars.lines[0].get_ydata(), float), table[bars.get_label()]
        )
        np.testing.assert_allclose(np.rint(np.asarray(bars.lines[0].get_xdata(), float)), range(10))
    by_name = {bars.get_label(): bars for bars in plots.per_digit_scores(RESULT).axes[0].containers}
    recall = by_name["recall"].lines[2][0].get_segments()[4]  # of the 4s, 23 of 30 were found
    expected = wilson_by_hand(23, 30)
    np.testing.assert_allclose(recall[:, 1], expected)


def test_accuracies_stand_at_their_values_between_the_ends_of_their_intervals():
    figure = plots.accuracy_intervals(
        {"prepared": {"one": RESULT, "other": PERFECT}, "bare": {"one": PERFECT, "other": RESULT}}
    )
    first, second = figure.axes[0].containers
    np.testing.assert_allclose(first.lines[0].get_ydata(), [288 / 300, 1])
    np.testing.assert_allclose(second.lines[0].get_ydata(), [1, 288 / 300])
    lows = first.lines[2][0].get_segments()
    np.testing.assert_allclose([lows[0][0][1], lows[0][1][1]], RESULT.interval)
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["prepared", "bare"]
