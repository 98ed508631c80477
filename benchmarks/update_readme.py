"""Puts the numbers of the JSON files here into README.md here, the project's, and docs."""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from benchmarks import (
    accuracy_tables,
    bits,
    exports,
    frontier_tables,
    marking,
    memory,
    photos_tables,
    speed_tables,
    sweeps,
    waiting_tables,
)

FOLDER = Path(__file__).resolve().parent
# File -> name of a pair of marks -> the JSON file, and the function that makes a table of it.
TABLES: Mapping[Path, Mapping[str, tuple[str, Callable[[dict[str, Any]], str]]]] = {
    FOLDER / "README.md": {
        "speed": ("speed.json", speed_tables.tables),
        "waiting": ("waiting.json", waiting_tables.tables),
        "accuracy": ("accuracy.json", accuracy_tables.tables),
        "frontier": ("frontier.json", frontier_tables.tables),
        "photos": ("photos.json", photos_tables.tables),
        "exports": ("exports.json", exports.tables),
        "bits": ("bits.json", bits.tables),
        "sweeps": ("sweeps.json", sweeps.sentence),
        "marking": ("marking.json", marking.sentence),
    },
    FOLDER.parent / "README.md": {
        "speed": ("speed.json", speed_tables.summary),
        "accuracy": ("accuracy.json", accuracy_tables.summary),
    },
    FOLDER.parent / "docs" / "instructors.md": {
        "memory": ("memory.json", memory.tables),
    },
}


def updated(path: Path) -> str:
    """Return a file's text with the tables between its marks made from the committed numbers."""
    text = path.read_text(encoding="utf-8")
    for name, (file, make) in TABLES[path].items():
        table = make(json.loads((FOLDER / file).read_text(encoding="utf-8")))
        mark = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.S)
        text, count = mark.subn(lambda match, table=table: f"{match[1]}{table}{match[2]}", text)
        if count != 1:
            raise ValueError(f"{path}: expected one pair of marks <!-- {name} -->, found {count}")
    return text


def main() -> None:
    """Write all files."""
    for path in TABLES:
        path.write_text(updated(path), encoding="utf-8")


if __name__ == "__main__":
    main()
