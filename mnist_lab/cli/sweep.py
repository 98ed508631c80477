"""`mnist-lab sweep` and `report`: one notebook many times, and the page about it."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from mnist_lab.cli.console import Source, fail, settle_source
from mnist_lab.cli.workspace import find_notebook

if TYPE_CHECKING:
    from mnist_lab.runs.grid import RunSpec
    from mnist_lab.runs.results import RunResult


@dataclass(frozen=True)
class _Machines:
    """Where runs are done: on an existing cluster, or so many at a time on this machine."""

    scheduler: str | None
    slots: int
    threads: int
    dashboard: bool


def sweep(
    notebook: Annotated[
        Path, typer.Argument(help="The notebook to run: a file, or one of the course's, as 01.")
    ],
    grid: Annotated[
        Path | None,
        typer.Option(exists=True, help="YAML file: grid (lists to cross), points, seeds."),
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE,VALUE", help="To cross; repeatable."),
    ] = None,
    seeds: Annotated[
        int | None, typer.Option(min=1, help="Each run with the seeds 0 to this number - 1.")
    ] = None,
    output: Annotated[
        Path, typer.Option(help="Folder for the executed notebooks, runs.csv and report.html.")
    ] = Path("runs/sweep"),
    quick: Annotated[
        bool,
        typer.Option("--quick", help="The notebook's quick values, where nothing else is set."),
    ] = False,
    source: Source = "auto",
    slots: Annotated[
        int | None,
        typer.Option(min=1, help="Runs at a time on this machine; one per core by default."),
    ] = None,
    threads: Annotated[
        int | None,
        typer.Option(min=1, help="Threads per run; the cores divided by the slots by default."),
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(help="An existing Dask cluster, such as tcp://host:8786.")
    ] = None,
    timeout: Annotated[float, typer.Option(min=1.0, help="Seconds one run may take.")] = 3600.0,
    dashboard: Annotated[
        bool, typer.Option("--dashboard", help="Print the address of Dask's dashboard.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only print the runs and an estimate of the time.")
    ] = False,
) -> None:
    """Run one notebook with many parameters, several at a time; a later start does the rest."""
    from mnist_lab.runs.results import completed
    from mnist_lab.runs.sweep import threads_of

    console = Console()
    output = output.resolve()
    try:
        notebook = find_notebook(notebook)
        planned = _plan(notebook, grid, settings or [], seeds, quick)
    except ValueError as error:
        raise fail(str(error)) from error
    done = {spec.name for spec in completed(planned, output)}
    missing = [spec for spec in planned if spec.name not in done]
    console.print(
        f"{len(planned)} runs of {notebook.name}: {len(done)} found in {output},"
        f" {len(missing)} to do",
        markup=False,
        soft_wrap=True,
    )
    slots = slots or os.cpu_count() or 1
    if dry_run:
        _forecast(missing, notebook, output, slots, console)
        return
    output.mkdir(parents=True, exist_ok=True)
    environment = {} if scheduler else {"MNIST_LAB_DATA": settle_source(source, console)}
    machines = _Machines(scheduler, slots, threads or threads_of(slots), dashboard)
    failures = _run_missing(missing, notebook, output, timeout, environment, machines, console)
    _write_results([output], output, console)
    if failures:
        raise typer.Exit(1)


def report(
    folders: Annotated[
        list[Path], typer.Argument(exists=True, file_okay=False, help="Output folders of sweeps.")
    ],
    output: Annotated[
        Path | None, typer.Option(help="Where to write; the first folder by default.")
    ] = None,
) -> None:
    """Write runs.csv and report.html anew, over one sweep or several."""
    target = (output or folders[0]).resolve()
    _write_results([folder.resolve() for folder in folders], target, Console())


def _plan(
    notebook: Path, grid: Path | None, settings: list[str], seeds: int | None, quick: bool
) -> "list[RunSpec]":
    """Return the runs that the options ask for; ValueError for options that cannot be used."""
    from mnist_lab.runs.grid import expand_grid, read_file, read_settings
    from mnist_lab.runs.notebook import quick_values

    lists, points, seeds_in_file = read_file(grid) if grid else ({}, [], None)
    base = quick_values(notebook) if quick else {}
    lists = lists | read_settings(settings)
    return expand_grid(notebook, lists, points, seeds or seeds_in_file, base)


def _forecast(
    specs: "Sequence[RunSpec]", notebook: Path, output: Path, slots: int, console: Console
) -> None:
    """Print the runs to do, and how long they may take."""
    from mnist_lab.records import read_record
    from mnist_lab.runs.results import typical_seconds

    for spec in specs:
        console.print(f"  {spec.name} {dict(spec.parameters)}", markup=False, soft_wrap=True)
    seconds, basis = typical_seconds(output), "the median of the runs found"
    if seconds is None:
        try:
            # A kernel takes about 15 s to start, to import TensorFlow and to load the digits.
            seconds = read_record(notebook).seconds + 15
        except ValueError:
            return
        basis = "a guess from the notebook's own record"
    rounds = -(-len(specs) // slots)
    console.print(
        f"About {seconds * rounds / 60:.0f} minutes, {slots} at a time, {seconds:.0f} s per run"
        f" ({basis}).",
        markup=False,
    )


def _runs_progress(console: Console) -> Progress:
    """Return the live line of a sweep, which disappears when the sweep ends."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    )


def _run_missing(
    specs: "Sequence[RunSpec]",
    notebook: Path,
    output: Path,
    timeout: float,
    environment: Mapping[str, str],
    machines: _Machines,
    console: Console,
) -> list[str]:
    """Do runs with a progress line; return the names of those that failed."""
    from mnist_lab.runs.sweep import cluster, environment_of, run_all

    if not specs:
        return []
    environment = {**environment, **environment_of(machines.threads)}
    failures = []

    def show(result: "RunResult") -> None:
        progress.advance(task)
        if result.problem:
            failures.append(result.name)
            words = f"FAILED {result.name}: {result.problem}"
            progress.console.print(words, markup=False, highlight=False)

    try:
        with (
            cluster(machines.scheduler, machines.slots, machines.dashboard) as client,
            _runs_progress(console) as progress,
        ):
            if machines.dashboard:
                console.print(f"Dask's dashboard: {client.dashboard_link}", markup=False)
            task = progress.add_task("runs", total=len(specs))
            run_all(client, notebook, specs, output, timeout, environment, show)
    except KeyboardInterrupt:
        console.print("Interrupted: completed runs are kept, the same command does the rest.")
        raise typer.Exit(130) from None
    except OSError as error:
        raise fail(
            f"{error}. What is completed is kept in {output}; the same command does the rest."
        ) from error
    return failures


def _write_results(folders: list[Path], output: Path, console: Console) -> None:
    """Write runs.csv and report.html about the runs in some folders, and say so."""
    from mnist_lab.runs.sweep_report import write_results

    title = "Sweep: " + ", ".join(folder.name for folder in folders)
    try:
        good, failed = write_results(folders, output, title)
    except ValueError as error:
        raise fail(str(error)) from error
    console.print(
        f"{good} runs good, {failed} failed. Open {output / 'report.html'}",
        markup=False,
        soft_wrap=True,
    )
