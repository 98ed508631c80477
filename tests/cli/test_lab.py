"""`mnist-lab lab` opens a learner's folder in JupyterLab with the course's settings."""

import json
import os
import sys
from pathlib import Path

import jupyterlab.labapp
import pytest
from typer.testing import CliRunner

from mnist_lab import files
from mnist_lab.cli import workspace
from mnist_lab.cli.app import app

command = sys.modules["mnist_lab.cli.lab"]


@pytest.fixture
def started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The command lines that JupyterLab would have been started with, in an empty folder."""
    lines: list[list[str]] = []
    monkeypatch.setattr(jupyterlab.labapp, "main", lines.append)
    monkeypatch.setattr(command, "_is_root", lambda: False)
    monkeypatch.setattr(os, "environ", dict(os.environ))
    monkeypatch.chdir(tmp_path)
    return lines


def run(*words: str | Path):
    return CliRunner().invoke(app, ["lab", *map(str, words)])


def test_a_new_folder_is_made_and_opens_on_the_first_page(started: list, tmp_path: Path):
    done = run("work")
    assert done.exit_code == 0, done.output
    assert started == [[str(tmp_path / "work"), "--LabApp.default_url=/lab/tree/00_start_here.md"]]
    assert (tmp_path / "work" / "01_single_layer.ipynb").is_file()


def test_a_folder_with_work_in_it_is_left_as_it_is(started: list, tmp_path: Path):
    run("work")
    page = tmp_path / "work" / "01_single_layer.ipynb"
    page.write_text("my work", encoding="utf-8")
    (tmp_path / "work" / "02_one_hidden_layer.ipynb").unlink()
    done = run("work")
    assert done.exit_code == 0, done.output
    assert page.read_text(encoding="utf-8") == "my work"
    assert not (tmp_path / "work" / "02_one_hidden_layer.ipynb").exists()
    assert "mnist-lab start work adds them" in done.output


def test_another_folder_opens_without_the_course(started: list, tmp_path: Path):
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "mine.ipynb").touch()
    assert run("other").exit_code == 0
    assert started == [[str(tmp_path / "other")]]
    assert [path.name for path in (tmp_path / "other").iterdir()] == ["mine.ipynb"]


@pytest.mark.parametrize("first", [["work"], []])
def test_further_options_are_jupyterlabs(started: list, tmp_path: Path, first: list[str]):
    workspace.hand_out(tmp_path / "work", workspace.plan(tmp_path / "work"))
    options = ["--no-browser", "--ServerApp.port=9999", "--LabApp.default_url=/lab", "-y"]
    done = run(*first, *options)
    assert done.exit_code == 0, done.output
    assert started == [[str(tmp_path / "work"), *options]]


def test_without_a_folder_the_current_one_is_opened(
    started: list, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    workspace.hand_out(tmp_path, workspace.plan(tmp_path))
    assert run().exit_code == 0
    assert started[0][0] == str(tmp_path)


def test_without_a_course_it_says_how_to_make_one(started: list, tmp_path: Path):
    done = run()
    assert done.exit_code == 2
    assert "mnist-lab lab my-course" in done.output
    (tmp_path / "file").touch()
    done = run("file")
    assert done.exit_code == 2
    assert "is a file" in done.output
    assert started == []


def test_root_gets_the_option_that_jupyterlab_asks_for(
    started: list, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(command, "_is_root", lambda: True)
    done = run("work")
    assert "--allow-root" in started[0]
    assert "You are root" in done.output
    done = run("work", "--allow-root")
    assert started[1].count("--allow-root") == 1
    assert "You are root" not in done.output


def test_the_settings_and_the_commands_come_before_the_users_own(started: list):
    os.environ.update(JUPYTER_CONFIG_PATH="theirs", PATH="also theirs")
    run("work")
    assert os.environ["JUPYTER_CONFIG_PATH"] == os.pathsep.join(
        [str(files.JUPYTER_SETTINGS), "theirs"]
    )
    assert os.environ["PATH"].endswith(os.pathsep + "also theirs")
    commands = Path(os.environ["PATH"].split(os.pathsep)[0])
    assert list(commands.glob("jupyter-lab*"))


def test_the_settings_are_where_jupyterlab_looks_for_them():
    file = files.JUPYTER_SETTINGS / "labconfig" / "default_setting_overrides.json"
    settings = json.loads(file.read_text(encoding="utf-8"))
    assert settings["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"
    assert "markdown" in settings["@jupyterlab/docmanager-extension:plugin"]["defaultViewers"]
