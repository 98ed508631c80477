"""Turns the numbers of accuracy.json into the tables of README.md here."""

import math
import statistics
from collections import defaultdict
from typing import Any

from benchmarks.markdown import Row, table
from mnist_lab.training.recipes import recipe_names

NETWORKS = ("single_layer", "one_hidden_layer", "mlp", "cnn")


def all_recipes() -> list[tuple[str, str]]:
    """Return all networks with each of their recipes, in the order of the tables."""
    return [(network, name) for network in NETWORKS for name in recipe_names(network)]


def mean_and_std(values: list[float]) -> str:
    """Return mean and standard deviation in percent."""
    spread = f" ± {statistics.stdev(values):.2%}" if len(values) > 1 else ""
    return f"{statistics.mean(values):.2%}{spread}"


def fit_seconds(rows: list[Row]) -> str:
    """Return the median seconds of the runs on most cores."""
    most = max(row["cores"] for row in rows)
    timed = [row["seconds"] for row in rows if row["cores"] == most]
    seconds = f"{statistics.median(timed):.0f} s" + (" on one core" if most == 1 else "")
    return f"{seconds} (one run)" if len(timed) == 1 < len(rows) else seconds


def recipes_table(rows: list[Row]) -> list[str]:
    """Return the lines of a table: per recipe, accuracies over seeds, the ensemble, and seconds."""
    head = ["network", "recipe", "weights", "seeds", "validation", "test", "ensemble, test", "fit"]
    body = []
    for network, name in all_recipes():
        mine = [row for row in rows if (row["network"], row["recipe"]) == (network, name)]
        if not mine:
            continue
        ensemble = [row["ensemble_accuracy"] for row in mine if "ensemble_accuracy" in row]
        body.append(
            [
                network,
                name,
                f"{mine[0]['weights']:,}",
                str(len(mine)),
                mean_and_std([row["validation_accuracy"] for row in mine]),
                mean_and_std([row["test_accuracy"] for row in mine]),
                f"{ensemble[-1]:.2%}" if len(ensemble) == len(mine) else "-",
                fit_seconds(mine),
            ]
        )
    return table(head, body)


def ablation_table(rows: list[Row]) -> list[str]:
    """Return the lines of a table: validation accuracy per change, and how far seeds scatter."""
    values: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    for row in rows:
        key = row["network"], row["recipe"], row["change"]
        values[key].append(row["validation_accuracy"])
    keys = sorted(values, key=lambda key: all_recipes().index(key[:2]))
    body = [
        [f"{key[0]}, {key[1]}", key[2], str(len(values[key])), mean_and_std(values[key])]
        for key in keys
    ]
    lines = table(["network, recipe", "change", "seeds", "validation"], body)
    repeated = [accuracies for accuracies in values.values() if len(accuracies) > 1]
    if repeated:
        squares = sum((len(values) - 1) * statistics.variance(values) for values in repeated)
        pooled = math.sqrt(squares / sum(len(values) - 1 for values in repeated))
        lines += ["", f"Standard deviation between seeds, pooled over all rows: {pooled:.2%}."]
    return lines


def setup(rows: list[Row], results: dict[str, Any]) -> str:
    """Return the line that says on which digits and machines the rows were measured, and when."""
    machines = "; ".join(sorted({row["machine"] for row in rows}))
    digits = results["digits"]
    return (
        f"{digits['train']:,} training digits ({digits['source']}); {machines}; {results['date']}."
    )


def tables(results: dict[str, Any]) -> str:
    """Return the table of the recipes and, if there is one, of the ablation study, in Markdown."""
    lines = recipes_table(results["recipes"])
    if results["ablation"]:
        lines += ["", *ablation_table(results["ablation"])]
    rows = [*results["recipes"], *results["ablation"]]
    return "\n".join([*lines, "", setup(rows, results)]) + "\n"


def summary(results: dict[str, Any]) -> str:
    """Return the table of the project's README: the test accuracy of the default recipes."""
    shown = [("single_layer", "plain"), ("one_hidden_layer", "default")]
    shown += [("mlp", "default"), ("cnn", "default"), ("cnn", "long")]
    accuracies = {
        key: [
            row["test_accuracy"]
            for row in results["recipes"]
            if (row["network"], row["recipe"]) == key
        ]
        for key in shown
    }
    counts = sorted({len(values) for values in accuracies.values()})
    seeds = str(counts[0]) if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"
    head = ["network, recipe", *(f"`{network}`, {name}" for network, name in shown)]
    first = f"test accuracy, mean ± standard deviation over {seeds} seeds"
    body = [first, *(mean_and_std(values) for values in accuracies.values())]
    return "\n".join(table(head, [body])) + "\n"
