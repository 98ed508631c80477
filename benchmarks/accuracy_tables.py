"""Turns the numbers of accuracy.json into the README's tables."""

import math
import statistics
from typing import Any

from mnist_lab.training.recipes import recipe_names

NETWORKS = ("single_layer", "one_hidden_layer", "mlp", "cnn")


def every() -> list[tuple[str, str]]:
    """Return all networks with each of their recipes, in the order of the tables."""
    return [(network, name) for network in NETWORKS for name in recipe_names(network)]


def summary(values: list[float]) -> str:
    """Return mean and standard deviation in per cent."""
    spread = f" ± {statistics.stdev(values):.2%}" if len(values) > 1 else ""
    return f"{statistics.mean(values):.2%}{spread}"


def recipes_table(measured: list[dict[str, Any]]) -> list[str]:
    """Return the lines of a table: each recipe's accuracies over seeds, its seconds on most cores, its ensemble."""
    lines = [
        "| network | recipe | weights | seeds | validation | test | fit | machine |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for network, name in every():
        rows = [row for row in measured if (row["network"], row["recipe"]) == (network, name)]
        if not rows:
            continue
        validation, test = (summary([row[part] for row in rows]) for part in ("validation", "test"))
        most = max(row["cores"] for row in rows)
        timed = [row for row in rows if row["cores"] == most]
        fit = f"{statistics.median(row['seconds'] for row in timed):.0f} s" + (
            " on one core" if most == 1 else ""
        )
        fit += " (one run)" if len(timed) == 1 < len(rows) else ""
        machines = "; ".join(sorted({row["machine"] for row in timed}))
        cells = [
            network,
            name,
            f"{rows[0]['weights']:,}",
            str(len(rows)),
            validation,
            test,
            fit,
            machines,
        ]
        lines.append("| " + " | ".join(cells) + " |")
        together = [row["together"] for row in rows if "together" in row]
        if len(together) == len(rows):
            lines.append(
                f"| {network} | {name}, {len(rows)} networks' probabilities averaged | | | | {together[-1]:.2%} | | |"
            )
    return lines


def study_table(tried: list[dict[str, Any]]) -> list[str]:
    """Return the lines of a table: validation accuracy of what was tried, recipe by recipe, and how far seeds scatter."""
    values: dict[tuple[str, str, str], list[float]] = {}
    for row in tried:
        values.setdefault((row["network"], row["recipe"], row["change"]), []).append(
            row["validation"]
        )
    lines = ["| tried: network, recipe | change | seeds | validation |", "|---|---|---|---|"]
    for (network, name, change), mine in sorted(
        values.items(), key=lambda item: every().index(item[0][:2])
    ):
        lines.append(f"| {network}, {name} | {change} | {len(mine)} | {summary(mine)} |")
    repeated = [mine for mine in values.values() if len(mine) > 1]
    if repeated:
        squares = sum((len(mine) - 1) * statistics.variance(mine) for mine in repeated)
        pooled = math.sqrt(squares / sum(len(mine) - 1 for mine in repeated))
        lines += [
            "",
            f"Standard deviation between the seeds of a row, pooled over all rows: {pooled:.2%}.",
        ]
    return lines


def tables(result: dict[str, Any]) -> str:
    """Return the README's tables in Markdown: recipes with validation and test, then what was tried, if anything was."""
    lines = recipes_table(result["recipes"])
    if result["tried"]:
        lines += ["", *study_table(result["tried"])]
    digits = result["digits"]
    machines = sorted({row["machine"] for row in [*result["recipes"], *result["tried"]]})
    lines += [
        "",
        f"{digits['train']:,} training digits ({digits['source']}); {'; '.join(machines)}; {result['date']}.",
    ]
    return "\n".join(lines) + "\n"
