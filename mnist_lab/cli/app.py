"""The commands of `mnist-lab`, in the order of its help."""

from typing import Annotated

import typer

from mnist_lab.cli import course, data, doctor, lab, start, sweep

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
COMMANDS = (
    start.start,
    lab.lab,
    start.reset,
    course.course,
    sweep.sweep,
    sweep.report,
    data.data,
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
