"""Makes what depends on executed notebooks anew: packed figures, the ladder, the README's table.

`make notebooks` runs it after executing the notebooks.
"""

import base64
import re
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import nbformat
from PIL import Image

from mnist_lab import plots
from mnist_lab.files import atomic_write
from mnist_lab.records import Record, read_records

ROOT = Path(__file__).resolve().parent.parent


def packed(png: bytes) -> bytes:
    """Return a PNG with a palette of 256 colors: a third of the size, no visible difference."""
    image = Image.open(BytesIO(png))
    if image.mode != "P":
        image = image.convert("RGB").quantize(256, dither=Image.Dither.NONE)
    stream = BytesIO()
    image.save(stream, "PNG", optimize=True)
    return stream.getvalue()


def pack_figures(path: Path) -> None:
    """Pack the figures of an executed notebook, in place."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "image/png" in data:
                png = packed(base64.b64decode(data["image/png"]))
                data["image/png"] = base64.b64encode(png).decode()
    with atomic_write(path) as stream:
        nbformat.write(notebook, stream)


def with_accuracies(readme: str, records: Sequence[Record]) -> str:
    """Return the README with the accuracies of records in the last column of its table.

    Raises:
        ValueError: The table has no row for a record's notebook.
    """
    for record in records:
        row = re.compile(rf"^(\| \[.*\]\(notebooks/{record.notebook}\.ipynb\) .*\|) .*? \|$", re.M)
        accuracy = f"{record.test_accuracy:.2%}".replace("%", " %")
        readme, count = row.subn(rf"\1 {accuracy} |", readme)
        if count != 1:
            raise ValueError(f"README.md: expected one row for {record.notebook}, found {count}")
    return readme


def main() -> None:
    """Pack the notebooks' figures, draw the ladder, and update the README's table."""
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        pack_figures(path)
    records = read_records(ROOT / "notebooks")
    stream = BytesIO()
    plots.ladder(records).savefig(stream, format="png")
    with atomic_write(ROOT / "docs" / "images" / "ladder.png", "wb") as file:
        file.write(packed(stream.getvalue()))
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    with atomic_write(ROOT / "README.md") as file:
        file.write(with_accuracies(readme, records))


if __name__ == "__main__":
    main()
