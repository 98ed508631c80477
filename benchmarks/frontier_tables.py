"""The table and the figure of the frontier, with the best published results beside it."""

import math
import statistics
from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd
from matplotlib.figure import Figure

from benchmarks.accuracy_tables import mean_and_std, setup
from benchmarks.frontier_rows import FRONTIER
from benchmarks.markdown import table


class Published(NamedTuple):
    """A result that others published: its row here, weights, test accuracy, and where it stands."""

    row: str
    weights: int
    accuracy: float
    chosen: str
    source: str


PUBLISHED = (
    Published("1000", 697, 0.990, "on test, best of 700", "JoshWarn/Parameter-Efficient-MNIST"),
    Published("5000", 1_936, 0.991, "on validation", "ruslangrimov/mnist-minimal-model"),
    Published("10000", 8_900, 0.995, "on test, one run", "public course READMEs"),
    Published("20000", 19_898, 0.9954, "on test, one run", "public course README"),
    Published("35000", 34_826, 0.9922, "last epoch, one run", "keras-io, mnist_convnet"),
)


def tables(results: dict[str, Any]) -> str:
    """Return the table: per row, weights, accuracies over seeds, seconds, and who published most.

    "trained" are the numbers that training chooses; "shipped" those that are left once each
    normalization is folded into the layer before it. "CPU" are the seconds of all cores per fit,
    which other work on the machine changes less than the time on the clock.
    """
    head = [
        "row",
        "trained",
        "shipped",
        "seeds",
        "validation",
        "test",
        "CPU",
        "best published (how chosen)",
    ]
    body = []
    for name, row in FRONTIER.items():
        mine = [result for result in results["frontier"] if result["row"] == name]
        if not mine:
            continue
        known = [
            f"{other.accuracy:.2%} ({other.chosen}; {other.source})"
            for other in PUBLISHED
            if other.row == name
        ]
        body.append(
            [
                row.title,
                f"{mine[0]['weights']:,}",
                f"{mine[0]['shipped_weights']:,}",
                str(len(mine)),
                mean_and_std([result["validation_accuracy"] for result in mine]),
                mean_and_std([result["test_accuracy"] for result in mine]),
                f"{statistics.mean(result['cpu_seconds'] for result in mine):,.0f} s",
                *(known or ["-"]),
            ]
        )
    lines = [*table(head, body), "", setup(results["frontier"], results)]
    return "\n".join(lines) + "\n"


def _arguments(values: Mapping[str, Any]) -> str:
    """Return arguments as one writes them in a call."""
    return ", ".join(f"{name}={value!r}" for name, value in values.items())


def summary(results: dict[str, Any]) -> pd.DataFrame:
    """Return what the package holds: the rows with a limit, their accuracies over all seeds."""
    rows = []
    for name, row in FRONTIER.items():
        mine = [result for result in results["frontier"] if result["row"] == name]
        if not mine or row.limit is None:
            continue
        tests = [result["test_accuracy"] for result in mine]
        rows.append(
            {
                "name": row.title,
                "weights": mine[0]["weights"],
                "epochs": row.recipe.training["epochs"],
                "seeds": len(mine),
                "validation_accuracy": statistics.mean(
                    result["validation_accuracy"] for result in mine
                ),
                "test_accuracy": statistics.mean(tests),
                "test_spread": statistics.stdev(tests) if len(tests) > 1 else math.nan,
                "network": f"{row.recipe.builder}({_arguments(row.recipe.network)})",
                "training": _arguments(row.recipe.training),
            }
        )
    return pd.DataFrame(rows).set_index("name").round(6)


def figure(results: dict[str, Any]) -> Figure:
    """Return a figure of the test accuracy over the weights, with the published results."""
    page = Figure(figsize=(7, 4), layout="constrained")
    axis = page.subplots()
    points = []
    for name, row in FRONTIER.items():
        mine = [result for result in results["frontier"] if result["row"] == name]
        if not mine or row.limit is None:
            continue
        accuracies = [100 * result["test_accuracy"] for result in mine]
        spread = statistics.stdev(accuracies) if len(mine) > 1 else 0.0
        points.append((mine[0]["weights"], statistics.mean(accuracies), spread))
    if points:
        weights, means, spreads = zip(*points, strict=True)
        axis.errorbar(
            weights, means, spreads, marker="o", color="#0173b2", label="mnist_lab, mean of seeds"
        )
    for marker, on_test, label in (("s", True, "on test"), ("D", False, "otherwise")):
        others = [other for other in PUBLISHED if other.chosen.startswith("on test") == on_test]
        axis.plot(
            [other.weights for other in others],
            [100 * other.accuracy for other in others],
            marker,
            color="#d55e00",
            fillstyle="none" if on_test else "full",
            label=f"published, epoch chosen {label}",
        )
    ticks = [row.limit for row in FRONTIER.values() if row.limit is not None]
    axis.set(xlabel="weights", ylabel="test accuracy (%)", xscale="log")
    axis.set_xticks(ticks, [f"{tick:,}" for tick in ticks])
    axis.minorticks_off()
    axis.grid(color="#e5e5e5")
    axis.legend(fontsize=8)
    return page
