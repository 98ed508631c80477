"""The figure of how trainings went, epoch by epoch."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from mnist_lab import checks
from mnist_lab.plots.alt_text import describe, listing, percent, trend
from mnist_lab.plots.style import COLORS, GRAY, WIDTH, course_figure, percent_axis
from mnist_lab.wording import counted

if TYPE_CHECKING:
    import keras


@course_figure
def learning_curves(
    histories: "keras.callbacks.History | Mapping[str, keras.callbacks.History]",
    first_epoch: checks.IntLike = 1,
    marks: Mapping[str, float] | None = None,
) -> Figure:
    """Show loss and accuracy per epoch, training dashed and validation solid.

    Args:
        histories: What train() or Keras's fit() returns, with validation; or name -> history, of
            any lengths, each in a color of its own.
        first_epoch: Where the epochs begin. From 2 on, the accuracy axis begins a little below the
            validation accuracies that are left, so that small steps can be seen; a training
            accuracy below that is cut off.
        marks: name -> epoch, where a dotted line stands.

    Returns:
        Two panels: the loss and the accuracy over the epochs.

    Example:
        >>> history, names = lab.keras.callbacks.History(), ["loss", "accuracy"]
        >>> history.history = {part + name: [0.5, 0.7] for part in ("", "val_") for name in names}
        >>> lab.plots.learning_curves({"small": history})
        <Figure size ... with 2 Axes>
    """
    if not isinstance(histories, Mapping):
        histories = {"": histories}
    first = checks.integer("first_epoch", first_epoch, 1)
    longest = max([first, *(len(run.history.get("loss", [])) for run in histories.values())])
    figure, axes = plt.subplots(1, 2, figsize=(WIDTH, 3.0))
    for axis, metric in zip(axes, ("loss", "accuracy"), strict=True):
        for index, (name, history) in enumerate(histories.items()):
            # None if stopped in the first epoch.
            training = history.history.get(metric, [])[first - 1 :]
            validation = history.history.get(f"val_{metric}", [])[first - 1 :]
            epochs = range(first, first + len(training))
            prefix, color = f"{name}, " if name else "", COLORS[index % len(COLORS)]
            axis.plot(epochs, training, "--.", color=color, label=f"{prefix}training")
            axis.plot(epochs, validation, "-o", ms=4, color=color, label=f"{prefix}validation")
        axis.set(xlabel="epoch", ylabel=metric, xlim=(first - 0.5, longest + 0.5))
        axis.xaxis.set_major_locator(MaxNLocator(nbins=8, integer=True, min_n_ticks=1))
        for name, epoch in (marks or {}).items():
            axis.axvline(epoch, color=GRAY, ls=":", lw=2, label=name)
    if first > 1:
        _fit_to_validation(axes[1], histories, first)
    percent_axis(axes[1])
    axes[0].legend()
    texts = [
        f"{name}: {_accuracy_of(history.history)}" if name else _both_of(history.history)
        for name, history in histories.items()
    ]
    said = texts[0] if len(texts) == 1 else listing(texts, 3)
    return describe(figure, f"Line charts: loss and accuracy per epoch. {said}.")


def _fit_to_validation(
    axis: Axes, histories: "Mapping[str, keras.callbacks.History]", first: int
) -> None:
    """Let an axis of accuracies begin a little below the lowest validation accuracy shown."""
    runs = [run.history for run in histories.values()]
    shown = [value for run in runs for value in run.get("val_accuracy", [])[first - 1 :]]
    if shown:
        high = max(shown + [value for run in runs for value in run["accuracy"][first - 1 :]])
        space = (high - min(shown)) or 0.01
        axis.set_ylim(min(shown) - 0.25 * space, high + 0.1 * space)


def _accuracy_of(values: Mapping[str, Sequence[float]]) -> str:
    """Say how the validation accuracy of a history goes."""
    accuracies = values.get("val_accuracy")
    if not accuracies:
        return "no epoch has ended"
    return (
        f"validation accuracy {trend(accuracies, percent)} in {counted(len(accuracies), 'epoch')}"
    )


def _both_of(values: Mapping[str, Sequence[float]]) -> str:
    """Say how loss and validation accuracy of a history go."""
    if not values:
        return "No epoch has ended"
    losses = f"training loss {trend(values['loss'])}, validation loss {trend(values['val_loss'])}"
    return f"The {losses}, {_accuracy_of(values)}"
