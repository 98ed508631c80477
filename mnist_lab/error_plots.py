"""Figures of what a model gets right and wrong: mistakes, confidence, suspects, and what the model looks at."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter, NullFormatter, StrMethodFormatter

from mnist_lab.calibration import calibration_error, reliability, risk_coverage
from mnist_lab.data import Split
from mnist_lab.evaluation import Evaluation, mistakes, per_digit
from mnist_lab.shifts import CORRUPTIONS, corrupt
from mnist_lab.style import WIDTH, course_figure, percent_axis, pictures_in_rows


def _write_diagonal(axis: plt.Axes, values: np.ndarray, form: str) -> None:
    """Write the diagonal of a matrix into grey fields of a heat map."""
    for digit in range(10):
        axis.add_patch(Rectangle((digit, digit), 1, 1, facecolor="#d4d4d4", edgecolor="white"))
        axis.text(digit + 0.5, digit + 0.5, format(values[digit, digit], form), ha="center", va="center", fontsize=9)


@course_figure
def confusion_heatmap(result: Evaluation, shares: bool = False) -> Figure:
    """Show the confusion matrix as a heat map: counts, or each row as a share of that digit in per cent.

    The colours belong to the mistakes alone. The diagonal, a hundred times larger, is written but not coloured, or
    the mistakes would all look white beside it.
    """
    values = result.confusion / np.maximum(result.confusion.sum(axis=1, keepdims=True), 1) * 100 if shares else result.confusion
    form = ".1f" if shares else "d"
    diagonal = np.eye(10, dtype=bool)
    figure, axis = plt.subplots(figsize=(WIDTH, 5.6))
    sns.heatmap(
        values, mask=diagonal, annot=True, fmt=form, cmap="rocket_r", vmin=0, vmax=max(values[~diagonal].max(), 1e-9),
        square=True, linewidths=0.5, ax=axis, annot_kws={"fontsize": 9},
        cbar_kws={"label": "mistakes, % of the digit" if shares else "mistakes"},
    )  # fmt: skip
    _write_diagonal(axis, values, form)
    axis.set(xlabel="predicted digit", ylabel="true digit")
    return figure


@course_figure
def confusion_difference(first: Evaluation, second: Evaluation) -> Figure:
    """Show the second model's confusion matrix less the first's: blue where the second errs less often, red where more.

    The diagonal is written but not coloured, as in confusion_heatmap; there a positive number is a gain.
    """
    values = second.confusion - first.confusion
    diagonal = np.eye(10, dtype=bool)
    limit = max(np.abs(values[~diagonal]).max(), 1)
    figure, axis = plt.subplots(figsize=(WIDTH, 5.6))
    sns.heatmap(
        values, mask=diagonal, annot=True, fmt="+d", cmap="RdBu_r", vmin=-limit, vmax=limit, square=True, linewidths=0.5,
        ax=axis, annot_kws={"fontsize": 9}, cbar_kws={"label": "change in mistakes"},
    )  # fmt: skip
    _write_diagonal(axis, values, "+d")
    axis.set(xlabel="predicted digit", ylabel="true digit")
    return figure


@course_figure
def per_digit_scores(result: Evaluation) -> Figure:
    """Show precision, recall and F1 of each digit, each with its 95 % interval."""
    figure, axis = plt.subplots(figsize=(WIDTH, 3.0))
    table = per_digit(result)
    for name, marker, side in (("precision", "o", -0.2), ("recall", "s", 0.0), ("F1", "D", 0.2)):
        known = table[table[f"{name} high"].notna()]
        errors = [known[name] - known[f"{name} low"], known[f"{name} high"] - known[name]]
        axis.errorbar(known.index + side, known[name], yerr=errors, fmt=marker, ms=5, capsize=3, label=name)
    axis.set(xlabel="digit", ylabel="share", xticks=range(10))
    percent_axis(axis)
    axis.legend(ncols=3)
    return figure


@course_figure
def confidence_histogram(result: Evaluation) -> Figure:
    """Show how sure the model was where it was right and where it was wrong (counts on a logarithmic axis)."""
    figure, axes = plt.subplots(1, 2, figsize=(WIDTH, 3.0))
    bins = np.linspace(0, 1, 21)
    for axis, name, chosen, colour in zip(axes, ("right", "wrong"), (result.correct, ~result.correct), ("C0", "C1"), strict=True):
        axis.hist(result.confidence[chosen], bins=bins, color=colour)
        if chosen.any():
            axis.set_yscale("log")
            axis.set_ylim(bottom=0.7)  # a bar of one digit shows too
            axis.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
            axis.yaxis.set_minor_formatter(NullFormatter())
        axis.set(title=f"{name} answers ({chosen.sum():,})", xlabel="confidence", ylabel="digits (log scale)", xlim=(0, 1))
    return figure


@course_figure
def probability_bars(result: Evaluation, index: int) -> Figure:
    """Show one digit beside the ten probabilities the model gave it; the true digit's bar has the second colour."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(WIDTH, 2.6), width_ratios=(1, 2))
    left.imshow(result.split.images[index], cmap="gray_r", vmin=0, vmax=1)
    left.set_axis_off()
    left.set_title(f"labelled {result.split.labels[index]}, read as {result.predictions[index]}")
    colours = ["C1" if digit == result.split.labels[index] else "C0" for digit in range(10)]
    right.bar(range(10), result.probabilities[index], color=colours)
    right.set(xlabel="digit", ylabel="probability", xticks=range(10), ylim=(0, 1))
    return figure


def _sureness(confidence: float) -> str:
    """Return a confidence in words; nothing below certainty is rounded up to 100 %."""
    return "over 99.9% sure" if confidence > 0.999 else f"{confidence:.1%} sure"


@course_figure
def mistakes_gallery(result: Evaluation, count: int = 30, indices: np.ndarray | None = None, columns: int = 6) -> Figure:
    """Show wrongly read digits with label, prediction and confidence: those at `indices`, else the `count` surest."""
    chosen = mistakes(result)[:count] if indices is None else np.asarray(indices)
    if len(chosen) == 0:
        figure, axis = plt.subplots(figsize=(WIDTH, 1.0))
        axis.set_axis_off()
        axis.text(0.5, 0.5, "No mistakes to show.", ha="center", va="center")
        return figure
    read = zip(result.split.labels[chosen], result.predictions[chosen], result.confidence[chosen], strict=True)
    titles = [f"{label} read as {prediction}\n{_sureness(confidence)}" for label, prediction, confidence in read]
    return pictures_in_rows(result.split.images[chosen], titles, columns, fontsize=9, cmap="gray_r", vmin=0, vmax=1)[0]


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
        label = f"{name}, error {calibration_error(result, bins):.2%}"
        axis.errorbar(table["confidence"], table["accuracy"], yerr=errors, fmt="o", ms=4, capsize=3, label=label)
    axis.set(xlabel=f"mean confidence ({bins} bins)", ylabel="share correct", xlim=(0, 1.02), ylim=(0, 1.02))
    axis.legend(loc="lower right")
    return figure


@course_figure
def refusal_curves(results: Mapping[str, Evaluation]) -> Figure:
    """Show the share of mistakes among the answers given, against the share of digits answered, the surest first.

    The share of mistakes is on a logarithmic axis from 0.01 %; below that, and where there are none, nothing is drawn.
    """
    figure, axis = plt.subplots(figsize=(WIDTH, 3.4))
    for name, result in results.items():
        table = risk_coverage(result)
        axis.plot(table["coverage"], (1 - table["accuracy"]).where(table["accuracy"] < 1), label=name)
    axis.set(xlabel="share of digits answered", ylabel="mistakes among the answers", xlim=(0.5, 1.005))
    axis.set_yscale("log")
    axis.set_ylim(1e-4, 1)
    axis.yaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * share:g}%"))
    axis.legend()
    return figure


@course_figure
def suspects_gallery(suspects: pd.DataFrame, split: Split, count: int = 24, columns: int = 6) -> Figure:
    """Show the likeliest wrong labels: what the label says, what the model reads, and how sure it is.

    suspects: from suspects.suspect_labels, for the digits of `split`.
    """
    first = suspects.head(count)
    titles = [
        f"labelled {row.label}, reads {row.suggestion}\n{_sureness(row.confidence)}" for row in first.itertuples(index=False)
    ]
    images = split.images[first["index"].to_numpy()]
    return pictures_in_rows(images, titles, columns, fontsize=8, cmap="gray_r", vmin=0, vmax=1)[0]


@course_figure
def looked_at(images: Sequence[np.ndarray], maps: Mapping[str, Sequence[np.ndarray]], titles: Sequence[str]) -> Figure:
    """Show each digit in a row of its own, beside it its maps: red where ink speaks for the digit, blue against it.

    maps: title -> one map (28, 28) a digit; the colours of each map reach to its own largest value.
    """
    figure, axes = plt.subplots(len(images), 1 + len(maps), figsize=(WIDTH, 2.2 * len(images)), squeeze=False)
    for row, (image, title) in enumerate(zip(images, titles, strict=True)):
        axes[row, 0].imshow(image, cmap="gray_r", vmin=0, vmax=1)
        axes[row, 0].set_title(title)
        for axis, (name, found) in zip(axes[row, 1:], maps.items(), strict=True):
            limit = max(float(np.abs(found[row]).max()), 1e-12)
            axis.imshow(found[row], cmap="RdBu_r", vmin=-limit, vmax=limit)
            axis.contour(image, levels=[0.5], colors="black", linewidths=0.6)
            axis.set_title(name)
    for axis in axes.flat:
        axis.set_axis_off()
    return figure


@course_figure
def plane_of_digits(places: np.ndarray, result: Evaluation, indices: np.ndarray, name: str) -> Figure:
    """Show digits as points of a plane, (n, 2), coloured by what they are; a mistake is a cross in the colour of its label.

    indices: which digits of the result the n points are. name: of the way they were laid out.
    """
    figure, axis = plt.subplots(figsize=(WIDTH, 5.6))
    colours = sns.color_palette("tab10")
    labels, correct = result.split.labels[indices], result.correct[indices]
    wrong = np.array([colours[label] for label in labels[~correct]]).reshape(-1, 3)
    for digit in range(10):
        chosen = labels == digit
        axis.scatter(*places[chosen].T, s=5, color=colours[digit], alpha=0.6, linewidths=0)
        if chosen.any():
            box = {"boxstyle": "circle", "facecolor": "white", "edgecolor": colours[digit], "alpha": 0.8}
            axis.text(*np.median(places[chosen], axis=0), str(digit), ha="center", va="center", bbox=box)
    axis.scatter(*places[~correct].T, s=60, marker="X", c=wrong, edgecolors="black", linewidths=0.8, label="read wrongly")
    axis.set(xticks=[], yticks=[], xlabel=f"{name}, first coordinate", ylabel="second coordinate")
    axis.legend(loc="upper right")
    return figure


@course_figure
def shift_examples(split: Split, index: int = 0, seed: int = 0) -> Figure:
    """Show one digit under each corruption (a row each) at each of the strengths that the course looks at."""
    one = Split(split.images[index : index + 1], split.labels[index : index + 1])
    pictures, titles = [], []
    for name, corruption in CORRUPTIONS.items():
        for strength in corruption.strengths:
            pictures.append(corrupt(one, name, strength, seed).images[0])
            titles.append(f"{name} {strength:g}" if strength else name)
    columns = len(corruption.strengths)
    return pictures_in_rows(pictures, titles, columns, fontsize=8, cmap="gray_r", vmin=0, vmax=1)[0]


@course_figure
def shift_curves(table: pd.DataFrame) -> Figure:
    """Show accuracy over the strength of each corruption, a panel each and a line a model; the table is under_shift's."""
    names = list(dict.fromkeys(table["corruption"]))
    columns = min(len(names), 3)
    rows = -(-len(names) // columns)
    figure, axes = plt.subplots(rows, columns, figsize=(WIDTH, 2.1 * rows + 0.5), squeeze=False)
    for axis, name in zip(axes.flat, names, strict=False):
        for model, curve in table[table["corruption"] == name].groupby("model", sort=False):
            axis.plot(curve["strength"], curve["accuracy"], marker="o", ms=3, label=model)
        axis.set(title=name, xlabel=CORRUPTIONS[name].unit, ylim=(0, 1.03))
    for axis in axes[:, 0]:
        axis.set_ylabel("accuracy")
    for axis in axes.flat[len(names) :]:
        axis.set_axis_off()
    lines, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(lines, labels, loc="outside upper center", ncols=min(len(labels), 4))
    return figure
