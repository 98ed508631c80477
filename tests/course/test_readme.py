"""Every command in the README works when pasted, and every number and link in it is right."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest

from benchmarks import update_readme
from mnist_lab import plots
from mnist_lab.records import read_records
from mnist_lab.runs.notebook import validate_run
from tools import refresh_notebooks

README = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
COMMANDS = [
    line
    for block in re.findall(r"^```sh\n(.*?)^```", README, re.M | re.S)
    for line in block.splitlines()
]
MAKE = [command for command in COMMANDS if command.startswith("make ")]


@pytest.fixture(scope="module")
def clone(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository whose .venv holds this Python's commands, so that commands write nothing here."""
    folder = tmp_path_factory.mktemp("readme") / "mnist_lab"
    ignored = shutil.ignore_patterns(
        ".git", ".venv", "runs", "__pycache__", "*.egg-info", ".*_cache", ".hypothesis"
    )
    shutil.copytree(root, folder, ignore=ignored)
    (folder / ".venv").mkdir()
    for entry in Path(sys.prefix).iterdir():
        if entry.name != ".ready":
            (folder / ".venv" / entry.name).symlink_to(entry)
    (folder / "runs").mkdir()
    (folder / ".venv" / ".ready").touch()
    return folder


def _run(
    command: str, folder: Path, timeout: float = 1500, **changed: str
) -> subprocess.CompletedProcess:
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))
    } | changed
    words = shlex.split(command)
    return subprocess.run(
        words, cwd=folder, capture_output=True, text=True, timeout=timeout, env=environment
    )


def test_the_readme_has_its_commands():
    assert {"make course", "make test", "make lab"} == set(MAKE)
    assert len(COMMANDS) >= 8


def test_the_measured_tables_are_those_of_the_committed_numbers(root: Path):
    assert update_readme.with_tables(README) == README


@pytest.mark.slow
@pytest.mark.parametrize(
    "command", [command for command in COMMANDS if not command.startswith("make ")]
)
def test_a_command_works_when_pasted(command: str, clone: Path):
    done = _run(command, clone)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_make_course_runs_the_whole_course_and_ends_with_the_ladder(clone: Path, root: Path):
    # On the sample: on full MNIST every notebook runs anyway, cell by cell.
    done = _run("make course", clone, MNIST_LAB_DATA="sample")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "The ladder" in done.stdout
    folder = clone / "runs" / "course"
    names = sorted(path.name for path in (root / "notebooks").glob("*.ipynb"))
    assert sorted(path.name for path in folder.iterdir()) == [*names, "report.html"]
    for record in read_records(folder):
        assert validate_run(folder / f"{record.notebook}.ipynb") == []
        assert record.fields["metrics"]["test_accuracy"] >= 0.8


@pytest.mark.parametrize("command", MAKE)
def test_make_knows_the_target_and_finds_the_venv_ready(command: str, clone: Path):
    done = _run(command.replace("make", "make -n"), clone)
    assert done.returncode == 0, done.stderr
    assert "Setting up" not in done.stdout


@pytest.mark.slow
def test_the_few_lines_of_python_work(clone: Path):
    code = re.search(r"^```python\n(.*?)^```", README, re.M | re.S)[1]
    done = subprocess.run([sys.executable, "-c", code], cwd=clone, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "of 1,000 digits correct" in done.stdout
    assert (clone / "runs" / "confusion.png").stat().st_size > 5000


def test_the_accuracies_are_those_of_the_committed_notebooks():
    for record in read_records():
        row = next(
            line for line in README.splitlines() if f"(notebooks/{record.notebook}.ipynb)" in line
        )
        assert (
            f"{record.fields['metrics']['test_accuracy']:.2%}".replace("%", " %") in row
            or "takes 3 apart" in row
        )


def test_the_pictures_are_the_figures_of_the_committed_notebooks(root: Path):
    """Their bytes, so that a picture cannot lag behind; the ladder is drawn anew, and compared by its pixels."""
    for name, (notebook, line) in refresh_notebooks.FIGURES.items():
        assert (
            root / "docs" / "images" / f"{name}.png"
        ).read_bytes() == refresh_notebooks.figure_of(notebook, line), f"{name}: make notebooks"
    shown = set(re.findall(r"\(docs/images/(\w+)\.png\)", README))
    assert shown == {*refresh_notebooks.FIGURES, "ladder"}
    stream = BytesIO()
    plots.ladder(read_records()).savefig(stream, format="png")
    np.testing.assert_allclose(
        plt.imread(root / "docs" / "images" / "ladder.png"),
        plt.imread(BytesIO(stream.getvalue())),
        atol=0.02,
    )


def test_the_screenshots_are_there_and_small(root: Path):
    sizes = {
        path.stem: path.stat().st_size
        for path in (root / "docs" / "images" / "screenshots").glob("*.png")
    }
    assert set(sizes) == {"start", "figure", "pad"}
    assert max(sizes.values()) < 200_000


def test_every_link_to_a_file_leads_somewhere(root: Path):
    links = [link for link in re.findall(r"\]\(([^)]+)\)", README) if "://" not in link]
    assert len(links) >= 9
    assert not [link for link in links if not (root / link).exists()]


def test_every_room_is_in_the_table_of_rooms(root: Path):
    named = set(re.findall(r"`(\w+\.py)`", README))
    assert {path.name for path in (root / "mnist_lab").glob("*.py")} - {"__init__.py"} == named
