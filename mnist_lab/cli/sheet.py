"""`mnist-lab sheet`: a sheet to print, write digits on, and photograph."""

from pathlib import Path
from typing import Annotated

import typer

from mnist_lab.cli.console import fail, refuse_to_write, unwritable_file


def sheet(
    output: Annotated[Path, typer.Option(help="The PDF to write.")] = Path("sheet.pdf"),
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace the output file if it is there.")
    ] = False,
) -> None:
    """Write a sheet with a box for each of a hundred digits, to print on A4 or Letter paper.

    Photographed, it becomes labeled digits: lab.handwriting.collect(FOLDER) reads all photos there.
    """
    if output.suffix.lower() != ".pdf" and not output.is_dir():
        raise fail(f"{output}: a sheet is a PDF. Name a file that ends in .pdf with --output.")
    refuse_to_write(output, overwrite)

    from mnist_lab.handwriting.sheets.printing import write_sheet

    try:
        write_sheet(output)
    except OSError as error:
        raise unwritable_file(output, error) from error
    typer.echo(f"{output}: print it at 100 %, write on it, and photograph it as sheet.jpg")
