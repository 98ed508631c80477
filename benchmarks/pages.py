"""Turns the numbers of speed.json into the README's table and a figure for each way of growing."""

import json
import statistics
import sys
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

NAMES = {
    "mnist_lab": "`mnist_lab.train`",
    "keras_fit": "Keras `fit`, defaults",
    "keras_fit_tuned": "Keras `fit`, `steps_per_execution=32, jit_compile=True`",
    "torch_dataloader": "PyTorch, DataLoader",
    "torch_sliced": "PyTorch, tensors sliced",
    "jax_scan": "JAX, `lax.scan`",
    "scikit_learn": "scikit-learn `MLPClassifier`",
    "floor": "the matrix products alone (NumPy)",
}
NETWORK = [200, 200]


def _median(rows: list[dict], peer: str, key: str) -> float | None:
    values = [row[key] for row in rows if row["peer"] == peer]
    return statistics.median(values) if values and None not in values else None


def _said(value: float | None, form: str) -> str:
    return "-" if value is None else format(value, form)


def table(result: dict[str, Any]) -> str:
    """Return the README's table in Markdown: epochs of 784-200-200-10, and from process start to 98 %."""
    batches = sorted({row["batch_size"] for row in result.get("epochs", [])})
    heads = [
        "",
        *(f"epoch, batch {size}" for size in batches),
        "start to 98 %",
        "the same schedule for all",
        "of it import",
        "memory",
    ]
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    for peer, name in NAMES.items():
        cells = []
        for size in batches:
            same = [row for row in result.get("epochs", []) if row["layers"] == NETWORK and row["batch_size"] == size]
            seconds = [statistics.median(row["seconds"]) for row in same if row["peer"] == peer]
            cells += [f"{value:.2f} s" for value in seconds] or ["-"]
        races = result.get("by_the_book", [])
        for key, race in (("to_98", races), ("to_98", result.get("our_schedule", [])), ("import_seconds", races)):
            cells.append(_said(_median(race, peer, key), ".1f") + " s")
        cells.append(_said(_median(races, peer, "megabytes"), ",.0f") + " MB")
        lines.append("| " + " | ".join([name, *cells]).replace("- s", "-").replace("- MB", "-") + " |")
    digits = result["digits"]
    trained = f"784-200-200-10, Adam, {digits['train']:,} training digits ({digits['source']})"
    said = f"medians of {result['repeats']}, all in turn in one run"
    lines += ["", f"{trained}; {said}; {result['machine']}, Python {result['python']}, {result['date']}."]
    return "\n".join(lines) + "\n"


def growth_figure(what: str, rows: list[dict]) -> Figure:
    """Return a figure of the seconds an epoch over what grows, one line a peer, both axes logarithmic."""
    places = {
        "training digits": lambda row: row["train_size"], "width": lambda row: row["layers"][0],
        "depth": lambda row: len(row["layers"]), "batch size": lambda row: row["batch_size"],
        "threads": lambda row: row["threads"],
    }  # fmt: skip
    figure = Figure(figsize=(6, 3.5), layout="constrained")
    axis = figure.subplots()
    for peer in dict.fromkeys(row["peer"] for row in rows):
        points = sorted((places[what](row), statistics.median(row["seconds"])) for row in rows if row["peer"] == peer)
        axis.plot(*zip(*points, strict=True), marker="o", label=NAMES[peer].replace("`", ""))
    axis.set(xlabel=what, ylabel="seconds an epoch", xscale="log", yscale="log")
    ticks = sorted({places[what](row) for row in rows})
    axis.set_xticks(ticks, [f"{tick:,}" for tick in ticks])
    axis.minorticks_off()
    axis.grid(color="#e5e5e5")
    axis.legend(fontsize=8)
    return figure


def write_pages(result: dict[str, Any], output: Path) -> None:
    """Write speed.md, and a PNG for each way of growing, into a folder."""
    (output / "speed.md").write_text(table(result), encoding="utf-8")
    for what, rows in result.get("growth", {}).items():
        growth_figure(what, rows).savefig(output / f"growth_{what.replace(' ', '_')}.png", dpi=110)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    write_pages(json.loads((folder / "speed.json").read_text(encoding="utf-8")), folder)
