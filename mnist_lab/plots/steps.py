"""A figure of what each of several steps in a row is worth."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from mnist_lab import checks
from mnist_lab.plots.alt_text import describe, listing, percent
from mnist_lab.plots.style import COLORS, WIDTH, course_figure, percent_axis
from mnist_lab.wording import counted

_MARKERS = "osD^vP*X"  # so that lines can be told apart without their colors


@course_figure
def step_shares(shares: Mapping[str, Mapping[str, float]]) -> Figure:
    """Show how a share changes from step to step, as one line per group.

    Args:
        shares: group -> step -> share, up to 1. All groups have the same steps, in their order. The
            first group's line is black and thick: it may be all the others together.

    Returns:
        The lines, with the steps' names below.

    Raises:
        ValueError: There is no group, or two of them have other steps.

    Example:
        >>> shares = {"all": {"before": 0.2, "after": 0.9}, "some": {"before": 0.4, "after": 1.0}}
        >>> lab.plots.step_shares(shares)
        <Figure size ... with 1 Axes>
    """
    steps = list(next(iter(shares.values()), {}))
    for group, values in shares.items():
        if list(values) != steps:
            raise checks.invalid(f"the steps of {group}", list(values), str(steps))
    if not steps:
        raise ValueError("shares is empty; expected one group at least, with one step at least.")
    figure, axis = plt.subplots(figsize=(WIDTH, 3.6))
    for number, (group, values) in enumerate(shares.items()):
        [line] = axis.plot(steps, list(values.values()), label=group)
        line.set(marker=_MARKERS[number % len(_MARKERS)], color=COLORS[(number - 1) % len(COLORS)])
        line.set(markersize=5, linewidth=1.2)
        if not number:
            line.set(markersize=6, linewidth=3, color="black", zorder=5)
    axis.set(xlabel="after this step", ylabel="share of digits read")
    axis.set_xticks(range(len(steps)), steps, rotation=30, ha="right", rotation_mode="anchor")
    percent_axis(axis)
    axis.set_ylim(bottom=min(0, axis.get_ylim()[0]))
    axis.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    first, values = next(iter(shares.items()))
    of_steps = [f"{step} {percent(share)}" for step, share in values.items()]
    return describe(
        figure,
        f"Line chart: share of digits read after each of {counted(len(steps), 'step')}, for"
        f" {counted(len(shares), 'group')}. {first}: {listing(of_steps, 8)}.",
    )
