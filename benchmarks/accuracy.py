"""Accuracy of the course's recipes over several seeds, and of the ablation study."""

from pathlib import Path
from typing import Annotated

import numpy as np
import typer

import mnist_lab as lab
from benchmarks.ablation import ABLATION
from benchmarks.accuracy_tables import all_recipes, tables
from benchmarks.distillation import Distilled
from benchmarks.machine import processor
from benchmarks.markdown import Row
from benchmarks.results import FILE, changed, complete, load_digits, read, rows_with, write
from mnist_lab import models
from mnist_lab.backend import keras
from mnist_lab.data.dataset import Digits
from mnist_lab.evaluation.metrics import Evaluation
from mnist_lab.machine import usable_cores
from mnist_lab.training.recipes import Recipe, recipe

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
Output = Annotated[
    Path, typer.Option(help="The file of results; what it holds already is not run again.")
]
Seeds = Annotated[int, typer.Option(help="How many seeds each.", min=1)]
Source = Annotated[str, typer.Option(help="Which digits: auto, mnist, sample or a path.")]


def parse_recipe(text: str) -> tuple[str, str]:
    """Return network and recipe of a text such as mlp:default; refuse other texts."""
    network, _, name = text.partition(":")
    try:
        recipe(network, name)
    except ValueError as error:
        raise typer.BadParameter(
            f"{text!r} is not network:recipe, such as mlp:default: {error}"
        ) from error
    return network, name


def train_once(
    plan: Recipe, digits: Digits, seed: int, teacher: keras.Model | None = None
) -> tuple[keras.Model, Row]:
    """Train a recipe's network; return it, and its row of the results."""
    model = plan.model(seed)
    trained = Distilled(model, teacher) if teacher else model
    history = lab.train(trained, digits, seed=seed, **plan.training)
    row = {
        "weights": model.count_params(),
        "validation_accuracy": history.history["val_accuracy"][-1],
        "seconds": round(history.seconds, 1),
        "machine": processor(),
        "cores": usable_cores(),
    }
    return model, row


def kept_files(output: Path, network: str, name: str, seed: int) -> tuple[Path, Path]:
    """Return where a trained network (.keras) and its test probabilities (.npy) are kept."""
    folder = output.with_name("networks")
    stem = f"{network}_{name}_{seed}"
    return folder / f"{stem}.keras", folder / f"{stem}.npy"


def add_ensemble(network: str, name: str, digits: Digits, output: Path) -> None:
    """Write the test accuracy of a recipe's networks as an ensemble into its rows.

    The ensemble averages the probabilities of all seeds.
    """
    results = read(output)
    rows = rows_with(results["recipes"], {"network": network, "recipe": name})
    files = [kept_files(output, network, name, row["seed"])[1] for row in rows]
    if len(files) < 2 or not all(file.exists() for file in files):
        return
    probabilities = np.stack([np.load(file) for file in files]).astype(np.float64)
    accuracy = Evaluation(digits.test, probabilities.mean(axis=0)).accuracy
    for row in rows:
        row["ensemble_accuracy"] = accuracy
    write(results, digits, output)


@app.command("recipes")
def run_recipes(
    wanted: Annotated[
        list[str] | None,
        typer.Argument(help="network:recipe, such as mlp:default; all without a name."),
    ] = None,
    seeds: Seeds = 5,
    source: Source = "auto",
    output: Output = FILE,
) -> None:
    """Train each recipe with several seeds; the test digits are used once per seed."""
    chosen = [parse_recipe(text) for text in wanted] if wanted else all_recipes()
    digits = load_digits(source, output)
    for network, name in chosen:

        def run(
            plan: Recipe, digits: Digits, seed: int, network: str = network, name: str = name
        ) -> Row:
            model, row = train_once(plan, digits, seed)
            result = lab.evaluate(model, digits.test)
            model_file, probabilities_file = kept_files(output, network, name, seed)
            model_file.parent.mkdir(parents=True, exist_ok=True)
            model.save(model_file)
            np.save(probabilities_file, result.probabilities.astype(np.float32))
            return {**row, "test_accuracy": result.accuracy, "test_loss": result.loss}

        key = {"network": network, "recipe": name}
        complete("recipes", key, recipe(network, name), seeds, digits, output, run)
        add_ensemble(network, name, digits, output)
    print(tables(read(output)))


@app.command("ablation")
def run_ablation(seeds: Seeds = 3, source: Source = "auto", output: Output = FILE) -> None:
    """Train the recipes with one thing changed, on validation digits only."""
    digits = load_digits(source, output)

    def run(plan: Recipe, digits: Digits, seed: int) -> Row:
        return train_once(plan, digits, seed)[1]

    for (network, name), changes in ABLATION.items():
        for change, settings in changes.items():
            key = {"network": network, "recipe": name, "change": change}
            plan = changed(recipe(network, name), settings)
            complete("ablation", key, plan, seeds, digits, output, run)
    print(tables(read(output)))


@app.command("distill")
def run_distill(
    teacher: Annotated[
        str, typer.Argument(help="network:recipe that `recipes` has trained.")
    ] = "mlp:long",
    student: Annotated[str, typer.Argument(help="network:recipe to train.")] = "mlp:default",
    seeds: Seeds = 3,
    source: Source = "auto",
    output: Output = FILE,
) -> None:
    """Train a recipe's network with another recipe's first network as its teacher."""
    teacher_key, (network, name) = parse_recipe(teacher), parse_recipe(student)
    model_file, _ = kept_files(output, *teacher_key, 0)
    if not model_file.is_file():
        raise typer.BadParameter(
            f"{teacher} has not been trained for {output};"
            f" first run `recipes {teacher} --seeds 1` with this --output."
        )
    digits = load_digits(source, output)
    teacher_model = models.load(model_file)
    change = f"distilled from {teacher.replace(':', ', ')}"
    key = {"network": network, "recipe": name, "change": change}

    def run(plan: Recipe, digits: Digits, seed: int) -> Row:
        return train_once(plan, digits, seed, teacher_model)[1]

    complete("ablation", key, recipe(network, name), seeds, digits, output, run)
    print(tables(read(output)))


if __name__ == "__main__":
    app()
