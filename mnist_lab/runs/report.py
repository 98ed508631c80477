"""The page about a run of the course: the ladder, each notebook's record and figures, failures."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from mnist_lab import ipynb, plots
from mnist_lab.records import ladder
from mnist_lab.runs.notebook import NotebookRun
from mnist_lab.runs.notebook_page import page_of
from mnist_lab.runs.pages import is_png, link, png, write_page
from mnist_lab.runs.provenance import provenance


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


def files_of_failed(notebook: Path, log: Path, folder: Path) -> dict[str, str]:
    """Return what a failed run left, as links from a page in a folder."""
    files = {}
    if notebook.exists():
        files["the notebook up to the error"] = link(page_of(notebook), folder)
    if log.exists():
        files["log"] = link(log, folder)
    return files


def write_report(runs: Sequence[NotebookRun], path: Path, title: str, command: str = "") -> None:
    """Write one HTML page about runs, and a page for each notebook; they need no network.

    Args:
        runs: The runs, good or failed; their notebooks lie beside the page.
        path: The page to write.
        title: The page's title.
        command: The command line that made it; "" says nothing about one.
    """
    folder = path.parent
    records = [run.record for run in runs if run.record]
    rungs = [record for record in records if record.rung]

    def files_of(run: NotebookRun) -> dict[str, str]:
        beside = folder / run.path.name
        failed, log = beside.with_suffix(".failed.ipynb"), beside.with_suffix(".log")
        return files_of_failed(failed, log, folder)

    write_page(
        path,
        "course.html.j2",
        script="tables.js",
        title=title,
        succeeded=[run for run in runs if run.record],
        failed=[run for run in runs if not run.record],
        ladder=ladder(rungs).reset_index(),
        figure=png(partial(plots.ladder, rungs)) if rungs else "",
        figures=_figures,
        page=lambda file: link(page_of(folder / file.name), folder),
        files_of=files_of,
        made=provenance(command, records),
    )
