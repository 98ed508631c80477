"""Every figure is drawn, labelled, closed for pyplot, and shows the numbers it was given."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import QuadMesh

from mnist_lab import plots
from mnist_lab.records import Record
from tests.helpers.figures import (
    IMAGES,
    LABELS,
    RANDOM,
    assert_drawn,
    history,
    mesh_of,
    pictures_of,
    pixels_of,
    texts_of,
)


def run(name, accuracy):
    interval = [accuracy - 0.004, accuracy + 0.003]
    return Record(
        {
            "notebook": name,
            "metrics": {"test_accuracy": accuracy, "test_accuracy_interval": interval},
        }
    )


RECORDS = [run("01_single_layer", 0.92), run("02_one_hidden_layer", 0.975)]

PAIRS = {("relu", "sgd"): [0.96, 0.98], ("relu", "adam"): [0.99, 0.99], ("tanh", "sgd"): [0.9, 0.9]}

SLICED = pd.DataFrame(
    {"rate": [0.001, 0.01, 0.1], "depth": [1, 2, 3], "accuracy": [0.9, 0.95, 0.92]}
)

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
    ("weight_images", (RANDOM.normal(size=(784, 10)),), {"titles": range(10)}),
    ("weight_images", (RANDOM.normal(size=(784, 1)),), {}),
    ("weight_images", (RANDOM.normal(size=(3, 3, 16)),), {"columns": 8}),
    ("feature_maps", (RANDOM.random((14, 14, 6)),), {"titles": list("abcdef")}),
    ("feature_maps", (RANDOM.random((7, 7, 30)),), {"columns": 10}),
    ("activations", (RANDOM.random((2, 100)),), {"titles": ["a", "b"]}),
    ("activations", (RANDOM.random((1, 30)),), {"titles": ["not a whole row"]}),
    ("comparison", ({"relu": [0.97, 0.98], "tanh": [0.96]},), {"xlabel": "activation"}),
    (
        "lines",
        ({"sgd": ([0.01, 0.1], [0.9, 0.95])},),
        {"xlabel": "rate", "ylabel": "accuracy", "xscale": "log"},
    ),
    ("slices", (SLICED, ["rate", "depth"], "accuracy"), {}),
    ("accuracy_heatmap", (PAIRS,), {"xlabel": "optimizer", "ylabel": "activation"}),
    (
        "accuracy_heatmap",
        ({("relu", "adam"): [0.9]},),
        {"xlabel": "optimizer", "ylabel": "activation"},
    ),
    ("ladder", (RECORDS,), {}),
    ("ladder", (RECORDS[:1],), {}),
]
# Axes that hold a picture and no scales.
PICTURES = {"digit_grid", "weight_images", "activations", "feature_maps"}


def test_every_function_of_the_room_is_drawn_here():
    here = {name for name in plots.__all__ if getattr(plots, name).__module__ == plots.__name__}
    assert here == {name for name, *_ in CALLS}


def test_all_figures_of_the_course_are_under_one_name():
    elsewhere = {
        name
        for name in plots.__all__
        if getattr(plots, name).__module__ == plots.evaluation.__name__
    }
    drawn = {
        name
        for name, thing in vars(plots.evaluation).items()
        if getattr(thing, "__module__", "") == plots.evaluation.__name__
    }
    assert elsewhere == {name for name in drawn if not name.startswith("_")}


@pytest.mark.parametrize(
    ("name", "values", "named"),
    CALLS,
    ids=[f"{number}-{name}" for number, (name, *_) in enumerate(CALLS)],
)
def test_figures_are_drawn_without_a_warning_labelled_and_closed(name, values, named):
    assert_drawn(getattr(plots, name), values, named, scales=name not in PICTURES)


def test_figures_are_as_wide_as_a_notebook_page():
    for figure in (plots.class_counts(LABELS), plots.digit_grid(IMAGES)):
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
    overlaps = [
        (a, b)
        for a in places
        for b in places
        if a < b and a[0] < b[1] and b[0] < a[1] and a[3] < b[2] and b[3] < a[2]
    ]
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
    values = {
        "loss": [3, 2],
        "val_loss": [4, 3],
        "accuracy": [0.5, 0.6],
        "val_accuracy": [0.4, 0.5],
    }
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
    assert [text.get_text() for text in axes[0].get_legend().get_texts()] == [
        "small, training",
        "small, validation",
    ]


def test_each_history_has_a_colour_of_its_own():
    lines = plots.learning_curves({"a": history(2), "b": history(2)}).axes[0].lines
    assert len({line.get_color() for line in lines}) == 2


def test_epochs_are_marked_at_whole_numbers():
    for epochs in (1, 2, 5):
        axis = plots.learning_curves(history(epochs)).axes[0]
        assert all(tick == round(tick) for tick in axis.get_xticks())


def test_weight_pictures_put_white_at_zero_and_red_above():
    kernel = RANDOM.normal(size=(784, 3)) + 0.5
    shown = plots.weight_images(kernel).axes[0].images
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
    meshes = [
        next(a for a in axis.collections if isinstance(a, QuadMesh)) for axis in figure.axes[:2]
    ]
    for mesh, row in zip(meshes, values, strict=True):
        np.testing.assert_allclose(np.ma.compressed(np.ma.masked_invalid(mesh.get_array())), row)
        assert mesh.get_clim() == (0, values.max())
    assert [axis.get_title() for axis in figure.axes[:2]] == ["five", "six"]


def test_comparison_shows_each_run_and_the_mean_of_each_setting():
    axis = plots.strip_plot({"relu": [0.97, 0.99], "tanh": [0.9]}, xlabel="activation").axes[0]
    relu, relu_mean, tanh, tanh_mean = axis.lines[:4]
    assert (list(relu.get_ydata()), list(tanh.get_ydata())) == ([0.97, 0.99], [0.9])
    assert list(relu_mean.get_ydata()) == pytest.approx([0.98, 0.98])
    assert list(tanh_mean.get_ydata()) == pytest.approx([0.9, 0.9])
    assert [label.get_text() for label in axis.get_xticklabels()] == ["relu", "tanh"]
    assert (axis.get_xlabel(), axis.get_ylabel()) == ("activation", "validation accuracy")


def test_lines_have_their_points_and_names():
    axis = plots.line_plot(
        {"a": ([1, 2], [3, 4]), "b": ([1, 3], [0, 1])}, xlabel="x", ylabel="y", yscale="log"
    ).axes[0]
    assert [list(line.get_ydata()) for line in axis.lines] == [[3, 4], [0, 1]]
    assert [text.get_text() for text in axis.get_legend().get_texts()] == ["a", "b"]
    assert axis.get_yscale() == "log"
    assert all(float(tick).is_integer() for tick in axis.get_xticks())
    halves = plots.line_plot({"a": ([0.5, 1, 1.5], [3, 4, 5])}, xlabel="x", ylabel="y").axes[0]
    assert not all(float(tick).is_integer() for tick in halves.get_xticks())


def test_slices_have_a_panel_a_setting_and_a_dot_a_row():
    first, second = plots.slice_plot(SLICED, ["rate", "depth"], "accuracy").axes
    assert [list(axis.lines[0].get_xdata()) for axis in (first, second)] == [
        [0.001, 0.01, 0.1],
        [1, 2, 3],
    ]
    assert list(second.lines[0].get_ydata()) == [0.9, 0.95, 0.92]
    assert (first.get_xscale(), second.get_xscale()) == ("log", "linear")


def test_an_accuracy_heatmap_writes_mean_and_deviation_into_each_pair():
    figure = plots.accuracy_heatmap(PAIRS, xlabel="optimizer", ylabel="activation")
    values = mesh_of(figure).get_array()
    np.testing.assert_allclose(np.ma.filled(values, -1).reshape(2, 2), [[97, 99], [90, -1]])
    # 0.96 and 0.98 deviate by 1 / sqrt(2) points from their mean, in the sense of n - 1.
    assert texts_of(figure.axes[0]) == ["97.0\n± 1.4", "99.0\n± 0.0", "90.0\n± 0.0"]
    # The pair that lies far below the others has the colour of 5 points below the median.
    assert mesh_of(figure).get_clim() == pytest.approx((92, 99))


def test_the_legend_of_a_comparison_covers_no_dot():
    figure = plots.strip_plot({"a": [0.9, 0.95], "b": [0.91], "c": [0.99, 0.98]}, xlabel="setting")
    figure.canvas.draw()
    axis = figure.axes[0]
    assert axis.get_legend().get_window_extent().y0 >= axis.get_window_extent().y1


def test_ladder_shows_each_accuracy_with_its_interval_and_published_neighbours():
    axis = plots.ladder(RECORDS).axes[0]
    assert texts_of(axis) == ["92.00%", "97.50%"]
    labels = [label.get_text() for label in axis.get_yticklabels()]
    assert labels[:2] == ["01 single layer", "02 one hidden layer"]
    assert any("LeCun 1998" in label for label in labels[2:])
    bars = [container.lines[2][0].get_segments()[0] for container in axis.containers]
    np.testing.assert_allclose([bar[:, 0] for bar in bars], [[0.916, 0.923], [0.971, 0.978]])


def test_filters_and_feature_maps_are_shown_one_by_one():
    filters = RANDOM.normal(size=(5, 5, 3))
    for number, picture in enumerate(plots.weight_images(filters).axes[0].images):
        np.testing.assert_array_equal(picture.get_array(), filters[:, :, number])
    maps = RANDOM.random((14, 14, 3))
    shown = pictures_of(plots.feature_maps(maps, titles="abc"))
    assert [title for _, title in shown] == ["a", "b", "c"]
    for number, (picture, _) in enumerate(shown):
        np.testing.assert_array_equal(picture.get_array(), maps[:, :, number])
