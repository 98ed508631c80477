"""Turns the numbers of photos.json into the tables of README.md here."""

from typing import Any

from benchmarks.markdown import Row, table
from mnist_lab.handwriting.generated.empty import EMPTY_KINDS
from mnist_lab.handwriting.generated.page import PAGE_KINDS

COUNTS = ("matches", "substitutions", "deletions", "insertions")
_HEAD = ["pages", "digits", "right", "wrong", "missed", "invented", "share"]


def share(row: Row) -> str:
    """Return 1 minus the errors per digit that is written, at least 0; "-" where none is."""
    if not row.get("digits"):  # a Counter keeps no zeros
        return "-"
    errors = sum(row.get(name, 0) for name in COUNTS[1:])
    return f"{max(0.0, 1 - errors / row['digits']):.1%}"


def total(rows: list[Row]) -> Row:
    """Return the sums of all counts."""
    names = {name for row in rows for name in row}
    return {name: sum(row.get(name, 0) for row in rows) for name in names}


def line(name: str, row: Row) -> list[str]:
    """Return the cells of one kind."""
    numbers = [row.get(key, 0) for key in ("pages", "digits", *COUNTS)]
    return [name, *(f"{number:,}" for number in numbers), share(row)]


def digits_table(title: str, rows: dict[str, Row]) -> list[str]:
    """Return the lines of a table with a line per kind, and one for all."""
    body = [line(kind, row) for kind, row in rows.items()]
    return table([title, *_HEAD], [*body, line("all", total(list(rows.values())))])


def empty_table(rows: dict[str, Row]) -> list[str]:
    """Return the lines of a table of pages without digits."""
    body = [
        [kind, f"{row['pages']:,}", f"{row.get('insertions', 0):,}"] for kind, row in rows.items()
    ]
    return table(["no digits on it", "pages", "digits read"], body)


def tables(results: dict[str, Any]) -> str:
    """Return the tables in Markdown, and the line that says how they were measured."""
    kinds = results["kinds"]
    written = {kind: kinds[kind] for kind in PAGE_KINDS if kind in kinds}
    empty = {kind: kinds[kind] for kind in EMPTY_KINDS if kind in kinds}
    lines = []
    if written:
        lines += [*digits_table("made by program", written), ""]
    if empty:
        lines += [*empty_table(empty), ""]
    if "photos" in results:
        lines += [*digits_table("photos by many people", results["photos"]), ""]
    everything = total([*kinds.values(), *results.get("photos", {}).values()])
    lines.append(
        f"{everything['seconds'] / everything['pages']:.1f} s per page on average, two pages at a"
        f" time; seed {results['seed']}; {results['machine']}, {results['date']}."
    )
    return "\n".join(lines) + "\n"
