"""`mnist-lab export`: a network as a page that reads drawings, or as an ONNX or LiteRT file."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mnist_lab.cli.console import fail, refuse_to_write, unwritable_file

if TYPE_CHECKING:
    import keras

_PAGES, _FILES = (".html", ".htm"), (".onnx", ".tflite")


def export(
    networks: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="NETWORKS",
            help="The .keras or .h5 files of networks, one for .onnx and .tflite; by default the"
            " four that come with the course, for a page.",
        ),
    ] = None,
    to: Annotated[
        Path, typer.Option(help="The file to write: .html for a page, .onnx, or .tflite (LiteRT).")
    ] = Path("read.html"),
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace the file if it is there.")
    ] = False,
) -> None:
    """Write a page on which networks read what one draws, or an ONNX or LiteRT file."""
    paths = networks or []
    _refuse(paths, to, overwrite)

    from mnist_lab.export import course_page, exchange_file, web_page
    from mnist_lab.models import load

    try:
        models = {path.stem: load(path) for path in paths}
        if to.suffix.lower() in _FILES:
            [model] = models.values()
            size = exchange_file(model, to)
        else:
            size = web_page(models, to) if models else course_page(to)
    except (ValueError, ModuleNotFoundError) as error:
        raise fail(str(error)) from error
    except OSError as error:
        raise unwritable_file(to, error, "--to") from error
    typer.echo(f"{to}: {size / 1000:,.0f} kB.")
    if models:
        _compare(models, to)


def _refuse(paths: list[Path], to: Path, overwrite: bool) -> None:
    """Raise the exit for a request that cannot be met, before anything is loaded."""
    suffix = to.suffix.lower()
    if suffix not in _PAGES + _FILES:
        raise fail(f"--to {to}: expected a name that ends in .html, .onnx or .tflite.")
    if suffix in _FILES and len(paths) != 1:
        raise fail(f"--to {to}: holds one network, not {len(paths)}. Name one .keras file.")
    if len({path.stem for path in paths}) < len(paths):
        raise fail("Two of the files have the same name, which the page would show. Rename one.")
    refuse_to_write(to, overwrite, "--to")


def _compare(models: "dict[str, keras.Model]", to: Path) -> None:
    """Print how many test digits get the same answer from what was written as from Keras."""
    from mnist_lab.data.digits import load_digits
    from mnist_lab.evaluation.prediction import predict
    from mnist_lab.export import run_exchange_file, with_rounded_weights

    try:
        digits = load_digits()
    except ValueError as error:  # the file is written all the same
        typer.echo(f"Not compared with Keras on test digits: {error}", err=True)
        return
    typer.echo(digits.provenance)
    images = digits.test.images
    for name, model in models.items():
        before = predict(model, images).predictions
        if to.suffix.lower() in _FILES:
            after = run_exchange_file(to, images).argmax(axis=1)
        else:
            after = predict(with_rounded_weights(model), images).predictions
        typer.echo(
            f"{name}: {(before == after).sum():,} of {len(images):,} test digits are read as before"
        )
