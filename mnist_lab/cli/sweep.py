"""`mnist-lab sweep` and `report`: one notebook many times, and the page about it."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from mnist_lab.cli.console import Source, counted, fail, progress_line, settle_source
from mnist_lab.cli.workspace import find_notebook

if TYPE_CHECKING:
    from mnist_lab.runs.grid import RunSpec
    from mnist_lab.runs.results import RunResult


@dataclass(frozen=True)
class _Machines:
    """Where runs are done: on an existing cluster, or `slots` at a time on this machine."""

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
        typer.Option(exists=True, help="YAML file: grid (lists to combine), points, seeds."),
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="NAME=VALUE,VALUE", help="Values to combine; may be repeated."
        ),
    ] = None,
    seeds: Annotated[
        int | None,
        typer.Option(min=1, help="Repeat each run with this many seeds: 0, 1, 2 and so on."),
    ] = None,
    output: Annotated[
        Path, typer.Option(help="Folder for the executed notebooks, runs.csv and report.html.")
    ] = Path("runs/sweep"),
    quick: Annotated[
        bool,
        typer.Option("--quick", help="Use the notebook's quick values for all other parameters."),
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
    """Run one notebook with many parameters, several at a time; run again to resume."""
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
        f"{counted(len(planned), 'run')} of {notebook.name}: {len(done)} found in {output},"
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
        Path | None, typer.Option(help="Folder to write into; the first folder by default.")
    ] = None,
) -> None:
    """Write runs.csv and report.html again, about one or several sweeps."""
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
    """Print the runs to do, and an estimate of their time."""
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
        f"About {_duration(seconds * rounds)}, {slots} at a time, {seconds:.0f} s per run"
        f" ({basis}).",
        markup=False,
    )


def _duration(seconds: float) -> str:
    """Return seconds in words, in minutes from one and a half minutes on."""
    return counted(round(seconds), "second") if seconds < 90 else f"{seconds / 60:.0f} minutes"


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
            message = f"FAILED {result.name}: {result.problem}"
            progress.console.print(message, markup=False, highlight=False)

    try:
        with (
            cluster(machines.scheduler, machines.slots, machines.dashboard) as client,
            progress_line(console, "runs", remaining=True) as progress,
        ):
            if machines.dashboard:
                console.print(f"Dask's dashboard: {client.dashboard_link}", markup=False)
            task = progress.add_task(notebook.stem, total=len(specs))
            run_all(client, notebook, specs, output, timeout, environment, show)
    except KeyboardInterrupt:
        console.print("Interrupted: completed runs are kept; repeat the command to resume.")
        raise typer.Exit(130) from None
    except OSError as error:
        raise fail(
            f"{error}. Completed runs are kept in {output}; repeat the command to resume."
        ) from error
    return failures


def _write_results(folders: list[Path], output: Path, console: Console) -> None:
    """Write runs.csv and report.html about the runs in some folders, and print a summary."""
    from mnist_lab.runs.sweep_report import write_results

    title = "Sweep: " + ", ".join(folder.name for folder in folders)
    try:
        succeeded, failed = write_results(folders, output, title)
    except ValueError as error:
        raise fail(str(error)) from error
    console.print(
        f"{counted(succeeded, 'run')} succeeded, {failed} failed. Open {output / 'report.html'}",
        markup=False,
        soft_wrap=True,
    )
