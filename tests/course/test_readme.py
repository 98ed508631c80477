"""The pages of text: their commands work when pasted, their numbers and links are right."""

import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from mnist_lab.exercises.catalogue import exercises_of
from mnist_lab.exercises.exercise import Question
from mnist_lab.records import read_record, read_records
from mnist_lab.runs.notebook import notebook_parameters, validate_run
from tests.helpers.checkout import copy_checkout
from tests.helpers.course import assert_quick_run_reads_digits
from tests.helpers.machine import ROOT
from tools import refresh_notebooks

PAGES = [
    ROOT / name
    for name in (
        "README.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "benchmarks/README.md",
        "docs/install.md",
        "docs/instructors.md",
        "docs/package.md",
        "notebooks/00_start_here.md",
    )
]
PASTED = [ROOT / "README.md", ROOT / "docs" / "instructors.md"]


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


README = text_of(ROOT / "README.md")


def commands_of(page: Path) -> list[str]:
    """Return the lines of a page's blocks of shell commands."""
    blocks = re.findall(r"^```sh\n(.*?)^```", text_of(page), re.M | re.S)
    return [line for block in blocks for line in block.splitlines()]


MAKE = sorted(
    {
        command
        for page in (*PASTED, ROOT / "CONTRIBUTING.md")
        for command in commands_of(page)
        if command.startswith("make ")
    }
)


def python_of(page: Path) -> str:
    """Return a page's block of Python."""
    match = re.search(r"^```python\n(.*?)^```", text_of(page), re.M | re.S)
    assert match
    return match[1]


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository with this Python as its .venv, so that nothing is written here."""
    folder = tmp_path_factory.mktemp("readme") / "mnist_lab"
    copy_checkout(ROOT, folder)
    (folder / ".venv").mkdir()
    for entry in Path(sys.prefix).iterdir():
        (folder / ".venv" / entry.name).symlink_to(entry)
    return folder


def run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))
    }
    return subprocess.run(
        command, cwd=folder, capture_output=True, encoding="utf-8", timeout=1500, env=environment
    )


def test_the_readme_begins_with_its_commands_and_is_short():
    assert commands_of(ROOT / "README.md")[:3] == ["make course", "make test", "make lab"]
    assert len(README.splitlines()) <= 130


@pytest.mark.slow
@pytest.mark.parametrize("page", PASTED, ids=lambda page: page.name)
def test_the_commands_of_a_page_work_when_pasted_one_after_the_other(page: Path, clone: Path):
    commands = [command for command in commands_of(page) if not command.startswith("make ")]
    assert commands
    for command in commands:
        done = run(shlex.split(command), clone)
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        if "read_records" in command:
            assert "test accuracy" in done.stdout
    if page.name == "instructors.md":
        check_course(clone / "runs" / "quick")
        assert validate_run(clone / "runs" / "small.ipynb") == []
        assert read_record(clone / "runs" / "small.ipynb").parameters["train_size"] == 1000


def check_course(folder: Path) -> None:
    """Check what the command `course` has left: every notebook, good, and the report."""
    names = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))
    assert sorted(path.name for path in folder.iterdir()) == [*names, "pages", "report.html"]
    for name in names:
        assert_quick_run_reads_digits(folder / name, {"seed": 1})
        assert read_record(folder / name).test_accuracy >= 0.8


@pytest.mark.needs_make
@pytest.mark.parametrize("command", MAKE)
def test_make_knows_the_target(command: str, clone: Path):
    done = run(shlex.split(command.replace("make", "make -n")), clone)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("page", ["README.md", "docs/package.md"])
def test_the_lines_of_python_work(page: str, tmp_path: Path):
    done = run([sys.executable, "-c", python_of(ROOT / page)], tmp_path)
    assert done.returncode == 0, done.stderr
    assert "of 1,000 digits correct" in done.stdout
    if page == "README.md":
        assert (tmp_path / "confusion.png").stat().st_size > 5000


def test_the_accuracies_are_those_of_the_committed_notebooks():
    records = read_records(ROOT / "notebooks")
    assert refresh_notebooks.with_accuracies(README, records) == README
    assert len(records) == len(re.findall(r"\]\(notebooks/\w+\.ipynb\)", README))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_to_a_file_and_to_a_heading(page: Path):
    links = re.findall(r"\]\(([^)\s]+)\)", text_of(page))
    for link in links:
        if "://" in link:
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name) if name else page
        assert target.exists(), link
        if anchor:
            headings = re.findall(r"^#+ (.+)$", text_of(target), re.M)
            anchors = [
                re.sub(r"[^\w -]", "", words).lower().replace(" ", "-") for words in headings
            ]
            assert anchor in anchors, link


def test_every_image_in_docs_is_shown_on_some_page():
    shown = {
        (page.parent / link).resolve()
        for page in PAGES
        for link in re.findall(r"!\[[^\]]*\]\(([^)\s]+)\)", text_of(page))
        if "://" not in link
    }
    assert set((ROOT / "docs").rglob("*.png")) <= shown
    assert set((ROOT / "benchmarks").glob("*.png")) - shown == {
        # Linked, not shown.
        ROOT / "benchmarks" / "scaling_depth.png",
        ROOT / "benchmarks" / "scaling_threads.png",
    }


def test_the_images_are_small():
    for path in (ROOT / "docs").rglob("*.png"):
        assert path.stat().st_size < 200_000, path.name


def test_the_page_of_the_package_has_no_link_that_breaks_on_an_index():
    """Its text stands there alone, without the files of the repository."""
    project = tomllib.loads(text_of(ROOT / "pyproject.toml"))["project"]
    assert project["readme"] == "docs/package.md"
    links = re.findall(r"\]\(([^)\s]+)\)", text_of(ROOT / project["readme"]))
    assert all("://" in link for link in links)


def test_the_table_of_parts_names_every_part_of_the_package():
    contributing = text_of(ROOT / "CONTRIBUTING.md")
    package = ROOT / "mnist_lab"
    parts = {path.stem for path in package.glob("*.py") if not path.name.startswith("__")}
    parts |= {path.parent.name + "/" for path in package.glob("*/__init__.py")}
    assert {part for part in parts if f"`{part}`" not in contributing} == set()
    assert len(contributing.splitlines()) <= 80


def test_one_version_is_named_everywhere():
    version = tomllib.loads(text_of(ROOT / "pyproject.toml"))["project"]["version"]
    assert str(yaml.safe_load(text_of(ROOT / "CITATION.cff"))["version"]) == version
    newest = re.search(r"^## \[([\d.]+)\]", text_of(ROOT / "CHANGELOG.md"), re.M)
    assert newest and newest[1] == version
    for page in ("README.md", "docs/install.md"):
        assert f"mnist_lab-{version}-py3-none-any.whl" in text_of(ROOT / page)


def test_every_notebook_has_the_parameters_that_instructors_are_promised():
    page = text_of(ROOT / "docs" / "instructors.md")
    sentence = re.search(r"All have ((?:`\w+`[,\s]*(?:and\s+)?)+)", page)
    assert sentence
    promised = set(re.findall(r"`(\w+)`", sentence[1]))
    assert len(promised) >= 3
    for notebook in (ROOT / "notebooks").glob("*.ipynb"):
        assert promised <= set(notebook_parameters(notebook)), notebook.name


def test_the_plan_counts_the_exercises_that_ask_for_numbers():
    lessons = [path.name[:2] for path in sorted((ROOT / "notebooks").glob("*.ipynb"))]
    exercises = {lesson: exercises_of(lesson).values() for lesson in lessons}
    asked = {
        lesson: sum(isinstance(one, Question) for one in ones) for lesson, ones in exercises.items()
    }
    words = f"{sum(asked.values())} of the {sum(map(len, exercises.values()))} exercises ask for"
    assert words in text_of(ROOT / "docs" / "teaching.md")
    assert max(asked.values()) == 2
    assert [lesson for lesson, count in asked.items() if not count] == ["09"]
    assert {len(ones) for ones in exercises.values()} == {5}  # as the README says
