"""The drawing pad as a figure, for a page without a browser's widgets."""

from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mnist_lab.evaluation.metrics import Prediction
from mnist_lab.plots.alt_text import describe, listing
from mnist_lab.plots.style import COLORS, WIDTH, cell_grid, course_figure, show_framed

if TYPE_CHECKING:
    from mnist_lab.handwriting.predictor import PadPrediction


def _bars_of_one_image(axis: Axes, result: Prediction, name: str) -> None:
    """Show the prediction for one image as ten bars, the highest in the second color."""
    digit, probabilities = int(result.predictions[0]), result.probabilities[0]
    colors = [COLORS[1] if index == digit else COLORS[0] for index in range(10)]
    axis.bar(range(10), probabilities, color=colors)
    axis.set(xticks=range(10), yticks=[], ylim=(0, 1))
    axis.grid(False)
    axis.tick_params(axis="x", labelsize=8, length=0)
    axis.set_title(f"{name}\nreads {digit} ({probabilities[digit]:.0%})", fontsize=9)


def _hidden_units(axis: Axes, values: np.ndarray) -> None:
    """Show the values (k,) of a hidden layer as cells, about twice as many across as down."""
    cells = cell_grid(values, int(np.ceil(np.sqrt(2 * len(values)))))
    axis.imshow(cells, cmap="viridis", aspect="auto")
    axis.set_title(f"{len(values)} hidden", fontsize=9)


@course_figure
def pad_figure(prediction: "PadPrediction") -> Figure:
    """Show what the drawing pad shows: the drawing, the model input, neighbors and predictions.

    Args:
        prediction: The pad's `prediction` after a drawing, or what handwriting.Predictor returns.

    Returns:
        The images in a row, and below them ten bars and the hidden units of each network.

    Example:
        >>> images = np.random.default_rng(0).random((10, 28, 28))
        >>> digits = lab.data.Digits(*[lab.data.Dataset(images, np.arange(10))] * 3, "files")
        >>> predictor = lab.handwriting.Predictor({"mlp": lab.models.mlp([20])}, digits)
        >>> lab.plots.pad_figure(predictor.predict(np.eye(280)))
        <Figure size ... with 15 Axes>
    """
    nearest = prediction.nearest
    figure = plt.figure(figsize=(WIDTH, 5.2))
    (above,), (below,) = figure.subfigures(2, 1, squeeze=False, height_ratios=(2.2, 2.8))
    widths = [4, 2] + [1] * len(nearest)
    canvas, model_input, *neighbors = above.subplots(1, len(widths), width_ratios=widths)
    show_framed(canvas, prediction.canvas, "the pad")
    show_framed(model_input, prediction.model_input, "what they see")
    for axis, image, label in zip(neighbors, nearest.images, nearest.labels, strict=True):
        show_framed(axis, image, f"like {label}")
    columns = max(len(prediction.results), 4)
    bars, units = below.subplots(2, columns, height_ratios=(1.6, 1))
    for axis in [*bars, *units]:
        axis.set_axis_off()
    for upper, lower, (name, result) in zip(bars, units, prediction.results.items(), strict=False):
        upper.set_axis_on()
        _bars_of_one_image(upper, result, name)
        if name in prediction.hidden:
            _hidden_units(lower, prediction.hidden[name])
    answers = [
        f"{name} reads {result.predictions[0]} ({result.confidence[0]:.0%})"
        for name, result in prediction.results.items()
    ]
    return describe(
        figure,
        "The drawing pad: a drawing, the image that the networks see, and similar digits (labeled"
        f" {listing(nearest.labels) or 'none'}). Below, bars and hidden units: {listing(answers)}.",
    )
