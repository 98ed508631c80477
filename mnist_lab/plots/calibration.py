"""Figures of confidence: how sure a model is, and whether it can be believed."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullFormatter, StrMethodFormatter

from mnist_lab.evaluation.calibration import expected_calibration_error, reliability, risk_coverage
from mnist_lab.evaluation.metrics import Evaluation
from mnist_lab.plots.style import WIDTH, course_figure


@course_figure
def confidence_histogram(result: Evaluation) -> Figure:
    """Show how sure the model was where it was right and where it was wrong (counts on a logarithmic axis)."""
    figure, axes = plt.subplots(1, 2, figsize=(WIDTH, 3.0))
    bins = np.linspace(0, 1, 21)
    for axis, name, chosen, colour in zip(
        axes, ("right", "wrong"), (result.correct, ~result.correct), ("C0", "C1"), strict=True
    ):
        axis.hist(result.confidence[chosen], bins=bins, color=colour)
        if chosen.any():
            axis.set_yscale("log")
            axis.set_ylim(bottom=0.7)  # a bar of one digit shows too
            axis.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
            axis.yaxis.set_minor_formatter(NullFormatter())
        axis.set(
            title=f"{name} answers ({chosen.sum():,})",
            xlabel="confidence",
            ylabel="digits (log scale)",
            xlim=(0, 1),
        )
    return figure


@course_figure
def reliability_diagram(results: Mapping[str, Evaluation], bins: int = 15) -> Figure:
    """Show what answers of each confidence keep of their promise, with 95 % intervals; on the diagonal they keep all.

    The legend names each model's expected calibration error with these bins.
    """
    figure, axis = plt.subplots(figsize=(WIDTH, 4.2))
    axis.plot([0, 1], [0, 1], color="#888888", ls=":")
    for name, result in results.items():
        table = reliability(result, bins)
        errors = [table["accuracy"] - table["low"], table["high"] - table["accuracy"]]
        label = f"{name}, error {expected_calibration_error(result, bins):.2%}"
        axis.errorbar(
            table["confidence"],
            table["accuracy"],
            yerr=errors,
            fmt="o",
            ms=4,
            capsize=3,
            label=label,
        )
    axis.set(
        xlabel=f"mean confidence ({bins} bins)",
        ylabel="share correct",
        xlim=(0, 1.02),
        ylim=(0, 1.02),
    )
    axis.legend(loc="lower right")
    return figure


@course_figure
def risk_coverage_curves(results: Mapping[str, Evaluation]) -> Figure:
    """Show the share of mistakes among the answers given, against the share of digits answered, the surest first.

    The share of mistakes is on a logarithmic axis from 0.01 %; below that, and where there are none, nothing is drawn.
    """
    figure, axis = plt.subplots(figsize=(WIDTH, 3.4))
    for name, result in results.items():
        table = risk_coverage(result)
        axis.plot(
            table["coverage"], (1 - table["accuracy"]).where(table["accuracy"] < 1), label=name
        )
    axis.set(
        xlabel="share of digits answered", ylabel="mistakes among the answers", xlim=(0.5, 1.005)
    )
    axis.set_yscale("log")
    axis.set_ylim(1e-4, 1)
    axis.yaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * share:g}%"))
    axis.legend()
    return figure
