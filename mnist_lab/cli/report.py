"""`mnist-lab report`: the page and the table about sweeps, written again."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from mnist_lab.cli.console import fail, unwritable
from mnist_lab.wording import counted


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
    write_sweep_report([folder.resolve() for folder in folders], target, Console())


def write_sweep_report(folders: Sequence[Path], output: Path, console: Console) -> None:
    """Write runs.csv and report.html about the runs in some folders, and print a summary."""
    from mnist_lab.runs.sweep_report import write_results

    title = "Sweep: " + ", ".join(folder.name for folder in folders)
    try:
        succeeded, failed = write_results(folders, output, title)
    except ValueError as error:
        raise fail(str(error)) from error
    except OSError as error:
        raise unwritable(output, error) from error
    console.print(
        f"{counted(succeeded, 'run')} succeeded, {failed} failed. Open {output / 'report.html'}",
        markup=False,
        soft_wrap=True,
    )
