"""Seals: a hash of each committed notebook's code and outputs, so that no output is typed by hand.

`make notebooks` writes them when it has executed the notebooks; a test compares.
"""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from mnist_lab import ipynb
from mnist_lab.files import atomic_write

FILE = Path(__file__).with_name("seals.json")


def seal_of(notebook: Path) -> str:
    """Return the SHA-256 of a notebook's code cells, each with its outputs."""
    cells = ipynb.code_cells(ipynb.read(notebook))
    content = [(cell["source"], cell["outputs"]) for cell in cells]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def read_seals() -> dict[str, str]:
    """Return the seals by the notebooks' names."""
    return json.loads(FILE.read_text(encoding="utf-8"))


def write_seals(notebooks: Iterable[Path]) -> None:
    """Seal notebooks as they are now."""
    seals = {path.stem: seal_of(path) for path in notebooks}
    with atomic_write(FILE) as file:
        file.write(json.dumps(seals, indent=1) + "\n")
