"""The peak memory of a notebook's kernel is measured, and made into the table for instructors."""

import json
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from benchmarks import memory
from mnist_lab.ipynb import KERNELSPEC
from tests.helpers.machine import ROOT

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="Linux alone tells the peak of a process"
)


def toy(folder: Path, code: str) -> Path:
    """Write a notebook of one parameter, `megabytes`, and one cell."""
    notebook = nbformat.v4.new_notebook()
    parameters = nbformat.v4.new_code_cell("megabytes: int = 300  # how many (quick: 100)")
    parameters.metadata["tags"] = ["parameters"]
    notebook.cells = [parameters, nbformat.v4.new_code_cell(code)]
    notebook.metadata["kernelspec"] = KERNELSPEC
    path = folder / "toy.ipynb"
    nbformat.write(notebook, path)
    return path


@pytest.mark.slow
def test_a_kernel_that_fills_300_megabytes_is_measured_so_and_with_quick_values_less(tmp_path):
    """Two kernels without TensorFlow, ten seconds together."""
    path = toy(tmp_path, "x = bytearray(megabytes * 1_000_000); del x\nimport time; time.sleep(1)")
    row = memory.measured(path)
    assert row["notebook"] == "toy"
    assert 300e6 < row["default"] < 500e6
    assert 180e6 < row["default"] - row["quick"] < 220e6
    assert row["default_private"] <= row["default"]


@pytest.mark.slow
def test_a_notebook_that_fails_is_no_measurement(tmp_path):
    """One kernel, five seconds."""
    with pytest.raises(subprocess.CalledProcessError) as error:
        memory.peak_of(toy(tmp_path, "raise OSError('no such thing')"), {})
    assert "no such thing" in error.value.output


def test_the_table_has_both_peaks_and_names_the_machine_and_the_digits():
    result = {
        "notebooks": [
            {"notebook": name, "default": 15 * d, "default_private": 11 * d, "quick": 9 * d}
            for name, d in (("01_one", 100_000_000), ("02_two", 90_000_000))
        ],
        "digits": "Full MNIST",
        "machine": "a machine",
        "date": "2026-11-01",
    }
    text = memory.tables(json.loads(json.dumps(result)))
    assert "| 01_one | 1.50 GB | 0.90 GB |\n| 02_two | 1.35 GB | 0.81 GB |\n" in text
    assert "about 0.4 GB of each is program code" in text
    assert text.endswith("Full MNIST; a machine, 2026-11-01.\n")


def test_the_committed_peaks_are_of_the_notebooks_that_there_are():
    rows = json.loads(memory.FILE.read_text(encoding="utf-8"))["notebooks"]
    names = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
    assert [row["notebook"] for row in rows] == names
