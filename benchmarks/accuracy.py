"""Accuracy of the course's recipes over several seeds, and the study on validation digits that they were chosen by."""

import json
import platform
import statistics
import time
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from speed import processor

import mnist_lab as lab
from mnist_lab.data import Digits
from mnist_lab.distortion import Strengths
from mnist_lab.evaluation import Evaluation
from mnist_lab.recipes import Recipe, names, recipe

NETWORKS = ("single_layer", "one_hidden_layer", "mlp", "cnn")
# What else was tried: (network, recipe) -> changes to it, each alone; measured on validation digits only.
TRIED: dict[tuple[str, str], dict[str, dict[str, Any]]] = {
    ("mlp", "default"): {
        "as it is": {},
        "no label smoothing": {"label_smoothing": 0.0},
        "no averaged weights": {"averaging": 0.0},
        "one-cycle": {"schedule": "one_cycle"},
        "distortion to the end": {"fade": 0.0},
        "no distortion": {"distortion": 0.0},
        "half the distortion": {"distortion": 0.5},
        "no elastic field": {"distortion": Strengths(elastic=0)},
        "elastic field alone": {"distortion": Strengths(rotation=0, scale=0, shear=0, shift=0)},
        "one layer": {"hidden_layers": [200]},
        "four layers": {"hidden_layers": [200] * 4},
        "layers of 100": {"hidden_layers": [100, 100]},
    },
}

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
Output = Annotated[Path, typer.Option(help="The file of results; what it holds already is not run again.")]
FILE = Path(__file__).with_name("accuracy.json")


def every() -> list[tuple[str, str]]:
    """Return all networks with each of their recipes."""
    return [(network, name) for network in NETWORKS for name in names(network)]


def changed(plan: Recipe, changes: dict[str, Any]) -> Recipe:
    """Return a recipe with some of its settings changed, each where it belongs."""
    network = {key: value for key, value in changes.items() if key in plan.network}
    training = {key: value for key, value in changes.items() if key not in plan.network}
    return Recipe(plan.builder, {**plan.network, **network}, {**plan.training, **training})


def trained(plan: Recipe, digits: Digits, seed: int) -> tuple[Any, dict[str, Any]]:
    """Train a recipe's network once; return it, and its row: settings, seed, validation accuracy and seconds."""
    model = plan.model(seed)
    history = lab.train(model, digits, seed=seed, **plan.training)
    row = {
        "settings": json.loads(json.dumps([plan.network, plan.training], default=str)),
        "seed": seed,
        "weights": model.count_params(),
        "validation": history.history["val_accuracy"][-1],
        "seconds": round(history.seconds, 1),
    }
    return model, row


def read(file: Path) -> dict[str, Any]:
    """Return the results of earlier runs."""
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else {"recipes": [], "tried": []}


def missing(rows: list[dict], row: dict, plan: Recipe, seeds: int) -> list[int]:
    """Return the seeds that are not yet among the rows with this name and these settings; drop rows of other settings."""
    settings = json.loads(json.dumps([plan.network, plan.training], default=str))
    mine = [other for other in rows if row.items() <= other.items()]
    for other in [other for other in mine if other["settings"] != settings]:
        rows.remove(other)
    done = {other["seed"] for other in mine if other["settings"] == settings}
    return [seed for seed in range(seeds) if seed not in done]


def save(result: dict[str, Any], digits: Digits, file: Path) -> None:
    """Write the results, the machine and the digits, whole or not at all."""
    result |= {
        "machine": processor(), "python": platform.python_version(), "date": time.strftime("%Y-%m-%d"),
        "digits": {"source": digits.source, **digits.sizes},
    }  # fmt: skip
    part = file.with_suffix(".part")
    part.write_text(json.dumps(result, indent=1), encoding="utf-8")
    part.replace(file)


def summary(values: list[float]) -> str:
    """Return mean and standard deviation in per cent."""
    spread = f" ± {statistics.stdev(values):.2%}" if len(values) > 1 else ""
    return f"{statistics.mean(values):.2%}{spread}"


def table(result: dict[str, Any]) -> str:
    """Return the README's tables in Markdown: recipes with validation and test, then what was tried."""
    lines = ["| network | recipe | weights | seeds | validation | test | fit |", "|---|---|---|---|---|---|---|"]
    for network, name in every():
        rows = [row for row in result["recipes"] if (row["network"], row["recipe"]) == (network, name)]
        if not rows:
            continue
        validation, test = (summary([row[part] for row in rows]) for part in ("validation", "test"))
        seconds = statistics.median(row["seconds"] for row in rows)
        cells = [network, name, f"{rows[0]['weights']:,}", str(len(rows)), validation, test, f"{seconds:.0f} s"]
        lines.append("| " + " | ".join(cells) + " |")
        together = [row["together"] for row in rows if "together" in row]
        if together:
            lines.append(f"| {network} | {name}, {len(rows)} networks' probabilities averaged | | | | {together[-1]:.2%} | |")
    tried = {(row["network"], row["recipe"], row["change"]): [] for row in result["tried"]}
    for row in result["tried"]:
        tried[row["network"], row["recipe"], row["change"]].append(row["validation"])
    if tried:
        lines += ["", "| tried: network, recipe | change | seeds | validation |", "|---|---|---|---|"]
        lines += [f"| {a}, {b} | {change} | {len(v)} | {summary(v)} |" for (a, b, change), v in tried.items()]
    digits = result["digits"]
    lines += ["", f"{digits['train']:,} training digits ({digits['source']}); {result['machine']}, {result['date']}."]
    return "\n".join(lines) + "\n"


@app.command("recipes")
def run_recipes(
    chosen: Annotated[list[str] | None, typer.Argument(help="network:recipe, such as mlp:default; all without a name.")] = None,
    seeds: Annotated[int, typer.Option(help="How many seeds each.")] = 5,
    source: Annotated[str, typer.Option(help="Which digits.")] = "auto",
    output: Output = FILE,
) -> None:
    """Train each recipe with several seeds; validation and test accuracy of each, the test digits once a seed."""
    digits = lab.load_digits(source)
    print(digits.provenance)
    pairs = [tuple(name.split(":", 1)) for name in chosen] if chosen else every()
    for network, name in pairs:
        plan, result = recipe(network, name), read(output)
        key = {"network": network, "recipe": name}
        for seed in missing(result["recipes"], key, plan, seeds):
            model, row = trained(plan, digits, seed)
            answers = lab.evaluate(model, digits.test)
            row |= {"test": answers.accuracy, "test_loss": answers.loss}
            kept = output.with_name("answers") / f"{network}_{name}_{seed}.npy"
            kept.parent.mkdir(exist_ok=True)
            np.save(kept, answers.probabilities.astype(np.float32))
            result["recipes"].append({**key, **row})
            save(result, digits, output)
        mine = [row for row in result["recipes"] if key.items() <= row.items()]
        files = [output.with_name("answers") / f"{network}_{name}_{row['seed']}.npy" for row in mine]
        if len(files) > 1 and all(file.exists() for file in files):
            together = Evaluation(digits.test, np.mean([np.load(file) for file in files], axis=0, dtype=np.float64))
            for row in mine:
                row["together"] = together.accuracy
            save(result, digits, output)
    print(table(read(output)))


@app.command("study")
def run_study(
    seeds: Annotated[int, typer.Option(help="How many seeds each.")] = 3,
    source: Annotated[str, typer.Option(help="Which digits.")] = "auto",
    output: Output = FILE,
) -> None:
    """Train what was tried beside the recipes, on validation digits only."""
    digits = lab.load_digits(source)
    print(digits.provenance)
    for (network, name), changes in TRIED.items():
        for change, settings in changes.items():
            plan, result = changed(recipe(network, name), settings), read(output)
            key = {"network": network, "recipe": name, "change": change}
            for seed in missing(result["tried"], key, plan, seeds):
                _, row = trained(plan, digits, seed)
                result["tried"].append({**key, **row})
                save(result, digits, output)
    print(table(read(output)))


if __name__ == "__main__":
    app()
