"""Figures of handwriting: the drawing pad without a browser, and what networks read."""

from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from mnist_lab.evaluation.metrics import Evaluation
from mnist_lab.plots.images import framed
from mnist_lab.plots.style import WIDTH, course_figure

if TYPE_CHECKING:
    from mnist_lab.handwriting.pad import PadPrediction


def _bars(axis: plt.Axes, result: Evaluation, name: str) -> None:
    """Show one answer as ten bars, the largest in the second colour."""
    read, shares = int(result.predictions[0]), result.probabilities[0]
    axis.bar(range(10), shares, color=["C1" if digit == read else "C0" for digit in range(10)])
    axis.set(xticks=range(10), yticks=[], ylim=(0, 1))
    axis.grid(False)
    axis.tick_params(axis="x", labelsize=8, length=0)
    axis.set_title(f"{name}\nreads {read} ({shares[read]:.0%})", fontsize=9)


@course_figure
def pad_figure(reading: "PadPrediction") -> Figure:
    """Show the drawing pad as it looks in a browser: the drawing, what the networks see, the nearest digits, the answers."""
    columns = max(len(reading.results), 4)
    figure = plt.figure(figsize=(WIDTH, 5.2))
    above, below = figure.subfigures(2, 1, height_ratios=(2.2, 2.8))
    canvas, model_input, *rest = above.subplots(
        1, 2 + len(reading.nearest), width_ratios=[4, 2] + [1] * len(reading.nearest)
    )
    framed(canvas, reading.canvas, "the pad")
    framed(model_input, reading.model_input, "what they see")
    for axis, image, label in zip(
        rest, reading.nearest.images, reading.nearest.labels, strict=True
    ):
        framed(axis, image, f"like {label}")
    upper, lower = below.subplots(2, columns, height_ratios=(1.6, 1))
    for axis in [*upper, *lower]:
        axis.set_axis_off()
    for over, under, (name, result) in zip(upper, lower, reading.results.items(), strict=False):
        over.set_axis_on()
        _bars(over, result, name)
        if name in reading.hidden:
            values = reading.hidden[name]
            across = int(np.ceil(np.sqrt(2 * len(values))))
            cells = np.zeros(across * -(-len(values) // across))
            cells[: len(values)] = values
            under.imshow(cells.reshape(-1, across), cmap="viridis", aspect="auto")
            under.set_title(f"{len(values)} hidden", fontsize=9)
    return figure
