"""A run of a notebook keeps its outputs and its record; a failed run is never called good."""

import importlib.metadata
import inspect
import json
import subprocess
import sys
import threading
import time
import types
from pathlib import Path

import nbformat
import psutil
import pytest
import yaml

import mnist_lab as lab
from mnist_lab import records
from mnist_lab.ipynb import NotebookError
from mnist_lab.records import read_record
from mnist_lab.runs import process
from mnist_lab.runs._papermill import READS_RECORDS, _encrypted
from mnist_lab.runs.notebook import notebook_parameters, quick_values, run_notebook, validate_run
from tests.helpers.runs import (
    code_notebook,
    record_content,
    recording,
    wait_until,
    write_notebook,
)

# Says five seconds after its reply that it has ended, as a kernel on a busy machine may.
LATE = """import time
kernel = get_ipython().kernel
publish = kernel._publish_status
def late(status, *rest, **more):
    if status == "idle":
        kernel._publish_status = publish
        time.sleep(5)
    publish(status, *rest, **more)
kernel._publish_status = late"""


def test_a_good_run_keeps_its_notebook_and_nothing_else(tmp_path: Path):
    notebook = code_notebook(tmp_path / "x.ipynb", recording())
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
    assert seen == [(0, 1), (1, 1)]


@pytest.mark.slow
def test_a_cell_whose_last_message_comes_late_is_waited_for(tmp_path: Path):
    run = run_notebook(
        code_notebook(tmp_path / "x.ipynb", LATE, recording()), tmp_path / "y.ipynb", {}
    )
    assert run.problem == ""


@pytest.mark.slow
def test_progress_counts_all_cells_and_what_the_kernel_prints_goes_to_the_log(tmp_path: Path):
    loud = "import os\nos.system('echo 7 7')\nos.write(1, b'8 8')\n1 / 0"
    notebook = code_notebook(tmp_path / "x.ipynb", "1 + 1", "2 + 2", loud)
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
    assert [done for done, _ in seen][:4] == [0, 1, 2, 3]


def test_the_cells_that_wait_are_those_that_mention_a_function_that_reads_notebooks():
    """These functions are recognized by their first or second parameter, a folder or a file."""
    functions = {**vars(records), "show_ladder": lab.show_ladder}
    reading = {
        name
        for name, function in functions.items()
        if inspect.isfunction(function)
        and function.__module__.startswith("mnist_lab.")
        and not name.startswith("_")
        and {"folder", "path"} & set(inspect.signature(function).parameters)
    }
    assert reading >= {"show_ladder", "records_up_to"}
    assert {name for name in reading if READS_RECORDS.search(f"lab.{name}(run)")} == reading
    others = ["lab.records.ladder(rungs)", "run = lab.record()", "path('records', records)"]
    assert not any(map(READS_RECORDS.search, others))


def test_a_run_goes_on_when_records_may_be_read_and_the_wait_does_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    gate, waited = tmp_path / "read", 0.0
    monkeypatch.setattr(
        process, "time", types.SimpleNamespace(monotonic=lambda: time.monotonic() + waited)
    )
    asked: list[bool] = []

    def before_records() -> None:
        nonlocal waited
        asked.append(gate.exists())
        waited += 10_000

    reading = f"import pathlib\npathlib.Path({str(gate)!r}).touch()  # read_records"
    notebook = code_notebook(tmp_path / "x.ipynb", reading, "2  # show_ladder", recording())
    run = run_notebook(notebook, tmp_path / "out.ipynb", {}, 600, before_records=before_records)
    assert run.problem == ""
    assert asked == [False]
    assert run.seconds < 600


@pytest.mark.slow
@pytest.mark.parametrize("waiting", [False, True], ids=["by_a_thread", "while_it_waits"])
def test_an_interrupted_run_ends_its_processes_and_leaves_nothing(tmp_path: Path, waiting: bool):
    sleeping = "import time  # read_records\ntime.sleep(600)"
    notebook = code_notebook(tmp_path / "x.ipynb", "2 + 2", sleeping)
    interrupt = threading.Event()
    before = set(psutil.Process().children(recursive=True))
    started: set[psutil.Process] = set()

    def look(done: int, total: int) -> None:
        started.update(set(psutil.Process().children(recursive=True)) - before)
        if done and not waiting:
            interrupt.set()

    def press_ctrl_c() -> None:
        if waiting:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_notebook(
            notebook,
            tmp_path / "out" / "x.ipynb",
            {},
            timeout=90,
            on_progress=look,
            before_records=press_ctrl_c,
            interrupt=interrupt,
        )
    assert len(started) >= 2
    assert psutil.wait_procs(started, timeout=30)[1] == []
    assert list((tmp_path / "out").iterdir()) == []


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
    notebook = code_notebook(tmp_path / "x.ipynb", source)
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
    run_notebook(code_notebook(tmp_path / "x.ipynb", recording()), output, {})
    before = output.read_bytes()
    run = run_notebook(code_notebook(tmp_path / "x.ipynb", "1 / 0", recording()), output, {})
    assert "ZeroDivisionError" in run.problem
    assert output.read_bytes() == before
    assert (output.parent / "x.failed.ipynb").exists()
    assert (output.parent / "x.log").exists()


@pytest.mark.slow
def test_a_run_without_a_record_is_not_good(tmp_path: Path):
    run = run_notebook(code_notebook(tmp_path / "x.ipynb", "1 + 1"), tmp_path / "out.ipynb", {})
    assert "expected one record, but it holds 0" in run.problem


@pytest.mark.slow
def test_a_dead_kernel_is_not_good(tmp_path: Path):
    notebook = code_notebook(tmp_path / "x.ipynb", recording(), "import os\nos._exit(1)", "1 + 1")
    run = run_notebook(notebook, tmp_path / "out.ipynb", {}, timeout=120)
    assert run.problem
    assert not run.path.exists()


@pytest.mark.slow
def test_a_run_over_its_limit_is_stopped_and_not_good(tmp_path: Path):
    run = run_notebook(
        code_notebook(tmp_path / "x.ipynb", "import time\ntime.sleep(300)"),
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
        code_notebook(tmp_path / "x.ipynb", check, recording()), tmp_path / "out.ipynb", values
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
    notebook = code_notebook(tmp_path / "x.ipynb", lines)
    book = nbformat.read(notebook, as_version=4)
    book.cells[0].metadata["tags"] = ["parameters"]
    nbformat.write(book, notebook)
    assert quick_values(notebook) == {"epochs": 2, "sizes": [1]}
    assert list(notebook_parameters(notebook)) == ["epochs", "sizes", "name"]
    assert yaml.safe_load(notebook_parameters(notebook)["epochs"]["default"]) == 5
