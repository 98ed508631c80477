"""Notebooks run two at a time, and each finds the records that it would find if they did not."""

import ast
from collections.abc import Callable
from pathlib import Path

import nbformat
import psutil
import pytest

from mnist_lab.runs import course, slots
from mnist_lab.runs.course import default_jobs, run_in_order
from mnist_lab.runs.notebook import NotebookRun
from tests.helpers.runs import code_notebook, recording


def touch(path: Path) -> str:
    """Return code that writes an empty file."""
    return f"import pathlib\npathlib.Path({str(path)!r}).touch()"


def wait_for(path: Path) -> str:
    """Return code that waits for a file, and raises when that takes ten minutes."""
    return (
        "import pathlib, time\nend = time.monotonic() + 600\n"
        f"while not pathlib.Path({str(path)!r}).exists():\n"
        "    if time.monotonic() > end: raise TimeoutError('waited in vain')\n"
        "    time.sleep(0.05)"
    )


def run_all(
    notebooks: list[Path], jobs: int, on_end: Callable[[NotebookRun], object] = lambda run: None
) -> list[NotebookRun]:
    """Run notebooks into the folder `out` beside them, in at most ten minutes each."""
    values = {notebook: {} for notebook in notebooks}
    output = notebooks[0].parent / "out"
    return run_in_order(values, output, jobs, 600, {}, lambda *_: None, on_end)


def records_seen(run: NotebookRun) -> list[str]:
    """Return the list that the notebook's last cell but one printed."""
    cells = nbformat.read(run.path, as_version=4).cells
    return ast.literal_eval(cells[-2].outputs[0].text)


@pytest.mark.slow
def test_one_at_a_time_each_starts_when_the_one_before_it_has_ended(tmp_path: Path):
    log = tmp_path / "log"
    note = f"with open({str(log)!r}, 'a') as file: file.write('NAME ')"
    notebooks = [
        code_notebook(
            tmp_path / f"{name}.ipynb",
            note.replace("NAME", f"{name}-start"),
            "import time; time.sleep(1)",
            note.replace("NAME", f"{name}-end"),
        )
        for name in ("1", "2")
    ]
    run_all(notebooks, 1)
    assert log.read_text() == "1-start 1-end 2-start 2-end "


@pytest.mark.slow
@pytest.mark.parametrize("failing", [False, True], ids=["good", "failing"])
def test_two_run_at_the_same_time_and_the_second_reads_records_when_the_first_has_ended(
    tmp_path: Path, failing: bool
):
    """The first waits for the second, and still finds time to leave its record."""
    fast = tmp_path / "fast"
    slow = [wait_for(fast), "time.sleep(2)", *(["1 / 0"] * failing), recording("1")]
    read = (
        f"found = lab.records.records_up_to(run, {str(tmp_path / 'out')!r})\n"
        "print([record.notebook for record in found])"
    )
    quiet = recording("2").removesuffix("run") + "None"
    notebooks = [
        code_notebook(tmp_path / "1.ipynb", *slow),
        code_notebook(tmp_path / "2.ipynb", quiet, touch(fast), read, "run"),
    ]
    seen: list[NotebookRun] = []
    first, second = runs = run_all(notebooks, 2, seen.append)
    assert seen == runs
    assert second.problem == ""
    if failing:
        assert "ZeroDivisionError" in first.problem
        assert records_seen(second) == ["2"]
    else:
        assert first.problem == ""
        assert records_seen(second) == ["1", "2"]


@pytest.mark.slow
def test_while_one_waits_for_the_records_of_another_the_next_starts_and_all_share_the_cores(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """The first waits for the third, which starts only if the second has given up its place."""
    third = tmp_path / "third"
    monkeypatch.setattr(course, "runs_that_fit", lambda: 3)
    monkeypatch.setattr(slots, "usable_cores", lambda: 6)
    read = f"found = lab.records.records_up_to(run, {str(tmp_path / 'out')!r})"
    quiet = recording("2").removesuffix("run") + "None"
    threads = "import os\nprint([os.environ['TF_NUM_INTRAOP_THREADS']])"
    notebooks = [
        code_notebook(tmp_path / "1.ipynb", wait_for(third), recording("1")),
        code_notebook(tmp_path / "2.ipynb", quiet, read, threads, "run"),
        code_notebook(tmp_path / "3.ipynb", touch(third), recording("3")),
    ]
    runs = run_all(notebooks, 2)
    assert [run.problem for run in runs] == ["", "", ""]
    assert records_seen(runs[1]) == ["3"]  # of six cores, for each of two notebooks


@pytest.mark.slow
def test_an_interrupt_stops_the_running_notebooks_and_starts_no_other(tmp_path: Path):
    second, third = tmp_path / "second", tmp_path / "third"
    notebooks = [
        code_notebook(tmp_path / "1.ipynb", wait_for(second), recording("1")),
        code_notebook(tmp_path / "2.ipynb", touch(second), "import time\ntime.sleep(600)"),
        code_notebook(tmp_path / "3.ipynb", wait_for(third), recording("3")),
        code_notebook(tmp_path / "4.ipynb", touch(third), recording("4")),
    ]
    before = set(psutil.Process().children(recursive=True))

    def press_ctrl_c(run: NotebookRun) -> None:
        assert run.notebook == "1"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_all(notebooks, 2, press_ctrl_c)
    left = set(psutil.Process().children(recursive=True)) - before
    assert not any(process.is_running() for process in left)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["1.ipynb"]
    assert not third.exists()


@pytest.mark.parametrize(
    ("cores", "gigabytes", "gpus", "jobs", "reason"),
    [
        (2, 8, [], 2, ""),
        (64, 256, [], 2, ""),
        (1, 8, [], 1, ""),
        (4, 2.5, [], 1, "2.5 GB of memory are free, and a run may take 2.1 GB"),
        (8, 64, ["0", "1"], 1, "two would share the GPU's memory"),
    ],
)
def test_two_notebooks_run_at_a_time_where_cores_and_memory_allow_it_and_there_is_no_gpu(
    monkeypatch: pytest.MonkeyPatch,
    cores: int,
    gigabytes: float,
    gpus: list[str],
    jobs: int,
    reason: str,
):
    monkeypatch.setattr(slots, "usable_cores", lambda: cores)
    monkeypatch.setattr(slots, "available_memory", lambda: int(gigabytes * 1e9))
    monkeypatch.setattr(course, "visible_gpus", lambda: gpus)
    assert default_jobs() == (jobs, reason)
