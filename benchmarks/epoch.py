"""Seconds an epoch of mnist_lab.train beside Keras's fit: same network, digits, batch and optimizer, side by side in one run."""

import json
import platform
import statistics
import time
from pathlib import Path
from typing import Annotated

import typer

import mnist_lab as lab
from mnist_lab import keras
from mnist_lab.data import Digits


def seconds_of_train(layers: list[int], digits: Digits, batch_size: int, epochs: int) -> list[float]:
    """Seconds of each epoch of mnist_lab.train, without the first, which compiles."""
    ends: list[float] = []
    clock = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: ends.append(time.perf_counter()))
    lab.train(lab.models.mlp(layers), digits, epochs + 1, batch_size, callbacks=[clock])
    return [later - earlier for earlier, later in zip(ends, ends[1:], strict=False)]


def seconds_of_fit(layers: list[int], digits: Digits, batch_size: int, epochs: int) -> list[float]:
    """Seconds of each epoch of Keras's fit with its defaults, without the first."""
    ends: list[float] = []
    clock = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: ends.append(time.perf_counter()))
    model = lab.models.mlp(layers)
    model.compile(loss="sparse_categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
    validation = (digits.validation.images, digits.validation.labels)
    model.fit(
        digits.train.images,
        digits.train.labels,
        batch_size,
        epochs + 1,
        validation_data=validation,
        callbacks=[clock],
        verbose=0,
    )
    return [later - earlier for earlier, later in zip(ends, ends[1:], strict=False)]


def main(
    source: Annotated[str, typer.Option(help="Which digits: auto, mnist, sample or a path.")] = "auto",
    repeats: Annotated[int, typer.Option(help="How often each is measured, in turn.")] = 3,
    epochs: Annotated[int, typer.Option(help="Epochs a measurement.")] = 2,
    output: Annotated[Path, typer.Option(help="Where the numbers go.")] = Path("runs/bench/epoch.json"),
) -> None:
    """Measure 784-200-200-10 at batches of 32, 128 and 512, validation included, and print medians and ratios."""
    digits = lab.load_digits(source)
    print(digits.provenance)
    rows = []
    for batch_size in (32, 128, 512):
        ours: list[float] = []
        theirs: list[float] = []
        for _ in range(repeats):
            ours += seconds_of_train([200, 200], digits, batch_size, epochs)
            theirs += seconds_of_fit([200, 200], digits, batch_size, epochs)
        train, fit = statistics.median(ours), statistics.median(theirs)
        rows.append({"batch_size": batch_size, "train": train, "fit": fit, "ratio": train / fit})
        print(f"batch {batch_size:3d}: mnist_lab.train {train:.2f} s, Keras fit {fit:.2f} s an epoch, ratio {train / fit:.2f}")
    machine = {"processor": platform.processor() or platform.machine(), "python": platform.python_version()}
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps({"machine": machine, "digits": digits.sizes, "epochs": rows}, indent=2))
    print(f"Written to {output}")


if __name__ == "__main__":
    typer.run(main)
