"""The command line: `mnist-lab course`, `sweep`, `report`, `data` and `doctor`, one file a command."""

import typer

from mnist_lab.cli.course import course
from mnist_lab.cli.data import data
from mnist_lab.cli.doctor import doctor
from mnist_lab.cli.sweep import report, sweep

app = typer.Typer(
    help="A progressive course on handwritten-digit recognition.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for command in (course, sweep, report, data, doctor):
    app.command()(command)
