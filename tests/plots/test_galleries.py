"""Figures of single digits show them with their labels, predictions and confidences."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgba

from mnist_lab import plots
from mnist_lab.evaluation.error_analysis import misclassified
from mnist_lab.plots import galleries
from tests.helpers.evaluations import evaluation_of
from tests.helpers.figures import (
    PERFECT,
    RESULT,
    assert_drawn,
    functions_of,
    images_of,
    texts_of,
)

ISSUES = pd.DataFrame(
    {
        "index": [5, 2, 9],
        "label": [1, 2, 3],
        "suggestion": [7, 0, 8],
        "confidence": [0.9999, 0.8, 0.6],
        "self_confidence": [0.0, 0.1, 0.2],
    }
)

# Each figure of the file with what it is called with, the usual and the edge cases.
CALLS = [
    ("probability_bars", (RESULT, 0), {}),
    ("misclassified_gallery", (RESULT,), {}),
    ("misclassified_gallery", (RESULT,), {"count": 1}),
    ("misclassified_gallery", (RESULT,), {"indices": np.array([0, 299])}),
    ("misclassified_gallery", (RESULT,), {"indices": []}),
    ("misclassified_gallery", (PERFECT,), {}),
    ("label_issue_gallery", (ISSUES, RESULT.dataset), {}),
    ("predictions_side_by_side", ({"one": RESULT, "other": PERFECT}, [0, 90, 120]), {}),
    ("predictions_side_by_side", ({"one": RESULT}, range(20)), {}),
]
# Figures of images without scales.
IMAGES_ONLY = {"misclassified_gallery", "label_issue_gallery", "predictions_side_by_side"}


def test_every_figure_of_the_file_is_drawn_here():
    assert functions_of(galleries) == {name for name, *_ in CALLS}


@pytest.mark.parametrize(("name", "values", "named"), CALLS)
def test_figures_are_drawn_without_a_warning_labeled_and_closed(name, values, named):
    assert_drawn(getattr(plots, name), values, named, scales=name not in IMAGES_ONLY)


def test_probability_bars_mark_the_true_digit():
    left, right = plots.probability_bars(RESULT, 120).axes
    assert left.get_title() == "labeled 4, read as 9"
    np.testing.assert_array_equal(left.images[0].get_array(), RESULT.dataset.images[120])
    np.testing.assert_allclose(
        [bar.get_height() for bar in right.patches], RESULT.probabilities[120]
    )
    colors = [to_rgba(bar.get_facecolor()) for bar in right.patches]
    assert [digit for digit in range(10) if colors.count(colors[digit]) == 1] == [4]
    assert right.get_ylim() == (0, 1)


def test_gallery_titles_hold_label_prediction_and_confidence():
    figure = plots.misclassified_gallery(
        evaluation_of([4, 3, 1, 2], [9, 5, 1, 0], sure=[0.6, 0.875, 0.9, 0.99999])
    )
    titles = [title.split("\n") for _, title in images_of(figure)]
    assert titles == [
        ["2 read as 0", "over 99.9% sure"],
        ["3 read as 5", "87.5% sure"],
        ["4 read as 9", "60.0% sure"],
    ]


def test_gallery_shows_the_surest_mistakes_or_those_asked_for():
    def images(figure):
        return [np.asarray(image.get_array()) for image in figure.axes[0].images]

    surest = misclassified(RESULT)[:3]
    for figure, chosen in (
        (plots.misclassified_gallery(RESULT, count=3), surest),
        (plots.misclassified_gallery(RESULT, indices=[5, 2]), [5, 2]),
    ):
        np.testing.assert_array_equal(images(figure), RESULT.dataset.images[chosen])


def test_gallery_without_mistakes_says_so():
    assert texts_of(plots.misclassified_gallery(PERFECT).axes[0]) == ["No mistakes to show."]


def test_label_issues_are_shown_in_their_order_with_label_and_prediction():
    shown = images_of(plots.label_issue_gallery(ISSUES, RESULT.dataset, count=2))
    assert [title.split("\n") for _, title in shown] == [
        ["labeled 1, reads 7", "over 99.9% sure"],
        ["labeled 2, reads 0", "80.0% sure"],
    ]
    np.testing.assert_array_equal(shown[0][0].get_array(), RESULT.dataset.images[5])


def test_wrong_predictions_stand_in_colored_cells():
    figure = plots.predictions_side_by_side({"one": RESULT, "other": PERFECT}, [0, 90, 120])
    axis = figure.axes[0]
    # For each digit its label, and below it what the two models read.
    read = ["0", "0", "0", "3", "5", "3", "4", "9", "4"]
    assert [text.get_text() for text in axis.texts] == read
    colors = [patch.get_facecolor() for patch in axis.patches]
    assert [color != to_rgba("white") for color in colors] == [
        False,
        False,
        True,
        False,
        True,
        False,
    ]
    rows = [label.get_text() for label in axis.get_yticklabels()]
    assert rows == ["label", "digit", "one", "other"]
    np.testing.assert_array_equal(axis.images[1].get_array(), RESULT.dataset.images[90])
