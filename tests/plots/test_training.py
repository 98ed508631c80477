"""Figures of experiments are drawn, labeled and closed, and show the numbers they were given."""

import pandas as pd
import pytest

from mnist_lab import plots
from mnist_lab.plots import training
from tests.helpers.figures import assert_drawn, functions_of

SLICED = pd.DataFrame(
    {"rate": [0.001, 0.01, 0.1], "depth": [1, 2, 3], "accuracy": [0.9, 0.95, 0.92]}
)
LINES = {"xlabel": "rate", "ylabel": "accuracy", "xscale": "log"}

# Each figure of the file with what it is called with, the usual and the edge cases.
CALLS = [
    ("strip_plot", ({"relu": [0.97, 0.98], "tanh": [0.96]},), {"xlabel": "activation"}),
    ("strip_plot", ({str(width): [0.9] for width in range(9)},), {"xlabel": "width"}),
    ("line_plot", ({"sgd": ([0.01, 0.1], [0.9, 0.95])},), LINES),
    ("slice_plot", (SLICED, ["rate", "depth"], "accuracy"), {}),
]


def test_every_figure_of_the_file_is_drawn_here():
    assert functions_of(training) == {name for name, *_ in CALLS}


@pytest.mark.parametrize(("name", "values", "named"), CALLS)
def test_figures_are_drawn_without_a_warning_labeled_and_closed(name, values, named):
    assert_drawn(getattr(plots, name), values, named, scales=True)


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


def test_ticks_of_a_logarithmic_line_plot_are_written_in_full():
    lines = {"a": ([1, 2], [7.5, 88])}
    axis = plots.line_plot(lines, xlabel="x", ylabel="y", yscale="log", yticks=[5, 100]).axes[0]
    assert axis.get_yticks().tolist() == [5, 100]
    assert [label.get_text() for label in axis.get_yticklabels()] == ["5", "100"]
    assert axis.get_yticks(minor=True).tolist() == []


def test_slice_plot_has_a_panel_per_setting_and_a_dot_per_row():
    first, second = plots.slice_plot(SLICED, ["rate", "depth"], "accuracy").axes
    assert [list(axis.lines[0].get_xdata()) for axis in (first, second)] == [
        [0.001, 0.01, 0.1],
        [1, 2, 3],
    ]
    assert list(second.lines[0].get_ydata()) == [0.9, 0.95, 0.92]
    assert (first.get_xscale(), second.get_xscale()) == ("log", "linear")


def test_a_slice_over_words_has_them_side_by_side():
    table = pd.DataFrame(
        {"schedule": ["linear", "constant", "linear"], "accuracy": [0.9, 0.8, 0.7]}
    )
    figure = plots.slice_plot(table, ["schedule"], "accuracy")
    assert [label.get_text() for label in figure.axes[0].get_xticklabels()] == [
        "linear",
        "constant",
    ]
    assert "has schedule linear" in figure.get_label()


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
