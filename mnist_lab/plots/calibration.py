"""Figures of confidence: how high it is, and how well it matches the accuracy."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullFormatter, PercentFormatter, StrMethodFormatter

from mnist_lab import checks
from mnist_lab.evaluation.calibration import expected_calibration_error, reliability, risk_coverage
from mnist_lab.evaluation.metrics import Evaluation
from mnist_lab.plots.alt_text import describe, listing, percent
from mnist_lab.plots.style import COLORS, GRAY, LINES, WIDTH, course_figure, error_bars
from mnist_lab.wording import counted


@course_figure
def confidence_histogram(result: Evaluation) -> Figure:
    """Show how confident the model is where it is right, and where it is wrong.

    The counts are on a logarithmic axis.

    Args:
        result: The evaluation.

    Returns:
        Two histograms of the confidence: right predictions, and wrong ones.

    Example:
        >>> dataset = lab.data.Dataset(np.zeros((10, 28, 28)), np.arange(10))
        >>> result = lab.evaluation.Evaluation(dataset, np.eye(10) * 0.9 + 0.01)
        >>> lab.plots.confidence_histogram(result)
        <Figure size ... with 2 Axes>
    """
    figure, (right, wrong) = plt.subplots(1, 2, figsize=(WIDTH, 3.0), sharey=True)
    for axis, name, chosen, color in (
        (right, "right", result.correct, COLORS[0]),
        (wrong, "wrong", ~result.correct, COLORS[1]),
    ):
        axis.hist(result.confidence[chosen], bins=np.linspace(0, 1, 21), color=color)
        if chosen.any():
            axis.set_yscale("log")
            axis.set_ylim(bottom=0.7)  # below 1, so that a bar of one digit shows
            axis.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
            axis.yaxis.set_minor_formatter(NullFormatter())
        axis.set(title=f"{name} answers ({chosen.sum():,})", xlabel="confidence", xlim=(0, 1))
    right.set_ylabel("digits (log scale)")
    wrong.tick_params(labelleft=True)
    return describe(
        figure,
        "Two histograms of the confidence, counts on a logarithmic axis."
        f" {_confidences(result, result.correct, 'right answer')};"
        f" {_confidences(result, ~result.correct, 'wrong answer')}.",
    )


def _confidences(result: Evaluation, chosen: np.ndarray, noun: str) -> str:
    """Say how many answers are chosen, and how confident the one in the middle is."""
    answers = counted(int(chosen.sum()), noun)
    if not chosen.any():
        return answers
    return f"{answers}, median confidence {percent(float(np.median(result.confidence[chosen])))}"


@course_figure
def reliability_diagram(results: Mapping[str, Evaluation], bins: checks.IntLike = 15) -> Figure:
    """Plot accuracy against confidence per bin (reliability diagram), with 95 % intervals.

    A calibrated model lies on the diagonal. Below the diagram stands how many digits each bin has,
    on a logarithmic axis; at its right the last bin, which has most of them, enlarged.

    Args:
        results: name -> evaluation.
        bins: Number of bins of equal width over (0, 1]; 15 as in Guo et al. (2017).

    Returns:
        One point with its interval per bin, a color per evaluation, and the diagonal.

    Example:
        >>> dataset = lab.data.Dataset(np.zeros((10, 28, 28)), np.arange(10))
        >>> result = lab.evaluation.Evaluation(dataset, np.eye(10) * 0.9 + 0.01)
        >>> lab.plots.reliability_diagram({"mlp": result})
        <Figure size ... with 3 Axes>
    """
    bins = checks.integer("bins", bins, 1)
    figure, axes = plt.subplots(
        2, 2, figsize=(WIDTH, 4.8), width_ratios=[1.7, 1], height_ratios=[3, 1]
    )
    whole, counts = axes[:, 0]
    last = figure.add_subplot(axes[0, 1].get_gridspec()[:, 1])
    for axis in axes[:, 1]:
        axis.remove()
    for axis in (whole, last):
        axis.axline((0, 0), slope=1, color=GRAY, ls=":")
    width = 0.8 / bins / len(results)
    for index, (name, result) in enumerate(results.items()):
        table = reliability(result, bins)
        accuracy = table["accuracy"]
        errors = error_bars(accuracy, table["low"], table["high"])
        style = {"fmt": "os^Dv"[index % 5], "ms": 5, "capsize": 3, "color": COLORS[index]}
        for axis in (whole, last):
            axis.errorbar(table["confidence"], accuracy, yerr=errors, label=name, **style)
        left = table["bin_lower"] + 0.1 / bins + index * width
        counts.bar(left, table["digits"], width, align="edge", color=COLORS[index], lw=0)
    whole.set(xlabel="mean confidence", ylabel="share correct", xlim=(0, 1.02), ylim=(0, 1.02))
    figure.legend(*whole.get_legend_handles_labels(), loc="outside upper center", ncols=4)
    counts.set(xlabel=f"confidence ({bins} bins)", ylabel="digits (log)", xlim=(0, 1.02))
    counts.set_yscale("log")
    counts.set_ylim(bottom=0.7)  # below 1, so that a bar of one digit shows
    counts.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    counts.yaxis.set_minor_formatter(NullFormatter())
    last.set(xlabel="mean confidence", ylabel="share correct", title="the last bin, enlarged")
    low = _low_end(results, bins)
    last.set(xlim=(low, 1 + 0.02 * (1 - low)), ylim=(low, 1 + 0.02 * (1 - low)))
    errors = listing(
        f"{name} {expected_calibration_error(result, bins):.2%}" for name, result in results.items()
    )
    return describe(
        figure,
        f"Reliability diagram: share correct against mean confidence in {counted(bins, 'bin')}; a"
        f" calibrated model lies on the diagonal. Expected calibration error: {errors}.",
    )


def _low_end(results: Mapping[str, Evaluation], bins: int) -> float:
    """Return where the picture of the last bin begins: below its points and their intervals."""
    tables = [reliability(result, bins).iloc[-1] for result in results.values()]
    lowest = min(min(row["low"], row["confidence"]) for row in tables)
    return min(lowest - 0.15 * (1 - lowest), 0.99)


@course_figure
def risk_coverage_curves(results: Mapping[str, Evaluation], least: checks.IntLike = 5) -> Figure:
    """Plot the share of mistakes among the answers against the share of digits answered.

    The most confident digits are answered first (El-Yaniv and Wiener 2010). The share of mistakes
    is on a logarithmic axis.

    Args:
        results: name -> evaluation.
        least: A curve is drawn where at least so many mistakes are among the answers: a share of
            fewer says little.

    Returns:
        One curve per evaluation.

    Example:
        >>> dataset = lab.data.Dataset(np.zeros((10, 28, 28)), np.arange(10))
        >>> probabilities = np.eye(10)[[0, 1, 2, 3, 4, 5, 6, 7, 8, 8]] * 0.9 + 0.01
        >>> result = lab.evaluation.Evaluation(dataset, probabilities)
        >>> lab.plots.risk_coverage_curves({"mlp": result})
        <Figure size ... with 1 Axes>
    """
    least = checks.integer("least", least, 1)
    figure, axis = plt.subplots(figsize=(WIDTH, 3.4))
    answered: dict[float, list[str]] = {0.9: [], 1.0: []}
    for name, result in results.items():
        table = risk_coverage(result)
        for coverage, texts in answered.items():
            accuracy = table["accuracy"][table["coverage"] >= coverage].iloc[0]
            texts.append(f"{name} {1 - accuracy:.2%}")
        risk = 1 - table["accuracy"]
        many = risk * table["coverage"] * len(result) > least - 0.5
        axis.plot(table["coverage"][many], risk[many], label=name, ls=LINES[len(axis.lines) % 4])
    axis.set(xlabel="coverage: share of digits answered", ylabel="mistakes among the answers")
    axis.set_yscale("log")
    axis.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axis.yaxis.set_minor_formatter(NullFormatter())
    axis.yaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * share:g}%"))
    axis.legend()
    return describe(
        figure,
        "Line chart: mistakes among the answers against the share of digits answered, the surest"
        f" first. With all digits: {listing(answered[1.0])}; with 90%: {listing(answered[0.9])}.",
    )
