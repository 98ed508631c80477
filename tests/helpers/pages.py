"""Pages of every kind over made-up runs."""

import base64
import io
import json
from pathlib import Path

import nbformat
import numpy as np
from PIL import Image

from mnist_lab.exercises.judge import Verdict
from mnist_lab.marking.marked import Marked
from mnist_lab.marking.page import write_marks_page
from mnist_lab.marking.table import rows
from mnist_lab.marking.verdicts import Mark
from mnist_lab.record_schema import MIME
from mnist_lab.records import read_record
from mnist_lab.runs.comparison import write_comparison
from mnist_lab.runs.notebook import NotebookRun
from mnist_lab.runs.reading_page import annotated, photo_on_page, write_reading_page
from mnist_lab.runs.report import write_report
from mnist_lab.runs.sweep_report import write_results
from tests.helpers.readings import reading_of
from tests.helpers.runs import record_content, write_about, write_run

COMMAND = "mnist-lab sweep 03_multi_layer_perceptron --grid notebooks/grids/03_depth_and_width.yml"


def write_all(folder: Path) -> dict[str, Path]:
    """Write a page of each kind; return them by kind."""
    notebook = write_notebook_of_all_kinds(folder / "01_single_layer.ipynb")
    (folder / "02_one_hidden_layer.failed.ipynb").write_bytes(notebook.read_bytes())
    (folder / "02_one_hidden_layer.log").write_text("ValueError", encoding="utf-8")
    good = NotebookRun(notebook.stem, notebook, read_record(notebook), "", 60.0)
    failed = folder / "02_one_hidden_layer.ipynb"
    bad = NotebookRun(failed.stem, failed, None, "cell 3: ValueError: epochs='many'", 3.0)
    write_report([good, bad], folder / "report.html", "The course, run", COMMAND)
    sweeps = [write_sweep(folder / name, gain) for name, gain in (("first", 0), ("second", 0.01))]
    write_results(sweeps[:1], sweeps[0], "Sweep: first", COMMAND)
    write_comparison(*sweeps, folder / "comparison.html", COMMAND)
    write_marks(folder / "marks.html")
    write_photos(folder / "read.html")
    return {
        "course": folder / "report.html",
        "notebook": folder / "pages" / "01_single_layer.html",
        "sweep": sweeps[0] / "report.html",
        "comparison": folder / "comparison.html",
        "marks": folder / "marks.html",
        "read": folder / "read.html",
    }


def write_notebook_of_all_kinds(path: Path) -> Path:
    """Write an executed notebook with an output of every kind; return its path."""
    figure, line = io.BytesIO(), "[219 253 253 253 253 253 198 182 247 241   0   0] " * 4
    Image.new("L", (600, 90), 255).save(figure, "png")
    png = base64.b64encode(figure.getvalue()).decode()
    table = "<table><thead><tr><th>digit</th><th>error</th></tr></thead><tr><td>7</td></table>"
    shown = [
        ({"text/plain": line}, {}),
        *[({"text/html": table, "text/plain": "digit error"}, {})] * 2,
        ({"image/png": png, "text/plain": "Figure"}, {"image/png": {"alt": "A line."}}),
        ({MIME: record_content({"epochs": 5}), "text/plain": "Record"}, {}),
    ]
    outputs = [
        nbformat.v4.new_output("stream", name="stderr", text="\x1b[31mA warning\x1b[0m\n"),
        nbformat.v4.new_output("stream", name="stdout", text="digits\n"),
        *(nbformat.v4.new_output("display_data", data=d, metadata=m) for d, m in shown),
    ]
    code = 'def step(rate: float = 1e-3) -> str:  # comment\n    return f"{rate:.1%}" or None'
    text = (
        "# A single layer\n\n## Train\n\nSee `x`, [a page](https://keras.io) and $e^{-z}$.\n\n> 1"
    )
    cells = [
        nbformat.v4.new_markdown_cell(text),
        nbformat.v4.new_code_cell(code, execution_count=1, outputs=outputs),
    ]
    path.write_text(json.dumps(nbformat.v4.new_notebook(cells=cells)), encoding="utf-8")
    return path


def write_sweep(folder: Path, gain: float) -> Path:
    """Write the runs of three widths with three seeds each, and a failed one; return the folder."""
    folder.mkdir()
    for width in (50, 100, 9):
        for seed in range(3):
            accuracy = 0.8 + width / 1_000 + seed / 1_000 + gain * (1 + seed / 50)
            content = record_content(
                {"neurons": width, "seed": seed}, accuracy, accuracy, width / 7 if seed else None
            )
            write_run(folder, f"03_multi_layer_perceptron-{width}-{seed}", content)
    write_about(folder, "03_multi_layer_perceptron-bad", seconds=2.0, problem="out of memory")
    return folder


def write_marks(path: Path) -> None:
    """Write the marks of three learners, one of whom handed in no notebook."""
    right = Verdict("right", "Right, on all 6 inputs.")
    wrong = Verdict("overflow", "softmax([1000, 0]) gives [nan, 0]; expected [1, 0]. " * 3)
    marks = tuple(Mark(f"01.{number}", right if number % 2 else wrong) for number in range(1, 6))
    marked = [
        Marked("Ada <b>", "10", "x.ipynb", "key", "01", marks, "", 2.0, True),
        Marked("Bo", "9", "x.ipynb", "key", "01", marks[:1], "", 2.0, False),
        Marked("Cy", "", "y.ipynb", "key", "", (), "it is no notebook", 0.0, True),
    ]
    write_marks_page(path, marked, rows(marked, {}), "Marks", "mnist-lab mark class.zip")


def write_photos(path: Path) -> None:
    """Write the page about a wide photo with digits, a blank one, and one that was not read."""
    paper = np.full((400, 1800, 3), 230, np.uint8)
    readings = {
        "a_photo_with_a_long_name_as_cameras_give_them.jpg": reading_of(
            paper, (7, None), (4,) * 20
        ),
        "blank.jpg": reading_of(paper),
    }
    photos = [
        photo_on_page(name, name, reading, annotated(reading)) for name, reading in readings.items()
    ]
    write_reading_page(path, photos, ["absent.jpg: there is no such file."], "mnist-lab read .")
