"""The figure of trainings is drawn, labeled and closed, and shows the numbers it was given."""

from types import SimpleNamespace

import pytest

from mnist_lab import plots
from mnist_lab.plots import histories
from tests.helpers.figures import assert_drawn, functions_of, history

CALLS = [
    ("learning_curves", (history(5),), {}),
    ("learning_curves", (history(1),), {}),
    ("learning_curves", ({"first": history(3), "second": history(5)},), {}),
    ("learning_curves", (history(9), 4), {"marks": {"half": 4.5}}),
    ("learning_curves", (history(2), 4), {}),
]


def test_every_figure_of_the_file_is_drawn_here():
    assert functions_of(histories) == {name for name, *_ in CALLS}


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


def test_later_epochs_are_shown_alone_with_the_small_steps_of_validation():
    losses, accuracies = [3.0, 1.0, 0.5, 0.4], [0.5, 0.98, 0.99, 0.995]
    values = {"loss": losses, "val_loss": losses, "accuracy": [0.1, 0.2, 0.3, 0.4]}
    run = SimpleNamespace(history={**values, "val_accuracy": accuracies})
    loss, accuracy = plots.learning_curves(run, first_epoch=3).axes
    assert list(loss.lines[1].get_xdata()) == [3, 4]
    assert list(loss.lines[1].get_ydata()) == [0.5, 0.4]
    assert loss.get_xlim() == (2.5, 4.5)
    low, high = accuracy.get_ylim()
    assert 0.985 < low < 0.99 and 0.995 < high < 0.999


def test_a_mark_stands_at_its_epoch_and_is_named_in_the_legend():
    loss, accuracy = plots.learning_curves(history(6), marks={"half time": 3}).axes
    for axis in (loss, accuracy):
        line = axis.lines[-1]
        assert list(line.get_xdata()) == [3, 3]
        assert line.get_linestyle() == ":"
    assert loss.get_legend().get_texts()[-1].get_text() == "half time"
