"""`mnist-lab doctor`: what on this machine is fine, and what to do about the rest."""

import typer

from mnist_lab.cli.console import Source


def doctor(source: Source = "auto") -> None:
    """Look at Python, packages, TensorFlow, memory, data and kernel; say OK or what to do."""
    from mnist_lab.doctor import checkout_lock, examine

    sound = True
    for finding in examine(checkout_lock(), source):
        typer.echo(f"{'OK   ' if finding.fine else 'FAIL '} {finding.subject}: {finding.words}")
        sound = sound and finding.fine
    if not sound:
        raise typer.Exit(1)
