"""Trains the networks that come with the package: `python -m tools.train_pretrained [mlp cnn]`.

It needs full MNIST, and about a minute. Weights are rounded to 16 bits before the test, so that
what is tested is what is loaded.
"""

import hashlib
import json
import platform
import tempfile
import zipfile
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

import mnist_lab as lab
from mnist_lab import requirements
from mnist_lab.backend import keras
from mnist_lab.data.dataset import Digits
from mnist_lab.files import atomic_write
from mnist_lab.pretrained import FOLDER, WITH_RECIPES

SEED = 0
# The networks of the ladder: notebooks 1 and 2 test what learned from digits as they are.
PLAIN = ("single_layer", "one_hidden_layer")


def rounded(weights: list[np.ndarray]) -> list[np.ndarray]:
    """Return weights as 16-bit numbers hold them, again in 32 bits."""
    return [weight.astype(np.float16).astype(np.float32) for weight in weights]


def packed(source: Path) -> bytes:
    """Return a .keras file with its entries compressed, the same bytes for the same weights."""
    with tempfile.TemporaryFile() as stream:
        with zipfile.ZipFile(source) as archive, zipfile.ZipFile(stream, "w") as smaller:
            for name in ("config.json", "model.weights.h5"):
                entry = zipfile.ZipInfo(name)  # with the earliest date a zip file can have
                entry.compress_type = zipfile.ZIP_DEFLATED
                smaller.writestr(entry, archive.read(name), compresslevel=9)
            entry = zipfile.ZipInfo("metadata.json")
            smaller.writestr(entry, json.dumps({"keras_version": requirements.installed("keras")}))
        stream.seek(0)
        return stream.read()


def ship(trained: keras.Model, empty: keras.Model, digits: Digits, record: dict[str, Any]) -> None:
    """Write the file and the record of a trained network.

    Args:
        trained: The network.
        empty: The same layers, never compiled, so that no optimizer is saved with them.
        digits: What it is tested on.
        record: How it was trained, with its name; what the test says is added.
    """
    name = record["name"]
    exact = lab.evaluate(trained, digits.test)
    empty.set_weights(rounded(trained.get_weights()))
    result = lab.evaluate(empty, digits.test)
    changed = int((exact.predictions != result.predictions).sum())
    print(f"{name}: {result}; rounding changed {changed} answers")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"{name}.keras")
        empty.save(path)
        content = packed(path)
    with atomic_write(FOLDER / f"{name}.keras", "wb") as file:
        file.write(content)
    whole = {
        **record,
        "weights": empty.count_params(),
        "validation_accuracy": lab.evaluate(empty, digits.validation).accuracy,
        **result.metrics,
        "answers_changed_by_rounding": changed,
        "versions": {
            "python": platform.python_version(),
            **{name: requirements.installed(name) for name in ("tensorflow", "keras", "numpy")},
        },
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    with atomic_write(FOLDER / f"{name}.json") as file:
        file.write(json.dumps(whole, indent=1, default=list) + "\n")


def train(name: str, digits: Digits) -> None:
    """Train one network by its recipe, and write its file and its record."""
    recipe = "plain" if name in PLAIN else "default"
    plan = lab.recipe(name, recipe)
    model = plan.model(SEED)
    history = lab.train(model, digits, seed=SEED, **plan.training)
    record = {
        "name": name,
        "recipe": recipe,
        "network": plan.network,
        "training": plan.training,
        "seed": SEED,
        "data": {"source": digits.source, **digits.sizes},
        "seconds": round(history.seconds, 1),
    }
    ship(model, plan.model(SEED), digits, record)


def full_mnist() -> Digits:
    """Return MNIST's digits; refuse others."""
    digits = lab.load_digits("auto", seed=SEED)
    if digits.source != "mnist":
        raise typer.BadParameter(f"full MNIST is needed; these digits are: {digits.provenance}")
    return digits


def main(names: Annotated[list[str] | None, typer.Argument()] = None) -> None:
    """Train the networks that are named, by default all."""
    digits = full_mnist()
    for name in names or WITH_RECIPES:
        train(name, digits)


if __name__ == "__main__":
    typer.run(main)
