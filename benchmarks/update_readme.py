"""Puts what was measured, in the JSON files beside this file, into the README."""

import json
import re
from pathlib import Path

from benchmarks import accuracy_tables, speed_tables, sweeps

FOLDER = Path(__file__).resolve().parent


def with_tables(readme: str) -> str:
    """Return the README's text with the tables between their marks made from the committed numbers."""
    for name, table in (
        ("speed", speed_tables.table),
        ("accuracy", accuracy_tables.tables),
        ("sweeps", sweeps.table),
    ):
        file = FOLDER / f"{name}.json"
        text = table(json.loads(file.read_text(encoding="utf-8")))
        mark = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.S)
        readme = mark.sub(lambda found, text=text: f"{found[1]}{text}{found[2]}", readme)
    return readme


def main() -> None:
    """Write the README."""
    path = FOLDER.parent / "README.md"
    path.write_text(with_tables(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
