"""Targets that read values: strokes, `--set`, grids, and numbers written as text."""

import json
from pathlib import Path
from random import Random
from typing import Any

from fuzz.mutations import change_bytes, change_text, change_value
from fuzz.target import Target

_STROKES = [{"width": 20, "points": [[10, 20], [30.5, 40]]}, [[140, 60], [140, 220]]]
_SETTINGS = (
    "epochs=1,2",
    "hidden_layers=[100, 50],[20]",
    "activation=relu,gelu",
    "learning_rate=1e-3",
    "train_size=null,500",
    "seed=&a 1,*a",
)
_GRIDS = (
    "grid:\n  epochs: [1, 2]\n  hidden_layers: [[50], [100, 50]]\nseeds: 2\n",
    "points:\n  - &base {epochs: 3}\n  - {<<: *base, batch_size: 64}\n",
    "grid: {learning_rate: [1e-3, 0.01], activation: [relu]}\npoints: [{seed: 7}]\n",
)
_NUMBERS = ("5", "1e3", "0.1", "[100, 50]", "True", "None", "-7", "1_000", "(1, 2)", "0x10", " 3 ")


def _encoded(value: Any) -> bytes:
    return json.dumps(value).encode()


def _make_strokes(rng: Random) -> bytes:
    try:
        return _encoded(change_value(rng, _STROKES))
    except ValueError:  # a number of more digits than Python writes
        return _encoded(_STROKES)


def _read_strokes(content: bytes, _: Path) -> None:
    from mnist_lab import handwriting

    handwriting.rasterize(json.loads(content), side=56)


def _make_settings(rng: Random) -> bytes:
    texts = [change_text(rng, text) for text in rng.sample(_SETTINGS, rng.choice((1, 1, 2)))]
    return _encoded(texts)


def _write_notebook(path: Path) -> None:
    """Write a notebook with the parameters that the settings name."""
    source = (
        "epochs: int = 5\nhidden_layers: list = [200]\nactivation: str = 'relu'\n"
        "learning_rate: float = 0.1\ntrain_size: Optional[int] = None\nseed: int = 0"
    )
    cell = {
        "cell_type": "code",
        "id": "a",
        "source": source,
        "outputs": [],
        "execution_count": None,
        "metadata": {"tags": ["parameters"]},
    }
    kernel = {"name": "python3", "display_name": "Python", "language": "python"}
    book = {
        "cells": [cell],
        "metadata": {"kernelspec": kernel},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    path.write_text(json.dumps(book), encoding="utf-8")


def _read_settings(content: bytes, folder: Path) -> None:
    from mnist_lab.runs.grid import expand_grid, read_settings

    notebook = folder / "toy.ipynb"
    if not notebook.exists():
        _write_notebook(notebook)
    expand_grid(notebook, read_settings(json.loads(content)))


def _make_grid(rng: Random) -> bytes:
    text = change_text(rng, rng.choice(_GRIDS)).encode("utf-8", "surrogatepass")
    return change_bytes(rng, text) if rng.random() < 0.2 else text


def _read_grid(content: bytes, folder: Path) -> None:
    from mnist_lab.runs.grid import read_file

    (folder / "grid.yml").write_bytes(content)
    read_file(folder / "grid.yml")


def _make_number(rng: Random) -> bytes:
    return _encoded(change_text(rng, rng.choice(_NUMBERS)))


def _read_number(content: bytes, _: Path) -> None:
    from mnist_lab import checks

    text = json.loads(content)
    readers = (
        lambda: checks.integer("epochs", text, 1),
        lambda: checks.optional_integer("train_size", text, 1),
        lambda: checks.real("learning_rate", text, 0, 1),
        lambda: checks.boolean("shuffle", text),
        lambda: checks.integers("hidden_layers", text),
        lambda: checks.choice("recipe", text, ["quick", "long"]),
    )
    errors = []
    for read in readers:
        try:
            read()
        except ValueError as error:
            errors.append(error)
    if len(errors) == len(readers):
        raise errors[0]


TARGETS = (
    Target("strokes", _make_strokes, _read_strokes),
    Target("settings", _make_settings, _read_settings),
    Target("grid", _make_grid, _read_grid),
    Target("numbers", _make_number, _read_number),
)
