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
    data = {"image/png": png, "text/plain": "<Figure>"}
    text = new_output("stream", text="hello\n")
    cell = new_code_cell("draw()", outputs=[new_output("display_data", data), text])
    path = tmp_path / "one.ipynb"
    nbformat.write(new_notebook(cells=[cell]), path)
    before = nbformat.read(path, as_version=4)
    refresh_notebooks.pack_figures(path)
    after = nbformat.read(path, as_version=4)
    packed = base64.b64decode(after.cells[0].outputs[0].data.pop("image/png"))
    assert Image.open(BytesIO(packed)).mode == "P"
    before.cells[0].outputs[0].data.pop("image/png")
    assert after == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["one.ipynb"]


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
