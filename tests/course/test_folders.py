"""The course works in folders with any name and on file systems with short paths."""

import csv
import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import distributions
from pathlib import Path

import pytest

from tests.helpers.machine import ROOT
from tests.helpers.sweeps import good, write_toy

# Names as on a learner's computer: spaces, letters of Western Europe, and of China.
NAMES = ("größe ñ 中", "OneDrive - école", "mnist lab")
STEPS = """
import numpy as np
import mnist_lab as lab
from mnist_lab.handwriting import append_to_collection, load_collection
digits, model = lab.load_digits("sample"), lab.models.single_layer()
model.save("größe 中.keras")
same = lab.keras.saving.load_model("größe 中.keras")
np.testing.assert_array_equal(model.get_weights()[0], same.get_weights()[0])
append_to_collection("écriture/中.npz", digits.test.images[:2], digits.test.labels[:2])
assert len(load_collection("écriture/中.npz").labels) == 2
"""
LONGEST_ON_WINDOWS = 259


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with such names that holds the package, one notebook, and a toy."""
    folder = tmp_path_factory.mktemp("names").joinpath(*NAMES)
    folder.mkdir(parents=True)
    shutil.copytree(
        ROOT / "mnist_lab", folder / "mnist_lab", ignore=shutil.ignore_patterns("__pycache__")
    )
    (folder / "one").mkdir()
    shutil.copy(ROOT / "notebooks" / "01_single_layer.ipynb", folder / "one")
    write_toy(folder)
    return folder


def python(folder: Path, *words: str) -> str:
    """Run the package of a folder in the locale C, as a bare container has it."""
    locale = {"LC_ALL": "C", "LANG": "C", "MNIST_LAB_DATA": "sample", "PYTHONPATH": str(folder)}
    plain = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env=plain | locale,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=900,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


# Names beyond ASCII, in the locale C


@pytest.mark.slow
def test_networks_and_drawings_are_kept_in_a_folder_with_any_name(folder: Path):
    where = python(folder, "-c", f"import mnist_lab; print(mnist_lab.__file__)\n{STEPS}")
    assert str(folder) in where


@pytest.mark.slow
def test_a_notebook_of_the_course_runs_in_a_folder_with_any_name(folder: Path):
    words = ("course", "--quick", "--source", "sample", "--notebooks", "one")
    assert "01_single_layer" in python(folder, "-m", "mnist_lab", *words, "--output", "résultats")
    assert (folder / "résultats" / "report.html").stat().st_size > 5000
    assert good(folder / "résultats") == 1


@pytest.mark.slow
def test_a_sweep_runs_in_a_folder_with_any_name(folder: Path):
    words = (
        "sweep",
        "toy.ipynb",
        "--source",
        "sample",
        "--set",
        "seed=1,2",
        "--output",
        "grille 中",
    )
    python(folder, "-m", "mnist_lab", *words)
    assert good(folder / "grille 中") == 2
    python(folder, "-m", "mnist_lab", "report", "grille 中")


# Paths on Windows


def longest_installed() -> str:
    """Return the longest path of an installed package's file, relative to the clone, on Windows.

    Files outside site-packages begin with ../../../ there, and have shorter paths in .venv.
    """
    records = (package.read_text("RECORD") or "" for package in distributions())
    files = [row[0] for record in records for row in csv.reader(record.splitlines())]
    return max((f".venv/Lib/site-packages/{f}" for f in files if f[:3] != "../"), key=len)


def test_the_page_says_how_long_the_path_of_a_clone_may_be_on_windows():
    page = (ROOT / "docs" / "install.md").read_text(encoding="utf-8")
    stated = re.search(r"a folder whose path has at most (\d+) characters", page)
    assert stated
    left = LONGEST_ON_WINDOWS - len("/") - len(longest_installed())
    assert int(stated[1]) <= left, f"{left} characters are left of {LONGEST_ON_WINDOWS}"
    assert int(stated[1]) >= left - 40, "the page asks for less than is there"
    own = max(len(str(p.relative_to(ROOT))) for p in (ROOT / "mnist_lab").rglob("*"))
    assert own < len(longest_installed())
