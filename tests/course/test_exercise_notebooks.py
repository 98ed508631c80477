"""Solutions run as they are, all of their checks are right, and exercises run untouched."""

import ast
import json
from pathlib import Path

import nbformat
import papermill
import pytest

from mnist_lab import ipynb
from mnist_lab.exercises.catalogue import exercises_of
from tests.helpers.machine import ROOT

SOLUTIONS = sorted((ROOT / "notebooks" / "solutions").glob("*.ipynb"))
pytestmark = pytest.mark.slow


def outputs_of(path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run a notebook in a folder of its own, and return what its checks said."""
    monkeypatch.chdir(folder)
    papermill.execute_notebook(
        path,
        "out.ipynb",
        kernel_name="python3",
        progress_bar=False,
        iopub_timeout=ipynb.IOPUB_SECONDS,
    )
    cells = json.loads((folder / "out.ipynb").read_text(encoding="utf-8"))["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    assert not [output for output in outputs if output.get("name") == "stderr"]
    return "\n".join("".join(output.get("data", {}).get("text/plain", "")) for output in outputs)


@pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.stem)
def test_every_solution_is_right(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    said = outputs_of(path, tmp_path, monkeypatch)
    for name in exercises_of(path.stem[:2]):
        assert f"{name} ✔ Right" in said


@pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.stem)
def test_committed_solutions_are_as_they_ran(path: Path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    shown = str([cell["outputs"] for cell in code])
    assert all(f"{name} ✔ Right" in shown for name in exercises_of(path.stem[:2]))
    [progress] = [cell for cell in code if "".join(cell["source"]) == "lab.progress()"]
    assert progress["outputs"] == []


@pytest.mark.parametrize("name", [path.name for path in SOLUTIONS])
def test_untouched_exercises_run_to_their_end(
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    """In this process: a kernel for each would take longer, and the solutions have theirs."""
    monkeypatch.chdir(tmp_path)
    variables: dict[str, object] = {}
    for cell in ipynb.code_cells(ipynb.read(ROOT / "notebooks" / "exercises" / name)):
        exec(cell["source"], variables)
    said, complained = capsys.readouterr()
    assert said.count("…") == len(exercises_of(name[:2]))
    assert complained == ""
    assert not (tmp_path / "progress.json").exists()


def test_cells_that_were_split_run_twice_and_put_in_another_order_get_the_same_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = SOLUTIONS[1]
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    lines = [ast.unparse(line) for source in code for line in ast.parse(source).body]
    answers = [line for line in lines if not line.startswith(("lab.check", "lab.progress"))]
    checks = [line for line in lines if line.startswith("lab.check")]
    another = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(line) for line in [*answers * 2, *checks[::-1] * 2]]
    )
    (tmp_path / "copy").mkdir()
    nbformat.write(another, tmp_path / "copy of mine (2).ipynb")
    said = outputs_of(tmp_path / "copy of mine (2).ipynb", tmp_path / "copy", monkeypatch)
    names = exercises_of(path.stem[:2])
    assert [said.count(f"{name} ✔ Right") for name in names] == [2] * len(names)
