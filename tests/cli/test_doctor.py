"""`mnist-lab doctor` says as it looks what is fine and what is not, and what to do."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mnist_lab import checkup, machine
from mnist_lab.cli.app import app
from tests.helpers.doctor import SOUND_TENSORFLOW, SUBJECTS


@pytest.mark.locked
def test_this_machine_is_found_sound(monkeypatch: pytest.MonkeyPatch):
    """But for its free memory, of which other tests may have taken most at this moment."""
    monkeypatch.setattr(machine, "available_memory", machine.memory_limit)
    done = CliRunner().invoke(app, ["doctor"])
    assert done.exit_code == 0, done.output
    parts = [line.split(": ", 1) for line in done.output.splitlines()]
    assert [part[0] for part in parts] == [f"OK    {subject}" for subject in SUBJECTS]
    assert all(message for _, message in parts)


def test_what_is_wrong_is_said_and_ends_with_exit_code_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """TensorFlow's answer is made up, since a real one takes five seconds."""
    monkeypatch.setattr(checkup, "_TRY_TENSORFLOW", SOUND_TENSORFLOW)
    done = CliRunner().invoke(app, ["doctor", "--source", str(tmp_path / "missing")])
    assert done.exit_code == 1
    assert "FAIL  data: " in done.output
    assert "OK    kernel: " in done.output


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signals")
@pytest.mark.locked
def test_a_tensorflow_that_ends_its_process_is_a_finding_among_the_others(tmp_path: Path):
    """As on a processor without AVX: TensorFlow writes one line, and the process is gone."""
    (tmp_path / "keras.py").touch()
    (tmp_path / "tensorflow.py").write_text(
        "import os\nos.write(2, b'F0000 compiled to use AVX instructions\\n')\nos.abort()\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-m", "mnist_lab", "doctor", "--source", "sample"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert [line[6:].split(":")[0] for line in lines] == [*SUBJECTS[:4], *SUBJECTS[6:]]
    assert [line for line in lines if line.startswith("FAIL")] == [lines[3]]
    assert "the process crashed with SIGABRT (F0000 compiled to use AVX instructions)" in lines[3]


@pytest.mark.parametrize(
    "command", [["-m", "mnist_lab", "doctor"], ["-c", "import mnist_lab; mnist_lab.doctor()"]]
)
def test_each_finding_is_shown_while_the_next_is_looked_for(tmp_path: Path, command: list[str]):
    """In a terminal and in a notebook; a made-up TensorFlow starts only when it is told to."""
    (tmp_path / "keras.py").touch()
    (tmp_path / "tensorflow.py").write_text(
        "import pathlib, time\n"
        "while not pathlib.Path(__file__).with_name('told').exists():\n"
        "    time.sleep(0.05)\n"
        "raise ImportError('made up')\n",
        encoding="utf-8",
    )
    done = subprocess.Popen(
        [sys.executable, *command],
        stdout=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(tmp_path), "MNIST_LAB_DATA": "sample"},
    )
    assert done.stdout is not None
    early = [done.stdout.readline()[6:].split(":")[0] for _ in range(3)]
    assert early == SUBJECTS[:3]
    (tmp_path / "told").touch()
    rest = done.communicate()[0].splitlines()
    assert rest[0].startswith("FAIL  TensorFlow: does not start: ")
    assert [line[6:].split(":")[0] for line in rest[1:]] == SUBJECTS[6:]
