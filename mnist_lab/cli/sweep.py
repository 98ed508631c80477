"""`mnist-lab sweep` and `report`: one notebook many times, and the page about it."""

import os
from pathlib import Path
from typing import Annotated, Any

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

from mnist_lab.cli.console import Source, absolute_source, fail, settle_source


def sweep(
    notebook: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="The notebook to run.")
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
        typer.Option(min=1, help="Runs at a time on this machine; one a core by default."),
    ] = None,
    threads: Annotated[
        int | None,
        typer.Option(min=1, help="Threads of a run; the cores divided by the slots by default."),
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
    """Run one notebook with many parameters, several at a time; a later start does only what is missing."""
    from mnist_lab import grid as grids
    from mnist_lab.runs.notebook import quick_values
    from mnist_lab.runs.sweep import completed, threads_of

    console = Console()
    try:
        crossed, points, more = grids.read_file(grid) if grid else ({}, [], None)
        crossed |= grids.read_settings(settings or [])
        base = quick_values(notebook) if quick else {}
        planned = grids.expand_grid(notebook, crossed, points, seeds or more, base)
    except ValueError as error:
        raise fail(str(error)) from error
    slots = slots or os.cpu_count() or 1
    threads = threads or threads_of(slots)
    output = output.resolve()
    done = {point.name for point in completed(planned, output)}
    missing = [point for point in planned if point.name not in done]
    console.print(
        f"{len(planned)} runs of {notebook.name}: {len(done)} found in {output}, {len(missing)} to do",
        markup=False,
        soft_wrap=True,
    )
    if dry_run:
        _forecast(missing, notebook, output, slots, console)
        return
    output.mkdir(parents=True, exist_ok=True)
    environment = (
        {} if scheduler else {"MNIST_LAB_DATA": settle_source(absolute_source(source), console)}
    )
    failed = _sweep(
        missing,
        notebook,
        output,
        timeout,
        environment,
        (scheduler, slots, threads, dashboard),
        console,
    )
    _sum_up([output], output, console)
    if failed:
        raise typer.Exit(1)


def _forecast(points: list, notebook: Path, output: Path, slots: int, console: Console) -> None:
    """Print the runs to do, and how long they may take."""
    from mnist_lab.records import read_record
    from mnist_lab.runs.sweep import typical_seconds

    for point in points:
        console.print(f"  {point.name} {dict(point.parameters)}", markup=False, soft_wrap=True)
    seconds, based = typical_seconds(output), "the median of the runs found"
    if seconds is None:
        try:
            # A kernel takes about 15 s to start, to import TensorFlow and to load the digits.
            seconds, based = (
                read_record(notebook).fields["seconds"] + 15,
                "a guess from the notebook's own record",
            )
        except ValueError:
            return
    total = seconds * -(-len(points) // slots)
    console.print(
        f"About {total / 60:.0f} minutes, {slots} at a time, {seconds:.0f} s a run ({based}).",
        markup=False,
    )


def _sweep(
    points: list,
    notebook: Path,
    output: Path,
    timeout: float,
    environment: dict,
    where: tuple,
    console: Console,
) -> bool:
    """Run the points with a progress line; return whether any failed."""
    from mnist_lab.runs.sweep import cluster, environment_of, run_all

    if not points:
        return False
    scheduler, slots, threads, dashboard = where
    failures = []

    def tell(outcome: Any) -> None:
        progress.advance(task)
        if outcome.problem:
            failures.append(outcome.name)
            progress.console.print(
                f"FAILED {outcome.name}: {outcome.problem}", markup=False, highlight=False
            )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    try:
        with (
            cluster(scheduler, slots, dashboard) as client,
            Progress(*columns, console=console, transient=True) as progress,
        ):
            if dashboard:
                console.print(f"Dask's dashboard: {client.dashboard_link}", markup=False)
            task = progress.add_task("runs", total=len(points))
            run_all(
                client,
                notebook,
                points,
                output,
                timeout,
                environment | environment_of(threads),
                tell,
            )
    except KeyboardInterrupt:
        console.print("Interrupted: completed runs are kept, the same command does the rest.")
        raise typer.Exit(130) from None
    except OSError as error:
        raise fail(
            f"{error}. What is completed is kept in {output}; the same command does the rest."
        ) from error
    return bool(failures)


def _sum_up(folders: list[Path], output: Path, console: Console) -> None:
    """Write runs.csv and report.html about some folders, and say so."""
    from mnist_lab.runs.sweep_report import write_results

    good, bad = write_results(
        folders, output, "Sweep: " + ", ".join(folder.name for folder in folders)
    )
    console.print(
        f"{good} runs good, {bad} failed. Open {output / 'report.html'}",
        markup=False,
        soft_wrap=True,
    )


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
    target.mkdir(parents=True, exist_ok=True)
    _sum_up([folder.resolve() for folder in folders], target, Console())
