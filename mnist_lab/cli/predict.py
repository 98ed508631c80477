"""`mnist-lab predict`: label the digits of a file, in the format that Kaggle takes."""

from pathlib import Path
from typing import Annotated

import typer

from mnist_lab.cli.console import fail, refuse_to_write, unwritable_file


def predict(
    digits: Annotated[
        Path,
        typer.Argument(
            metavar="DIGITS",
            help="The file or folder, such as Kaggle's test.csv; labels are not needed.",
        ),
    ],
    model: Annotated[
        Path | None,
        typer.Option(
            help="The .keras or .h5 file of a network; by default the course's own, of notebook 6."
        ),
    ] = None,
    output: Annotated[Path, typer.Option(help="The file to write, as Kaggle takes it.")] = Path(
        "submission.csv"
    ),
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace the output file if it is there.")
    ] = False,
) -> None:
    """Predict the digits of a file, and write ImageId,Label for each, from 1."""
    refuse_to_write(output, overwrite)

    import numpy as np

    from mnist_lab.data.formats import read_images
    from mnist_lab.evaluation.prediction import predict as predict_images
    from mnist_lab.files import atomic_write
    from mnist_lab.models import load, pretrained

    try:
        # The network first: it is quickly refused, and a file of digits takes long to read.
        network = pretrained("cnn") if model is None else load(model)
        part = read_images(digits)
        for notice in part.notices:
            typer.echo(f"Notice: {notice}")
        images = part.images.astype(np.float32) / np.float32(255)
        predictions = predict_images(network, images).probabilities.argmax(axis=1)
    except ValueError as error:
        raise fail(str(error)) from error
    rows = [f"{number},{label}\n" for number, label in enumerate(predictions, start=1)]
    try:
        with atomic_write(output) as file:
            file.writelines(["ImageId,Label\n", *rows])
    except OSError as error:
        raise unwritable_file(output, error) from error
    name = "the course's own network" if model is None else model.name
    typer.echo(f"{len(predictions):,} digits predicted by {name}: {output}")
    if part.labels is not None:
        right = np.mean(predictions == part.labels)
        typer.echo(f"{right:.2%} of them as they are labeled in {digits.name}")
