"""The commands of `mnist-lab`, in the order of its help."""

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from mnist_lab import needs
from mnist_lab.cli import (
    course,
    data,
    doctor,
    exercises,
    export,
    lab,
    mark,
    predict,
    read,
    report,
    sheet,
    start,
    sweep,
)
from mnist_lab.cli.console import fail


class Commands(TyperGroup):
    """Runs a command; a package that is missing for it ends in a sentence."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was named."""
        try:
            return super().invoke(ctx)
        except ModuleNotFoundError as error:
            module = (error.name or "").split(".")[0]
            if module in ("", "mnist_lab"):
                raise
            raise fail(needs.advice([module])) from error


app = typer.Typer(cls=Commands, no_args_is_help=True, pretty_exceptions_enable=False)
COMMANDS = (
    start.start,
    lab.lab,
    start.reset,
    course.course,
    sweep.sweep,
    report.report,
    exercises.exercises,
    mark.mark,
    data.data,
    predict.predict,
    read.read,
    sheet.sheet,
    export.export,
    doctor.doctor,
)
for command in COMMANDS:
    # `lab` passes unknown options on to JupyterLab.
    app.command(context_settings={"ignore_unknown_options": command is lab.lab})(command)


def _show_version(requested: bool) -> None:
    if requested:
        from importlib.metadata import version

        typer.echo(f"mnist-lab {version('mnist_lab')}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """A progressive course on handwritten-digit recognition."""
