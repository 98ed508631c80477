"""A page of each kind, with the share of its digits that is read: photos_kinds.jpg."""

import math
from collections.abc import Callable
from pathlib import Path

from matplotlib.figure import Figure

from benchmarks.markdown import Row
from benchmarks.photos_tables import share
from mnist_lab.handwriting.generated.page import GeneratedPage

_COLUMNS = 6
_EXAMPLE = 1  # the number of the page that is shown


def title(kind: str, row: Row) -> str:
    """Return a kind's name with its share, or with how many were read where none is written."""
    if row.get("digits"):  # a Counter keeps no zeros
        return f"{kind}: {share(row)}"
    return f"{kind}: {row.get('insertions', 0) / row['pages']:.1f} per page"


def write_figure(
    kinds: dict[str, Row], generated: Callable[[str, int], GeneratedPage], path: Path
) -> None:
    """Draw a page of each kind.

    Args:
        kinds: Per kind its counts.
        generated: Makes a page of a kind and a number.
        path: The .jpg file to write.
    """
    rows = math.ceil(len(kinds) / _COLUMNS)
    figure = Figure(figsize=(1.9 * _COLUMNS, 2.1 * rows), layout="constrained")
    axes = figure.subplots(rows, _COLUMNS, squeeze=False)
    for axis in axes.flat:
        axis.set_axis_off()
    for axis, (kind, row) in zip(axes.flat, kinds.items(), strict=False):
        axis.imshow(generated(kind, _EXAMPLE).picture)
        axis.set_title(title(kind, row), fontsize=8)
    figure.savefig(path, dpi=110, pil_kwargs={"quality": 85})
