"""Figures of many runs: the ladder, and what a sweep found."""

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from mnist_lab.plots.style import WIDTH, course_figure, percent_axis
from mnist_lab.records import Record

if TYPE_CHECKING:
    pass

# Published neighbours of the ladder: test accuracy, who (LeCun et al. 1998; Nielsen 2015; Simard et al. 2003).
_PUBLISHED = (
    ("linear classifier, LeCun 1998", 0.880),
    ("300 hidden, LeCun 1998", 0.953),
    ("100 hidden, Nielsen 2015", 0.978),
    ("800 hidden, Simard 2003", 0.984),
    ("800 hidden, distorted, Simard 2003", 0.993),
    ("LeNet-5, distorted, LeCun 1998", 0.992),
)
_START = 0.9682  # the design this course started from


@course_figure
def ladder(records: Sequence[Record]) -> Figure:
    """Show each record's test accuracy with its 95 % interval, and beside them published results and the start."""
    figure, axis = plt.subplots(figsize=(WIDTH, 1.4 + 0.45 * (len(records) + len(_PUBLISHED))))
    names = [record.notebook.replace("_", " ") for record in records]
    for place, record in enumerate(records):
        accuracy, (low, high) = (
            record.fields["metrics"][key] for key in ("test_accuracy", "test_accuracy_interval")
        )
        errors = [[max(accuracy - low, 0)], [max(high - accuracy, 0)]]
        axis.errorbar(accuracy, place, xerr=errors, fmt="o", ms=7, capsize=4, color="C0")
        axis.annotate(
            f"{accuracy:.2%}",
            (accuracy, place),
            (0, 7),
            textcoords="offset points",
            ha="center",
            fontsize=9,
        )
    for place, (name, accuracy) in enumerate(_PUBLISHED, start=len(records)):
        axis.plot(accuracy, place, "D", color="#888888")
        names.append(name)
    axis.axvline(_START, color="C1", ls=":", label=f"where this course started, {_START:.2%}")
    axis.set(
        yticks=range(len(names)),
        yticklabels=names,
        xlabel="test accuracy",
        ylim=(len(names) - 0.4, -0.8),
    )
    axis.margins(x=0.08)  # room for a label above the last point
    axis.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axis.legend(loc="lower left")
    return figure


def pareto(seconds: Sequence[float], accuracy: Sequence[float]) -> list[int]:
    """Return the indices of the runs that no other run beats in both time and accuracy, the quickest first."""
    order = sorted(range(len(seconds)), key=lambda index: (seconds[index], -accuracy[index]))
    front: list[int] = []
    for index in order:
        if not front or accuracy[index] > accuracy[front[-1]]:
            front.append(index)
    return front


def _label(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


@course_figure
def parameter_figure(runs: Sequence[Mapping[str, Any]], name: str) -> Figure:
    """Show validation accuracy against one parameter: a dot a run, and the mean of each value as a bar."""
    values = list(dict.fromkeys(json.dumps(run["parameters"].get(name)) for run in runs))
    if all(isinstance(json.loads(value), (int, float)) for value in values):
        values.sort(key=json.loads)
    figure, axis = plt.subplots(figsize=(WIDTH, 3.2))
    for place, value in enumerate(values):
        found = [
            run["metrics"]["validation_accuracy"]
            for run in runs
            if json.dumps(run["parameters"].get(name)) == value
        ]
        axis.plot(
            place + np.linspace(-0.12, 0.12, len(found)), found, "o", color="C0", alpha=0.7, ms=5
        )
        axis.plot([place - 0.3, place + 0.3], [np.mean(found)] * 2, color="C1", lw=3)
    axis.set(
        xlabel=name,
        ylabel="validation accuracy",
        xticks=range(len(values)),
        xlim=(-0.6, len(values) - 0.4),
    )
    axis.set_xticklabels(
        [_label(json.loads(value)) for value in values], rotation=30 if len(values) > 6 else 0
    )
    percent_axis(axis)
    return figure


@course_figure
def time_figure(runs: Sequence[Mapping[str, Any]]) -> Figure:
    """Show validation accuracy against the seconds of training, a dot a run; the line joins the runs that none beats in both."""
    seconds, accuracy = (
        [run["seconds"] for run in runs],
        [run["metrics"]["validation_accuracy"] for run in runs],
    )
    front = pareto(seconds, accuracy)
    figure, axis = plt.subplots(figsize=(WIDTH, 3.4))
    axis.plot(seconds, accuracy, "o", color="C0", alpha=0.7)
    axis.step(
        [seconds[i] for i in front],
        [accuracy[i] for i in front],
        where="post",
        color="C1",
        label="best for its time",
    )
    axis.set(xlabel="seconds of training", ylabel="validation accuracy")
    percent_axis(axis)
    axis.legend()
    return figure
