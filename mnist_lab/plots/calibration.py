"""Figures of confidence: how high it is, and how well it matches the accuracy."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullFormatter, StrMethodFormatter

from mnist_lab import checks
from mnist_lab.evaluation.calibration import expected_calibration_error, reliability, risk_coverage
from mnist_lab.evaluation.metrics import Evaluation
from mnist_lab.plots.alt_text import describe, listing, percent
from mnist_lab.plots.style import GRAY, WIDTH, course_figure, error_bars
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
    figure, (right, wrong) = plt.subplots(1, 2, figsize=(WIDTH, 3.0))
    for axis, name, chosen, color in (
        (right, "right", result.correct, "C0"),
        (wrong, "wrong", ~result.correct, "C1"),
    ):
        axis.hist(result.confidence[chosen], bins=np.linspace(0, 1, 21), color=color)
        if chosen.any():
            axis.set_yscale("log")
            axis.set_ylim(bottom=0.7)  # below 1, so that a bar of one digit shows
            axis.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
            axis.yaxis.set_minor_formatter(NullFormatter())
        axis.set(title=f"{name} answers ({chosen.sum():,})", xlabel="confidence", xlim=(0, 1))
        axis.set_ylabel("digits (log scale)")
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

    A calibrated model lies on the diagonal. The legend gives the expected calibration error.

    Args:
        results: name -> evaluation.
        bins: Number of bins of equal width over (0, 1]; 15 as in Guo et al. (2017).

    Returns:
        One point with its interval per bin, a color per evaluation, and the diagonal.

    Example:
        >>> dataset = lab.data.Dataset(np.zeros((10, 28, 28)), np.arange(10))
        >>> result = lab.evaluation.Evaluation(dataset, np.eye(10) * 0.9 + 0.01)
        >>> lab.plots.reliability_diagram({"mlp": result})
        <Figure size ... with 1 Axes>
    """
    figure, axis = plt.subplots(figsize=(WIDTH, 4.2))
    axis.plot([0, 1], [0, 1], color=GRAY, ls=":")
    calibration_errors = {
        name: expected_calibration_error(result, bins) for name, result in results.items()
    }
    for name, result in results.items():
        table = reliability(result, bins)
        accuracy = table["accuracy"]
        errors = error_bars(accuracy, table["low"], table["high"])
        label = f"{name}, error {calibration_errors[name]:.2%}"
        style = {"fmt": "o", "ms": 4, "capsize": 3, "label": label}
        axis.errorbar(table["confidence"], accuracy, yerr=errors, **style)
    axis.set(xlabel=f"mean confidence ({bins} bins)", ylabel="share correct")
    axis.set(xlim=(0, 1.02), ylim=(0, 1.02))
    axis.legend(loc="lower right")
    errors = listing(f"{name} {error:.2%}" for name, error in calibration_errors.items())
    return describe(
        figure,
        "Reliability diagram: share correct against mean confidence in"
        f" {counted(int(bins), 'bin')}; a calibrated model lies on the diagonal."
        f" Expected calibration error: {errors}.",
    )


@course_figure
def risk_coverage_curves(results: Mapping[str, Evaluation]) -> Figure:
    """Plot the share of mistakes among the answers against the share of digits answered.

    The most confident digits are answered first (El-Yaniv and Wiener 2010). The share of mistakes
    is on a logarithmic axis from 0.01 %; a curve has a gap where there are no mistakes.

    Args:
        results: name -> evaluation.

    Returns:
        One curve per evaluation.

    Example:
        >>> dataset = lab.data.Dataset(np.zeros((10, 28, 28)), np.arange(10))
        >>> probabilities = np.eye(10)[[0, 1, 2, 3, 4, 5, 6, 7, 8, 8]] * 0.9 + 0.01
        >>> result = lab.evaluation.Evaluation(dataset, probabilities)
        >>> lab.plots.risk_coverage_curves({"mlp": result})
        <Figure size ... with 1 Axes>
    """
    figure, axis = plt.subplots(figsize=(WIDTH, 3.4))
    answered: dict[float, list[str]] = {0.9: [], 1.0: []}
    for name, result in results.items():
        table = risk_coverage(result)
        for coverage, texts in answered.items():
            accuracy = table["accuracy"][table["coverage"] >= coverage].iloc[0]
            texts.append(f"{name} {1 - accuracy:.2%}")
        risk = (1 - table["accuracy"]).where(table["accuracy"] < 1)
        axis.plot(table["coverage"], risk, label=name)
    axis.set(xlabel="share of digits answered", ylabel="mistakes among the answers")
    axis.set(xlim=(0.5, 1.005), ylim=(1e-4, 1))
    axis.set_yscale("log")
    axis.yaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * share:g}%"))
    axis.legend()
    return describe(
        figure,
        "Line chart: mistakes among the answers against the share of digits answered, the surest"
        f" first. With all digits: {listing(answered[1.0])}; with 90%: {listing(answered[0.9])}.",
    )
