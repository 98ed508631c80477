"""Every figure is drawn, labelled, closed for pyplot, and shows the numbers it was given."""

import inspect
from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import QuadMesh
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure

from mnist_lab import plots
from mnist_lab.data import Split
from mnist_lab.evaluation import Evaluation, mistakes, per_digit
from mnist_lab.results import Record

RANDOM = np.random.default_rng(0)
IMAGES = RANDOM.random((12, 28, 28), dtype=np.float32)


def answers(labels, predictions, sure=0.91):
    sure = np.broadcast_to(np.asarray(sure, float), len(labels))
    probabilities = np.tile(((1 - sure) / 9)[:, None], (1, 10))
    probabilities[np.arange(len(labels)), predictions] = sure
    images = np.random.default_rng(1).random((len(labels), 28, 28), dtype=np.float32)
    return Evaluation(Split(images, np.asarray(labels, np.int64)), probabilities)


def history(epochs):
    falling = [1 / epoch for epoch in range(1, epochs + 1)]
    rising = [1 - value / 2 for value in falling]
    return SimpleNamespace(history={"loss": falling, "val_loss": falling, "accuracy": rising, "val_accuracy": rising})


def run(name, accuracy):
    interval = [accuracy - 0.004, accuracy + 0.003]
    return Record({"notebook": name, "metrics": {"test_accuracy": accuracy, "test_accuracy_interval": interval}})


LABELS = np.repeat(np.arange(10), 30)
# A few hundred right answers, twelve of which become mistakes: seven 4s read as 9, five 3s read as 5.
PREDICTIONS = LABELS.copy()
PREDICTIONS[120:127], PREDICTIONS[90:95] = 9, 5
RESULT = answers(LABELS, PREDICTIONS, sure=np.linspace(0.3, 0.9995, 300))
PERFECT = answers(LABELS, LABELS)
RECORDS = [run("01_single_layer", 0.92), run("02_one_hidden_layer", 0.975)]

# Each function of the room with what it is called with, the usual and the edge cases.
CALLS = [
    ("digit_grid", (IMAGES,), {}),
    ("digit_grid", (IMAGES,), {"titles": list("abcdefghijkl"), "columns": 5}),
    ("digit_grid", (IMAGES[:1],), {"titles": ["one"]}),
    ("pixel_values", ((IMAGES[0] * 255).astype(np.uint8),), {}),
    ("pixel_histogram", (IMAGES,), {}),
    ("pixel_histogram", (IMAGES[0],), {}),
    ("class_counts", (LABELS,), {}),
    ("class_counts", (np.array([3, 3]),), {}),
    ("learning_curves", (history(5),), {}),
    ("learning_curves", (history(1),), {}),
    ("learning_curves", ({"first": history(3), "second": history(5)},), {}),
    ("weight_pictures", (RANDOM.normal(size=(784, 10)),), {"titles": range(10)}),
    ("weight_pictures", (RANDOM.normal(size=(784, 1)),), {}),
    ("activations", (RANDOM.random((2, 100)),), {"titles": ["a", "b"]}),
    ("activations", (RANDOM.random((1, 30)),), {"titles": ["not a whole row"]}),
    ("comparison", ({"relu": [0.97, 0.98], "tanh": [0.96]},), {"xlabel": "activation"}),
    ("confusion_heatmap", (RESULT,), {}),
    ("confusion_heatmap", (RESULT,), {"shares": True}),
    ("confusion_heatmap", (PERFECT,), {}),
    ("confusion_heatmap", (answers([3, 3], [3, 5]),), {"shares": True}),
    ("per_digit_scores", (RESULT,), {}),
    ("per_digit_scores", (answers([3, 3], [3, 5]),), {}),
    ("confidence_histogram", (RESULT,), {}),
    ("confidence_histogram", (PERFECT,), {}),
    ("probability_bars", (RESULT, 0), {}),
    ("mistakes_gallery", (RESULT,), {}),
    ("mistakes_gallery", (RESULT,), {"count": 1}),
    ("mistakes_gallery", (RESULT,), {"indices": np.array([0, 299])}),
    ("mistakes_gallery", (PERFECT,), {}),
    ("ladder", (RECORDS,), {}),
    ("ladder", (RECORDS[:1],), {}),
]
# Axes that hold a picture and no scales.
PICTURES = {"digit_grid", "weight_pictures", "activations", "mistakes_gallery"}


def pixels_of(figure):
    """Return the drawn figure as one number a pixel, red, green, blue and opacity in one."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.ascontiguousarray(canvas.buffer_rgba()).view(np.uint32)[..., 0]


def texts_of(axis):
    return [text.get_text() for text in axis.texts]


def pictures_of(figure):
    """Return each picture of a grid with the text that stands right above it (None where there is none)."""
    axis = figure.axes[0]
    titles = {text.get_position(): text.get_text() for text in axis.texts}
    found = []
    for picture in axis.images:
        left, right, _, top = picture.get_extent()
        above = [text for (x, y), text in titles.items() if x == (left + right) / 2 and 0 < top - y < 3]
        found.append((picture, *(above or [None])))
    return found


def mesh_of(figure):
    return next(artist for artist in figure.axes[0].collections if isinstance(artist, QuadMesh))


def test_every_function_of_the_room_is_drawn_here():
    public = {
        name
        for name, function in inspect.getmembers(plots, inspect.isfunction)
        if function.__module__ == plots.__name__ and not name.startswith("_")
    }
    assert public == {name for name, *_ in CALLS}


@pytest.mark.parametrize(("name", "values", "named"), CALLS, ids=[f"{number}-{name}" for number, (name, *_) in enumerate(CALLS)])
def test_figures_are_drawn_without_a_warning_labelled_and_closed(name, values, named):
    before = dict(plt.rcParams)
    figure = getattr(plots, name)(*values, **named)
    assert isinstance(figure, Figure)
    assert plt.get_fignums() == []
    assert dict(plt.rcParams) == before
    assert len(np.unique(pixels_of(figure))) > 5
    if name not in PICTURES:
        scaled = [axis for axis in figure.axes if axis.axison and axis.get_label() != "<colorbar>"]
        assert scaled
        assert all(axis.get_xlabel() and (axis.get_ylabel() or axis.get_yticklabels()) for axis in scaled)


def test_figures_are_as_wide_as_a_notebook_page():
    for figure in (plots.class_counts(LABELS), plots.digit_grid(IMAGES), plots.mistakes_gallery(RESULT)):
        assert 600 <= pixels_of(figure).shape[1] <= 700
    assert pixels_of(plots.digit_grid(IMAGES[:1])).shape[1] < 150


def test_digit_grid_shows_each_image_once_as_dark_ink_under_its_title():
    figure = plots.digit_grid(IMAGES[:7], titles=list("abcdefg"), columns=5)
    shown = pictures_of(figure)
    assert [title for _, title in shown] == list("abcdefg")
    assert len({picture.get_extent()[3] for picture, _ in shown}) == 2  # rows
    for (picture, _), image in zip(shown, IMAGES[:7], strict=True):
        np.testing.assert_array_equal(picture.get_array(), image)
        assert picture.get_clim() == (0, 1)
        assert picture.cmap(1.0)[:3] == (0, 0, 0)


def test_pictures_stand_upright_beside_each_other_within_the_figure():
    axis = plots.digit_grid(IMAGES, columns=5).axes[0]
    places = {tuple(picture.get_extent()) for picture in axis.images}
    assert len(places) == len(IMAGES)
    for left, right, bottom, top in places:
        assert 0 <= left < right <= axis.get_xlim()[1]
        assert 0 <= top < bottom <= axis.get_ylim()[0]
    assert axis.yaxis_inverted()
    overlaps = [(a, b) for a in places for b in places if a < b and a[0] < b[1] and b[0] < a[1] and a[3] < b[2] and b[3] < a[2]]
    assert overlaps == []


def test_pixel_values_are_written_into_their_pixels():
    image = RANDOM.integers(0, 256, (6, 7))
    axis = plots.pixel_values(image).axes[0]
    written = {text.get_position(): int(text.get_text()) for text in axis.texts}
    assert written == {(column, row): image[row, column] for row in range(6) for column in range(7)}


def test_pixel_histogram_counts_every_pixel():
    bars = plots.pixel_histogram(IMAGES).axes[0].patches
    assert sum(bar.get_height() for bar in bars) == IMAGES.size


def test_class_counts_write_each_count_above_its_bar():
    axis = plots.class_counts(np.array([0] * 1500 + [7] * 3)).axes[0]
    assert texts_of(axis) == ["1,500", "0", "0", "0", "0", "0", "0", "3", "0", "0"]
    assert [bar.get_height() for bar in axis.patches] == [1500, 0, 0, 0, 0, 0, 0, 3, 0, 0]


def test_learning_curves_show_training_dashed_and_validation_solid_from_epoch_one():
    values = {"loss": [3, 2], "val_loss": [4, 3], "accuracy": [0.5, 0.6], "val_accuracy": [0.4, 0.5]}
    axes = plots.learning_curves({"small": SimpleNamespace(history=values)}).axes
    for axis, metric in zip(axes, ("loss", "accuracy"), strict=True):
        training, validation = axis.lines
        assert training.get_linestyle() == "--"
        assert validation.get_linestyle() == "-"
        assert training.get_color() == validation.get_color()
        assert list(training.get_xdata()) == [1, 2]
        assert list(training.get_ydata()) == values[metric]
        assert list(validation.get_ydata()) == values[f"val_{metric}"]
        assert (axis.get_xlabel(), axis.get_ylabel()) == ("epoch", metric)
    assert [text.get_text() for text in axes[0].get_legend().get_texts()] == ["small, training", "small, validation"]


def test_each_history_has_a_colour_of_its_own():
    lines = plots.learning_curves({"a": history(2), "b": history(2)}).axes[0].lines
    assert len({line.get_color() for line in lines}) == 2


def test_epochs_are_marked_at_whole_numbers():
    for epochs in (1, 2, 5):
        axis = plots.learning_curves(history(epochs)).axes[0]
        assert all(tick == round(tick) for tick in axis.get_xticks())


def test_weight_pictures_put_white_at_zero_and_red_above():
    kernel = RANDOM.normal(size=(784, 3)) + 0.5
    shown = plots.weight_pictures(kernel).axes[0].images
    assert len(shown) == 3
    for number, image in enumerate(shown):
        low, high = image.get_clim()
        assert low == -high
        np.testing.assert_array_equal(image.get_array().ravel(), kernel[:, number])
        red, _, blue, _ = image.cmap(0.9)
        assert red > blue


def test_activations_show_every_value_once():
    values = RANDOM.random((2, 30))
    figure = plots.activations(values, titles=["five", "six"])
    meshes = [next(a for a in axis.collections if isinstance(a, QuadMesh)) for axis in figure.axes[:2]]
    for mesh, row in zip(meshes, values, strict=True):
        np.testing.assert_allclose(np.ma.compressed(np.ma.masked_invalid(mesh.get_array())), row)
        assert mesh.get_clim() == (0, values.max())
    assert [axis.get_title() for axis in figure.axes[:2]] == ["five", "six"]


def test_comparison_shows_each_run_and_the_mean_of_each_setting():
    axis = plots.comparison({"relu": [0.97, 0.99], "tanh": [0.9]}, xlabel="activation").axes[0]
    relu, relu_mean, tanh, tanh_mean = axis.lines[:4]
    assert (list(relu.get_ydata()), list(tanh.get_ydata())) == ([0.97, 0.99], [0.9])
    assert list(relu_mean.get_ydata()) == pytest.approx([0.98, 0.98])
    assert list(tanh_mean.get_ydata()) == pytest.approx([0.9, 0.9])
    assert [label.get_text() for label in axis.get_xticklabels()] == ["relu", "tanh"]
    assert (axis.get_xlabel(), axis.get_ylabel()) == ("activation", "validation accuracy")


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
    assert [label.get_text() for label in axis.get_yticklabels()] == [str(digit) for digit in range(10)]


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


def test_per_digit_scores_show_precision_and_recall_with_their_intervals():
    table = per_digit(RESULT)
    for bars in plots.per_digit_scores(RESULT).axes[0].containers:
        np.testing.assert_allclose(bars.lines[0].get_ydata(), table[bars.get_label()])
        np.testing.assert_allclose(np.rint(bars.lines[0].get_xdata()), range(10))
    recall = bars.lines[2][0].get_segments()[4]  # of the 4s, 23 of 30 were found
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
    np.testing.assert_array_equal(left.images[0].get_array(), RESULT.split.images[120])
    np.testing.assert_allclose([bar.get_height() for bar in right.patches], RESULT.probabilities[120])
    colours = [to_rgba(bar.get_facecolor()) for bar in right.patches]
    assert [digit for digit in range(10) if colours.count(colours[digit]) == 1] == [4]
    assert right.get_ylim() == (0, 1)


def test_gallery_titles_hold_label_prediction_and_confidence():
    figure = plots.mistakes_gallery(answers([4, 3, 1, 2], [9, 5, 1, 0], sure=[0.6, 0.875, 0.9, 0.99999]))
    titles = [title.split("\n") for _, title in pictures_of(figure)]
    assert titles == [["2 read as 0", "over 99.9% sure"], ["3 read as 5", "87.5% sure"], ["4 read as 9", "60.0% sure"]]


def test_gallery_shows_the_surest_mistakes_or_those_asked_for():
    def images(figure):
        return [np.asarray(picture.get_array()) for picture in figure.axes[0].images]

    surest = mistakes(RESULT)[:3]
    for figure, chosen in (
        (plots.mistakes_gallery(RESULT, count=3), surest),
        (plots.mistakes_gallery(RESULT, indices=[5, 2]), [5, 2]),
    ):
        np.testing.assert_array_equal(images(figure), RESULT.split.images[chosen])


def test_gallery_without_mistakes_says_so():
    assert texts_of(plots.mistakes_gallery(PERFECT).axes[0]) == ["No mistakes to show."]


def test_ladder_shows_each_accuracy_with_its_interval_and_published_neighbours():
    axis = plots.ladder(RECORDS).axes[0]
    assert texts_of(axis) == ["92.00%", "97.50%"]
    labels = [label.get_text() for label in axis.get_yticklabels()]
    assert labels[:2] == ["01 single layer", "02 one hidden layer"]
    assert any("LeCun 1998" in label for label in labels[2:])
    bars = [container.lines[2][0].get_segments()[0] for container in axis.containers]
    np.testing.assert_allclose([bar[:, 0] for bar in bars], [[0.916, 0.923], [0.971, 0.978]])
