"""Figures of corrupted digits, and of the accuracy on them."""

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure

from mnist_lab.data.digits import Dataset
from mnist_lab.evaluation.robustness import CORRUPTIONS, corrupt
from mnist_lab.plots.style import WIDTH, course_figure, image_grid


@course_figure
def corruption_examples(dataset: Dataset, index: int = 0, seed: int = 0) -> Figure:
    """Show one digit under each corruption (a row each) at each of the severities that the course looks at."""
    one = Dataset(dataset.images[index : index + 1], dataset.labels[index : index + 1])
    pictures, titles = [], []
    for name, corruption in CORRUPTIONS.items():
        for severity in corruption.severities:
            pictures.append(corrupt(one, name, severity, seed).images[0])
            titles.append(f"{name} {severity:g}" if severity else name)
    columns = len(corruption.severities)
    return image_grid(pictures, titles, columns, fontsize=8, cmap="gray_r", vmin=0, vmax=1)[0]


@course_figure
def corruption_curves(table: pd.DataFrame) -> Figure:
    """Show accuracy over the severity of each corruption, a panel each and a line a model; the table is accuracy_under_corruption's."""
    names = list(dict.fromkeys(table["corruption"]))
    columns = min(len(names), 3)
    rows = -(-len(names) // columns)
    figure, axes = plt.subplots(rows, columns, figsize=(WIDTH, 2.1 * rows + 0.5), squeeze=False)
    for axis, name in zip(axes.flat, names, strict=False):
        for model, curve in table[table["corruption"] == name].groupby("model", sort=False):
            axis.plot(curve["severity"], curve["accuracy"], marker="o", ms=3, label=model)
        axis.set(title=name, xlabel=CORRUPTIONS[name].unit, ylim=(0, 1.03))
    for axis in axes[:, 0]:
        axis.set_ylabel("accuracy")
    for axis in axes.flat[len(names) :]:
        axis.set_axis_off()
    lines, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(lines, labels, loc="outside upper center", ncols=min(len(labels), 4))
    return figure
