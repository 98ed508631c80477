"""What the commands share: how errors end them, how a source is read, progress and the ladder on a terminal."""

import os
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

Source = Annotated[
    str,
    typer.Option(
        help="auto, mnist, sample, or the path of a folder of IDX files or of a .npz. auto reads MNIST_LAB_DATA first."
    ),
]


def fail(words: str) -> typer.Exit:
    """Print what is wrong on stderr and return the exit for it."""
    typer.echo(words, err=True)
    return typer.Exit(2)


def absolute_source(source: str) -> str:
    """Return a path made absolute, since notebooks run elsewhere; the words auto, mnist and sample as they are."""
    return (
        source
        if source in ("auto", "mnist", "sample")
        else str(Path(source).expanduser().resolve())
    )


def settle_source(source: str, console: Console) -> str:
    """Return the source that the notebooks shall use, after looking for the digits and saying which they are."""
    from mnist_lab.data.digits import load_digits

    try:
        digits = load_digits(source)
    except ValueError as error:
        raise fail(str(error)) from error
    console.print(digits.provenance, markup=False)
    if source == "auto":
        source = os.environ.get("MNIST_LAB_DATA") or "auto"
    return "sample" if digits.source == "sample" else absolute_source(source)


def cells_progress(console: Console) -> Progress:
    """Return the live line under a running notebook; it leaves nothing behind."""
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("cells,"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


def show_results(runs: list, output: Path, console: Console) -> None:
    """Print the ladder of the good runs, what failed, and where everything lies."""
    from mnist_lab.records import ladder

    good = [run.record for run in runs if run.record]
    if good:
        # What fits into 80 columns; the report has the rest.
        rows = (
            ladder(good)
            .reset_index()
            .drop(columns=["model", "weights", "step"])
            .rename(columns={"test accuracy": "accuracy", "seconds": "s"})
        )
        style = {"box": box.SIMPLE, "show_edge": False, "pad_edge": False, "padding": (0, 1, 0, 0)}
        table = Table(*rows.columns, title="The ladder: accuracy on the test digits", **style)
        for row in rows.itertuples(index=False):
            table.add_row(*map(str, row))
        console.print(table)
    for run in runs:
        if not run.record:
            console.print(f"FAILED {run.notebook}: {run.problem}", markup=False)
            console.print(
                f"  see {run.path.with_suffix('.failed.ipynb')} and {run.path.with_suffix('.log')}",
                markup=False,
            )
    console.print(f"Open {output} (start with {output / 'report.html'})", markup=False)
