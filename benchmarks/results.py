"""The file of accuracies: which runs it holds, which are missing, and how rows are added to it."""

import inspect
import json
import platform
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

import typer

import mnist_lab as lab
from benchmarks.markdown import Row
from mnist_lab import models
from mnist_lab.data.dataset import Digits
from mnist_lab.files import atomic_write
from mnist_lab.training.recipes import Recipe

FILE = Path(__file__).with_name("accuracy.json")
Results = dict[str, Any]


def read(file: Path) -> Results:
    """Return the results of earlier runs."""
    if not file.exists():
        return {"recipes": [], "ablation": [], "frontier": []}
    return json.loads(file.read_text(encoding="utf-8"))


def write(results: Results, digits: Digits, file: Path) -> None:
    """Write the results, the date and the digits, whole or not at all."""
    results |= {
        "python": platform.python_version(),
        "date": time.strftime("%Y-%m-%d"),
        "digits": provenance(digits),
    }
    with atomic_write(file) as stream:
        json.dump(results, stream, indent=1)


def provenance(digits: Digits) -> dict[str, Any]:
    """Return where digits come from and how many there are of each part."""
    return {"source": digits.source, **digits.sizes}


def load_digits(source: str, file: Path) -> Digits:
    """Return the digits to train on; refuse them where the file holds results of other digits."""
    try:
        digits = lab.load_digits(source)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    held = read(file).get("digits")
    if held not in (None, provenance(digits)):
        raise typer.BadParameter(
            f"{file} holds results of {held}, these digits are {provenance(digits)};"
            " give another --output."
        )
    print(digits.provenance)
    return digits


def changed(recipe: Recipe, changes: Mapping[str, Any]) -> Recipe:
    """Return a recipe with some settings changed: arguments of its builder, or of train()."""
    of_builder = inspect.signature(getattr(models, recipe.builder)).parameters
    network = {key: value for key, value in changes.items() if key in of_builder}
    training = {key: value for key, value in changes.items() if key not in of_builder}
    return Recipe(recipe.builder, {**recipe.network, **network}, {**recipe.training, **training})


def settings_of(recipe: Recipe) -> dict[str, Any]:
    """Return a recipe's settings as they come back from JSON."""

    def plain(value: Any) -> Any:
        if is_dataclass(value) and not isinstance(value, type):
            return asdict(value)
        return list(value) if isinstance(value, tuple) else value

    return {
        part: {name: plain(value) for name, value in settings.items()}
        for part, settings in (("network", recipe.network), ("training", recipe.training))
    }


def rows_with(rows: list[Row], key: Row) -> list[Row]:
    """Return the rows that have every entry of the key."""
    return [row for row in rows if key.items() <= row.items()]


def missing_seeds(rows: list[Row], key: Row, recipe: Recipe, seeds: int) -> list[int]:
    """Return the seeds without a row of this key and the recipe's present settings."""
    settings = settings_of(recipe)
    done = {row["seed"] for row in rows_with(rows, key) if row["settings"] == settings}
    return [seed for seed in range(seeds) if seed not in done]


def without_outdated(rows: list[Row], key: Row, recipe: Recipe) -> list[Row]:
    """Return the rows without those of this key that were trained with other settings."""
    settings = settings_of(recipe)
    outdated = [row for row in rows_with(rows, key) if row["settings"] != settings]
    return [row for row in rows if row not in outdated]


def complete(
    section: str,
    key: Row,
    recipe: Recipe,
    seeds: int,
    digits: Digits,
    file: Path,
    run: Callable[[Recipe, Digits, int], Row],
) -> None:
    """Run a recipe with each seed that a section of the results lacks; save each row at once."""
    for seed in missing_seeds(read(file)[section], key, recipe, seeds):
        row = run(recipe, digits, seed)
        # Read again: another process may have added rows meanwhile.
        results = read(file)
        rows = without_outdated(results[section], key, recipe)
        results[section] = [*rows, {**key, "seed": seed, **row, "settings": settings_of(recipe)}]
        write(results, digits, file)
