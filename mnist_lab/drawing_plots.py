"""Figures of handwriting: how a drawing becomes 28 x 28 pixels, the pad without a browser, and what networks read in it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from mnist_lab.evaluation import Evaluation
from mnist_lab.style import WIDTH, course_figure, percent_axis

if TYPE_CHECKING:
    from mnist_lab.drawing import Reading

_INK = {"cmap": "gray_r", "vmin": 0, "vmax": 1}


def _framed(axis: plt.Axes, picture: np.ndarray, title: str) -> None:
    """Show a picture of ink in the middle of a square, its edge drawn, so that one sees where its paper ends."""
    height, width = picture.shape
    axis.imshow(picture, extent=(0, width, height, 0), **_INK)
    axis.add_patch(Rectangle((0, 0), width, height, fill=False, edgecolor="#888888", clip_on=False))
    beside, above = (max(picture.shape) - np.array([width, height])) / 2
    axis.set(xlim=(-beside, width + beside), ylim=(height + above, -above), title=title)
    axis.set_axis_off()


@course_figure
def pictures_side_by_side(pictures: Mapping[str, np.ndarray]) -> Figure:
    """Show pictures of any sizes, (height, width) in [0, 1], as large as each other, with title and size; the edges drawn."""
    figure, axes = plt.subplots(1, len(pictures), figsize=(WIDTH, WIDTH / len(pictures) + 0.6), squeeze=False)
    for axis, (title, picture) in zip(axes.flat, pictures.items(), strict=True):
        _framed(axis, picture, f"{title}\n{picture.shape[0]} x {picture.shape[1]}")
    return figure


def _bars(axis: plt.Axes, result: Evaluation, name: str) -> None:
    """Show one answer as ten bars, the largest in the second colour."""
    read, shares = int(result.predictions[0]), result.probabilities[0]
    axis.bar(range(10), shares, color=["C1" if digit == read else "C0" for digit in range(10)])
    axis.set(xticks=range(10), yticks=[], ylim=(0, 1))
    axis.grid(False)
    axis.tick_params(axis="x", labelsize=8, length=0)
    axis.set_title(f"{name}\nreads {read} ({shares[read]:.0%})", fontsize=9)


@course_figure
def pad_picture(reading: "Reading") -> Figure:
    """Show the drawing pad as it looks in a browser: the drawing, what the networks see, the nearest digits, the answers."""
    columns = max(len(reading.results), 4)
    figure = plt.figure(figsize=(WIDTH, 5.2))
    above, below = figure.subfigures(2, 1, height_ratios=(2.2, 2.8))
    sheet, seen, *rest = above.subplots(1, 2 + len(reading.nearest), width_ratios=[4, 2] + [1] * len(reading.nearest))
    _framed(sheet, reading.sheet, "the pad")
    _framed(seen, reading.seen, "what they see")
    for axis, image, label in zip(rest, reading.nearest.images, reading.nearest.labels, strict=True):
        _framed(axis, image, f"like {label}")
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


@course_figure
def read_side_by_side(results: Mapping[str, Evaluation], indices: Sequence[int]) -> Figure:
    """Show some digits in a row and below each what every model reads in it; wrong answers stand in coloured fields.

    results: name -> answers to one and the same split. indices: which of its digits to show.
    """
    split, cell = next(iter(results.values())).split, 0.6
    below = cell * len(results)
    figure, axis = plt.subplots(figsize=(WIDTH, 0.2 + 0.78 * WIDTH * (1.1 + below) / max(len(indices), 8)))
    for place, index in enumerate(indices):
        axis.imshow(split.images[index], extent=(place + 0.05, place + 0.95, 0, -0.9), **_INK)
        for row, result in enumerate(results.values()):
            right = bool(result.correct[index])
            look = {"facecolor": "white" if right else "C1", "edgecolor": "#dddddd"}
            axis.add_patch(Rectangle((place, 0.1 + cell * row), 1, cell, **look))
            words = {"ha": "center", "va": "center", "fontsize": 10, "weight": "normal" if right else "bold"}
            axis.text(place + 0.5, 0.1 + cell * (row + 0.5), str(result.predictions[index]), **words)
    axis.set(xlim=(0, len(indices)), ylim=(0.1 + below, -1), xticks=[])
    axis.set_yticks([-0.45, *(0.1 + cell * (row + 0.5) for row in range(len(results)))], ["drawn", *results])
    axis.grid(False)
    axis.tick_params(length=0)
    for side in axis.spines.values():
        side.set_visible(False)
    return figure


@course_figure
def accuracy_intervals(results: Mapping[str, Mapping[str, Evaluation]]) -> Figure:
    """Show accuracies with their 95 % intervals: a colour a condition, and in each a point a model.

    results: condition -> model -> its answers; every condition has the same models.
    """
    figure, axis = plt.subplots(figsize=(WIDTH, 3.2))
    models = list(next(iter(results.values())))
    for number, (condition, found) in enumerate(results.items()):
        places = np.arange(len(models)) + 0.16 * (number - (len(results) - 1) / 2)
        accuracies = np.array([found[name].accuracy for name in models])
        limits = np.array([found[name].interval for name in models]).T
        # Not below 0: at 0 % and 100 % the interval ends at the accuracy, give or take rounding.
        errors = np.maximum([accuracies - limits[0], limits[1] - accuracies], 0)
        axis.errorbar(places, accuracies, yerr=errors, fmt="osD^v"[number % 5], ms=6, capsize=4, label=condition)
    axis.set(xticks=range(len(models)), xticklabels=models, ylabel="accuracy", ylim=(0, 1.03), xlabel="network")
    percent_axis(axis)
    figure.legend(loc="outside upper center", ncols=len(results))
    return figure
