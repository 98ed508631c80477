"""The page about a run of the course: the ladder, each notebook's record and figures, failures."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from mnist_lab import ipynb, plots
from mnist_lab.records import ladder
from mnist_lab.runs.notebook import NotebookRun
from mnist_lab.runs.pages import is_png, link, png, write_page


def _figures(notebook: Path) -> list[tuple[str, str]]:
    """Return the figures in an executed notebook in order: base64, and the text alternative.

    What is no PNG is left out, and so are those of a notebook that cannot be read any more.
    """
    try:
        figures = ipynb.figures(ipynb.read(notebook))
    except ipynb.NotebookError:
        return []
    unbroken = [("".join(image.split()), text) for image, text in figures]
    return [(image, text) for image, text in unbroken if is_png(image)]


def write_report(runs: Sequence[NotebookRun], path: Path, title: str) -> None:
    """Write one HTML page about runs; it needs no network.

    Args:
        runs: The runs, good or failed; the notebooks of good ones lie beside the page.
        path: The page to write.
        title: The page's title.
    """
    records = [run.record for run in runs if run.record]
    write_page(
        path,
        "course.html.j2",
        title=title,
        succeeded=[run for run in runs if run.record],
        failed=[run for run in runs if not run.record],
        ladder=ladder(records).reset_index(),
        figure=png(partial(plots.ladder, records)) if records else "",
        figures=_figures,
        link=lambda file: link(path.parent / file.name, path.parent),
    )
