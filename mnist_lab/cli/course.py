"""`mnist-lab course`: all notebooks in order."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from mnist_lab.cli.console import (
    Source,
    absolute_source,
    cells_progress,
    fail,
    settle_source,
    show_results,
)
from mnist_lab.files import course_folder


def _notebooks(folder: Path | None) -> list[Path]:
    """Return the notebooks of a folder in order; the course's own without one."""
    folder = folder or course_folder()
    found = sorted(path for path in folder.glob("*.ipynb"))
    if not found:
        raise fail(
            f"{folder}: holds no notebooks. Name the folder of the course's notebooks with --notebooks."
        )
    return found


def _parameters(names: list[str], texts: list[str], notebooks: list[Path]) -> dict[str, Any]:
    """Return name -> value, read as YAML; refuse a name that no notebook has."""
    import yaml

    from mnist_lab.runs.notebook import notebook_parameters

    if len(names) != len(texts):
        raise fail(
            f"-p takes a name and a value each time: {len(names)} names ({' '.join(names)}), values: {' '.join(texts)}."
        )
    known = sorted({name for notebook in notebooks for name in notebook_parameters(notebook)})
    values = {}
    for name, text in zip(names, texts, strict=True):
        if name not in known:
            raise fail(
                f"-p {name} {text}: no notebook has a parameter {name!r}; there are {', '.join(known)}."
            )
        try:
            values[name] = yaml.safe_load(text)
        except yaml.YAMLError as error:
            words = "write a number, a word or a list such as '[100, 50]'"
            raise fail(f"-p {name} {text}: cannot be read ({error}); {words}.") from error
    return values


def course(
    source: Source = "auto",
    quick: Annotated[
        bool,
        typer.Option("--quick", help="Small settings: minutes become seconds, accuracies drop."),
    ] = False,
    output: Annotated[
        Path, typer.Option(help="Folder for the executed notebooks and report.html.")
    ] = Path("runs/course"),
    parameter: Annotated[
        list[str] | None,
        typer.Option(
            "-p",
            metavar="NAME VALUE",
            help="A parameter for the notebooks that have it; repeatable.",
        ),
    ] = None,
    # typer has no repeatable option of two words: the second words arrive here, in order.
    value: Annotated[list[str] | None, typer.Argument(hidden=True)] = None,
    notebooks: Annotated[
        Path | None, typer.Option(help="Folder of the notebooks; the course's own by default.")
    ] = None,
    timeout: Annotated[float, typer.Option(help="Seconds one notebook may take.")] = 3600.0,
) -> None:
    """Run all notebooks in order, keep the good ones, and show the ladder."""
    from mnist_lab.runs.notebook import notebook_parameters, quick_values, run_notebook
    from mnist_lab.runs.report import write_report

    console = Console()
    files = _notebooks(notebooks)
    given = _parameters(parameter or [], value or [], files)
    output = output.resolve()
    # One look for the data, so that a network that does not answer costs its seconds once.
    environment = {"MNIST_LAB_DATA": settle_source(absolute_source(source), console)}
    runs = []
    for number, file in enumerate(files, start=1):
        names = notebook_parameters(file)
        values = (quick_values(file) if quick else {}) | {"records": str(output)} | given
        values = {name: value for name, value in values.items() if name in names}
        with cells_progress(console) as progress:
            task = progress.add_task(f"[{number}/{len(files)}] {file.stem}", total=None)
            run = run_notebook(
                file, output / file.name, values, timeout, environment,
                lambda done, total, task=task, progress=progress: progress.update(task, completed=done, total=total),
            )  # fmt: skip
        said = (
            f"test accuracy {run.record.fields['metrics']['test_accuracy']:.2%}"
            if run.record
            else f"FAILED: {run.problem}"
        )
        console.print(
            f"[{number}/{len(files)}] {file.stem}: {said} ({run.seconds:.0f} s)",
            markup=False,
            highlight=False,
        )
        runs.append(run)
    write_report(runs, output / "report.html", "The course, run")
    show_results(runs, output, console)
    if not all(run.record for run in runs):
        raise typer.Exit(1)
