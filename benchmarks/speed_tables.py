"""Turns the numbers of speed.json into the tables of README.md here, and into figures."""

import json
import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from benchmarks.implementations import IMPLEMENTATIONS, NETWORK
from benchmarks.markdown import Row, table

# What a row of the scaling measurements is drawn at.
SCALES: dict[str, Callable[[Row], int]] = {
    "training digits": lambda row: row["train_size"],
    "width": lambda row: row["layers"][0],
    "depth": lambda row: len(row["layers"]),
    "batch size": lambda row: row["batch_size"],
    "threads": lambda row: row["threads"],
}


def cell(value: float | None, form: str, unit: str = "") -> str:
    """Return a number and its unit; a dash where it was not reached or not measured."""
    return "-" if value is None else f"{value:{form}} {unit}".strip()


def measured_table(head: list[str], rows: list[list[str]]) -> list[str]:
    """Return the lines of a table; rows in which nothing was measured are left out."""
    return table(head, [row for row in rows if set(row[1:]) != {"-"}])


def median(rows: list[Row], implementation: str, key: str) -> float | None:
    """Return the median over an implementation's rows; None if a value is missing."""
    values = [row[key] for row in rows if row["implementation"] == implementation]
    return statistics.median(values) if values and None not in values else None


def epoch_row(rows: list[Row], implementation: str, batch_size: int) -> Row | None:
    """Return the row of NETWORK with an implementation and batch size; None if not measured."""
    wanted = {"layers": NETWORK, "implementation": implementation, "batch_size": batch_size}
    return next((row for row in rows if wanted.items() <= row.items()), None)


def epoch_cell(row: Row | None) -> str:
    """Return the median seconds of an epoch and the multiple of the lower bound."""
    if row is None:
        return "-"
    seconds = cell(statistics.median(row["seconds"]), ".2f", "s")
    return f"{seconds} ({row['times_lower_bound']:.1f})" if "times_lower_bound" in row else seconds


def epochs_table(rows: list[Row]) -> list[str]:
    """Return the lines of a table: median seconds per epoch of NETWORK at each batch size."""
    sizes = sorted({row["batch_size"] for row in rows if row["layers"] == NETWORK})
    body = [
        [implementation.title, *(epoch_cell(epoch_row(rows, name, size)) for size in sizes)]
        for name, implementation in IMPLEMENTATIONS.items()
    ]
    return measured_table(["one epoch", *(f"batch size {size}" for size in sizes)], body)


def accuracy_table(documented_defaults: list[Row], shared_schedule: list[Row]) -> list[str]:
    """Return the lines of a table: median seconds from process start to a validation accuracy."""
    columns = {
        "import": (documented_defaults, "import_seconds", ".1f", "s"),
        "to 97 %": (documented_defaults, "seconds_to_97", ".1f", "s"),
        "to 98 %": (documented_defaults, "seconds_to_98", ".1f", "s"),
        "to 98 %, shared schedule": (shared_schedule, "seconds_to_98", ".1f", "s"),
        "test accuracy then": (documented_defaults, "test_accuracy", ".2%", ""),
        "memory": (documented_defaults, "peak_memory_mb", ",.0f", "MB"),
    }
    body = [
        [
            implementation.title,
            *(
                cell(median(rows, name, key), form, unit)
                for rows, key, form, unit in columns.values()
            ),
        ]
        for name, implementation in IMPLEMENTATIONS.items()
    ]
    return measured_table(["from process start", *columns], body)


def setup(result: dict[str, Any]) -> str:
    """Return the line that says what was measured, on which machine, and when."""
    digits = result["digits"]
    return (
        f"784-200-200-10, Adam, {digits['train']:,} training digits ({digits['source']});"
        f" medians of {result['repeats']}, all in turn in one run;"
        f" {result['machine']}, Python {result['python']}, {result['date']}."
    )


def tables(result: dict[str, Any]) -> str:
    """Return the tables in Markdown, and the line that says how they were measured."""
    lines = epochs_table(result["epochs"]) if "epochs" in result else []
    if "documented_defaults" in result:
        shared_schedule = result.get("shared_schedule", [])
        lines += ["", *accuracy_table(result["documented_defaults"], shared_schedule)]
    return "\n".join([*lines, "", setup(result)]) + "\n"


def summary(result: dict[str, Any]) -> str:
    """Return the table of the project's README: one epoch with a batch size of 128."""
    shown = {
        implementation.short_title: epoch_row(result["epochs"], name, 128)
        for name, implementation in IMPLEMENTATIONS.items()
        if implementation.short_title
    }
    seconds = {
        title: cell(statistics.median(row["seconds"]), ".2f", "s")
        for title, row in shown.items()
        if row
    }
    head = ["one epoch of 784-200-200-10 at batch size 128", *seconds]
    return "\n".join(table(head, [[result["machine"], *seconds.values()]])) + "\n"


def scaling_figure(what: str, rows: list[Row]) -> Figure:
    """Return a figure of the seconds per epoch over what grows, one line per implementation."""
    position = SCALES[what]
    figure = Figure(figsize=(6, 3.5), layout="constrained")
    axis = figure.subplots()
    for implementation in dict.fromkeys(row["implementation"] for row in rows):
        points = sorted(
            (position(row), statistics.median(row["seconds"]))
            for row in rows
            if row["implementation"] == implementation
        )
        label = IMPLEMENTATIONS[implementation].title.replace("`", "")
        axis.plot(*zip(*points, strict=True), marker="o", label=label)
    # One and two threads lie within a power of ten: a logarithmic axis would show one number.
    scale = "linear" if what == "threads" else "log"
    axis.set(xlabel=what, ylabel="seconds per epoch", xscale="log", yscale=scale)
    ticks = sorted({position(row) for row in rows})
    axis.set_xticks(ticks, [f"{tick:,}" for tick in ticks])
    axis.minorticks_off()
    axis.grid(color="#e5e5e5")
    axis.legend(fontsize=8)
    return figure


def write_pages(result: dict[str, Any], output: Path) -> None:
    """Write speed.md, and a PNG of each way of scaling, into a folder."""
    (output / "speed.md").write_text(tables(result), encoding="utf-8")
    for what, rows in result.get("scaling", {}).items():
        path = output / f"scaling_{what.replace(' ', '_')}.png"
        scaling_figure(what, rows).savefig(path, dpi=110, metadata={"Software": None})


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    write_pages(json.loads((folder / "speed.json").read_text(encoding="utf-8")), folder)
