"""Figures of many runs: the ladder of the course, and the results of a sweep."""

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from mnist_lab.plots.alt_text import describe, number, percent
from mnist_lab.plots.style import GRAY, WIDTH, course_figure, error_bars, percent_axis
from mnist_lab.plots.training import strip_plot
from mnist_lab.records import FIRST_DESIGN_ACCURACY, Record
from mnist_lab.wording import counted

# Published test accuracies (LeCun et al. 1998; Nielsen 2015; Simard et al. 2003).
_PUBLISHED = {
    "linear classifier, LeCun 1998": 0.880,
    "300 hidden, LeCun 1998": 0.953,
    "100 hidden, Nielsen 2015": 0.978,
    "800 hidden, Simard 2003": 0.984,
    "800 hidden, distorted, Simard 2003": 0.993,
    "LeNet-5, distorted, LeCun 1998": 0.992,
}


@course_figure
def ladder(records: Sequence[Record]) -> Figure:
    """Show the ladder: the test accuracy of each record with its 95 % interval.

    Published results stand below the records, and a dotted line marks a first design.

    Args:
        records: The runs, from the top down; see records.records_up_to.

    Returns:
        One row per record, then one per published result.

    Example:
        >>> lab.plots.ladder([])  # the published results alone
        <Figure size ... with 1 Axes>
    """
    figure, axis = plt.subplots(figsize=(WIDTH, 1.4 + 0.45 * (len(records) + len(_PUBLISHED))))
    for y, record in enumerate(records):
        accuracy, (low, high) = record.test_accuracy, record.interval
        errors = error_bars(accuracy, low, high)
        axis.errorbar(accuracy, y, xerr=errors, fmt="o", ms=7, capsize=4, color="C0")
        style = {"textcoords": "offset points", "ha": "center", "fontsize": 9}
        axis.annotate(f"{accuracy:.2%}", (accuracy, y), (0, 7), **style)
    for y, accuracy in enumerate(_PUBLISHED.values(), start=len(records)):
        axis.plot(accuracy, y, "D", color=GRAY)
    first_design = f"to beat: a first design with two layers, {FIRST_DESIGN_ACCURACY:.2%}"
    axis.axvline(FIRST_DESIGN_ACCURACY, color="C1", ls=":", label=first_design)
    names = [record.notebook.replace("_", " ") for record in records] + list(_PUBLISHED)
    axis.set_yticks(range(len(names)), names)
    axis.set(xlabel="test accuracy", ylim=(len(names) - 0.4, -0.8))
    axis.margins(x=0.08)  # room for a text above the last point
    axis.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axis.legend(loc="lower right", bbox_to_anchor=(1, 1))  # above: below, it would hide points
    best = max(records, key=lambda record: record.test_accuracy, default=None)
    highest = f"The highest is {best.test_accuracy:.2%}, of {best.notebook}. " if best else ""
    return describe(
        figure,
        f"The ladder: test accuracies of {counted(len(records), 'notebook')} with 95% intervals,"
        f" above {len(_PUBLISHED)} published results. {highest}A dotted line marks"
        f" {FIRST_DESIGN_ACCURACY:.2%}, a first design with two layers.",
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
        records: Those without a validation accuracy are left out.
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
        if record.validation_accuracy is not None
    ]
    seconds, accuracies = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    front = pareto(seconds, accuracies)
    figure, axis = plt.subplots(figsize=(WIDTH, 3.4))
    axis.plot(seconds, accuracies, "o", color="C0", alpha=0.7)
    axis.step(
        [seconds[index] for index in front],
        [accuracies[index] for index in front],
        where="post",
        color="C1",
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
