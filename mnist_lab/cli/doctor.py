"""`mnist-lab doctor`: the checks of this machine, each with OK or the remedy."""

import typer

from mnist_lab.cli.console import Source


def doctor(source: Source = "auto") -> None:
    """Check Python, packages, TensorFlow, memory, data and kernel; print OK or the remedy."""
    from mnist_lab.checkup import examine
    from mnist_lab.files import checkout_lock

    passed = True
    for finding in examine(checkout_lock(), source):
        typer.echo(finding)
        passed = passed and finding.passed
    if not passed:
        raise typer.Exit(1)
