"""The page about a run of the course: the ladder, each notebook's record and figures, failures."""

from collections.abc import Sequence
from pathlib import Path

from mnist_lab import ipynb, plots
from mnist_lab.records import ladder
from mnist_lab.runs.notebook import NotebookRun
from mnist_lab.runs.pages import png, write_page


def _images(notebook: Path) -> list[str]:
    """Return the figures in an executed notebook in order, as base64 without line breaks."""
    images = ipynb.outputs(ipynb.read(notebook), "image/png")
    return [image.replace("\n", "") for image in images]


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
        figure=png(plots.ladder(records)) if records else "",
        images=_images,
    )
