"""Figures of small networks: what a weight is worth, and what a bit of it is worth."""

import math
from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from mnist_lab.plots.alt_text import describe, listing, percent
from mnist_lab.plots.style import COLORS, LINES, WIDTH, course_figure

_COLORS = (*COLORS[:3], COLORS[4], COLORS[3])  # the first four hold no orange beside red
_MARKERS = ("o", "s", "D", "^", "v")
_LEAST_ERROR = 1e-4  # one of MNIST's test digits; a logarithmic axis has no zero
_TICKS = (0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005, 0.0002, 0.0001)


@course_figure
def error_by_weights(table: pd.DataFrame) -> Figure:
    """Show the errors of networks against their numbers of weights, both on logarithmic axes.

    Args:
        table: One row per network: "weights", a whole number above 0; "accuracy", in [0, 1]; and
            "from", the words that its kind has in the legend. The index names the networks;
            names may repeat. A column "spread" may hold standard deviations over seeds, in
            [0, 1], and NaN where there is only one training.

    Returns:
        One marker per network with its name beside it, a color and a shape per kind; through a
        marker with a spread, a line of one standard deviation up and down.

    Example:
        >>> table = pd.DataFrame({"weights": [997], "accuracy": [0.98], "from": "here"}, ["small"])
        >>> lab.plots.error_by_weights(table)
        <Figure size ... with 1 Axes>
    """
    figure, axis = plt.subplots(figsize=(WIDTH, 4.2))
    for number, (kind, rows) in enumerate(table.groupby("from", sort=False)):
        errors = (1 - rows["accuracy"]).clip(lower=_LEAST_ERROR)
        look = {"color": _COLORS[number % len(_COLORS)], "ms": 7}
        axis.plot(rows["weights"], errors, _MARKERS[number % 5], label=str(kind), **look)
        spreads = rows.get("spread", pd.Series(np.nan, rows.index)).astype(float)
        lows = (errors - spreads).clip(lower=_LEAST_ERROR)
        axis.vlines(rows["weights"], lows, errors + spreads, look["color"], lw=1.5)
        for name, x, y in zip(rows.index, rows["weights"], errors, strict=True):
            axis.annotate(str(name), (x, y), (7, 3), textcoords="offset points", fontsize=8)
    axis.set(xscale="log", yscale="log", xlabel="weights", ylabel="error")
    low, high = axis.get_ylim()
    axis.set_yticks([tick for tick in _TICKS if low <= tick <= high] or [low])
    axis.yaxis.set_minor_locator(NullLocator())
    axis.yaxis.set_major_formatter(lambda error, _: f"{100 * error:.2g} %")
    axis.xaxis.set_major_formatter(lambda weights, _: f"{weights:,.0f}")
    axis.margins(x=0.12)
    figure.legend(loc="outside upper center", ncols=2)
    groups = [
        f"{kind}: {' to '.join(_fewest_and_most(rows))}"
        for kind, rows in table.groupby("from", sort=False)
    ]
    most = table["spread"].astype(float).max() if "spread" in table else math.nan
    over = "" if math.isnan(most) else f" Lines: spreads over seeds, of at most {most:.2%}."
    return describe(figure, f"Markers: errors against their weights. {'; '.join(groups)}.{over}")


def _fewest_and_most(rows: pd.DataFrame) -> list[str]:
    """Return the errors in words of the network with the fewest weights and that with the most."""
    ends = rows.sort_values("weights").iloc[[0, -1]].drop_duplicates()
    return [f"{1 - row.accuracy:.2%} with {row.weights:,}" for row in ends.itertuples(index=False)]


@course_figure
def accuracy_by_bits(accuracies: Mapping[str, Mapping[int, float]]) -> Figure:
    """Show how accurate networks stay when each weight has fewer bits.

    Args:
        accuracies: For each network by name, the accuracy in [0, 1] by the number of bits.

    Returns:
        One line per network; the accuracies are in per cent.

    Example:
        >>> lab.plots.accuracy_by_bits({"small": {32: 0.981, 4: 0.962, 2: 0.41}})
        <Figure size ... with 1 Axes>
    """
    figure, axis = plt.subplots(figsize=(WIDTH, 3.2))
    read = []
    for number, (name, by_bits) in enumerate(accuracies.items()):
        bits = sorted(by_bits, reverse=True)
        shown = [100 * by_bits[width] for width in bits]
        line = LINES[number % len(LINES)]
        axis.plot(range(len(bits)), shown, line, marker="o", color=COLORS[number], label=name)
        axis.set_xticks(np.arange(len(bits)), [str(width) for width in bits])
        shares = [f"{percent(by_bits[width])} with {width}" for width in bits]
        read.append(f"{name} {listing(shares, len(shares))}")
    axis.set(xlabel="bits per weight", ylabel="digits read, %")
    axis.legend()
    return describe(figure, f"Lines: accuracy against the bits per weight: {'; '.join(read)}.")
