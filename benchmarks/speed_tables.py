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
    """Return a number and its unit; a dash where it was not reached or not measured. form: such as ".1f s"."""
    number, unit = form.split(" ")
    return "-" if value is None else f"{value:{number}} {unit}".strip()


def _markdown(head: list[str], rows: list[list[str]]) -> list[str]:
    """Return a table; rows in which nothing was measured are left out."""
    kept = [row for row in rows if set(row[1:]) != {"-"}]
    return ["| " + " | ".join(cells) + " |" for cells in (head, ["---"] * len(head), *kept)]


def epochs_table(rows: list[dict]) -> list[str]:
    """Return the lines of a table: median seconds an epoch of 784-200-200-10 at each batch size, and times the floor."""
    mine = [row for row in rows if row["layers"] == NETWORK]
    sizes = sorted({row["batch_size"] for row in mine})
    body = []
    for peer, name in NAMES.items():
        cells = []
        for size in sizes:
            (row,) = [row for row in mine if (row["peer"], row["batch_size"]) == (peer, size)] or [
                None
            ]
            floor = f" ({row['times_floor']:.1f})" if row and "times_floor" in row else ""
            cells.append(_said(row and statistics.median(row["seconds"]), ".2f s") + floor)
        body.append([name, *cells])
    return _markdown(
        ["an epoch, and times the products alone", *(f"batch {size}" for size in sizes)], body
    )


def races_table(by_the_book: list[dict], our_schedule: list[dict]) -> list[str]:
    """Return the lines of a table: from process start to an accuracy on validation digits, medians of the repeats."""
    columns = [
        (by_the_book, "import_seconds", ".1f s"),
        (by_the_book, "to_97", ".1f s"),
        (by_the_book, "to_98", ".1f s"),
        (our_schedule, "to_98", ".1f s"),
        (by_the_book, "test_accuracy", ".2% "),
        (by_the_book, "megabytes", ",.0f MB"),
    ]
    head = [
        "from process start",
        "import",
        "to 97 %",
        "to 98 %",
        "to 98 %, one schedule for all",
        "test then",
        "memory",
    ]
    body = [
        [name, *(_said(_median(rows, peer, key), form) for rows, key, form in columns)]
        for peer, name in NAMES.items()
    ]
    return _markdown(head, body)


def table(result: dict[str, Any]) -> str:
    """Return the README's tables in Markdown, and the line that says on which machine, with which digits, and when."""
    lines = epochs_table(result["epochs"]) if "epochs" in result else []
    if "by_the_book" in result:
        lines += ["", *races_table(result["by_the_book"], result.get("our_schedule", []))]
    digits = result["digits"]
    trained = f"784-200-200-10, Adam, {digits['train']:,} training digits ({digits['source']})"
    said = f"medians of {result['repeats']}, all in turn in one run"
    lines += [
        "",
        f"{trained}; {said}; {result['machine']}, Python {result['python']}, {result['date']}.",
    ]
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
        points = sorted(
            (places[what](row), statistics.median(row["seconds"]))
            for row in rows
            if row["peer"] == peer
        )
        axis.plot(*zip(*points, strict=True), marker="o", label=NAMES[peer].replace("`", ""))
    # One and two threads lie within one power of ten, of which a logarithmic axis would show a single number.
    axis.set(
        xlabel=what,
        ylabel="seconds an epoch",
        xscale="log",
        yscale="linear" if what == "threads" else "log",
    )
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
