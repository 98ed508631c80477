"""The command line does what its help says, refuses what it cannot use in one sentence, and its exit code tells."""

import re
import subprocess
import sys
from io import StringIO
from pathlib import Path

import nbformat
import pytest
from rich.console import Console
from typer.testing import CliRunner

from mnist_lab import cli
from mnist_lab.cli import app
from mnist_lab.records import read_record, read_records
from mnist_lab.runs.notebook import Run

RECORDING = """\
import types
import mnist_lab as lab
model = types.SimpleNamespace(name="mlp", count_params=lambda: 1)
digits = lab.load_digits(data_source, train_size=train_size)
metrics = {"test_accuracy": epochs / 10, "test_accuracy_interval": [0.1, 0.9]}
lab.record(notebook="NAME", model=model, digits=digits, parameters={}, metrics=metrics, seconds=1)"""
PARAMETERS = 'data_source: str = "auto"  # digits\ntrain_size: int = 200  # how many (quick: 100)\nepochs: int = 5  # passes (quick: 2)'


def _book(folder: Path, name: str, *sources: str) -> None:
    """Write a notebook with a parameters cell, then the given code cells."""
    book = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source) for source in (PARAMETERS, *sources)]
    )
    book.cells[0].metadata["tags"] = ["parameters"]
    book.metadata["kernelspec"] = {
        "name": "python3",
        "display_name": "Python 3",
        "language": "python",
    }
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
    code = "import sys; sys.argv = ['mnist-lab', '--help']\nfrom mnist_lab.cli import app\n"
    code += "try: app()\nfinally: assert not {'tensorflow', 'keras', 'matplotlib', 'pandas', 'sklearn'} & set(sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert all(command in done.stdout for command in ("course", "data", "doctor"))


@pytest.mark.slow
def test_course_keeps_what_succeeded_and_says_what_failed(folder: Path, tmp_path: Path):
    done = run("course", "--notebooks", folder, "--output", tmp_path / "out", "--source", "sample")
    assert done.exit_code == 1
    assert "50.00%" in done.output
    assert "FAILED 02_broken" in done.output.replace("\n", " ")
    assert "ValueError: broken on purpose" in " ".join(done.output.split())
    assert "SAMPLE" in done.output
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"01_sound.ipynb", "02_broken.failed.ipynb", "02_broken.log", "report.html"}


@pytest.mark.slow
def test_quick_takes_the_values_that_the_notebooks_name_and_p_overrides_them(
    folder: Path, tmp_path: Path
):
    (folder / "02_broken.ipynb").unlink()
    options = ["--notebooks", folder, "--output", tmp_path / "out", "--source", "sample", "--quick"]
    done = run("course", *options, "-p", "train_size", "150")
    assert done.exit_code == 0, done.output
    assert "20.00%" in done.output
    assert read_record(tmp_path / "out" / "01_sound.ipynb").fields["data"]["train"] == 150


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["-p", "epoch", "3"],
            "no notebook has a parameter 'epoch'; there are data_source, epochs, train_size",
        ),
        (["-p", "epochs"], "a name and a value"),
        (["-p", "epochs", "[1,"], "cannot be read"),
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


def test_data_says_which_digits_there_are(tmp_path: Path):
    done = run("data", "--source", "sample")
    assert done.exit_code == 0
    assert "SAMPLE" in done.output
    missing = run("data", "--source", tmp_path / "missing")
    assert missing.exit_code == 2
    assert "no such file" in missing.output


def test_a_path_to_digits_may_be_relative(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "digits").mkdir()
    monkeypatch.chdir(tmp_path)
    done = run("data", "--source", "digits")
    assert done.exit_code == 2
    assert "has no train-images-idx3-ubyte" in done.output


def test_doctor_finds_this_machine_sound():
    done = run("doctor", "--source", "sample")
    assert done.exit_code == 0, done.output
    for subject in ("Python", "packages", "TensorFlow", "processor", "memory", "data", "kernel"):
        assert f"OK    {subject}: " in done.output


def test_doctor_says_what_is_wrong(tmp_path: Path):
    done = run("doctor", "--source", tmp_path / "missing")
    assert done.exit_code == 1
    assert "FAIL  data: " in done.output


def test_the_ladder_fits_into_80_columns(tmp_path: Path):
    console = Console(width=80, record=True, file=StringIO())
    runs = [
        Run(record.notebook, tmp_path / "x.ipynb", record, "", 1.0) for record in read_records()
    ]
    cli._show(runs, tmp_path, console)
    shown = console.export_text()
    assert "…" not in shown
    for record in read_records():
        assert re.search(
            rf"^{record.notebook} .*{record.fields['metrics']['test_accuracy']:.2%}", shown, re.M
        )
