"""Where a command cannot write, or another is writing, it says so before it starts."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mnist_lab.cli.app import app
from mnist_lab.locks import file_lock
from mnist_lab.runs.grid import expand_grid
from tests.helpers.runs import record_content, write_run
from tests.helpers.sweeps import write_toy

SWEEP = ("sweep", "NOTEBOOK", "--source", "sample", "--output", "PATH")
COMMANDS = {
    "sweep": SWEEP,
    "dry run": (*SWEEP, "--dry-run"),
    "course": ("course", "--notebooks", "FOLDER", "--source", "sample", "--output", "PATH"),
    "report": ("report", "SWEPT", "--output", "PATH"),
    "report on it": ("report", "PATH"),
    "start": ("start", "PATH"),
    "reset": ("reset", "01", "PATH"),
    "lab": ("lab", "PATH"),
    "data": ("data", "--source", "PATH"),
    "grid": ("sweep", "NOTEBOOK", "--grid", "PATH"),
    "notebook": ("sweep", "PATH"),
    "notebooks": ("course", "--notebooks", "PATH"),
}
WRITING = ("sweep", "course", "report", "start", "lab")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a notebook, and in it the folder of a sweep that has one run."""
    folder = tmp_path_factory.mktemp("outputs")
    (spec,) = expand_grid(write_toy(folder), {})
    (folder / "swept").mkdir()
    write_run(folder / "swept", spec.name, record_content({}))
    return folder


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The digits are not loaded, which takes seconds and is not what these tests are about."""
    for command in ("sweep", "course"):
        monkeypatch.setattr(f"mnist_lab.cli.{command}.settle_source", lambda *_: "sample")


def run(command: str, folder: Path, path: Path):
    """Run a command, with its words for paths replaced."""
    words = {"NOTEBOOK": folder / "toy.ipynb", "FOLDER": folder, "SWEPT": folder / "swept"}
    return CliRunner().invoke(
        app, [str((words | {"PATH": path}).get(word, word)) for word in COMMANDS[command]]
    )


def said_plainly(done, path: Path) -> bool:
    """Return whether a command ended with a sentence about a path, and not with a traceback."""
    assert done.exit_code == 2, done.output
    assert isinstance(done.exception, SystemExit)
    text = "".join(character for character in done.output if character not in "│ \n")
    return (path.name if path.is_file() else str(path)).replace(" ", "") in text


@pytest.mark.parametrize("inside", [False, True], ids=["it", "a folder in it"])
@pytest.mark.parametrize("command", COMMANDS)
def test_a_file_in_place_of_a_folder_is_refused_in_a_sentence(
    folder: Path, tmp_path: Path, command: str, inside: bool
):
    path = tmp_path / "a file"
    path.write_text("kept")
    assert said_plainly(run(command, folder, path / "sub" if inside else path), path)
    assert path.read_text() == "kept"


@pytest.mark.parametrize("command", WRITING)
def test_a_simulated_read_only_disk_is_told_in_a_sentence(
    folder: Path, tmp_path: Path, command: str, monkeypatch: pytest.MonkeyPatch
):
    path = tmp_path / "output"

    def refuse(name: object, *_: object, **__: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(name))

    monkeypatch.setattr(Path, "mkdir", refuse)
    done = run(command, folder, path)
    assert said_plainly(done, path)
    assert "(Read-only file system)" in " ".join(done.output.split())


@pytest.mark.needs_root
@pytest.mark.parametrize("command", WRITING)
def test_a_folder_on_a_read_only_disk_is_told_in_a_sentence(
    folder: Path, tmp_path: Path, command: str
):
    subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "none", str(tmp_path)], check=True)
    try:
        done = run(command, folder, tmp_path)
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)
    assert said_plainly(done, tmp_path)
    assert "Read-only file system" in " ".join(done.output.split())


@pytest.mark.parametrize("command", ["sweep", "course"])
def test_a_second_driver_on_one_folder_is_refused_and_told_who_the_first_is(
    folder: Path, tmp_path: Path, command: str
):
    with file_lock(tmp_path / ".lock"):
        done = run(command, folder, tmp_path)
    assert done.exit_code == 2
    said = " ".join(done.output.split())
    assert f"another sweep or course is writing there (process {os.getpid()} on" in said
    assert "since 20" in said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="the simulated call is that of POSIX")
def test_a_simulated_disk_without_locks_is_told_and_the_sweep_goes_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    import fcntl

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", refuse)
    done = run("sweep", folder, folder / "swept")
    assert done.exit_code == 0, done.output
    said = " ".join(done.output.split())
    assert "offers no locks: see to it that no other sweep or course writes there." in said
    assert "1 run succeeded, 0 failed." in said
