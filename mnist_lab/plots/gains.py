"""What settings gain over a baseline, as a figure."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from mnist_lab.evaluation.gains import paired_gains
from mnist_lab.plots.alt_text import describe, listing
from mnist_lab.plots.style import COLORS, GRAY, WIDTH, course_figure, error_bars
from mnist_lab.wording import counted


@course_figure
def gain_intervals(accuracies: Mapping[str, Sequence[float]], baseline: str) -> Figure:
    """Show what settings gain over a baseline, seed by seed, with the mean and its 95 % interval.

    Args:
        accuracies: setting -> the accuracies of its runs in [0, 1], for the same seeds in the same
            order.
        baseline: The setting that the others are compared with.

    Returns:
        One line per setting: a small dot per seed, the interval of `paired_gains`, and at the right
        its numbers.

    Example:
        >>> accuracies = {"plain": [0.95, 0.96], "wide": [0.96, 0.98]}
        >>> lab.plots.gain_intervals(accuracies, baseline="plain")
        <Figure size ... with 1 Axes>
    """
    table = paired_gains(accuracies, baseline)
    figure, axis = plt.subplots(figsize=(WIDTH, 1.1 + 0.42 * len(table)))
    axis.axvline(0, color=GRAY, lw=1.5)
    for row, name in enumerate(table.index):
        gains = 100 * (np.asarray(accuracies[name]) - np.asarray(accuracies[baseline]))
        axis.plot(gains, [row + 0.22] * len(gains), "o", ms=4, color=GRAY, alpha=0.8)
        axis.text(
            1.02, row, _numbers(table.loc[name]), transform=axis.get_yaxis_transform(), va="center"
        )
    known = table["low"].notna().to_numpy()
    rows = np.arange(len(table))
    errors = error_bars(table["gain"], table["low"], table["high"])
    style = {"ms": 7, "color": COLORS[0], "capsize": 4}
    axis.errorbar(table["gain"][known], rows[known], xerr=errors[:, known], fmt="o", **style)
    axis.plot(table["gain"][~known], rows[~known], "o", ms=7, color=COLORS[0])
    axis.plot([], [], "o", ms=4, color=GRAY, label="one seed")
    axis.errorbar([], [], xerr=[], fmt="o", label="mean and 95 % interval", **style)
    axis.set_yticks(rows, [str(name) for name in table.index])
    axis.set(ylim=(len(table) - 0.4, -0.5), xlabel=f"gain over {baseline}, in points")
    figure.legend(loc="outside upper center", ncols=2)
    gains = [f"{name} {gain:+.2f}" for name, gain in table["gain"].items()]
    seeds = counted(len(accuracies[baseline]), "seed")
    return describe(
        figure,
        f"Dots with 95 % intervals: gains over {baseline} in points of accuracy, {seeds} each."
        f" Mean gains: {listing(gains, 8)}.",
    )


def _numbers(row: pd.Series) -> str:
    """Return a gain and its interval as text, in points."""
    gain, low, high = (
        f"{value:+.2f}".replace("-", "\u2212") for value in row[["gain", "low", "high"]]
    )
    return gain if np.isnan(row["low"]) else f"{gain}  ({low} to {high})"
