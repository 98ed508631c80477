"""Makes the exercises from their solutions: `python -m tools.exercises`, or `make exercises`."""

import json
from pathlib import Path
from typing import Any

import nbformat

from mnist_lab import ipynb
from mnist_lab.exercises.handout import exercises_from
from mnist_lab.files import atomic_write
from tools.refresh_notebooks import tidy

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"
PROGRESS = "lab.progress()"  # of whoever made the notebooks, which is of no use to others


def written(book: dict[str, Any]) -> str:
    """Return a notebook as its file holds it."""
    return json.dumps(book, indent=1, ensure_ascii=False) + "\n"


def main() -> None:
    """Write a notebook of exercises for each notebook of solutions."""
    for solutions in sorted((NOTEBOOKS / "solutions").glob("*.ipynb")):
        tidy(solutions)
        book = nbformat.read(solutions, as_version=4)
        for cell in book.cells:
            if cell.source == PROGRESS:
                cell.outputs = []
        nbformat.write(book, solutions)
        made = exercises_from(ipynb.read(solutions), solutions.stem[:2])
        with atomic_write(NOTEBOOKS / "exercises" / solutions.name) as file:
            file.write(written(made))


if __name__ == "__main__":
    main()
