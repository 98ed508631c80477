"""What the commands share: errors, the source of the digits, progress, and the ladder."""

import shlex
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich import box
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

if TYPE_CHECKING:
    from mnist_lab.runs.notebook import NotebookRun

Source = Annotated[
    str,
    typer.Option(
        help="auto, mnist, sample, or the path of a file or folder of digits: IDX files, .npz,"
        " .csv, .mat, .parquet, pictures in folders 0 to 9, or a .zip. auto reads MNIST_LAB_DATA"
        " first."
    ),
]


def fail(message: str) -> typer.Exit:
    """Print an error on stderr, and return the exit that the command raises."""
    typer.echo(message, err=True)
    return typer.Exit(2)


def command_line() -> str:
    """Return the command that runs now, as one types it."""
    return shlex.join(["mnist-lab", *sys.argv[1:]])


def refuse_file(folder: Path) -> None:
    """Raise the exit for an output folder that is a file, or that would lie in one."""
    for path in (folder, *folder.parents):
        if path.is_file():
            raise fail(f"{path}: is a file. Name a folder with --output.")


def unwritable(folder: Path, error: OSError) -> typer.Exit:
    """Return the exit for an output folder that cannot be written."""
    refuse_file(folder)
    reason = error.strerror or error
    return fail(f"{folder}: cannot be written ({reason}). Name another folder with --output.")


def refuse_to_write(path: Path, overwrite: bool, option: str = "--output") -> None:
    """Raise the exit for a file to write that is a folder, lies in a file, or is there already."""
    if path.is_dir():
        raise fail(f"{path}: is a folder. Name a file with {option}.")
    if path.exists() and not overwrite:
        raise fail(f"{path}: is there already. Add --overwrite, or name another with {option}.")
    for folder in path.parents:
        if folder.is_file():
            raise fail(f"{path}: cannot be written ({folder} is a file). Name another file.")


def unwritable_file(path: Path, error: OSError, option: str = "--output") -> typer.Exit:
    """Return the exit for a file that cannot be written."""
    reason = error.strerror or error
    return fail(f"{path}: cannot be written ({reason}). Name another file with {option}.")


@contextmanager
def claimed(output: Path, console: Console) -> Iterator[None]:
    """Make an output folder, and keep other sweeps and courses out of it during a block."""
    from mnist_lab.locks import LockedError, file_lock

    with ExitStack() as stack:
        try:
            output.mkdir(parents=True, exist_ok=True)
            held = stack.enter_context(file_lock(output / ".lock"))
        except LockedError as error:
            raise fail(
                f"{output}: another sweep or course is writing there ({error})."
                " Wait until it ends, or name another folder with --output."
            ) from error
        except OSError as error:
            raise unwritable(output, error) from error
        if not held:
            console.print(
                f"The disk of {output} offers no locks: see to it that no other sweep or course"
                " writes there.",
                markup=False,
            )
        yield


def absolute_source(source: str) -> str:
    """Return a path made absolute, since notebooks run elsewhere; other sources as they are."""
    from mnist_lab.data.digits import SOURCES

    if source in SOURCES:
        return source
    return str(Path(source).expanduser().resolve())


def settle_source(source: str, console: Console) -> str:
    """Find the digits, print which they are, and return the source for the notebooks."""
    from mnist_lab.data.digits import load_digits, resolve_source

    try:
        source = absolute_source(resolve_source(source))
        digits = load_digits(source)
    except ValueError as error:
        raise fail(str(error)) from error
    console.print(digits.provenance, markup=False)
    return "sample" if digits.source == "sample" else source


def progress_line(console: Console, unit: str, remaining: bool = False) -> Progress:
    """Return a live line about a task, which disappears when the task ends.

    Args:
        console: Where to show it; a file shows nothing.
        unit: What is counted, such as "cells".
        remaining: Whether to show an estimate of the time to the end.
    """
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(f"{unit},"),
        TimeElapsedColumn(),
        *([TimeRemainingColumn()] if remaining else []),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


def show_results(runs: "Sequence[NotebookRun]", output: Path, console: Console) -> None:
    """Print the ladder of the good runs, the failed runs, and the output folder."""
    if any(run.record for run in runs):
        console.print(_ladder_table(runs))
    for run in runs:
        if not run.record:
            failed, log = run.path.with_suffix(".failed.ipynb"), run.path.with_suffix(".log")
            console.print(f"FAILED {run.notebook}: {run.problem}", markup=False)
            console.print(f"  see {failed} and {log}", markup=False)
    console.print(f"Open {output} (start with {output / 'report.html'})", markup=False)


def _ladder_table(runs: "Sequence[NotebookRun]") -> Table:
    """Return the columns of the ladder that fit into 80 characters; the report has the rest."""
    from mnist_lab.records import ladder

    rows = (
        ladder([run.record for run in runs if run.record])
        .reset_index()
        .drop(columns=["model", "weights", "improvement"])
        .rename(columns={"test accuracy": "accuracy", "seconds": "s"})
    )
    table = Table(
        *rows.columns,
        title="The ladder: accuracy on the test digits",
        box=box.SIMPLE,
        show_edge=False,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )
    for row in rows.itertuples(index=False):
        table.add_row(*map(str, row))
    return table
