"""Figures of many runs: the ladder of the course, and the results of a sweep."""

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from mnist_lab.plots.alt_text import describe, number, percent
from mnist_lab.plots.style import COLORS, GRAY, WIDTH, course_figure, error_bars, percent_axis
from mnist_lab.plots.training import strip_plot
from mnist_lab.records import Record
from mnist_lab.wording import counted

# Published test errors.
_PUBLISHED = {
    "linear classifier\n(LeCun et al. 1998)": 0.120,
    "300 hidden neurons\n(LeCun et al. 1998)": 0.047,
    "100 hidden neurons\n(Nielsen 2015)": 0.022,
    "800 hidden neurons\n(Simard et al. 2003)": 0.016,
    "LeNet-5, distorted digits\n(LeCun et al. 1998)": 0.008,
    "800 hidden, distorted digits\n(Simard et al. 2003)": 0.007,
}
_LEAST_ERROR = 5e-4  # five of MNIST's test digits; a logarithmic axis has no zero


@course_figure
def ladder(records: Sequence[Record]) -> Figure:
    """Show the ladder: the test error of each record with its 95 % interval, the best on the right.

    The axis is logarithmic, since each rung leaves a part of the errors of the one before it.
    Published results stand below the records, the largest error first.

    Args:
        records: The runs, from the top down; see records.records_up_to.

    Returns:
        One row per record, then one per published result.

    Example:
        >>> lab.plots.ladder([])  # the published results alone
        <Figure size ... with 1 Axes>
    """
    figure, axis = plt.subplots(figsize=(WIDTH, 1.2 + 0.42 * (len(records) + len(_PUBLISHED))))
    for y, record in enumerate(records):
        high, low = (max(1 - end, _LEAST_ERROR) for end in record.interval)
        error = min(max(1 - record.test_accuracy, low), high)
        errors = error_bars(error, low, high)
        axis.errorbar(error, y, xerr=errors, fmt="o", ms=6, capsize=4, color=COLORS[0])
        style = {"textcoords": "offset points", "ha": "center", "fontsize": 9}
        axis.annotate(f"{1 - record.test_accuracy:.2%}", (error, y), (0, 7), **style)
    for y, error in enumerate(_PUBLISHED.values(), start=len(records)):
        axis.plot(error, y, "D", color=GRAY)
    names = [record.notebook.replace("_", " ") for record in records] + list(_PUBLISHED)
    axis.set_xscale("log")
    axis.set_yticks(range(len(names)), names, fontsize=9)
    axis.set(xlabel="test error (logarithmic axis)")
    axis.set(ylim=(len(names) - 0.4, -0.8), xlim=(0.2, 0.002))
    axis.set_xticks([0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002])
    axis.xaxis.set_minor_locator(NullLocator())
    axis.xaxis.set_major_formatter(lambda error, _: f"{100 * error:g} %")
    if records:  # a run that is worse or better than the axis reaches
        ends = [1 - end for record in records for end in record.interval]
        axis.set_xlim(max(0.2, *ends), max(min(0.002, *ends), _LEAST_ERROR))
    best = max(records, key=lambda record: record.test_accuracy, default=None)
    fewest = f" The lowest is {1 - best.test_accuracy:.2%}, of {best.notebook}." if best else ""
    return describe(
        figure,
        f"The ladder: test errors of {counted(len(records), 'notebook')} with 95% intervals on a"
        f" logarithmic axis, above {len(_PUBLISHED)} published results.{fewest}",
    )


def pareto(seconds: Sequence[float], accuracy: Sequence[float]) -> list[int]:
    """Return the Pareto front: the runs that no other run beats in both time and accuracy.

    Args:
        seconds: One per run, the lower the better.
        accuracy: One per run, the higher the better.

    Returns:
        Indices of runs, the fastest first.

    Example:
        >>> pareto(seconds=[3, 1, 2], accuracy=[0.98, 0.95, 0.94])
        [1, 0]
    """
    order = sorted(range(len(seconds)), key=lambda index: (seconds[index], -accuracy[index]))
    front: list[int] = []
    for index in order:
        if not front or accuracy[index] > accuracy[front[-1]]:
            front.append(index)
    return front


def parameter_figure(records: Sequence[Record], name: str) -> Figure:
    """Show validation accuracy against one parameter, a dot per run and the mean per value.

    Args:
        records: Those without a validation accuracy, or whose model came trained, are left out.
        name: Of the parameter. Numbers stand in their order, other values in that of the records.

    Returns:
        One column of dots per value, with a bar at their mean.
    """
    scores: dict[str, list[float]] = {}
    values: dict[str, Any] = {}
    for record in records:
        if record.validation_accuracy is not None:
            label = record.parameter_text(name)
            values[label] = record.parameters.get(name)
            scores.setdefault(label, []).append(record.validation_accuracy)
    if all(isinstance(value, (int, float)) for value in values.values()):
        scores = {label: scores[label] for label in sorted(scores, key=values.__getitem__)}
    return strip_plot(scores, xlabel=name)


@course_figure
def time_figure(records: Sequence[Record]) -> Figure:
    """Show validation accuracy against the seconds of training, one dot per run.

    A line joins the runs that no other run beats in both.

    Args:
        records: Those without a validation accuracy are left out.

    Returns:
        One dot per run, and the line.
    """
    pairs = [
        (record.seconds, record.validation_accuracy)
        for record in records
        if record.validation_accuracy is not None and record.seconds is not None
    ]
    seconds, accuracies = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    front = pareto(seconds, accuracies)
    figure, axis = plt.subplots(figsize=(WIDTH, 3.4))
    axis.plot(seconds, accuracies, "o", color=COLORS[0], alpha=0.7)
    axis.step(
        [seconds[index] for index in front],
        [accuracies[index] for index in front],
        where="post",
        color=COLORS[1],
        label="best for its time",
    )
    axis.set(xlabel="seconds of training", ylabel="validation accuracy")
    percent_axis(axis)
    axis.legend()
    ends = ""
    if pairs:
        fastest, best = pairs[front[0]], pairs[front[-1]]
        ends = (
            f" The fastest took {number(fastest[0])} s for {percent(fastest[1])}, the best"
            f" {number(best[0])} s for {percent(best[1])}."
        )
    return describe(
        figure,
        f"Dots: validation accuracy of {counted(len(pairs), 'run')} against seconds of training,"
        f" with a line through the best for their time.{ends}",
    )
