"""`mnist-lab data`: find, fetch and check the digits."""

import typer

from mnist_lab.cli.console import Source, absolute_source, fail


def data(source: Source = "auto") -> None:
    """Find or fetch the digits, check them, and print which they are and where.

    A file of yours is checked as well: what was done to it, and what is odd, is said.
    """
    from mnist_lab.data.digits import SOURCES, load_digits, resolve_source
    from mnist_lab.data.download import cached

    try:
        source = resolve_source(source)
        digits = load_digits(absolute_source(source))
    except ValueError as error:
        raise fail(str(error)) from error
    typer.echo(digits.provenance)
    kept = cached() if source in SOURCES and source != "sample" else None
    if kept:
        typer.echo(f"Kept at {kept[1]}")
