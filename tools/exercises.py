"""Makes the exercises from their solutions: `python -m tools.exercises`, or `make exercises`."""

import json
from pathlib import Path

from mnist_lab import ipynb
from mnist_lab.exercises.handout import exercises_from
from mnist_lab.files import atomic_write
from tools.refresh_notebooks import tidy

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"


def written(book: dict) -> str:
    """Return a notebook as its file holds it."""
    return json.dumps(book, indent=1, ensure_ascii=False) + "\n"


def main() -> None:
    """Write a notebook of exercises for each notebook of solutions."""
    for solutions in sorted((NOTEBOOKS / "solutions").glob("*.ipynb")):
        tidy(solutions)
        made = exercises_from(ipynb.read(solutions), solutions.stem[:2])
        with atomic_write(NOTEBOOKS / "exercises" / solutions.name) as file:
            file.write(written(made))


if __name__ == "__main__":
    main()
