"""`mnist-lab course` runs all notebooks, keeps the good ones, and refuses before it starts."""

import os
import re
import signal
import subprocess
import sys
from io import StringIO
from pathlib import Path

import nbformat
import psutil
import pytest
from rich.console import Console
from typer.testing import CliRunner

from mnist_lab.cli.app import app
from mnist_lab.cli.console import show_results
from mnist_lab.cli.estimates import course_estimate
from mnist_lab.ipynb import KERNELSPEC
from mnist_lab.record_schema import parse_record
from mnist_lab.records import read_record
from mnist_lab.runs.notebook import NotebookRun
from mnist_lab.runs.slots import Slots
from tests.helpers.runs import code_notebook, record_content, wait_until

RECORDING = """\
import types
import mnist_lab as lab
model = types.SimpleNamespace(name="mlp", count_params=lambda: 1)
digits = lab.load_digits(data_source, train_size=train_size)
metrics = {"test_accuracy": epochs / 10, "test_accuracy_interval": [0.1, 0.9]}
result = types.SimpleNamespace(metrics=metrics)
lab.record("NAME", model, digits, 0.5, result, 1, {})"""
PARAMETERS = """\
data_source: str = "auto"  # digits
train_size: int = 200  # how many (quick: 100)
epochs: int = 5  # passes (quick: 2)"""


def _book(folder: Path, name: str, *sources: str, parameters: str = PARAMETERS) -> None:
    """Write a notebook with a parameters cell, then the given code cells."""
    book = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source) for source in (parameters, *sources)]
    )
    book.cells[0].metadata["tags"] = ["parameters"]
    book.metadata["kernelspec"] = KERNELSPEC
    nbformat.write(book, folder / f"{name}.ipynb")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two notebooks: the first is sound, the second raises."""
    _book(tmp_path, "01_sound", RECORDING.replace("NAME", "01_sound"))
    _book(
        tmp_path,
        "02_broken",
        "raise ValueError('broken on purpose')",
        RECORDING.replace("NAME", "02_broken"),
    )
    return tmp_path


def run(*words: str):
    return CliRunner().invoke(app, [str(word) for word in words])


def test_help_is_quick_to_load_and_lists_the_commands():
    code = "import sys; sys.argv = ['mnist-lab', '--help']\nfrom mnist_lab.cli.app import app\n"
    code += "heavy = {'tensorflow', 'keras', 'matplotlib', 'pandas', 'sklearn'}\n"
    code += "try: app()\nfinally: assert not heavy & set(sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert all(command in done.stdout for command in ("course", "sweep", "report", "data"))


@pytest.mark.slow
def test_course_keeps_what_succeeded_and_says_what_failed(folder: Path, tmp_path: Path):
    done = run("course", "--notebooks", folder, "--output", tmp_path / "out", "--source", "sample")
    assert done.exit_code == 1
    assert done.output.index("[1/2] 01_sound: test accuracy 50.00%") < done.output.index("[2/2]")
    assert "FAILED 02_broken" in done.output.replace("\n", " ")
    assert "ValueError: broken on purpose" in " ".join(done.output.split())
    assert "SAMPLE" in done.output
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {
        "01_sound.ipynb",
        "02_broken.failed.ipynb",
        "02_broken.log",
        "pages",
        "report.html",
    }
    pages = {path.name for path in (tmp_path / "out" / "pages").iterdir()}
    assert pages == {"01_sound.html", "02_broken.failed.html"}
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "<code>mnist-lab" in page  # what follows is this process's own


@pytest.mark.slow
def test_quick_takes_the_values_that_the_notebooks_name_and_set_overrides_them(
    folder: Path, tmp_path: Path
):
    (folder / "02_broken.ipynb").unlink()
    options = ["--notebooks", folder, "--output", tmp_path / "out", "--source", "sample", "--quick"]
    done = run("course", *options, "--set", "train_size=150")
    assert done.exit_code == 0, done.output
    assert "20.00%" in done.output
    assert read_record(tmp_path / "out" / "01_sound.ipynb").data.train == 150


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="this system sends no SIGINT")
def test_ctrl_c_ends_both_kernels_and_leaves_nothing(tmp_path: Path):
    """One notebook is in a cell, the other waits for it before it reads records."""
    started = [tmp_path / "first", tmp_path / "second"]
    touch = [f"import pathlib, time\npathlib.Path({str(path)!r}).touch()" for path in started]
    code_notebook(tmp_path / "1.ipynb", f"{touch[0]}\ntime.sleep(600)")
    code_notebook(tmp_path / "2.ipynb", touch[1], "pass  # show_ladder")
    words = ["--notebooks", tmp_path, "--output", tmp_path / "out", "--source", "sample"]
    command = [sys.executable, "-m", "mnist_lab", "course", "--jobs", "2", *map(str, words)]
    # A terminal sends Ctrl-C to the programs that run the notebooks as well.
    driver = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
    )
    try:
        wait_until(lambda: all(path.exists() for path in started))
        processes = psutil.Process(driver.pid).children(recursive=True)
        os.killpg(driver.pid, signal.SIGINT)
        printed, _ = driver.communicate(timeout=300)
    finally:
        driver.kill()
        driver.wait()
    assert len(processes) >= 4
    assert psutil.wait_procs(processes, timeout=30)[1] == []
    assert driver.returncode == 130
    assert b"Traceback" not in printed
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["--set", "epoch=3"],
            "--set epoch: no notebook has a parameter 'epoch' (did you mean 'epochs'?);"
            " expected one of data_source, epochs, train_size",
        ),
        (["--set", "epochs"], "expected name=value"),
        (["--set", "epochs=[1,"], "--set epochs=[1,: cannot be read"),
        (["--set", "epochs=!!timestamp 0"], "cannot be read"),
        (["--set", "epochs=1,2"], "the course takes one value per name, not 2"),
        (["--set", "epochs=1", "--set", "epochs=2"], "epochs was set before"),
        (
            ["--set", "epochs=two"],
            "--set, for 01_sound: epochs='two' cannot be used: expected a whole number.",
        ),
        (["--set", "train_size=null"], "train_size=None cannot be used"),
        (["--source", "nowhere/at/all"], "no such file or folder"),
    ],
)
def test_course_refuses_what_it_cannot_use_before_it_starts(
    folder: Path, tmp_path: Path, words: list[str], said: str
):
    done = run("course", "--notebooks", folder, "--output", tmp_path / "out", *words)
    assert done.exit_code == 2
    assert said in " ".join(done.output.split())
    assert not (tmp_path / "out").exists()


def test_course_without_notebooks_says_so(tmp_path: Path):
    done = run("course", "--notebooks", tmp_path)
    assert done.exit_code == 2
    assert "holds no notebooks" in done.output


def test_a_notebook_that_cannot_be_read_is_refused_before_anything_starts(folder: Path):
    (folder / "03_damaged.ipynb").write_text("{")
    done = run("course", "--notebooks", folder, "--output", folder / "out", "--source", "sample")
    assert done.exit_code == 2
    assert "03_damaged.ipynb: not a readable notebook" in done.output
    assert not (folder / "out").exists()


def test_a_setting_is_checked_in_every_notebook_that_has_it(folder: Path):
    _book(folder, "03_text", "1", parameters='epochs: str = "a"  # here a string')
    done = run("course", "--notebooks", folder, "--output", folder / "out", "--set", "epochs=3")
    assert done.exit_code == 2
    assert "--set, for 03_text: epochs=3 cannot be used: expected a string" in done.output
    assert not (folder / "out").exists()


def test_the_ladder_fits_into_80_columns(root: Path, tmp_path: Path):
    console = Console(width=80, record=True, file=StringIO())
    names = sorted(path.stem for path in (root / "notebooks").glob("*.ipynb"))
    data = {"source": "mnist", "train": 55_000, "validation": 5_000, "test": 10_000}
    content = record_content({}, test=0.9268, seconds=234.5) | {"data": data}
    records = [parse_record(content | {"notebook": name}) for name in names]
    runs = [
        NotebookRun(record.notebook, tmp_path / "x.ipynb", record, "", 1.0) for record in records
    ]
    show_results(runs, tmp_path, console)
    shown = console.export_text()
    assert names
    assert "…" not in shown
    for name in names:
        assert re.search(rf"^{re.escape(name)} .*92\.68%", shown, re.M)


@pytest.mark.parametrize(
    ("minutes", "options", "said"),
    [
        ([3, 5], ["--jobs", "1"], "About 8 minutes (a guess from the minutes in 00_start_here.md)"),
        ([1, 4, 3], ["--jobs", "2"], "About 4 minutes, 2 notebooks at a time (a guess from the"),
        ([1, 6, 3], ["--jobs", "2"], "About 6 minutes, 2 notebooks at a time (a guess from the"),
        ([2, 3, 3], ["--jobs", "3"], "About 4 minutes, 3 notebooks at a time (a guess from the"),
        ([1], ["--jobs", "1"], "About 60 seconds (a guess from the minutes in 00_start_here.md)"),
        ([2, None], [], ""),
        ([2, None], ["--quick", "--jobs", "1"], "About 40 seconds (a guess of 20 s per notebook)"),
    ],
)
def test_the_course_says_how_long_it_will_take_before_it_starts(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    minutes: list[int | None],
    options: list[str],
    said: str,
):
    """The third job finds no core of its own on this machine of two."""
    items = []
    for number, value in enumerate(minutes):
        code_notebook(tmp_path / f"0{number}.ipynb", "1")
        if value is not None:
            unit = "minute" if value == 1 else "minutes"
            items.append(f"1. [A title](0{number}.ipynb), {value} {unit}: what it is about")
    (tmp_path / "00_start_here.md").write_text("\n".join(items), encoding="utf-8")

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("mnist_lab.cli.course.settle_source", lambda *_: "sample")
    monkeypatch.setattr("mnist_lab.cli.course._values", lambda books, *_: {b: {} for b in books})
    monkeypatch.setattr("mnist_lab.cli.course._run", stop)
    monkeypatch.setattr("mnist_lab.cli.estimates.usable_cores", lambda: 2)
    done = run("course", "--notebooks", tmp_path, "--output", tmp_path / "out", *options)
    shown = " ".join(done.output.split())
    assert said in shown
    assert ("About" in shown) == bool(said)


def test_the_start_page_states_the_minutes_of_every_notebook_of_the_course(root: Path):
    notebooks = sorted((root / "notebooks").glob("*.ipynb"))
    assert course_estimate(notebooks, quick=False, jobs=1)


def test_one_notebook_at_a_time_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    code_notebook(tmp_path / "1.ipynb", "1")
    ran: list[int] = []
    reason = "2.5 GB of memory are free, and a run may take 2.1 GB"
    monkeypatch.setattr("mnist_lab.runs.course.default_jobs", lambda: Slots(1, reason))
    monkeypatch.setattr("mnist_lab.cli.course.settle_source", lambda *_: "sample")
    monkeypatch.setattr("mnist_lab.cli.course._run", lambda *words: ran.append(words[2]) or [])
    options = ["--notebooks", tmp_path, "--output", tmp_path / "out"]
    assert f"One notebook at a time ({reason})" in " ".join(run("course", *options).output.split())
    assert "at a time" not in run("course", *options, "--jobs", "3").output
    assert ran == [1, 3]
