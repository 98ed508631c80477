"""Turns the numbers of waiting.json into the tables of README.md here."""

import statistics
from typing import Any

from benchmarks.markdown import Row, table

# The title of each part's table.
PARTS = {
    "import": "importing, in one process",
    "first_figure": "the first figure of notebook 1",
    "compile": "784-200-200-10 with Adam, batches of 128",
    "thirty": "784-200-200-10, 4,000 digits, five epochs, three rates, ten seeds",
    "course": "the course",
}


def median(row: Row | None, side: str) -> float | None:
    """Return the median of a row's values, "before" or "after"; None if there are none."""
    values = row.get(side) if row else None
    return statistics.median(values) if values else None


def cell(row: Row | None, side: str) -> str:
    """Return the median seconds of one side, or the accuracy; a dash if it was not measured."""
    value = median(row, side)
    if row is None or value is None:
        return "-"
    if row["what"].endswith("accuracy"):
        return f"{value:.2%}"
    decimals = max(0, 3 - len(f"{value:.0f}"))
    return f"{value:,.{decimals}f} s"


def ratio(row: Row | None) -> str:
    """Return the seconds after divided by those before; a dash where that says nothing."""
    before, after = median(row, "before"), median(row, "after")
    if row is None or before is None or after is None or row["what"].endswith("accuracy"):
        return "-"
    return f"{after / before:.2f}" if before >= 0.005 else "-"  # what rounds to 0.00 s


def change(row: Row | None) -> str:
    """Return both medians and the ratio in one cell; "" if nothing was measured."""
    return f"{cell(row, 'before')} → {cell(row, 'after')} ({ratio(row)})" if row else ""


def rows_table(part: str, rows: list[Row]) -> list[str]:
    """Return the lines of a table with one line per quantity; its CPU seconds are a column."""
    by_key = {(row["what"], row["with"]): row for row in rows}
    head, body = [PARTS[part], "before", "after", "after / before"], []
    for (what, label), row in by_key.items():
        if not what.endswith(", CPU"):
            name = f"{what}, {label}" if label else what
            cpu = change(by_key.get((f"{what}, CPU", label)))
            body.append([name, cell(row, "before"), cell(row, "after"), ratio(row), cpu])
    if any(line[-1] for line in body):
        return table([*head, "CPU"], body)
    return table(head, [line[:-1] for line in body])


def course_table(rows: list[Row]) -> list[str]:
    """Return the lines of a table with one line per notebook, one column per way to run them."""
    by_key = {(row["what"], row["with"]): row for row in rows}
    columns = dict.fromkeys(row["with"] for row in rows)
    body = [
        [what, *(change(by_key.get((what, column))) for column in columns)]
        for what in dict.fromkeys(row["what"] for row in rows)
    ]
    return table([PARTS["course"], *columns], body)


def part_table(part: str, rows: list[Row]) -> list[str]:
    """Return the lines of a part's table."""
    return course_table(rows) if part == "course" else rows_table(part, rows)


def tables(result: dict[str, Any]) -> str:
    """Return the tables in Markdown, and the line that says how they were measured."""
    lines = [
        line for part in PARTS if part in result for line in (*part_table(part, result[part]), "")
    ]
    before = f"; before: commit {result['before']}" if result["before"] else ""
    lines.append(
        f"Medians of {result['repeats']}, all in turn in one run{before}; {result['machine']},"
        f" Python {result['python']}, {result['date']}."
    )
    return "\n".join(lines) + "\n"
