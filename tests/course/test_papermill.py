"""papermill runs the course's notebooks from any folder, and a broken one turns red."""

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from mnist_lab.ipynb import IOPUB_SECONDS
from mnist_lab.records import read_record
from mnist_lab.runs.notebook import run_notebook, validate_run

pytestmark = pytest.mark.slow


def test_papermill_works_from_a_folder_elsewhere(root: Path, tmp_path: Path):
    """From the clone's own folder it runs in the test of docs/instructors.md."""
    (tmp_path / "elsewhere").mkdir()
    notebook, output = root / "notebooks" / "01_single_layer.ipynb", tmp_path / "out.ipynb"
    # Its command would give a kernel 4 s to send what is left: too few on a busy machine.
    values = {"epochs": 2, "train_size": 500}
    code = "import papermill; papermill.execute_notebook"
    code += f"({str(notebook)!r}, {str(output)!r}, {values}, iopub_timeout={IOPUB_SECONDS})"
    subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path / "elsewhere",
        check=True,
        capture_output=True,
    )
    assert validate_run(output) == []
    assert read_record(output).parameters["epochs"] == 2


def test_a_broken_notebook_turns_papermill_and_nbval_red(root: Path, tmp_path: Path):
    """The parameters of a notebook of the course, and a cell that nbval compares."""
    book = nbformat.read(root / "notebooks" / "01_single_layer.ipynb", as_version=4)
    tags = {index: cell.metadata.get("tags", []) for index, cell in enumerate(book.cells)}
    parameters = next(book.cells[i] for i in tags if "parameters" in tags[i])
    checked = nbformat.v4.new_code_cell("print(f'{1 / 10:.0%}')")
    checked.metadata["tags"] = ["nbval-check-output"]
    checked.outputs = [nbformat.v4.new_output("stream", text="10%\n")]
    checked.execution_count = 1
    imports = nbformat.v4.new_code_cell("from typing import Optional\n\nimport numpy as np")
    book.cells = [imports, parameters, checked]
    nbformat.write(book, tmp_path / "sound.ipynb")
    checked.source = checked.source.replace("1 / 10", "1 / 5")
    nbformat.write(book, tmp_path / "other_output.ipynb")
    checked.source = "raise RuntimeError('broken')"
    nbformat.write(book, tmp_path / "raising.ipynb")

    def nbval(name: str) -> int:
        options = ["--nbval-lax", "--nbval-current-env", "-p", "no:cacheprovider", "-q"]
        command = [sys.executable, "-m", "pytest", *options, str(tmp_path / name)]
        return subprocess.run(command, cwd=tmp_path, capture_output=True).returncode

    assert nbval("sound.ipynb") == 0
    assert nbval("other_output.ipynb") == 1
    assert nbval("raising.ipynb") == 1
    run = run_notebook(tmp_path / "raising.ipynb", tmp_path / "run.ipynb", {"train_size": 500})
    assert "RuntimeError: broken" in run.problem
    assert run.record is None
