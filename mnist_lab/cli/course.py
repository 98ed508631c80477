"""`mnist-lab course`: all notebooks in order."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import TaskID

from mnist_lab.cli.console import (
    Source,
    claimed,
    command_line,
    fail,
    progress_line,
    refuse_file,
    settle_source,
    show_results,
    unwritable,
)
from mnist_lab.cli.estimates import course_estimate
from mnist_lab.files import course_folder

if TYPE_CHECKING:
    from mnist_lab.runs.notebook import NotebookRun, Parameter


def course(
    source: Source = "auto",
    quick: Annotated[
        bool,
        typer.Option("--quick", help="Small settings: seconds, not minutes; lower accuracies."),
    ] = False,
    output: Annotated[
        Path, typer.Option(help="Folder for the executed notebooks, report.html and pages.")
    ] = Path("runs/course"),
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help="Sets a parameter in the notebooks that have it; may be repeated.",
        ),
    ] = None,
    notebooks: Annotated[
        Path | None, typer.Option(help="Folder of the notebooks; the course's own by default.")
    ] = None,
    timeout: Annotated[
        float, typer.Option(min=1.0, help="Seconds one notebook may take.")
    ] = 3600.0,
    jobs: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Notebooks at a time; by default two, on a machine with two cores, memory for two"
            " and no GPU.",
        ),
    ] = None,
) -> None:
    """Run all notebooks in order, keep the good ones, and show the ladder."""
    from mnist_lab.runs.report import write_report

    console = Console()
    output = output.resolve()
    try:
        values = _values(_notebooks(notebooks), settings or [], quick, output)
    except (ValueError, FileNotFoundError) as error:
        raise fail(str(error)) from error
    refuse_file(output)
    # The digits are loaded once, so that a network that does not answer is waited for once.
    environment = {"MNIST_LAB_DATA": settle_source(source, console)}
    with claimed(output, console):
        jobs = jobs or _default_jobs(console)
        if estimate := course_estimate(list(values), quick, jobs):
            console.print(estimate, markup=False)
        try:
            runs = _run(values, output, jobs, timeout, environment, console)
            write_report(runs, output / "report.html", "The course, run", command_line())
        except OSError as error:
            raise unwritable(output, error) from error
    show_results(runs, output, console)
    if not all(run.record for run in runs):
        raise typer.Exit(1)


def _notebooks(folder: Path | None) -> list[Path]:
    """Return the notebooks of a folder in order; None means the course's own."""
    folder = folder or course_folder()
    notebooks = sorted(folder.glob("*.ipynb"))
    if not notebooks:
        raise ValueError(
            f"{folder}: holds no notebooks. Name the folder of the course's notebooks with"
            " --notebooks."
        )
    return notebooks


def _values(
    notebooks: list[Path], settings: list[str], quick: bool, output: Path
) -> dict[Path, dict[str, Any]]:
    """Return the values that each notebook runs with; ValueError for settings that fit none."""
    from mnist_lab.runs.grid import check_parameters
    from mnist_lab.runs.notebook import notebook_parameters, quick_values

    parameters = {notebook: notebook_parameters(notebook) for notebook in notebooks}
    chosen = _one_value_each(settings, parameters)
    values = {}
    for notebook, declared in parameters.items():
        own = {name: value for name, value in chosen.items() if name in declared}
        try:
            own = check_parameters(own, declared)
        except ValueError as error:
            raise ValueError(f"--set, for {notebook.stem}: {error}") from error
        records = {"records": str(output)} if "records" in declared else {}
        values[notebook] = (quick_values(notebook) if quick else {}) | records | own
    return values


def _one_value_each(
    settings: list[str], parameters: "Mapping[Path, Mapping[str, Parameter]]"
) -> dict[str, Any]:
    """Return name -> value of the settings; ValueError for a name that no notebook has."""
    from mnist_lab.runs.grid import read_settings, unknown_name

    declared = sorted({name for names in parameters.values() for name in names})
    chosen = {}
    for name, values in read_settings(settings).items():
        if name not in declared:
            raise ValueError(
                f"--set {name}: no notebook has a parameter {unknown_name(name, declared)}."
            )
        if len(values) > 1:
            raise ValueError(
                f"--set {name}: the course takes one value per name, not {len(values)}; a list"
                f" goes in brackets: --set '{name}=[100, 50]'. `mnist-lab sweep` takes several."
            )
        chosen[name] = values[0]
    return chosen


def _default_jobs(console: Console) -> int:
    """Return how many notebooks to run at a time; print why it is one on a machine with cores."""
    from mnist_lab.runs.course import default_jobs

    jobs, reason = default_jobs()
    if reason:
        console.print(f"One notebook at a time ({reason})", markup=False)
    return jobs


def _run(
    values: Mapping[Path, Mapping[str, Any]],
    output: Path,
    jobs: int,
    timeout: float,
    environment: Mapping[str, str],
    console: Console,
) -> "list[NotebookRun]":
    """Run the notebooks with a progress line for each that is running, and print each result."""
    from mnist_lab.runs.course import run_in_order

    labels = {
        notebook.stem: f"[{index}/{len(values)}] {notebook.stem}"
        for index, notebook in enumerate(values, start=1)
    }
    tasks: dict[str, TaskID] = {}

    def show(notebook: Path, done: int, total: int) -> None:
        name = notebook.stem
        if name not in tasks:
            tasks[name] = progress.add_task(labels[name])
        progress.update(tasks[name], completed=done, total=total)

    def tell(run: "NotebookRun") -> None:
        if run.notebook in tasks:
            progress.remove_task(tasks[run.notebook])
        ending = (
            f"test accuracy {run.record.test_accuracy:.2%}"
            if run.record
            else f"FAILED: {run.problem}"
        )
        line = f"{labels[run.notebook]}: {ending} ({run.seconds:.0f} s)"
        console.print(line, markup=False, highlight=False)

    with progress_line(console, "cells") as progress:
        return run_in_order(values, output, jobs, timeout, environment, show, tell)
