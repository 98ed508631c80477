"""Accuracy of the course's recipes over several seeds, and the study on validation digits that they were chosen by."""

import inspect
import json
import os
import platform
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

import mnist_lab as lab
from benchmarks.accuracy_tables import every, tables
from benchmarks.distillation import Distilled
from benchmarks.speed import processor
from mnist_lab import models
from mnist_lab.backend import keras
from mnist_lab.data.digits import Digits
from mnist_lab.evaluation.metrics import Evaluation
from mnist_lab.training.augmentation import DistortionLimits
from mnist_lab.training.recipes import Recipe, recipe

# What else was tried: (network, recipe) -> changes to it, each row alone; measured on validation digits only.
TRIED: dict[tuple[str, str], dict[str, dict[str, Any]]] = {
    ("one_hidden_layer", "plain"): {
        "as it is": {},
        "no weight decay": {"weight_decay": 0.0},
        "no label smoothing": {"label_smoothing": 0.0},
        "averaged weights": {"ema_momentum": 0.999},
        "one-cycle": {"schedule": "one_cycle", "learning_rate": 8e-3},
        "25 epochs": {"epochs": 25},
    },
    ("one_hidden_layer", "default"): {
        "60 epochs": {"epochs": 60},
        "60 epochs, label smoothing 0.05": {"epochs": 60, "label_smoothing": 0.05},
        "60 epochs, distortion fading over a fifth": {"epochs": 60, "distortion_cooldown": 0.2},
        "60 epochs, all the distortion": {"epochs": 60, "distortion": 1.0},
    },
    ("mlp", "plain"): {
        "as it is": {},
        "no weight decay": {"weight_decay": 0.0},
        "no label smoothing": {"label_smoothing": 0.0},
        "neither": {"weight_decay": 0.0, "label_smoothing": 0.0},
        "dropout 0.2 for both": {"weight_decay": 0.0, "label_smoothing": 0.0, "dropout": 0.2},
        "averaged weights": {"ema_momentum": 0.999},
        "one-cycle": {"schedule": "one_cycle", "learning_rate": 4e-3},
        "four layers": {"hidden_layers": [200] * 4},
        "25 epochs": {"epochs": 25},
    },
    ("mlp", "default"): {
        "as it is": {},
        "no label smoothing": {"label_smoothing": 0.0},
        "no averaged weights": {"ema_momentum": 0.0},
        "one-cycle": {"schedule": "one_cycle"},
        "distortion to the end": {"distortion_cooldown": 0.0},
        "no distortion": {"distortion": 0.0},
        "no elastic field": {"distortion": DistortionLimits(elastic=0)},
        "elastic field alone": {
            "distortion": DistortionLimits(rotation=0, scale=0, shear=0, shift=0)
        },
        "one layer": {"hidden_layers": [200]},
        "four layers": {"hidden_layers": [200] * 4},
        "layers of 100": {"hidden_layers": [100, 100]},
    },
    ("mlp", "long"): {
        "100 epochs": {"epochs": 100},
        "100 epochs, rate 0.002, no batch normalisation": {
            "epochs": 100,
            "batch_normalization": False,
            "learning_rate": 2e-3,
        },
        "100 epochs, distortion fading over half": {"epochs": 100, "distortion_cooldown": 0.5},
        "100 epochs, three layers": {"epochs": 100, "hidden_layers": [200] * 3},
    },
    ("cnn", "default"): {
        "as it is": {},
        "linear schedule": {"schedule": "linear", "learning_rate": 4e-3},
        "fewer filters": {"filters": [12, 24, 48]},
        "no distortion": {"distortion": 0.0},
        "all the distortion": {"distortion": 1.0},
    },
    ("cnn", "long"): {
        "one convolution a block, filters 16, 32, 64": {"filters": [16, 32, 64], "convolutions": 1}
    },
}

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
Output = Annotated[
    Path, typer.Option(help="The file of results; what it holds already is not run again.")
]
Seeds = Annotated[int, typer.Option(help="How many seeds each.", min=1)]
FILE = Path(__file__).with_name("accuracy.json")


def chosen(text: str) -> tuple[str, str]:
    """Return network and recipe of a text such as mlp:default; refuse others by name."""
    network, _, name = text.partition(":")
    try:
        recipe(network, name)
    except ValueError as error:
        raise typer.BadParameter(
            f"{text!r} is not network:recipe, such as mlp:default: {error}"
        ) from error
    return network, name


def changed(plan: Recipe, changes: dict[str, Any]) -> Recipe:
    """Return a recipe with some of its settings changed: the builder's arguments, and train()'s."""
    mine = inspect.signature(getattr(models, plan.builder)).parameters
    network = {key: value for key, value in changes.items() if key in mine}
    training = {key: value for key, value in changes.items() if key not in mine}
    return Recipe(plan.builder, {**plan.network, **network}, {**plan.training, **training})


def settings_of(plan: Recipe) -> Any:
    """Return a recipe's settings as they come back from JSON."""
    return json.loads(json.dumps([plan.network, plan.training], default=str))


def trained(
    plan: Recipe, digits: Digits, seed: int, teacher: keras.Model | None = None
) -> tuple[Any, dict[str, Any]]:
    """Train a recipe's network once; return it, and its row: settings, seed, weights, validation accuracy and seconds."""
    model = plan.model(seed)
    history = lab.train(
        Distilled(model, teacher) if teacher else model, digits, seed=seed, **plan.training
    )
    if history.interrupted:  # no row for half a training
        raise KeyboardInterrupt
    row = {
        "settings": settings_of(plan),
        "seed": seed,
        "weights": model.count_params(),
        "validation": history.history["val_accuracy"][-1],
        "seconds": round(history.seconds, 1),
        "machine": processor(),
        "cores": len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count(),
    }
    return model, row


def read(file: Path) -> dict[str, Any]:
    """Return the results of earlier runs."""
    return (
        json.loads(file.read_text(encoding="utf-8"))
        if file.exists()
        else {"recipes": [], "tried": []}
    )


def load(source: str, file: Path) -> Digits:
    """Return the digits to train on, or refuse them where a file of results holds those of other digits."""
    try:
        digits = lab.load_digits(source)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    file.parent.mkdir(parents=True, exist_ok=True)  # before anything is trained
    held = read(file).get("digits")
    if held not in (None, provenance(digits)):
        raise typer.BadParameter(
            f"{file} holds results of {held}, these digits are {provenance(digits)}; give another --output."
        )
    print(digits.provenance)
    return digits


def provenance(digits: Digits) -> dict[str, Any]:
    """Return where digits come from and how many there are of each part."""
    return {"source": digits.source, **digits.sizes}


def missing(rows: list[dict], key: dict, plan: Recipe, seeds: int) -> list[int]:
    """Return the seeds that are not yet among the rows with this key and these settings; drop rows of other settings."""
    mine = [row for row in rows if key.items() <= row.items()]
    done = {row["seed"] for row in mine if row["settings"] == settings_of(plan)}
    for row in mine:
        if row["settings"] != settings_of(plan):
            rows.remove(row)
    return [seed for seed in range(seeds) if seed not in done]


def save(result: dict[str, Any], digits: Digits, file: Path) -> None:
    """Write the results, the date and the digits, whole or not at all."""
    result |= {
        "python": platform.python_version(), "date": time.strftime("%Y-%m-%d"),
        "digits": provenance(digits),
    }  # fmt: skip
    part = file.with_suffix(f".{os.getpid()}.part")
    part.write_text(json.dumps(result, indent=1), encoding="utf-8")
    part.replace(file)


def complete(
    section: str,
    key: dict[str, str],
    plan: Recipe,
    seeds: int,
    digits: Digits,
    output: Path,
    finish: Callable[[keras.Model, int], dict[str, Any]] = lambda model, seed: {},
    teacher: keras.Model | None = None,
) -> None:
    """Train a recipe with the seeds that a section of the results lacks; each row is saved at once.

    finish: returns what else is known of a trained model, for its row.
    """
    for seed in missing(read(output)[section], key, plan, seeds):
        model, row = trained(plan, digits, seed, teacher)
        row = {**key, **row, **finish(model, seed)}
        # Read anew: another process may have added to it meanwhile.
        result = read(output)
        missing(result[section], key, plan, seeds)
        result[section].append(row)
        save(result, digits, output)


def kept(output: Path, key: dict[str, str], seed: int) -> Path:
    """Return where a trained network (.keras) and its answers to the test digits (.npy) are kept, without the ending."""
    return output.with_name("answers") / f"{key['network']}_{key['recipe']}_{seed}"


def together(key: dict[str, str], digits: Digits, output: Path) -> None:
    """Write the test accuracy of a recipe's networks as an ensemble, their probabilities averaged, into its rows."""
    result = read(output)
    mine = [row for row in result["recipes"] if key.items() <= row.items()]
    files = [kept(output, key, row["seed"]).with_suffix(".npy") for row in mine]
    if len(files) > 1 and all(file.exists() for file in files):
        mean = np.mean([np.load(file) for file in files], axis=0, dtype=np.float64)
        accuracy = Evaluation(digits.test, mean).accuracy
        if any(row.get("together") != accuracy for row in mine):
            for row in mine:
                row["together"] = accuracy
            save(result, digits, output)


@app.command("recipes")
def run_recipes(
    wanted: Annotated[
        list[str] | None,
        typer.Argument(help="network:recipe, such as mlp:default; all without a name."),
    ] = None,
    seeds: Seeds = 5,
    source: Annotated[str, typer.Option(help="Which digits.")] = "auto",
    output: Output = FILE,
) -> None:
    """Train each recipe with several seeds; validation and test accuracy of each, the test digits once a seed."""
    plans = [chosen(text) for text in wanted] if wanted else every()
    digits = load(source, output)
    for network, name in plans:
        key = {"network": network, "recipe": name}

        def test(model: keras.Model, seed: int, key: dict[str, str] = key) -> dict[str, Any]:
            answers, path = lab.evaluate(model, digits.test), kept(output, key, seed)
            path.parent.mkdir(exist_ok=True)
            np.save(path.with_suffix(".npy"), answers.probabilities.astype(np.float32))
            model.save(path.with_suffix(".keras"))
            return {"test": answers.accuracy, "test_loss": answers.loss}

        complete("recipes", key, recipe(network, name), seeds, digits, output, test)
        together(key, digits, output)
    print(tables(read(output)))


@app.command("study")
def run_study(
    seeds: Seeds = 3,
    source: Annotated[str, typer.Option(help="Which digits.")] = "auto",
    output: Output = FILE,
) -> None:
    """Train what was tried beside the recipes, on validation digits only."""
    digits = load(source, output)
    for (network, name), changes in TRIED.items():
        for change, settings in changes.items():
            key = {"network": network, "recipe": name, "change": change}
            complete("tried", key, changed(recipe(network, name), settings), seeds, digits, output)
    print(tables(read(output)))


@app.command("distil")
def run_distil(
    teacher: Annotated[
        str, typer.Argument(help="network:recipe that `recipes` has trained.")
    ] = "mlp:long",
    student: Annotated[str, typer.Argument(help="network:recipe to train.")] = "mlp:default",
    seeds: Seeds = 3,
    source: Annotated[str, typer.Option(help="Which digits.")] = "auto",
    output: Output = FILE,
) -> None:
    """Train a recipe's network with another recipe's first network as its teacher, on validation digits only."""
    (of, taught), (network, name) = chosen(teacher), chosen(student)
    path = kept(output, {"network": of, "recipe": taught}, 0).with_suffix(".keras")
    if not path.is_file():
        raise typer.BadParameter(
            f"{teacher} has not been trained for {output}; first run `recipes {teacher} --seeds 1` with this --output."
        )
    digits = load(source, output)
    key = {
        "network": network,
        "recipe": name,
        "change": f"distilled from {teacher.replace(':', ', ')}",
    }
    complete("tried", key, recipe(network, name), seeds, digits, output, teacher=models.load(path))
    print(tables(read(output)))


if __name__ == "__main__":
    app()
