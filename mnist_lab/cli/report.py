"""`mnist-lab report`: the page and the table about sweeps, written again, and compared."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from mnist_lab.cli.console import command_line, fail, unwritable
from mnist_lab.wording import counted


def report(
    folders: Annotated[
        list[Path], typer.Argument(exists=True, file_okay=False, help="Output folders of sweeps.")
    ],
    output: Annotated[
        Path | None, typer.Option(help="Folder to write into; the first folder by default.")
    ] = None,
    compare: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            file_okay=False,
            help="Another sweep's folder: also write comparison.html, setting by setting over the"
            " seeds that both have.",
        ),
    ] = None,
) -> None:
    """Write runs.csv and report.html again, about one or several sweeps."""
    if compare and len(folders) > 1:
        raise fail(f"--compare takes one sweep beside its own, not {len(folders)}. Name one.")
    target, console = (output or folders[0]).resolve(), Console()
    write_sweep_report([folder.resolve() for folder in folders], target, console)
    if compare:
        _write_comparison(folders[0].resolve(), compare.resolve(), target, console)


def write_sweep_report(folders: Sequence[Path], output: Path, console: Console) -> None:
    """Write runs.csv and report.html about the runs in some folders, and print a summary."""
    from mnist_lab.runs.sweep_report import write_results

    title = "Sweep: " + ", ".join(folder.name for folder in folders)
    try:
        succeeded, failed = write_results(folders, output, title, command_line())
    except ValueError as error:
        raise fail(str(error)) from error
    except OSError as error:
        raise unwritable(output, error) from error
    console.print(
        f"{counted(succeeded, 'run')} succeeded, {failed} failed. Open {output / 'report.html'}",
        markup=False,
        soft_wrap=True,
    )


def _write_comparison(first: Path, second: Path, output: Path, console: Console) -> None:
    """Write comparison.html about two sweeps, and print a summary."""
    from mnist_lab.runs.comparison import write_comparison

    page = output / "comparison.html"
    try:
        compared = write_comparison(first, second, page, command_line())
    except ValueError as error:
        raise fail(str(error)) from error
    except OSError as error:
        raise unwritable(output, error) from error
    verdicts = compared.table["verdict"].value_counts()
    found = ", ".join(f"{count} {verdict}" for verdict, count in verdicts.items()) or "none"
    console.print(
        f"{counted(len(compared.table), 'setting')} in both: {found}. Open {page}",
        markup=False,
        soft_wrap=True,
    )
