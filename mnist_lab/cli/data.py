"""`mnist-lab data`: find, fetch and check the digits."""

import os

import typer

from mnist_lab.cli.console import Source, absolute_source, fail


def data(source: Source = "auto") -> None:
    """Find or fetch the digits, check them, and say which they are and where they lie."""
    from mnist_lab.data.digits import load_digits
    from mnist_lab.data.download import cached

    try:
        digits = load_digits(absolute_source(source))
    except ValueError as error:
        raise fail(str(error)) from error
    typer.echo(digits.provenance)
    place = (
        cached() if source in ("auto", "mnist") and not os.environ.get("MNIST_LAB_DATA") else None
    )
    if place:
        typer.echo(f"Kept at {place[1]}")
