"""Figures of one hidden layer: how errors flow back through it, and what its neurons do."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mnist_lab import checks
from mnist_lab.plots.alt_text import describe, listing, number, percent, span
from mnist_lab.plots.style import COLORS, GRAY, WIDTH, course_figure
from mnist_lab.wording import counted

_FORWARD, _BACK = COLORS[0], COLORS[3]
# The middles of the columns, and of the rows forward, slopes and back. A box is 1.4 wide at most.
_COLUMNS, _ROWS = (0.75, 2.75, 4.75, 6.75, 8.75), (3.0, 1.65, 0.3)
_FORWARD_ROW, _SLOPES_ROW, _BACK_ROW = range(3)
_HALF_WIDTH, _HALF_HEIGHT = 0.72, 0.38


@course_figure
def backpropagation_flow(hidden: checks.IntLike = 100) -> Figure:
    """Draw how a network with one hidden layer answers, and how its error flows back.

    After Rumelhart, Hinton and Williams (1986). The names are those of NumPy arrays: `pixels`,
    `sums`, `hidden`, `scores` and `probabilities` on the way forward.

    Args:
        hidden: Number of neurons in the hidden layer.

    Returns:
        Boxes and arrows: the way forward above, the way back below, the slopes between the two.

    Example:
        >>> lab.plots.backpropagation_flow(100)
        <Figure size ... with 1 Axes>
    """
    hidden = checks.integer("hidden", hidden, 1)
    figure, axis = plt.subplots(figsize=(WIDTH, 3.4))
    names = ["pixels", "sums", "hidden", "scores", "probabilities"]
    for x, name, count in zip(_COLUMNS, names, (784, hidden, hidden, 10, 10), strict=True):
        _box(axis, x, _FORWARD_ROW, f"{name}\n{count:,}", _FORWARD)
    for column, text in enumerate(["@ w1 + b1", "ReLU", "@ w2 + b2", "softmax"]):
        _along(axis, _FORWARD_ROW, column, column + 1, text, _FORWARD)
    _box(axis, _COLUMNS[4], _BACK_ROW, "targets\n10", GRAY)
    for column, name in ((3, "scores"), (2, "hidden"), (1, "sums")):
        _box(axis, _COLUMNS[column], _BACK_ROW, f"error of\n{name}", _BACK)
    _along(axis, _BACK_ROW, 4, 3, "difference", _BACK)
    _along(axis, _BACK_ROW, 3, 2, "@ w2.T", _BACK)
    _along(axis, _BACK_ROW, 2, 1, "if sum > 0", _BACK)
    _across(axis, _FORWARD_ROW, _COLUMNS[4] - 0.3, _BACK_ROW, _COLUMNS[3] + 0.3, _BACK)
    for layer, column in ((1, 1), (2, 3)):  # its slopes stand between what enters and the error
        x = (_COLUMNS[column - 1] + _COLUMNS[column]) / 2
        _box(axis, x, _SLOPES_ROW, f"slopes of\nw{layer} and b{layer}", _BACK, filled=True)
        _across(axis, _FORWARD_ROW, _COLUMNS[column - 1], _SLOPES_ROW, x - 0.2, _FORWARD)
        _across(axis, _BACK_ROW, _COLUMNS[column], _SLOPES_ROW, x + 0.2, _BACK)
    axis.set(xlim=(0, 9.6), ylim=(-0.15, 3.45))
    axis.set_axis_off()
    return describe(
        figure,
        f"A drawing. Forward: 784 pixels, {hidden:,} sums, ReLU, {hidden:,} hidden activations, ten"
        " scores, softmax, probabilities. Back: probabilities minus targets is the error of the"
        " scores; times w2 it is that of the hidden activations; where the sum is above 0, of the"
        " sums. Slopes follow at each layer.",
    )


def _box(axis: Axes, x: float, row: int, text: str, color: str, filled: bool = False) -> None:
    """Write a text into a rounded box."""
    style = {"boxstyle": "round,pad=0.35", "edgecolor": color, "linewidth": 1.4}
    box = {**style, "facecolor": "#fdece3" if filled else "white"}
    axis.text(x, _ROWS[row], text, ha="center", va="center", fontsize=9, bbox=box)


def _along(axis: Axes, row: int, start: int, end: int, text: str, color: str) -> None:
    """Draw an arrow from box to box of a row, with a text above it."""
    side = 1 if end > start else -1
    first, last = _COLUMNS[start] + side * _HALF_WIDTH, _COLUMNS[end] - side * _HALF_WIDTH
    _arrow(axis, (first, _ROWS[row]), (last, _ROWS[row]), color)
    middle = (_COLUMNS[start] + _COLUMNS[end]) / 2
    axis.text(middle, _ROWS[row] + 0.13, text, ha="center", va="bottom", fontsize=8.5)


def _across(axis: Axes, row: int, x: float, to_row: int, to_x: float, color: str) -> None:
    """Draw an arrow from the edge of a row to the facing edge of another."""
    side = 1 if _ROWS[to_row] > _ROWS[row] else -1
    start, end = _ROWS[row] + side * _HALF_HEIGHT, _ROWS[to_row] - side * _HALF_HEIGHT
    _arrow(axis, (x, start), (to_x, end), color)


def _arrow(axis: Axes, start: tuple[float, float], end: tuple[float, float], color: str) -> None:
    """Draw an arrow between two points."""
    arrow = {"arrowstyle": "-|>", "color": color, "lw": 1.4, "shrinkA": 0, "shrinkB": 0}
    axis.annotate("", end, start, arrowprops=arrow)


@course_figure
def added_outputs(
    inputs: Sequence[float] | np.ndarray,
    outputs: Mapping[str, Sequence[float] | np.ndarray],
    xlabel: str,
) -> Figure:
    """Show the outputs of some neurons side by side, and at the right their sum.

    Args:
        inputs: Values (n,) of the one input of all these neurons, in order.
        outputs: name -> what a neuron gives for each input, (n,).
        xlabel: What the input is.

    Returns:
        One panel per neuron, and one for the sum, all on one scale.

    Example:
        >>> x = np.linspace(-1, 1, 21)
        >>> lab.plots.added_outputs(x, {"up": x.clip(0), "down": (-x).clip(0)}, "input")
        <Figure size ... with 3 Axes>
    """
    total = np.sum([np.asarray(values) for values in outputs.values()], axis=0)
    panels = {**outputs, "added": total}
    figure, axes = plt.subplots(1, len(panels), figsize=(WIDTH, 2.4), sharey=True, squeeze=False)
    for axis, (name, values) in zip(axes[0], panels.items(), strict=True):
        axis.plot(inputs, values, color=COLORS[2] if name == "added" else COLORS[0], lw=2.5)
        axis.set(title=name, xlabel=xlabel, ylabel="output")
        axis.label_outer()
    middle = len(total) // 2
    ends = [f"{number(float(total[at]))} at {number(float(inputs[at]))}" for at in (0, middle, -1)]
    return describe(
        figure,
        f"Line charts: the outputs of {counted(len(outputs), 'neuron')} ({listing(outputs)})"
        f" against {xlabel}, and their sum, which is {listing(ends)}.",
    )


@course_figure
def hidden_neurons(
    kernel: np.ndarray,
    outgoing: np.ndarray,
    neurons: Sequence[int] | np.ndarray,
    columns: checks.IntLike = 5,
) -> Figure:
    """Show hidden neurons: the weights of each for the pixels, and below them those it hands on.

    Args:
        kernel: float (784, n), the weights of n neurons for the pixels of a digit.
        outgoing: float (n, 10), the weights of the ten output neurons for these n.
        neurons: Which of the n to show; a title names each by its number, counted from 0.
        columns: Neurons per row.

    Returns:
        An image per neuron, red for ink that excites it and blue for ink that silences it, above
        ten bars, one per digit; all images have one scale, and so have all bars.

    Example:
        >>> random = np.random.default_rng(0)
        >>> weights = random.normal(size=(784, 9)), random.normal(size=(9, 10))
        >>> lab.plots.hidden_neurons(*weights, neurons=[2, 7])
        <Figure size ... with 5 Axes>
    """
    chosen = [checks.integer("neurons", neuron, 0, kernel.shape[1] - 1) for neuron in neurons]
    columns = min(checks.integer("columns", columns, 1), len(chosen))
    rows = -(-len(chosen) // columns)
    figure, axes = plt.subplots(
        2 * rows, columns, figsize=(WIDTH, 2.5 * rows), height_ratios=[2, 1] * rows, squeeze=False
    )
    # A few large weights would leave all others white.
    limit = float(np.quantile(np.abs(kernel[:, chosen]), 0.995))
    reach = 1.1 * float(np.abs(outgoing[chosen]).max())
    for axis in axes.flat:
        axis.set_axis_off()
    for place, neuron in enumerate(chosen):
        row, column = divmod(place, columns)
        image, bars = axes[2 * row, column], axes[2 * row + 1, column]
        image.imshow(kernel[:, neuron].reshape(28, 28), cmap="RdBu_r", vmin=-limit, vmax=limit)
        image.set_title(f"neuron {neuron}", fontsize=10)
        bars.set_axis_on()
        colors = np.where(outgoing[neuron] > 0, "#b2182b", "#2166ac")  # the ends of RdBu_r
        bars.bar(range(10), outgoing[neuron], color=colors)
        bars.axhline(0, color=GRAY, lw=0.8)
        bars.set(ylim=(-reach, reach), xticks=range(10))
        bars.tick_params(labelsize=8, labelleft=column == 0)
        bars.grid(axis="x", visible=False)
        if column == 0:
            bars.set_ylabel("weight\nto digit", fontsize=9)
    figure.colorbar(axes[0, 0].images[0], ax=axes, label="weight of a pixel", shrink=0.6, aspect=30)
    strongest = [f"{neuron} for {outgoing[neuron].argmax()}" for neuron in chosen]
    return describe(
        figure,
        f"The weights of {counted(len(chosen), 'hidden neuron')} as images, red for and blue"
        f" against, {span(kernel[:, chosen])}; below each, bars for its weights to the ten digits."
        f" The digit each speaks for most: {listing(strongest)}.",
    )


@course_figure
def neuron_digit_heatmap(shares: np.ndarray) -> Figure:
    """Show for which digits each hidden neuron is active.

    Args:
        shares: float (10, n) in [0, 1]: of the digits of each kind, the share for which each of n
            neurons is active.

    Returns:
        A heat map of ten rows and n columns. The neurons stand in the order of the kind of digit
        for which each is active most often, and of its share there.

    Example:
        >>> lab.plots.neuron_digit_heatmap(np.random.default_rng(0).random((10, 30)))
        <Figure size ... with 2 Axes>
    """
    best = shares.argmax(axis=0)
    order = np.lexsort((-shares.max(axis=0), best))
    figure, axis = plt.subplots(figsize=(WIDTH, 2.8))
    image = axis.imshow(
        shares[:, order], cmap="viridis", vmin=0, vmax=1, aspect="auto", interpolation="nearest"
    )
    axis.set(yticks=range(10), xticks=[], ylabel="digit")
    axis.set(xlabel=f"{counted(shares.shape[1], 'hidden neuron')}, by the digit each answers most")
    axis.grid(False)
    figure.colorbar(image, ax=axis, label="share of digits\nfor which it is active")
    most = (shares > 0.5).sum(axis=1)
    return describe(
        figure,
        f"Heat map: the share of digits of each kind for which {counted(shares.shape[1], 'neuron')}"
        f" are active, {percent(float(shares.mean()))} on average. Active for more"
        f" than half of the digits of a kind: the fewest neurons, {most.min()}, for the"
        f" {most.argmin()}, the most, {most.max()}, for the {most.argmax()}.",
    )
