"""Every notebook runs with papermill and other parameters; a failed run is never called good."""

import ast
import importlib.metadata
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import nbformat
import psutil
import pytest
import yaml

from mnist_lab.ipynb import NotebookError
from mnist_lab.records import read_record
from mnist_lab.runs._papermill import _encrypted
from mnist_lab.runs.notebook import notebook_parameters, quick_values, run_notebook, validate_run
from tests.helpers.runs import record_content, write_notebook

NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("*.ipynb"))
# Below these a quick run (3,000 digits or the sample, a few epochs) is broken; a guesser has 0.11.
LEAST_ACCURACY = {"single_layer": 0.70, "one_hidden_layer": 0.85, "mlp": 0.86, "cnn": 0.80}
# One run each with other parameters, partly as the text that papermill and YAML hand over.
VARIATIONS = {
    "01_single_layer": {"batch_size": 32, "learning_rate": "1e-3", "seed": 7},
    "02_one_hidden_layer": {
        "units": 50,
        "activation": "tanh",
        "schedule": "constant",
        "widths": "[20]",
    },
    "03_multi_layer_perceptron": {
        "hidden_layers": "[100, 50]",
        "dropout": "0.1",
        "optimizer": "rmsprop",
        "learning_rate": 1e-3,
    },
    "04_error_analysis": {"model": "single_layer", "gallery": 6, "seed": 3},
    "05_convolutional_network": {"filters": "[8]", "kernel_size": 5, "batch_size": 64},
    "06_activations_and_optimizers": {
        "activations": "tanh gelu",
        "optimizers": "sgd",
        "hidden_layers": "[100]",
    },
    "07_hyperparameter_tuning": {"trials": 5, "epochs": "3", "final_epochs": 8, "seed": 2},
    "08_your_own_digits": {
        "model": "one_hidden_layer",
        "epochs": "10",
        "enlarged_digits": 100,
        "seed": 4,
    },
}


def _notebook(path: Path, *sources: str) -> Path:
    """Write a small notebook of code cells."""
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    book.metadata["kernelspec"] = {
        "name": "python3",
        "display_name": "Python 3",
        "language": "python",
    }
    nbformat.write(book, path)
    return path


def wait_until(holds: Callable[[], bool], seconds: float = 90.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)


def _recording(accuracy: float = 0.9) -> str:
    """Return the source of a cell that displays a record."""
    return (
        "import types\nimport mnist_lab as lab\n"
        "model = types.SimpleNamespace(name='mlp', count_params=lambda: 1)\n"
        "sizes = dict(train=1, validation=1, test=1)\n"
        "digits = types.SimpleNamespace(source='sample', sizes=sizes)\n"
        f"metrics = {{'test_accuracy': {accuracy}, 'test_accuracy_interval': [0.8, 0.95]}}\n"
        "lab.record('x', model, digits, parameters={}, metrics=metrics, seconds=1)"
    )


def _as_python_reads_it(value: object) -> object:
    """Return the number or list that a text means; anything else as it is."""
    try:
        return ast.literal_eval(value) if isinstance(value, str) else value
    except (ValueError, SyntaxError):
        return value


@pytest.mark.slow
@pytest.mark.parametrize("variation", [False, True], ids=["quick", "varied"])
@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_runs_with_papermill_and_reads_digits(notebook: Path, variation: bool, tmp_path: Path):
    changes = VARIATIONS[notebook.stem] if variation else {}
    run = run_notebook(notebook, tmp_path / notebook.name, quick_values(notebook) | changes, 600)
    assert run.problem == ""
    record = read_record(run.path)
    assert record.notebook == notebook.stem
    assert record.data.train == 3000
    assert record.data.source in {"mnist", "sample"}
    read = {name: _as_python_reads_it(value) for name, value in changes.items()}
    assert {name: record.parameters[name] for name in changes} == read
    assert record.test_accuracy > LEAST_ACCURACY[record.model]
    assert record.validation_accuracy > LEAST_ACCURACY[record.model]
    assert record.interval[0] < record.test_accuracy < 1


@pytest.mark.slow
@pytest.mark.parametrize("folder", [".", "notebooks", "elsewhere"])
def test_papermill_works_from_any_folder(folder: str, root: Path, tmp_path: Path):
    (tmp_path / "elsewhere").mkdir()
    working = tmp_path / "elsewhere" if folder == "elsewhere" else root / folder
    output = tmp_path / "out.ipynb"
    quick = {"-p": {"epochs": "2", "train_size": "500"}}
    options = [word for name, value in quick["-p"].items() for word in ("-p", name, value)]
    command = [
        sys.executable,
        "-m",
        "papermill",
        str(root / "notebooks" / "01_single_layer.ipynb"),
        str(output),
        *options,
    ]
    subprocess.run(command, cwd=working, check=True, capture_output=True)
    assert validate_run(output) == []
    assert read_record(output).parameters["epochs"] == 2


@pytest.mark.slow
def test_a_broken_notebook_turns_papermill_and_nbval_red(root: Path, tmp_path: Path):
    book = nbformat.read(root / "notebooks" / "01_single_layer.ipynb", as_version=4)
    checked = next(
        cell
        for cell in book.cells
        if "nbval-check-output" in cell.metadata.get("tags", []) and "guesser" in cell.source
    )
    place = book.cells.index(checked)
    book.cells = [*book.cells[:2], *book.cells[2 : place + 1]]
    nbformat.write(book, tmp_path / "sound.ipynb")
    checked.source = checked.source.replace("1 / 10", "1 / 9")
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


def test_a_good_run_keeps_its_notebook_and_nothing_else(tmp_path: Path):
    notebook = _notebook(tmp_path / "x.ipynb", _recording())
    seen: list[tuple[int, int]] = []
    run = run_notebook(
        notebook,
        tmp_path / "out" / "x.ipynb",
        {},
        on_progress=lambda done, total: seen.append((done, total)),
    )
    assert run.problem == ""
    assert run.record == read_record(run.path)
    assert [path.name for path in run.path.parent.iterdir()] == ["x.ipynb"]
    assert seen == [(1, 1)]


@pytest.mark.slow
def test_progress_counts_all_cells_and_what_the_kernel_prints_goes_to_the_log(tmp_path: Path):
    loud = "import os\nos.system('echo 7 7')\nos.write(1, b'8 8')\n1 / 0"
    notebook = _notebook(tmp_path / "x.ipynb", "1 + 1", "2 + 2", loud)
    seen: list[tuple[int, int]] = []
    run = run_notebook(
        notebook,
        tmp_path / "out.ipynb",
        {"epochs": 1},
        on_progress=lambda done, total: seen.append((done, total)),
    )
    assert "ZeroDivisionError" in run.problem
    log = (tmp_path / "out.log").read_text()
    assert "7 7" in log
    assert "without encryption" not in log
    assert seen[-1][1] == 4  # with the cell that sets the parameters
    assert [done for done, _ in seen][:3] == [1, 2, 3]


@pytest.mark.parametrize(
    ("version", "encrypted"), [("8.6.3", False), ("8.9.0", False), ("8.10.0", True)]
)
def test_kernels_are_encrypted_where_jupyter_client_can(monkeypatch, version: str, encrypted: bool):
    """Version 8.9 refuses the keys of its own kernels."""
    monkeypatch.setattr(importlib.metadata, "version", lambda name: version)
    assert bool(_encrypted()) is encrypted


@pytest.mark.slow
def test_papermill_and_its_kernel_end_when_the_process_that_started_them_is_killed(tmp_path: Path):
    gate = tmp_path / "started"
    source = f"import pathlib, time\npathlib.Path({str(gate)!r}).touch()\ntime.sleep(600)"
    notebook = _notebook(tmp_path / "x.ipynb", source)
    code = (
        "import sys, pathlib\nfrom mnist_lab.runs.notebook import run_notebook\n"
        "run_notebook(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), {})"
    )
    driver = subprocess.Popen([sys.executable, "-c", code, notebook, tmp_path / "out.ipynb"])
    try:
        wait_until(gate.exists)
        started = psutil.Process(driver.pid).children(recursive=True)
    finally:
        driver.kill()
        driver.wait()
    assert len(started) >= 2
    _, alive = psutil.wait_procs(started, timeout=60)
    assert alive == []


@pytest.mark.slow
def test_a_raising_cell_is_named_and_an_earlier_good_run_stays(tmp_path: Path):
    output = tmp_path / "out" / "x.ipynb"
    run_notebook(_notebook(tmp_path / "x.ipynb", _recording()), output, {})
    before = output.read_bytes()
    run = run_notebook(_notebook(tmp_path / "x.ipynb", "1 / 0", _recording()), output, {})
    assert "ZeroDivisionError" in run.problem
    assert output.read_bytes() == before
    assert (output.parent / "x.failed.ipynb").exists()
    assert (output.parent / "x.log").exists()


@pytest.mark.slow
def test_a_run_without_a_record_is_not_good(tmp_path: Path):
    run = run_notebook(_notebook(tmp_path / "x.ipynb", "1 + 1"), tmp_path / "out.ipynb", {})
    assert "expected one record, but it holds 0" in run.problem


@pytest.mark.slow
def test_a_dead_kernel_is_not_good(tmp_path: Path):
    notebook = _notebook(tmp_path / "x.ipynb", _recording(), "import os\nos._exit(1)", "1 + 1")
    run = run_notebook(notebook, tmp_path / "out.ipynb", {}, timeout=120)
    assert run.problem
    assert not run.path.exists()


@pytest.mark.slow
def test_a_run_over_its_limit_is_stopped_and_not_good(tmp_path: Path):
    run = run_notebook(
        _notebook(tmp_path / "x.ipynb", "import time\ntime.sleep(300)"),
        tmp_path / "out.ipynb",
        {},
        timeout=8,
    )
    assert "limit of 8 s" in run.problem
    assert run.seconds < 60
    assert not run.path.exists()


def test_a_notebook_that_is_no_notebook_is_a_problem_not_a_crash(tmp_path: Path):
    (tmp_path / "x.ipynb").write_text("{}")
    assert run_notebook(tmp_path / "x.ipynb", tmp_path / "out.ipynb", {}).problem
    assert validate_run(tmp_path / "missing.ipynb")
    assert validate_run(tmp_path / "x.ipynb")


def test_cells_that_were_not_run_are_named(tmp_path: Path):
    path = tmp_path / "run.ipynb"
    write_notebook(path, record_content({}))
    assert validate_run(path) == []
    content = json.loads(path.read_text())
    content["cells"].insert(0, {**content["cells"][0], "execution_count": None, "outputs": []})
    path.write_text(json.dumps(content))
    assert validate_run(path) == ["cell 1 was not run"]


def test_the_error_of_a_cell_is_one_line_without_control_characters(tmp_path: Path):
    path = tmp_path / "run.ipynb"
    write_notebook(path, record_content({}))
    content = json.loads(path.read_text())
    error = {"output_type": "error", "ename": "Bad", "evalue": "\x1b[2J\nmore", "traceback": []}
    content["cells"][0]["outputs"].append(error)
    path.write_text(json.dumps(content))
    assert validate_run(path) == ["cell 1: Bad: [2J more"]


@pytest.mark.slow
def test_parameters_keep_their_types_on_the_way(tmp_path: Path):
    values = {"a": 1, "b": 1e-3, "c": "text: with 'marks' #", "d": [1, 2], "e": None, "f": True}
    check = f"assert {values!r} == dict(a=a, b=b, c=c, d=d, e=e, f=f)"
    run = run_notebook(
        _notebook(tmp_path / "x.ipynb", check, _recording()), tmp_path / "out.ipynb", values
    )
    assert run.problem == ""


@pytest.mark.parametrize("text", ["", "[]", '{"cells": [{}]}', '{"cells": 3}'])
def test_parameters_of_a_file_that_is_no_notebook_are_refused_by_name(tmp_path: Path, text: str):
    (tmp_path / "x.ipynb").write_text(text)
    with pytest.raises(NotebookError, match=r"^x\.ipynb: "):
        notebook_parameters(tmp_path / "x.ipynb")


def test_quick_values_are_read_from_the_help_texts(tmp_path: Path):
    lines = (
        "epochs: int = 5  # passes (quick: 2)\n"
        "sizes: list = [1, 2]  # sizes (quick: [1])\n"
        "name: str = 'a'  # a (quick) name"
    )
    notebook = _notebook(tmp_path / "x.ipynb", lines)
    book = nbformat.read(notebook, as_version=4)
    book.cells[0].metadata["tags"] = ["parameters"]
    nbformat.write(book, notebook)
    assert quick_values(notebook) == {"epochs": 2, "sizes": [1]}
    assert list(notebook_parameters(notebook)) == ["epochs", "sizes", "name"]
    assert yaml.safe_load(notebook_parameters(notebook)["epochs"]["default"]) == 5
