"""The command line, `mnist-lab`: one file a command, or two that belong together."""

from typing import Annotated

import typer

from mnist_lab.cli.course import course
from mnist_lab.cli.data import data
from mnist_lab.cli.doctor import doctor
from mnist_lab.cli.lab import lab
from mnist_lab.cli.start import reset, start
from mnist_lab.cli.sweep import report, sweep

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
for command in (start, lab, reset, course, sweep, report, data, doctor):
    # The options that `lab` does not know are JupyterLab's.
    app.command(context_settings={"ignore_unknown_options": command is lab})(command)


def _show_version(wanted: bool) -> None:
    if wanted:
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
