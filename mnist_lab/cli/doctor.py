"""`mnist-lab doctor`: what on this machine is fine, and what to do about the rest."""

from pathlib import Path

from mnist_lab.cli.console import Source

_ROOT = Path(__file__).resolve().parent.parent.parent


import typer


def doctor(source: Source = "auto") -> None:
    """Look at Python, packages, TensorFlow, processor, memory, data and kernel; say OK or what to do."""
    from mnist_lab.doctor import examine

    findings = examine(_ROOT / "requirements.txt", source)
    for finding in findings:
        typer.echo(f"{'OK   ' if finding.fine else 'FAIL '} {finding.subject}: {finding.words}")
    if not all(finding.fine for finding in findings):
        raise typer.Exit(1)
