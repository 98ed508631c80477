"""`mnist-lab start` never writes over a learner's work, and `reset` keeps the page it replaces."""

import json
import platform
import re
from pathlib import Path

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from mnist_lab.cli import workspace
from mnist_lab.cli.app import app
from mnist_lab.files import course_folder

PAGES = {"00_start_here.md": "start", "01_one.ipynb": "one", "02_two.ipynb": "two"}


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course of three pages and a grid, version 0.1."""
    folder = tmp_path / "course"
    (folder / "grids").mkdir(parents=True)
    for name, text in PAGES.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "grids" / "01_grid.yml").write_text("grid", encoding="utf-8")
    (folder / "ruff.toml").touch()  # not for learners
    monkeypatch.setattr(workspace, "course_folder", lambda: folder)
    publish("0.1", monkeypatch)
    monkeypatch.chdir(tmp_path)
    return folder


def publish(version: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workspace, "version", lambda name: version)


def run(*words: str):
    return CliRunner().invoke(app, [str(word) for word in words])


def texts(folder: Path) -> dict[str, str]:
    """Return name -> content of all files of a folder but the manifest."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in files
        if path.name != workspace.MANIFEST
    }


def test_a_new_folder_gets_every_page_and_the_next_step_is_said(course: Path, tmp_path: Path):
    done = run("start", "mine")
    assert done.exit_code == 0, done.output
    assert texts(tmp_path / "mine") == PAGES | {"grids/01_grid.yml": "grid"}
    assert done.output.splitlines() == ["mine: 4 pages new", "Next: mnist-lab lab mine"]


def test_the_real_course_is_handed_out_whole_with_its_outputs_if_asked_for(tmp_path: Path):
    done = run("start", tmp_path / "mine", "--with-outputs")
    assert done.exit_code == 0, done.output
    course = course_folder()
    for pattern in ("*.ipynb", "*.md", "grids/*"):
        names = {path.relative_to(course) for path in course.glob(pattern)}
        assert names
        for name in names:
            mine, original = (
                re.sub(r'("version": ")[\d.]+', r"\1", (folder / name).read_text(encoding="utf-8"))
                for folder in (tmp_path / "mine", course)
            )
            assert mine == original


def test_a_learner_gets_notebooks_without_the_outputs_that_answer_them(tmp_path: Path):
    done = run("start", tmp_path / "mine")
    assert done.exit_code == 0, done.output
    course = course_folder()
    for original in course.glob("*.ipynb"):
        mine = nbformat.read(tmp_path / "mine" / original.name, as_version=4)
        nbformat.validate(mine)
        committed = nbformat.read(original, as_version=4)
        code = [cell for cell in mine.cells if cell.cell_type == "code"]
        assert code
        assert all(cell.outputs == [] and cell.execution_count is None for cell in code)
        assert [cell.source for cell in mine.cells] == [cell.source for cell in committed.cells]
        assert mine.metadata.kernelspec == committed.metadata.kernelspec


def test_notebooks_with_outputs_and_without_are_the_same_version(tmp_path: Path):
    for options in ((), ("--with-outputs",)):
        folder = tmp_path / f"mine{len(options)}"
        run("start", folder, *options)
        before = texts(folder)
        for others in ((), ("--with-outputs",)):
            done = run("start", folder, *others)
            assert "has every page of this version already" in done.output
        assert texts(folder) == before
        assert workspace.reset(folder, "01_single_layer.ipynb") is None or options


def test_a_second_start_changes_nothing(course: Path, tmp_path: Path):
    run("start", "mine")
    (tmp_path / "mine" / "01_one.ipynb").write_text("my work", encoding="utf-8")
    before = texts(tmp_path / "mine")
    done = run("start", "mine")
    assert done.exit_code == 0
    assert "has every page of this version already" in done.output
    assert texts(tmp_path / "mine") == before


def test_a_later_version_updates_what_is_unchanged_and_comes_beside_what_is_not(
    course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    run("start", "mine")
    (tmp_path / "mine" / "01_one.ipynb").write_text("my work", encoding="utf-8")
    publish("0.2", monkeypatch)
    (course / "01_one.ipynb").write_text("one, better", encoding="utf-8")
    (course / "02_two.ipynb").write_text("two, better", encoding="utf-8")
    (course / "03_three.ipynb").write_text("three", encoding="utf-8")
    done = run("start", "mine")
    assert done.exit_code == 0, done.output
    expected = PAGES | {
        "grids/01_grid.yml": "grid",
        "01_one.ipynb": "my work",
        "01_one (0.2).ipynb": "one, better",
        "02_two.ipynb": "two, better",
        "03_three.ipynb": "three",
    }
    assert texts(tmp_path / "mine") == expected
    assert done.output.splitlines()[:3] == [
        "mine: 1 page new",
        "mine: 1 page brought up to date",
        "01_one.ipynb: yours is kept; the new version is 01_one (0.2).ipynb",
    ]
    # Once more: nothing comes a second time, not even where the learner has no use for it.
    (tmp_path / "mine" / "01_one (0.2).ipynb").unlink()
    run("start", "mine")
    del expected["01_one (0.2).ipynb"]
    assert texts(tmp_path / "mine") == expected


def test_a_change_without_a_new_number_comes_beside_under_a_free_name(course: Path, tmp_path: Path):
    """As in a checkout, where the course changes from commit to commit."""
    run("start", "mine")
    (tmp_path / "mine" / "01_one.ipynb").write_text("my work", encoding="utf-8")
    for text in ("one, better", "one, better still"):
        (course / "01_one.ipynb").write_text(text, encoding="utf-8")
        run("start", "mine")
    found = texts(tmp_path / "mine")
    assert found["01_one.ipynb"] == "my work"
    assert found["01_one (0.1).ipynb"] == "one, better"
    assert found["01_one (0.1, 2).ipynb"] == "one, better still"


@pytest.mark.parametrize("manifest", [None, "no JSON", "[]", '{"pages": 3}'])
def test_a_folder_without_a_manifest_keeps_all_it_has(
    course: Path, tmp_path: Path, manifest: str | None
):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "01_one.ipynb").write_text("not the course's", encoding="utf-8")
    if manifest is not None:
        (tmp_path / "mine" / workspace.MANIFEST).write_text(manifest, encoding="utf-8")
    assert run("start", "mine").exit_code == 0
    found = texts(tmp_path / "mine")
    assert found["01_one.ipynb"] == "not the course's"
    assert found["01_one (0.1).ipynb"] == "one"
    assert set(json.loads((tmp_path / "mine" / workspace.MANIFEST).read_text())["pages"]) == {
        *PAGES,
        "grids/01_grid.yml",
    }


def test_a_start_that_was_stopped_halfway_is_completed_by_the_next(course: Path, tmp_path: Path):
    run("start", "mine")
    (tmp_path / "mine" / workspace.MANIFEST).unlink()
    (tmp_path / "mine" / "02_two.ipynb").unlink()
    assert run("start", "mine").exit_code == 0
    assert texts(tmp_path / "mine") == PAGES | {"grids/01_grid.yml": "grid"}


@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["learner", "course", "start", "reset"]), st.sampled_from("ab")),
        max_size=12,
    )
)
def test_no_order_of_steps_loses_what_a_learner_wrote(steps, tmp_path_factory):
    """Whatever is done in whatever order, every text that the learner saved is in some file."""
    folder = tmp_path_factory.mktemp("any_order")
    course, mine = folder / "course", folder / "mine"
    course.mkdir()
    (course / "01_one.ipynb").write_text("one", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workspace, "course_folder", lambda: course)
        workspace.hand_out(mine, workspace.plan(mine))
        written = None
        for step, text in steps:
            if step == "learner":
                written = f"learner's {text}"
                (mine / "01_one.ipynb").write_text(written, encoding="utf-8")
            elif step == "course":
                (course / "01_one.ipynb").write_text(f"course's {text}", encoding="utf-8")
            elif step == "start":
                workspace.hand_out(mine, workspace.plan(mine))
            else:
                workspace.reset(mine, "01_one.ipynb")
            assert written is None or written in texts(mine).values()
        workspace.hand_out(mine, workspace.plan(mine))
        assert workspace.plan(mine) == []


def test_the_course_itself_and_a_file_are_refused(course: Path, tmp_path: Path):
    (tmp_path / "file").touch()
    for folder, words in ((course, "is the course itself"), (tmp_path / "file", "is a file")):
        done = run("start", folder)
        assert done.exit_code == 2
        assert words in done.output


def test_a_folder_that_cannot_be_written_is_one_sentence(course: Path, tmp_path: Path):
    (tmp_path / "file").touch()
    done = run("start", tmp_path / "file" / "mine")
    assert done.exit_code == 2
    assert "cannot be written" in done.output


def test_a_notebook_is_a_file_or_a_page_of_the_course(course: Path, tmp_path: Path):
    mine = Path("01_one.ipynb")
    assert workspace.find_notebook(mine) == course / mine
    assert workspace.find_notebook(Path("1")) == course / mine
    (tmp_path / mine).touch()
    assert workspace.find_notebook(mine) == mine
    with pytest.raises(ValueError, match=r"mine/01_one\.ipynb: no such notebook"):
        workspace.find_notebook(Path("mine/01_one.ipynb"))
    with pytest.raises(ValueError, match="'9' is no page of the course"):
        workspace.find_notebook(Path("9"))


# Reset


@pytest.mark.parametrize("name", ["01", "1", "01_one", "01_one.ipynb", "mine/01_one.ipynb"])
def test_reset_brings_a_page_back_and_keeps_the_changed_one_beside_it(
    course: Path, tmp_path: Path, name: str
):
    run("start", "mine")
    (tmp_path / "mine" / "01_one.ipynb").write_text("my work", encoding="utf-8")
    done = run("reset", name, "mine")
    assert done.exit_code == 0, done.output
    found = texts(tmp_path / "mine")
    assert found["01_one.ipynb"] == "one"
    assert found["01_one (mine).ipynb"] == "my work"
    assert "01_one (mine).ipynb: is your own version" in done.output
    assert "Reload Notebook from Disk" in done.output


def test_reset_of_an_unchanged_or_a_lost_page_keeps_nothing(course: Path, tmp_path: Path):
    run("start", "mine")
    assert run("reset", "01", "mine").exit_code == 0
    (tmp_path / "mine" / "02_two.ipynb").unlink()
    assert run("reset", "02", "mine").exit_code == 0
    assert texts(tmp_path / "mine") == PAGES | {"grids/01_grid.yml": "grid"}


def test_reset_finds_the_folder_one_is_in_and_work(
    course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    run("start", "work")
    (tmp_path / "work" / "01_one.ipynb").write_text("my work", encoding="utf-8")
    assert run("reset", "01").exit_code == 0
    monkeypatch.chdir(tmp_path / "work")
    (tmp_path / "work" / "02_two.ipynb").write_text("my work", encoding="utf-8")
    assert run("reset", "02").exit_code == 0
    found = texts(tmp_path / "work")
    assert found["01_one (mine).ipynb"] == found["02_two (mine).ipynb"] == "my work"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["9", "mine"], "'9' is no page of the course. Give one of 00_start_here.md, 01_one.ipynb"),
        (["", "mine"], "is no page of the course"),
        (["0", "."], "was not created by `mnist-lab start`"),
        (["01"], "was not created by `mnist-lab start`"),
    ],
)
def test_reset_refuses_what_it_cannot_use(course: Path, words: list[str], expected: str):
    run("start", "mine")
    done = run("reset", *words)
    assert done.exit_code == 2
    assert expected in " ".join(done.output.split())


def notebook_of(version: str, text: str = "one") -> str:
    """Return a notebook as JupyterLab saves it under a version of Python."""
    language = {"name": "python", "pygments_lexer": "ipython3", "version": version}
    cell = {"cell_type": "code", "execution_count": None, "outputs": []}
    cell["source"] = [text, '"version": "0"']
    content = {"cells": [cell], "metadata": {"language_info": language}}
    return json.dumps(content, indent=1, sort_keys=True) + "\n"


def test_pages_are_handed_out_as_this_python_would_save_them(course: Path, tmp_path: Path):
    """JupyterLab asks to save a page that it opens under another version of Python."""
    (course / "01_one.ipynb").write_text(notebook_of("3.99.1"), encoding="utf-8")
    run("start", "mine")
    mine = tmp_path / "mine" / "01_one.ipynb"
    assert mine.read_text(encoding="utf-8") == notebook_of(platform.python_version())
    mine.unlink()
    run("reset", "01", "mine")
    assert mine.read_text(encoding="utf-8") == notebook_of(platform.python_version())


def test_another_version_of_python_makes_no_page_a_changed_one(course: Path, tmp_path: Path):
    (course / "01_one.ipynb").write_text(notebook_of("3.99.1"), encoding="utf-8")
    run("start", "mine")
    mine = tmp_path / "mine" / "01_one.ipynb"
    mine.write_text(notebook_of("3.11.0"), encoding="utf-8")  # as another Python handed it out
    assert "has every page of this version already" in run("start", "mine").output
    run("reset", "01", "mine")
    (course / "01_one.ipynb").write_text(notebook_of("3.99.1", "two"), encoding="utf-8")
    assert "mine: 1 page brought up to date" in run("start", "mine").output
    assert [path.name for path in (tmp_path / "mine").glob("01*")] == ["01_one.ipynb"]
