"""Figures of how a network is built and how it learns: layers, activations, steps downhill."""

from collections.abc import Callable, Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mnist_lab import checks
from mnist_lab.plots.alt_text import describe, listing, number, span
from mnist_lab.plots.style import COLORS, GRAY, WIDTH, course_figure
from mnist_lab.wording import counted

_MOST_CIRCLES = 10  # a larger layer is drawn as its first and last four, with dots between
_SHOWN_AT_AN_END = 4
_LINE_STYLES = ("-", "--", "-.", ":")


def _circles(size: int) -> tuple[np.ndarray, bool]:
    """Return the heights of a layer's circles, from top to bottom, and whether some are left out.

    The heights are centered at 0, one apart; the dots of what is left out stand at 0.
    """
    if size <= _MOST_CIRCLES:
        return (size - 1) / 2 - np.arange(size), False
    places = 2 * _SHOWN_AT_AN_END + 1
    heights = _SHOWN_AT_AN_END - np.arange(places, dtype=float)
    return heights[heights != 0], True


@course_figure
def network_diagram(sizes: Sequence[checks.IntLike], labels: Sequence[str] | None = None) -> Figure:
    """Draw a dense network: a column of circles per layer, and arrows for the weights.

    A layer of more than ten is drawn as its first and last four. The ten circles of a last layer
    hold the digits 0 to 9.

    Args:
        sizes: How many inputs or neurons each layer has, from the pixels on, at least two layers.
        labels: One name per layer, written beneath it with its size; None for "input", "hidden
            layer" and "output".

    Returns:
        The drawing.

    Raises:
        ValueError: There are fewer than two layers, or not one label for each.

    Example:
        >>> lab.plots.network_diagram([784, 10], labels=["pixels", "neurons"])
        <Figure size ... with 1 Axes>
    """
    counts = checks.integers("sizes", list(sizes))
    if len(counts) < 2:
        raise checks.invalid("sizes", sizes, "two layers or more, such as [784, 10]")
    names = [*labels] if labels is not None else _usual_labels(len(counts))
    if len(names) != len(counts):
        raise checks.invalid("labels", labels, f"{len(counts)} labels, one per layer")
    figure, axis = plt.subplots(figsize=(WIDTH, 3.6))
    columns = [_circles(count) for count in counts]
    apart = 11.0 / (len(counts) - 1) + 2
    for index in range(len(counts) - 1):
        _arrows(axis, index * apart, columns[index][0], (index + 1) * apart, columns[index + 1][0])
    for index, ((heights, cut), count) in enumerate(zip(columns, counts, strict=True)):
        x, last = index * apart, index == len(counts) - 1
        axis.plot([x] * len(heights), heights, "o", ms=15, mfc="white", mec=COLORS[0], mew=1.5)
        if cut:
            axis.plot([x] * 3, [-0.25, 0, 0.25], "o", ms=2.5, color=COLORS[0])
        if last and count == 10:
            for digit, height in enumerate(heights):
                axis.text(x, height - 0.03, str(digit), ha="center", va="center", fontsize=9)
        text = f"{names[index]}\n{count:,}"
        axis.text(x, -5.1, text, ha="center", va="top", linespacing=1.3)
    axis.set(xlim=(-2.2, (len(counts) - 1) * apart + 2.2), ylim=(-6.8, 4.9))
    axis.set_axis_off()
    layers = [f"{name} ({count:,})" for name, count in zip(names, counts, strict=True)]
    return describe(
        figure,
        f"Drawing of a network: a column of circles for each of {len(counts)} layers, from left to"
        f" right {listing(layers, 6)}, with an arrow from each circle to every circle of the next"
        " column.",
    )


def _usual_labels(count: int) -> list[str]:
    """Return names of layers: input, hidden layers, output."""
    hidden = [f"hidden layer {index}" for index in range(1, count - 1)]
    return ["input", *(["hidden layer"] if count == 3 else hidden), "output"]


def _arrows(axis: Axes, left: float, tails: np.ndarray, right: float, heads: np.ndarray) -> None:
    """Draw an arrow from each circle of a column to each circle of the next one."""
    start, end = np.meshgrid(tails, heads, indexing="ij")
    radius = 0.45  # of a circle, so that an arrow ends at its edge
    length = right - left - 2 * radius
    slope = (end - start) / (right - left)
    axis.quiver(
        np.full(start.size, left + radius),
        (start + slope * radius).ravel(),
        np.full(start.size, length),
        (slope * length).ravel(),
        angles="xy",
        scale_units="xy",
        scale=1,
        width=0.0012,
        headwidth=7,
        headlength=9,
        headaxislength=8,
        color=GRAY,
        alpha=0.6,
    )


@course_figure
def activation_curves(names: Sequence[str]) -> Figure:
    """Show activation functions from -5 to 5 and their slopes.

    Args:
        names: Names that Keras knows, such as "sigmoid" and "relu".

    Returns:
        Two panels: the functions, and their slopes.

    Raises:
        ValueError: Keras does not know a name.

    Example:
        >>> lab.plots.activation_curves(["sigmoid", "relu"])
        <Figure size ... with 2 Axes>
    """
    # An even number of points: none lies on the kink of a ReLU.
    sums = np.linspace(-5, 5, 400, dtype=np.float32)
    curves = [_values_and_slopes(name, sums) for name in names]
    figure, axes = plt.subplots(1, 2, figsize=(WIDTH, 2.9))
    steepest = []
    for index, (name, (values, slopes)) in enumerate(zip(names, curves, strict=True)):
        style = _LINE_STYLES[index % len(_LINE_STYLES)]
        for axis, curve in zip(axes, (values, slopes), strict=True):
            axis.plot(sums, curve, style, color=COLORS[index % len(COLORS)], lw=2, label=name)
        steepest.append(f"{name} {span(values)}, slope {span(slopes)}")
    for axis, what in zip(axes, ("output", "slope"), strict=True):
        axis.axhline(0, color=GRAY, lw=0.8, zorder=1)
        axis.set(xlabel="weighted sum", ylabel=what, xlim=(-5, 5))
    if len(names) > 1:
        axes[0].legend()
    return describe(
        figure,
        "Two line charts for weighted sums from -5 to 5: outputs, and slopes."
        f" {listing(steepest, 6)}.",
    )


def _values_and_slopes(name: str, sums: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return an activation function of Keras at each sum, and its slope there."""
    from mnist_lab.backend import keras, tf  # TensorFlow takes seconds; other figures need none

    points = tf.constant(sums)
    with tf.GradientTape() as tape:
        tape.watch(points)
        values = keras.activations.get(name)(points)
    slopes = tape.gradient(values, points, unconnected_gradients=tf.UnconnectedGradients.ZERO)
    return np.asarray(values), np.asarray(slopes)


@course_figure
def descent_on_one_weight(loss: Callable[[float], float], path: Sequence[float]) -> Figure:
    """Show the loss as a function of one weight, and the steps of a gradient descent on it.

    Args:
        loss: Returns the loss for a value of the weight.
        path: The weight before the first step and after each, at least one value.

    Returns:
        One panel: the curve of the loss, and a dot on it for each value of the path, numbered
        from 0 as far as there is room.

    Raises:
        ValueError: The path is empty.

    Example:
        >>> lab.plots.descent_on_one_weight(lambda weight: weight**2, [1.0, 0.6, 0.36])
        <Figure size ... with 1 Axes>
    """
    if not len(path):
        raise ValueError("path is empty; expected the weight before the first step and after each.")
    beyond = (max(path) - min(path)) / 2 or 1.0
    weights = np.linspace(min(path) - beyond, max(path) + beyond, 81)
    curve, losses = ([loss(float(value)) for value in values] for values in (weights, path))
    figure, axis = plt.subplots(figsize=(WIDTH, 3.2))
    axis.plot(weights, curve, color=COLORS[0], lw=2, label="loss for each value of the weight")
    axis.plot(path, losses, "o", color=COLORS[3], ms=7, label="steps", zorder=3)
    room, last = (weights[-1] - weights[0]) / 25, np.inf
    for index, place in enumerate(zip(path, losses, strict=True)):
        if abs(place[0] - last) > room:
            axis.annotate(str(index), place, (0, 7), textcoords="offset points", ha="center")
            last = place[0]
    axis.set(xlabel="value of the weight", ylabel="loss")
    axis.margins(y=0.15)
    axis.legend()
    return describe(
        figure,
        f"Line chart: the loss against one weight {span(weights)}, lowest at"
        f" {number(float(weights[int(np.argmin(curve))]))}. Dots:"
        f" {counted(len(path) - 1, 'step')} from {number(path[0])} to {number(path[-1])}; the loss"
        f" goes from {number(losses[0])} to {number(losses[-1])}.",
    )


@course_figure
def weight_history(kernels: Mapping[str, np.ndarray]) -> Figure:
    """Show the weights of ten neurons at several times of a training, a row of pictures each.

    Args:
        kernels: label of the row -> float (784, n), the weights of n neurons at that time.

    Returns:
        One row per time, the earliest on top. Red counts for a neuron, blue against it, white is
        0; each row has a color scale of its own, up to the 99.5 % quantile of its absolute weights.

    Example:
        >>> kernel = lab.models.single_layer().layers[-1].kernel.numpy()
        >>> lab.plots.weight_history({"0 steps": kernel, "1 step": 2 * kernel})
        <Figure size ... with 1 Axes>
    """
    if not kernels:
        raise ValueError("kernels is empty; expected at least one row of weights to show.")
    columns = max(kernel.shape[1] for kernel in kernels.values())
    pitch, margin = 31, 75  # pixels of an image of 28 x 28; the margin holds the labels
    width, height = margin + columns * pitch, len(kernels) * pitch + 12
    figure, axis = plt.subplots(figsize=(WIDTH, WIDTH * height / width))
    limits = []
    for row, (label, kernel) in enumerate(kernels.items()):
        # A few large weights would leave all others white.
        limits.append(float(np.quantile(np.abs(kernel), 0.995)))
        top = row * pitch + 12
        for column, weights in enumerate(kernel.T):
            left = margin + column * pitch
            extent = (left, left + 28, top + 28, top)
            picture = weights.reshape(28, 28)
            limit = limits[-1]
            axis.imshow(picture, extent=extent, cmap="RdBu_r", vmin=-limit, vmax=limit)
        axis.text(margin - 4, top + 14, label, ha="right", va="center", fontsize=10)
    for column in range(columns):
        axis.text(margin + column * pitch + 14, 10, str(column), ha="center", va="bottom")
    axis.set(xlim=(0, width), ylim=(height, 0))
    axis.set_axis_off()
    largest = [
        f"{' '.join(label.split())} {number(limit)}"
        for label, limit in zip(kernels, limits, strict=True)
    ]
    return describe(
        figure,
        f"Grid of weights, a row of {columns} pictures for each of {len(kernels)} times: red counts"
        f" for, blue against. The darkest colors stand for weights of {listing(largest, 6)}.",
    )
