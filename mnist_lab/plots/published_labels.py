"""The figure of the test digits whose labels were judged wrong by people."""

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure

from mnist_lab.evaluation.metrics import Evaluation
from mnist_lab.plots.alt_text import describe, listing
from mnist_lab.plots.style import INK, WIDTH, course_figure, image_grid
from mnist_lab.wording import counted


@course_figure
def published_labels_gallery(errors: pd.DataFrame, result: Evaluation) -> Figure:
    """Show digits with the label, what people saw in it, and what a network reads.

    Args:
        errors: From evaluation.published_label_errors.
        result: The evaluation of the test digits.

    Returns:
        Five digits per row, each with its text above it; a sentence where the table is empty.

    Example:
        >>> digits = lab.load_digits("sample")
        >>> result = lab.evaluate(lab.models.mlp([20]), digits.test)
        >>> errors = lab.evaluation.published_label_errors(digits)
        >>> lab.plots.published_labels_gallery(errors, result)
        <Figure size ... with 1 Axes>
    """
    if errors.empty:
        text = "These are not MNIST's test digits, so none of the fifteen is among them."
        figure, axis = plt.subplots(figsize=(WIDTH, 1.0))
        axis.set_axis_off()
        axis.text(0.5, 0.5, text, ha="center", va="center")
        return describe(figure, f"In place of a gallery, a sentence: {text}")
    read = result.predictions[errors["index"].to_numpy()]
    titles = [
        f"label {row.label}\npeople: {row.people}\nnetwork: {digit}"
        for row, digit in zip(errors.itertuples(index=False), read, strict=True)
    ]
    images = result.dataset.subset(errors["index"].to_numpy()).images
    as_labeled = int((read == errors["label"].to_numpy()).sum())
    first = [title.replace("\n", ", ") for title in titles[:2]]
    return describe(
        image_grid(images, titles, 5, fontsize=9, **INK)[0],
        f"Gallery of {counted(len(titles), 'test digit')} whose label people judged wrong;"
        f" {as_labeled} are read as their label says. The first: {listing(first)}.",
    )
