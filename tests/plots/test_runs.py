"""Figures of runs show the accuracies of their records."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_lab import plots
from mnist_lab.plots import runs
from mnist_lab.plots.runs import pareto
from mnist_lab.record_schema import Metrics
from mnist_lab.records import Record
from tests.helpers.figures import assert_drawn, functions_of, texts_of


def a_record(name="toy", accuracy=0.95, seconds=1.0, validation=None, **parameters):
    metrics = {
        "test_accuracy": accuracy,
        "test_accuracy_interval": [accuracy - 0.004, accuracy + 0.003],
        "validation_accuracy": validation,
    }
    return Record(
        notebook=name,
        model="mlp",
        weights=7850,
        parameters=parameters,
        data={"source": "sample", "train": 3600, "validation": 400, "test": 1000},
        metrics=metrics,
        seconds=seconds,
        versions={"python": "3.11"},
    )


RECORDS = [a_record("01_single_layer", 0.92), a_record("02_one_hidden_layer", 0.975)]
SWEEP = [
    a_record(seconds=4.0, validation=0.94, hidden_layers=[200], rate=0.1, activation="relu"),
    a_record(seconds=5.0, validation=0.95, hidden_layers=[200], rate=0.02, activation="tanh"),
    a_record(seconds=1.0, validation=0.90, hidden_layers=[50], rate=0.1, activation="relu"),
    a_record(seconds=2.0, validation=0.92, hidden_layers=[50], rate=0.02, activation="tanh"),
]

# Each figure of the file with what it is called with, the usual and the edge cases.
CALLS = [
    ("ladder", (RECORDS,), {}),
    ("ladder", (RECORDS[:1],), {}),
    ("parameter_figure", (SWEEP, "hidden_layers"), {}),
    ("time_figure", (SWEEP,), {}),
    ("time_figure", ([*SWEEP, a_record(seconds=None, validation=0.9)],), {}),
]


def test_every_figure_of_the_file_is_drawn_here():
    assert functions_of(runs) - {"pareto"} == {name for name, *_ in CALLS}


@pytest.mark.parametrize(("name", "values", "named"), CALLS)
def test_figures_are_drawn_without_a_warning_labeled_and_closed(name, values, named):
    assert_drawn(getattr(plots, name), values, named, scales=True)


def test_ladder_shows_each_accuracy_with_its_interval_and_published_results():
    axis = plots.ladder(RECORDS).axes[0]
    assert texts_of(axis) == ["8.00%", "2.50%"]
    labels = [label.get_text() for label in axis.get_yticklabels()]
    assert labels[:2] == ["01 single layer", "02 one hidden layer"]
    assert any("LeCun et al. 1998" in label for label in labels[2:])
    bars = [container.lines[2][0].get_segments()[0] for container in axis.containers]
    np.testing.assert_allclose([bar[:, 0] for bar in bars], [[0.077, 0.084], [0.022, 0.029]])


@pytest.mark.parametrize("accuracy", [0.0, 0.1, 0.92, 0.9999, 1.0])
def test_every_point_of_the_ladder_lies_on_its_logarithmic_axis(accuracy: float):
    low, high = max(accuracy - 0.004, 0), min(accuracy + 0.003, 1)
    metrics = {"test_accuracy": accuracy, "test_accuracy_interval": [low, high]}
    record = RECORDS[0].model_copy(update={"metrics": Metrics.model_validate(metrics)})
    axis = plots.ladder([record, *RECORDS]).axes[0]
    left, right = axis.get_xlim()
    assert left > right > 0  # fewer errors on the right
    points = [line.get_xdata()[0] for line in axis.lines if line.get_marker() in ("o", "D")]
    assert len(points) == 3 + 6
    assert all(right <= point <= left for point in points)


def test_published_results_stand_with_their_years_the_largest_error_first():
    axis = plots.ladder([]).axes[0]
    errors = [line.get_xdata()[0] for line in axis.lines if line.get_marker() == "D"]
    assert errors == sorted(errors, reverse=True)
    assert all(re.search(r"\(.*(19|20)\d\d\)", text.get_text()) for text in axis.get_yticklabels())


@pytest.mark.parametrize(
    ("name", "labels", "means"),
    [
        ("hidden_layers", ["[200]", "[50]"], [0.945, 0.91]),  # lists keep the records' order
        ("rate", ["0.02", "0.1"], [0.935, 0.92]),  # numbers stand in their own
        ("activation", ["relu", "tanh"], [0.92, 0.935]),
        ("missing", ["null"], [0.9275]),
    ],
)
def test_a_parameter_figure_has_a_mean_per_value(name, labels, means):
    axis = plots.parameter_figure(SWEEP, name).axes[0]
    assert [label.get_text() for label in axis.get_xticklabels()] == labels
    assert [line.get_ydata()[0] for line in axis.lines[1 : 2 * len(means) : 2]] == pytest.approx(
        means
    )
    assert axis.get_xlabel() == name


def test_a_number_and_the_same_number_as_a_string_are_one_value():
    sweep = [a_record(validation=0.9, rate=1), a_record(validation=0.8, rate="1")]
    axis = plots.parameter_figure(sweep, "rate").axes[0]
    assert [label.get_text() for label in axis.get_xticklabels()] == ["1"]
    assert axis.lines[1].get_ydata()[0] == pytest.approx(0.85)


def test_records_without_a_validation_accuracy_are_left_out():
    axis = plots.parameter_figure([*SWEEP, a_record(hidden_layers=[9])], "hidden_layers").axes[0]
    assert [label.get_text() for label in axis.get_xticklabels()] == ["[200]", "[50]"]
    assert len(plots.time_figure([*SWEEP, a_record()]).axes[0].lines[0].get_xdata()) == 4
    for figure in (plots.parameter_figure(RECORDS, "rate"), plots.time_figure(RECORDS)):
        assert all(len(line.get_xdata()) == 0 for line in figure.axes[0].lines)


def test_the_line_of_a_time_figure_joins_the_runs_that_none_beats():
    dots, line = plots.time_figure(SWEEP).axes[0].lines
    assert sorted(dots.get_xdata()) == [1, 2, 4, 5]
    assert list(line.get_xdata()) == [1, 2, 4, 5]
    slower = a_record(seconds=3.0, validation=0.91)
    assert list(plots.time_figure([*SWEEP, slower]).axes[0].lines[1].get_xdata()) == [1, 2, 4, 5]


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=1, max_size=30))
def test_no_run_on_the_pareto_front_is_beaten_and_every_other_is(pairs):
    seconds, accuracy = zip(*pairs, strict=True)

    def beaten(pair):
        return any(other[0] <= pair[0] and other[1] >= pair[1] and other != pair for other in pairs)

    front = {pairs[index] for index in pareto(seconds, accuracy)}
    assert front == {pair for pair in pairs if not beaten(pair)}
