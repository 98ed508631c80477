"""Figures of trainings are drawn, labeled and closed, and show the numbers they were given."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from mnist_lab import plots
from mnist_lab.plots import training
from tests.helpers.figures import assert_drawn, functions_of, history, mesh_of, texts_of

PAIRS = {("relu", "sgd"): [0.96, 0.98], ("relu", "adam"): [0.99, 0.99], ("tanh", "sgd"): [0.9, 0.9]}
SLICED = pd.DataFrame(
    {"rate": [0.001, 0.01, 0.1], "depth": [1, 2, 3], "accuracy": [0.9, 0.95, 0.92]}
)
HEATMAP = {"xlabel": "optimizer", "ylabel": "activation"}
LINES = {"xlabel": "rate", "ylabel": "accuracy", "xscale": "log"}

# Each figure of the file with what it is called with, the usual and the edge cases.
CALLS = [
    ("learning_curves", (history(5),), {}),
    ("learning_curves", (history(1),), {}),
    ("learning_curves", ({"first": history(3), "second": history(5)},), {}),
    ("strip_plot", ({"relu": [0.97, 0.98], "tanh": [0.96]},), {"xlabel": "activation"}),
    ("strip_plot", ({str(width): [0.9] for width in range(9)},), {"xlabel": "width"}),
    ("line_plot", ({"sgd": ([0.01, 0.1], [0.9, 0.95])},), LINES),
    ("slice_plot", (SLICED, ["rate", "depth"], "accuracy"), {}),
    ("accuracy_heatmap", (PAIRS,), HEATMAP),
    ("accuracy_heatmap", ({("relu", "adam"): [0.9]},), HEATMAP),
]


def test_every_figure_of_the_file_is_drawn_here():
    assert functions_of(training) == {name for name, *_ in CALLS}


@pytest.mark.parametrize(("name", "values", "named"), CALLS)
def test_figures_are_drawn_without_a_warning_labeled_and_closed(name, values, named):
    assert_drawn(getattr(plots, name), values, named, scales=True)


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


def test_each_history_has_a_color_of_its_own():
    lines = plots.learning_curves({"a": history(2), "b": history(2)}).axes[0].lines
    assert len({line.get_color() for line in lines}) == 2


@pytest.mark.parametrize("epochs", [(3, 5), (5, 3), (30, 10)])
def test_learning_curves_show_the_whole_of_the_longest_history(epochs):
    first, second = epochs
    for axis in plots.learning_curves({"a": history(first), "b": history(second)}).axes:
        assert axis.get_xlim() == (0.5, max(epochs) + 0.5)


def test_epochs_are_marked_at_whole_numbers():
    for epochs in (1, 2, 5):
        axis = plots.learning_curves(history(epochs)).axes[0]
        assert all(tick == round(tick) for tick in axis.get_xticks())


def test_strip_plot_shows_each_run_and_the_mean_of_each_setting():
    axis = plots.strip_plot({"relu": [0.97, 0.99], "tanh": [0.9]}, xlabel="activation").axes[0]
    relu, relu_mean, tanh, tanh_mean = axis.lines[:4]
    assert (list(relu.get_ydata()), list(tanh.get_ydata())) == ([0.97, 0.99], [0.9])
    assert list(relu_mean.get_ydata()) == pytest.approx([0.98, 0.98])
    assert list(tanh_mean.get_ydata()) == pytest.approx([0.9, 0.9])
    assert [label.get_text() for label in axis.get_xticklabels()] == ["relu", "tanh"]
    assert (axis.get_xlabel(), axis.get_ylabel()) == ("activation", "validation accuracy")


def test_the_legend_of_a_strip_plot_covers_no_dot():
    figure = plots.strip_plot({"a": [0.9, 0.95], "b": [0.91], "c": [0.99, 0.98]}, xlabel="setting")
    figure.canvas.draw()
    axis = figure.axes[0]
    assert axis.get_legend().get_window_extent().y0 >= axis.get_window_extent().y1


def test_line_plot_has_their_points_and_names():
    axis = plots.line_plot(
        {"a": ([1, 2], [3, 4]), "b": ([1, 3], [0, 1])}, xlabel="x", ylabel="y", yscale="log"
    ).axes[0]
    assert [list(line.get_ydata()) for line in axis.lines] == [[3, 4], [0, 1]]
    assert [text.get_text() for text in axis.get_legend().get_texts()] == ["a", "b"]
    assert axis.get_yscale() == "log"
    assert all(float(tick).is_integer() for tick in axis.get_xticks())
    halves = plots.line_plot({"a": ([0.5, 1, 1.5], [3, 4, 5])}, xlabel="x", ylabel="y").axes[0]
    assert not all(float(tick).is_integer() for tick in halves.get_xticks())


def test_slice_plot_has_a_panel_per_setting_and_a_dot_per_row():
    first, second = plots.slice_plot(SLICED, ["rate", "depth"], "accuracy").axes
    assert [list(axis.lines[0].get_xdata()) for axis in (first, second)] == [
        [0.001, 0.01, 0.1],
        [1, 2, 3],
    ]
    assert list(second.lines[0].get_ydata()) == [0.9, 0.95, 0.92]
    assert (first.get_xscale(), second.get_xscale()) == ("log", "linear")


def test_a_slice_over_a_few_numbers_names_them_and_no_others():
    table = pd.DataFrame(
        {"batch": [256, 32, 64, 128, 32], "accuracy": [0.9, 0.91, 0.92, 0.9, 0.93]}
    )
    (axis,) = plots.slice_plot(table, ["batch"], "accuracy").axes
    assert axis.get_xscale() == "log"
    assert [label.get_text() for label in axis.get_xticklabels()] == ["32", "64", "128", "256"]
    assert axis.get_xticks(minor=True).tolist() == []


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
def test_panels_without_a_setting_are_switched_off(count):
    names = [f"setting {index}" for index in range(count)]
    table = pd.DataFrame({name: [1, 2] for name in names} | {"accuracy": [0.9, 0.95]})
    axes = plots.slice_plot(table, names, "accuracy").axes
    assert [axis.axison for axis in axes] == [index < count for index in range(len(axes))]
    assert [axis.get_xlabel() for axis in axes[:count]] == names


def test_an_accuracy_heatmap_writes_mean_and_deviation_into_each_pair():
    figure = plots.accuracy_heatmap(PAIRS, xlabel="optimizer", ylabel="activation")
    values = mesh_of(figure).get_array()
    np.testing.assert_allclose(np.ma.filled(values, -1).reshape(2, 2), [[97, 99], [90, -1]])
    # 0.96 and 0.98 deviate by 1 / sqrt(2) points from their mean, in the sense of n - 1.
    assert texts_of(figure.axes[0]) == ["97.0\n± 1.4", "99.0\n± 0.0", "90.0\n± 0.0"]
    # The pair that lies far below the others has the color of 5 points below the median.
    assert mesh_of(figure).get_clim() == pytest.approx((92, 99))
