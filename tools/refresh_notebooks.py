"""Renews what depends on executed notebooks: figures, ladder, accuracies, minutes, seals.

`make notebooks` runs it after executing the notebooks.
"""

import base64
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path

import nbformat
from PIL import Image

from mnist_lab import machine, plots
from mnist_lab.files import atomic_write
from mnist_lab.records import Record, read_records
from tools.claims.seals import write_seals

ROOT = Path(__file__).resolve().parent.parent


def packed(png: bytes) -> bytes:
    """Return a PNG with a palette of 256 colors: a third of the size, no visible difference."""
    image = Image.open(BytesIO(png))
    if image.mode != "P":
        image = image.convert("RGB").quantize(256, dither=Image.Dither.NONE)
    stream = BytesIO()
    image.save(stream, "PNG", optimize=True)
    return stream.getvalue()


def seconds_of(notebook: nbformat.NotebookNode) -> float | None:
    """Return the time of a run from its first cell to its last; None without the cells' times."""
    times = [
        datetime.fromisoformat(cell.metadata["execution"][f"iopub.status.{state}"])
        for cell in notebook.cells
        if "execution" in cell.metadata
        for state in ("busy", "idle")
    ]
    return (max(times) - min(times)).total_seconds() if times else None


def tidy(path: Path) -> float | None:
    """Pack the figures of an executed notebook, in place, and bare its metadata.

    The times of the cells go, and the widgets with their state: without its kernel, a pad could
    not draw. Its text is left.

    A figure with a text alternative is there twice, the second time as HTML, which JupyterLab and
    nbconvert need for the text. The PNG alone is kept, since more viewers show it; it has the text
    in its metadata.

    Returns:
        The seconds of the run; None if they were taken out before.
    """
    notebook = nbformat.read(path, as_version=4)
    seconds = seconds_of(notebook)
    for name in notebook.metadata.keys() - {"kernelspec", "language_info"}:
        del notebook.metadata[name]
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            data.pop("application/vnd.jupyter.widget-view+json", None)
            if "image/png" in data:
                png = packed(base64.b64decode(data["image/png"]))
                data["image/png"] = base64.b64encode(png).decode()
                data.pop("text/html", None)
    with atomic_write(path) as stream:
        nbformat.write(notebook, stream)
    return seconds


def with_minutes(page: str, seconds: Mapping[str, float], cores: int) -> str:
    """Return the start page with the minutes of runs, and the cores of the machine they ran on.

    Raises:
        ValueError: The page has no item for a notebook.
    """
    for name, value in seconds.items():
        item = re.compile(rf"^(\d+\. \[[^\]]*\]\({name}\.ipynb\)), \d+ minutes?:", re.M)
        minutes = max(1, round(value / 60))
        page, count = item.subn(rf"\g<1>, {minutes} minute{'s' * (minutes > 1)}:", page)
        if count != 1:
            raise ValueError(f"00_start_here.md: expected one item for {name}, found {count}")
    if not seconds:
        return page
    return re.sub(r"(of MNIST, with )\d+ cores?", rf"\g<1>{cores} core{'s' * (cores > 1)}", page)


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
    """Tidy and seal the notebooks, draw the ladder, update the README and the start page."""
    notebooks = sorted((ROOT / "notebooks").glob("*.ipynb"))
    runs = {path.stem: tidy(path) for path in notebooks}
    write_seals(notebooks)
    seconds = {name: value for name, value in runs.items() if value is not None}
    start = ROOT / "notebooks" / "00_start_here.md"
    page = with_minutes(start.read_text(encoding="utf-8"), seconds, machine.usable_cores())
    with atomic_write(start) as file:
        file.write(page)
    records = read_records(ROOT / "notebooks")
    stream = BytesIO()
    plots.ladder([record for record in records if record.rung]).savefig(stream, format="png")
    with atomic_write(ROOT / "docs" / "images" / "ladder.png", "wb") as file:
        file.write(packed(stream.getvalue()))
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    with atomic_write(ROOT / "README.md") as file:
        file.write(with_accuracies(readme, records))


if __name__ == "__main__":
    main()
