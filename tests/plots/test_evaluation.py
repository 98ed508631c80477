"""Figures of mistakes, confidence and suspects are drawn, labelled, and show the numbers they were given."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgba

from mnist_lab import plots
from mnist_lab.evaluation.calibration import reliability, risk_coverage
from mnist_lab.evaluation.metrics import misclassified, per_digit
from mnist_lab.evaluation.robustness import CORRUPTIONS
from tests.helpers.figures import (
    IMAGES,
    LABELS,
    PERFECT,
    RANDOM,
    RESULT,
    answers,
    assert_drawn,
    mesh_of,
    pictures_of,
    texts_of,
)  # fmt: skip

SUSPECTS = pd.DataFrame(
    {
        "index": [5, 2, 9],
        "label": [1, 2, 3],
        "suggestion": [7, 0, 8],
        "confidence": [0.9999, 0.8, 0.6],
        "self_confidence": [0.0, 0.1, 0.2],
    }
)
SHIFTED = pd.DataFrame(
    [
        (name, severity, model, 0.98 - severity / 300)
        for name in ("rotation", "blur", "noise", "translation")
        for severity in CORRUPTIONS[name].severities
        for model in ("mlp", "cnn")
    ],
    columns=["corruption", "severity", "model", "accuracy"],
)
MAPS = {"covered": RANDOM.normal(size=(2, 28, 28)), "slope": RANDOM.normal(size=(2, 28, 28))}

# Each function of the room with what it is called with, the usual and the edge cases.
CALLS = [
    ("confusion_heatmap", (RESULT,), {}),
    ("confusion_heatmap", (RESULT,), {"shares": True}),
    ("confusion_heatmap", (PERFECT,), {}),
    ("confusion_heatmap", (answers([3, 3], [3, 5]),), {"shares": True}),
    ("per_digit_scores", (RESULT,), {}),
    ("per_digit_scores", (answers([3, 3], [3, 5]),), {}),
    ("confidence_histogram", (RESULT,), {}),
    ("confidence_histogram", (PERFECT,), {}),
    ("probability_bars", (RESULT, 0), {}),
    ("misclassified_gallery", (RESULT,), {}),
    ("misclassified_gallery", (RESULT,), {"count": 1}),
    ("misclassified_gallery", (RESULT,), {"indices": np.array([0, 299])}),
    ("misclassified_gallery", (PERFECT,), {}),
    ("confusion_difference", (RESULT, PERFECT), {}),
    ("confusion_difference", (PERFECT, PERFECT), {}),
    ("reliability_diagram", ({"first": RESULT, "second": PERFECT},), {}),
    ("reliability_diagram", ({"first": RESULT},), {"bins": 1}),
    ("risk_coverage_curves", ({"first": RESULT, "second": PERFECT},), {}),
    ("label_issue_gallery", (SUSPECTS, RESULT.dataset), {}),
    ("attribution_maps", (IMAGES[:2], MAPS, ["a", "b"]), {}),
    ("attribution_maps", (IMAGES[:1], {"zero": np.zeros((1, 28, 28))}, ["a"]), {}),
    ("embedding_scatter", (RANDOM.normal(size=(300, 2)), RESULT, np.arange(300), "PCA"), {}),
    ("corruption_examples", (RESULT.dataset,), {}),
    ("corruption_curves", (SHIFTED,), {}),
    ("corruption_curves", (SHIFTED[SHIFTED["corruption"] == "blur"],), {}),
]
# Axes that hold a picture and no scales.
PICTURES = {
    "misclassified_gallery",
    "label_issue_gallery",
    "attribution_maps",
    "corruption_examples",
}


def test_every_function_of_the_room_is_drawn_here():
    assert {name for name, *_ in CALLS} == {
        name
        for name in plots.__all__
        if getattr(plots, name).__module__ == plots.evaluation.__name__
    }


@pytest.mark.parametrize(
    ("name", "values", "named"),
    CALLS,
    ids=[f"{number}-{name}" for number, (name, *_) in enumerate(CALLS)],
)
def test_figures_are_drawn_without_a_warning_labelled_and_closed(name, values, named):
    assert_drawn(getattr(plots, name), values, named, scales=name not in PICTURES)


def written_matrix(figure):
    """Return the numbers written on the heat map, placed by where they stand: row and column of their cell."""
    matrix = np.full((10, 10), np.nan)
    for text in figure.axes[0].texts:
        column, row = (int(place) for place in text.get_position())
        assert np.isnan(matrix[row, column])
        matrix[row, column] = float(text.get_text())
    return matrix


def test_confusion_heatmap_writes_the_matrix():
    np.testing.assert_array_equal(written_matrix(plots.confusion_heatmap(RESULT)), RESULT.confusion)


def test_confusion_heatmap_writes_shares_of_each_digit_in_per_cent():
    shares = written_matrix(plots.confusion_heatmap(RESULT, shares=True))
    assert (shares[4, 9], shares[4, 4], shares[3, 5], shares[0, 0]) == (23.3, 76.7, 16.7, 100.0)
    np.testing.assert_allclose(shares.sum(axis=1), 100, atol=0.2)


def test_confusion_heatmap_has_true_digits_down_and_predicted_digits_across():
    axis = plots.confusion_heatmap(RESULT).axes[0]
    assert (axis.get_xlabel(), axis.get_ylabel()) == ("predicted digit", "true digit")
    assert axis.yaxis_inverted()
    assert [label.get_text() for label in axis.get_yticklabels()] == [
        str(digit) for digit in range(10)
    ]


@pytest.mark.parametrize(("shares", "most"), [(False, 7), (True, 700 / 30)])
def test_colours_of_the_confusion_heatmap_belong_to_the_mistakes(shares, most):
    mesh = mesh_of(plots.confusion_heatmap(RESULT, shares=shares))
    assert mesh.get_clim() == pytest.approx((0, most))
    assert np.ma.getmaskarray(mesh.get_array()).reshape(10, 10).diagonal().all()


def test_confusion_heatmap_of_no_mistakes_is_as_light_as_zero():
    mesh = mesh_of(plots.confusion_heatmap(PERFECT))
    low, high = mesh.get_clim()
    assert low == 0 < high
    np.testing.assert_allclose(mesh.to_rgba(np.zeros(1))[0], mesh.cmap(0.0))
    assert sum(mesh.cmap(0.0)[:3]) > 2.5


def test_per_digit_scores_show_all_three_with_their_intervals():
    table = per_digit(RESULT)
    for bars in plots.per_digit_scores(RESULT).axes[0].containers:
        np.testing.assert_allclose(
            np.asarray(bars.lines[0].get_ydata(), float), table[bars.get_label()]
        )
        np.testing.assert_allclose(np.rint(np.asarray(bars.lines[0].get_xdata(), float)), range(10))
    by_name = {bars.get_label(): bars for bars in plots.per_digit_scores(RESULT).axes[0].containers}
    recall = by_name["recall"].lines[2][0].get_segments()[4]  # of the 4s, 23 of 30 were found
    expected = proportion_ci(23, 30)
    np.testing.assert_allclose(recall[:, 1], expected)


def proportion_ci(found, total):
    """Wilson's interval by its formula."""
    z, share = 1.959963984540054, found / total
    middle = (share + z**2 / (2 * total)) / (1 + z**2 / total)
    half = z / (1 + z**2 / total) * np.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    return middle - half, middle + half


def test_confidence_histogram_counts_right_and_wrong_answers_apart():
    axes = plots.confidence_histogram(RESULT).axes
    assert [axis.get_title() for axis in axes] == ["right answers (288)", "wrong answers (12)"]
    right, wrong = (sum(bar.get_height() for bar in axis.patches) for axis in axes)
    assert (right, wrong) == (288, 12)


def test_probability_bars_mark_the_true_digit():
    left, right = plots.probability_bars(RESULT, 120).axes
    assert left.get_title() == "labelled 4, read as 9"
    np.testing.assert_array_equal(left.images[0].get_array(), RESULT.dataset.images[120])
    np.testing.assert_allclose(
        [bar.get_height() for bar in right.patches], RESULT.probabilities[120]
    )
    colours = [to_rgba(bar.get_facecolor()) for bar in right.patches]
    assert [digit for digit in range(10) if colours.count(colours[digit]) == 1] == [4]
    assert right.get_ylim() == (0, 1)


def test_gallery_titles_hold_label_prediction_and_confidence():
    figure = plots.misclassified_gallery(
        answers([4, 3, 1, 2], [9, 5, 1, 0], sure=[0.6, 0.875, 0.9, 0.99999])
    )
    titles = [title.split("\n") for _, title in pictures_of(figure)]
    assert titles == [
        ["2 read as 0", "over 99.9% sure"],
        ["3 read as 5", "87.5% sure"],
        ["4 read as 9", "60.0% sure"],
    ]


def test_gallery_shows_the_surest_mistakes_or_those_asked_for():
    def images(figure):
        return [np.asarray(picture.get_array()) for picture in figure.axes[0].images]

    surest = misclassified(RESULT)[:3]
    for figure, chosen in (
        (plots.misclassified_gallery(RESULT, count=3), surest),
        (plots.misclassified_gallery(RESULT, indices=[5, 2]), [5, 2]),
    ):
        np.testing.assert_array_equal(images(figure), RESULT.dataset.images[chosen])


def test_gallery_without_mistakes_says_so():
    assert texts_of(plots.misclassified_gallery(PERFECT).axes[0]) == ["No mistakes to show."]


def test_confusion_difference_is_second_less_first():
    figure = plots.confusion_difference(RESULT, PERFECT)
    matrix = written_matrix(figure)
    assert (matrix[4, 9], matrix[3, 5], matrix[4, 4], matrix[0, 0]) == (-7, -5, 7, 0)
    mesh = mesh_of(figure)
    assert mesh.get_clim() == (-7, 7)
    red, _, blue, _ = mesh.cmap(0.1)
    assert blue > red  # fewer mistakes


def test_reliability_diagram_shows_the_table_of_bins():
    axis = plots.reliability_diagram({"mine": RESULT}, bins=10).axes[0]
    table = reliability(RESULT, 10)
    line = axis.containers[0].lines[0]
    np.testing.assert_allclose(np.asarray(line.get_xdata(), float), table["confidence"])
    np.testing.assert_allclose(np.asarray(line.get_ydata(), float), table["accuracy"])
    assert "mine, error " in axis.get_legend().get_texts()[0].get_text()


def test_refusal_curves_show_mistakes_over_coverage():
    axis = plots.risk_coverage_curves({"mine": RESULT}).axes[0]
    assert {"1%", "0.1%", "0.01%"} <= {label.get_text() for label in axis.get_yticklabels()}
    line = axis.lines[0]
    table = risk_coverage(RESULT)
    np.testing.assert_allclose(line.get_xdata(), table["coverage"])
    np.testing.assert_allclose(
        line.get_ydata(), (1 - table["accuracy"]).where(table["accuracy"] < 1)
    )
    assert np.isfinite(line.get_ydata()[-1])


def test_suspects_are_shown_in_their_order_with_both_readings():
    shown = pictures_of(plots.label_issue_gallery(SUSPECTS, RESULT.dataset, count=2))
    assert [title.split("\n") for _, title in shown] == [
        ["labelled 1, reads 7", "over 99.9% sure"],
        ["labelled 2, reads 0", "80.0% sure"],
    ]
    np.testing.assert_array_equal(shown[0][0].get_array(), RESULT.dataset.images[5])


def test_looked_at_has_a_row_a_digit_and_white_at_zero():
    figure = plots.attribution_maps(IMAGES[:2], MAPS, ["a", "b"])
    assert [axis.get_title() for axis in figure.axes] == [
        "a",
        "covered",
        "slope",
        "b",
        "covered",
        "slope",
    ]
    np.testing.assert_array_equal(figure.axes[4].images[0].get_array(), MAPS["covered"][1])
    low, high = figure.axes[4].images[0].get_clim()
    assert low == -high


def test_plane_of_digits_marks_the_mistakes():
    places = RANDOM.normal(size=(300, 2))
    axis = plots.embedding_scatter(places, RESULT, np.arange(300), "PCA").axes[0]
    crosses = axis.collections[-1]
    np.testing.assert_allclose(np.asarray(crosses.get_offsets()), places[~RESULT.correct])
    clouds = [tuple(cloud.get_facecolor()[0][:3]) for cloud in axis.collections[:10]]
    labels = RESULT.dataset.labels[~RESULT.correct]
    assert [tuple(colour[:3]) for colour in crosses.get_facecolor()] == [
        clouds[label] for label in labels
    ]
    assert axis.get_xlabel() == "PCA, first coordinate"
    assert sorted(texts_of(axis)) == [str(digit) for digit in range(10)]
    assert len(LABELS) == sum(len(cloud.get_offsets()) for cloud in axis.collections[:-1])


def test_shift_curves_have_a_panel_a_corruption_and_a_line_a_model():
    axes = [axis for axis in plots.corruption_curves(SHIFTED).axes if axis.axison]
    assert [axis.get_title() for axis in axes] == ["rotation", "blur", "noise", "translation"]
    line = axes[0].lines[0]
    assert line.get_label() == "mlp"
    assert list(line.get_xdata()) == list(CORRUPTIONS["rotation"].severities)
