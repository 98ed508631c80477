"""What depends on the executed notebooks: packed figures, and the accuracies in the README."""

import base64
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from PIL import Image

from tools import refresh_notebooks

README = """| notebook | subject | test accuracy |
|---|---|---|
| [1. One](notebooks/01_one.ipynb) | pixels, 90 % of them | 92.61 % |
| [2. Two](notebooks/02_two.ipynb) | layers | 98.21 % |
"""


def png_of(pixels: np.ndarray) -> bytes:
    stream = BytesIO()
    Image.fromarray(pixels).save(stream, "PNG")
    return stream.getvalue()


def test_a_packed_figure_has_a_palette_the_same_pixels_and_stays_as_it_is_when_packed_again():
    colors = np.random.default_rng(0).integers(0, 256, (40, 3), dtype=np.uint8)
    pixels = colors[np.random.default_rng(1).integers(0, 40, (60, 80))]
    packed = refresh_notebooks.packed(png_of(pixels))
    image = Image.open(BytesIO(packed))
    assert image.mode == "P"
    assert np.abs(np.asarray(image.convert("RGB")).astype(int) - pixels).max() <= 8
    assert refresh_notebooks.packed(packed) == packed


def test_the_figures_of_a_notebook_are_packed_and_nothing_else_changes(tmp_path: Path):
    png = base64.b64encode(png_of(np.zeros((30, 30, 3), np.uint8))).decode()
    data = {"image/png": png, "text/plain": "A line.", "text/html": f"<img alt='' src='{png}'>"}
    text = new_output("stream", text="hello\n")
    cell = new_code_cell("draw()", outputs=[new_output("display_data", data), text])
    path = tmp_path / "one.ipynb"
    nbformat.write(new_notebook(cells=[cell]), path)
    before = nbformat.read(path, as_version=4)
    refresh_notebooks.tidy(path)
    after = nbformat.read(path, as_version=4)
    packed = base64.b64decode(after.cells[0].outputs[0].data.pop("image/png"))
    assert Image.open(BytesIO(packed)).mode == "P"
    for mime in ("image/png", "text/html"):
        before.cells[0].outputs[0].data.pop(mime)
    assert after == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["one.ipynb"]


def test_a_tidied_notebook_keeps_its_kernel_and_language_and_no_state_of_widgets(tmp_path: Path):
    kept = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    kept["language_info"] = {"name": "python"}
    state = {"application/vnd.jupyter.widget-state+json": {"state": {}}}
    view = {"application/vnd.jupyter.widget-view+json": {"model_id": "a"}, "text/plain": "A pad."}
    cell = new_code_cell("pad", outputs=[new_output("display_data", view)])
    path = tmp_path / "one.ipynb"
    nbformat.write(new_notebook(cells=[cell], metadata=kept | {"widgets": state}), path)
    refresh_notebooks.tidy(path)
    tidied = nbformat.read(path, as_version=4)
    assert tidied.metadata == kept
    assert tidied.cells[0].outputs[0].data == {"text/plain": "A pad."}


def test_the_readme_gets_the_accuracy_of_each_record_in_its_last_column():
    records = [
        SimpleNamespace(notebook="01_one", test_accuracy=0.9274),
        SimpleNamespace(notebook="02_two", test_accuracy=0.98),
    ]
    updated = refresh_notebooks.with_accuracies(README, records)
    assert updated == README.replace("92.61 %", "92.74 %").replace("98.21 %", "98.00 %")


def test_a_notebook_that_the_readme_does_not_name_is_refused():
    record = SimpleNamespace(notebook="03_three", test_accuracy=0.9)
    with pytest.raises(ValueError, match="expected one row for 03_three, found 0"):
        refresh_notebooks.with_accuracies(README, [record])


START = """Read them in order. The minutes are those of a whole run on all
of MNIST, with 2 cores.

1. [One](01_one.ipynb), 1 minute: pixels.
2. [Two](02_two.ipynb), 1 minute: layers, of
   two kinds.

Open [Two](02_two.ipynb): click it.
"""


def timed_notebook(path: Path, *spans: tuple[str, str]) -> Path:
    """Write a notebook whose cells ran from one time of a day to another."""
    cells = []
    for start, end in spans:
        execution = {
            "iopub.status.busy": f"2026-01-31T{start}Z",
            "iopub.status.idle": f"2026-01-31T{end}Z",
        }
        cells.append(new_code_cell("1", metadata={"execution": execution, "tags": ["a"]}))
    nbformat.write(new_notebook(cells=[*cells, new_code_cell("")]), path)
    return path


def test_the_seconds_of_a_run_are_those_from_its_first_cell_to_its_last(tmp_path: Path):
    spans = ("10:00:00.500000", "10:00:20.000000"), ("10:00:21.000000", "10:02:05.750000")
    path = timed_notebook(tmp_path / "01_one.ipynb", *spans)
    assert refresh_notebooks.seconds_of(nbformat.read(path, as_version=4)) == 125.25
    assert refresh_notebooks.seconds_of(new_notebook(cells=[new_code_cell("1")])) is None


def test_the_times_of_the_cells_are_taken_out_of_the_file(tmp_path: Path):
    path = timed_notebook(tmp_path / "01_one.ipynb", ("10:00:00", "10:00:20"))
    assert refresh_notebooks.tidy(path) == 20
    assert nbformat.read(path, as_version=4).cells[0].metadata == {"tags": ["a"]}
    assert refresh_notebooks.tidy(path) is None


def test_the_start_page_gets_the_minutes_of_each_run_and_the_cores():
    updated = refresh_notebooks.with_minutes(START, {"01_one": 29.0, "02_two": 250.0}, cores=8)
    assert updated == START.replace(
        "ipynb), 1 minute: layers", "ipynb), 4 minutes: layers"
    ).replace("2 cores", "8 cores")
    assert "1 core." in refresh_notebooks.with_minutes(START, {"01_one": 1.0}, cores=1)


def test_a_start_page_without_the_notebook_is_refused_and_without_times_is_kept():
    with pytest.raises(ValueError, match="expected one item for 03_three, found 0"):
        refresh_notebooks.with_minutes(START, {"03_three": 60.0}, cores=2)
    assert refresh_notebooks.with_minutes(START, {}, cores=8) == START


def test_the_real_start_page_has_an_item_for_each_notebook(root: Path):
    page = (root / "notebooks" / "00_start_here.md").read_text(encoding="utf-8")
    names = [path.stem for path in sorted((root / "notebooks").glob("*.ipynb"))]
    updated = refresh_notebooks.with_minutes(page, dict.fromkeys(names, 5999.0), cores=3)
    assert updated.count(", 100 minutes:") == len(names)
    assert "with 3 cores" in updated
