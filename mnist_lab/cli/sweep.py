"""`mnist-lab sweep`: one notebook many times."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from mnist_lab.cli.console import (
    Source,
    claimed,
    fail,
    progress_line,
    refuse_file,
    settle_source,
)
from mnist_lab.cli.estimates import committed_seconds, duration
from mnist_lab.cli.report import write_sweep_report
from mnist_lab.cli.workspace import find_notebook
from mnist_lab.wording import counted

if TYPE_CHECKING:
    from mnist_lab.runs.grid import RunSpec
    from mnist_lab.runs.results import RunResult


# A sweep stops when so many runs have failed alike, and none has succeeded.
_ALIKE = 3


@dataclass(frozen=True)
class _Machines:
    """Where runs are done: on an existing cluster, or `slots` at a time on this machine."""

    scheduler: str | None
    slots: int
    threads: int
    gpus: list[str]
    dashboard: bool


class _AllFailAlike(Exception):
    """The first runs of a sweep have all failed with the same problem."""


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
        typer.Option(
            min=1,
            help="Runs at a time on this machine; by default one per GPU or per core, as far as"
            " memory goes.",
        ),
    ] = None,
    threads: Annotated[
        int | None,
        typer.Option(min=1, help="Threads per run; the cores divided by the slots by default."),
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(help="An existing Dask cluster, such as tcp://host:8786 or tls://host:8786."),
    ] = None,
    timeout: Annotated[float, typer.Option(min=1.0, help="Seconds one run may take.")] = 3600.0,
    dashboard: Annotated[
        bool, typer.Option("--dashboard", help="Print the address of Dask's dashboard.")
    ] = False,
    keep_going: Annotated[
        bool,
        typer.Option("--keep-going", help="Go on though the first runs fail with the same error."),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only print the runs and an estimate of the time.")
    ] = False,
) -> None:
    """Run one notebook with many parameters, several at a time; run again to resume."""
    console = Console()
    output = output.resolve()
    try:
        notebook = find_notebook(notebook)
        planned = _plan(notebook, grid, settings or [], seeds, quick)
    except ValueError as error:
        raise fail(str(error)) from error
    if scheduler and source != "auto":
        raise fail(
            f"--source {source}: with --scheduler, each worker finds its own digits. Set"
            " MNIST_LAB_DATA for the workers, or give all runs a source by --set data_source=NAME."
        )
    refuse_file(output)
    machines = _machines(scheduler, slots, threads, dashboard, console)
    if dry_run:
        _forecast(_missing(planned, notebook, output, console), notebook, output, machines, console)
        return
    with claimed(output, console):
        missing = _missing(planned, notebook, output, console)
        environment = {} if scheduler else {"MNIST_LAB_DATA": settle_source(source, console)}
        patient = keep_going or len(missing) < len(planned)
        failures = _run_missing(
            missing, notebook, output, timeout, environment, machines, patient, console
        )
        write_sweep_report([output], output, console)
    if failures:
        raise typer.Exit(1)


def _machines(
    scheduler: str | None, slots: int | None, threads: int | None, dashboard: bool, console: Console
) -> _Machines:
    """Return where to do runs; print what limits the slots if they are not chosen."""
    from mnist_lab.runs.slots import default_slots, threads_of, visible_gpus

    gpus = [] if scheduler else visible_gpus()
    if slots is None:
        slots, reason = default_slots(gpus)
        if reason and not scheduler:
            console.print(f"{counted(slots, 'run')} at a time ({reason})", markup=False)
    return _Machines(scheduler, slots, threads or threads_of(slots), gpus, dashboard)


def _missing(
    planned: "list[RunSpec]", notebook: Path, output: Path, console: Console
) -> "list[RunSpec]":
    """Return the runs that are not yet in a folder, and print how many there are."""
    from mnist_lab.runs.results import completed

    done = {spec.name for spec in completed(planned, output)}
    missing = [spec for spec in planned if spec.name not in done]
    console.print(
        f"{counted(len(planned), 'run')} of {notebook.name}: {len(done)} found in {output},"
        f" {len(missing)} to do",
        markup=False,
        soft_wrap=True,
    )
    return missing


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
    specs: "Sequence[RunSpec]",
    notebook: Path,
    output: Path,
    machines: _Machines,
    console: Console,
) -> None:
    """Print the runs to do, and an estimate of their time."""
    from mnist_lab.runs.results import typical_seconds

    for spec in specs:
        console.print(f"  {spec.name} {dict(spec.parameters)}", markup=False, soft_wrap=True)
    seconds, basis = typical_seconds(output), "the median of the runs found"
    if seconds is None:
        seconds, basis = committed_seconds(notebook), "a guess from a run at the defaults"
    if seconds is None:
        return
    rounds = -(-len(specs) // machines.slots)
    console.print(
        f"About {duration(seconds * rounds)}, {machines.slots} at a time, {seconds:.0f} s per run"
        f" ({basis}).",
        markup=False,
    )


def _run_missing(
    specs: "Sequence[RunSpec]",
    notebook: Path,
    output: Path,
    timeout: float,
    environment: Mapping[str, str],
    machines: _Machines,
    patient: bool,
    console: Console,
) -> list[str]:
    """Do runs with a progress line; return the names of those that failed.

    Unless `patient`, it stops once the last runs have failed alike and none has succeeded.
    """
    from mnist_lab.runs.cluster import cluster
    from mnist_lab.runs.notebook_page import page_of
    from mnist_lab.runs.slots import environment_of
    from mnist_lab.runs.sweep import run_all

    if not specs:
        return []
    environment = {**environment, **environment_of(machines.threads)}
    problems: dict[str, str] = {}

    def show(result: "RunResult") -> None:
        progress.advance(task)
        if not result.problem:
            page_of(output / f"{result.name}.ipynb")  # now, so that the report need not wait
        # Some problems name the run's file, and are alike all the same.
        problems[result.name] = result.problem.replace(result.name, "")
        if result.problem:
            message = f"FAILED {result.name}: {result.problem}"
            progress.console.print(message, markup=False, highlight=False)
        if not patient and len(problems) < len(specs) and _failed_alike([*problems.values()]):
            raise _AllFailAlike

    slots = min(machines.slots, len(specs))
    try:
        with (
            cluster(machines.scheduler, slots, machines.dashboard) as client,
            progress_line(console, "runs", remaining=True) as progress,
        ):
            if machines.dashboard:
                console.print(f"Dask's dashboard: {client.dashboard_link}", markup=False)
            if not client.scheduler_info()["workers"]:
                console.print(
                    f"The scheduler has no workers yet. Start some: dask worker"
                    f" {machines.scheduler} --nthreads 1",
                    markup=False,
                )
            task = progress.add_task(notebook.stem, total=len(specs))
            run_all(
                client, notebook, specs, output, timeout, environment, machines.gpus, on_result=show
            )
    except _AllFailAlike:
        console.print(
            f"{_ALIKE} runs failed alike and none succeeded, so the other"
            f" {len(specs) - len(problems)} are left out. Mend the cause and repeat the command,"
            " or add --keep-going.",
            soft_wrap=True,
        )
    except KeyboardInterrupt:
        console.print("Interrupted: completed runs are kept; repeat the command to resume.")
        raise typer.Exit(130) from None
    except ConnectionError as error:
        typer.echo(f"{error} Completed runs are kept in {output}; repeat the command.", err=True)
        raise typer.Exit(1) from error
    except OSError as error:
        raise fail(
            f"{error}. Completed runs are kept in {output}; repeat the command to resume."
        ) from error
    return [name for name, problem in problems.items() if problem]


def _failed_alike(problems: Sequence[str]) -> bool:
    """Return whether all runs failed, the last few of them with the same problem."""
    last = problems[-_ALIKE:]
    return len(last) == _ALIKE and len(set(last)) == 1 and all(problems)
