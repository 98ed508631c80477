"""pyproject.toml, the lock and environment.yml agree; the Makefile sets up from the lock and speaks plainly."""

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

GIVEN = {"tensorflow", "numpy", "matplotlib", "seaborn", "jupyterlab", "nbval", "papermill"}


def _project(root: Path) -> dict:
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def _lock(root: Path) -> list[Requirement]:
    lines = re.sub(r"#.*", "", (root / "requirements.txt").read_text(encoding="utf-8")).splitlines()
    return [Requirement(line) for line in lines if line.strip()]


def _conda(root: Path) -> tuple[dict, list[Requirement]]:
    environment = yaml.safe_load((root / "environment.yml").read_text(encoding="utf-8"))
    plain = [line for line in environment["dependencies"] if isinstance(line, str)]
    pip = next(line["pip"] for line in environment["dependencies"] if isinstance(line, dict))
    assert "-e ." in pip
    lines = [
        line.replace("=", "==") if re.fullmatch(r"[\w-]+=[\d.]+", line) else line for line in plain
    ]
    return environment, [Requirement(line) for line in [*lines, *pip] if line != "-e ."]


def test_the_lock_pins_every_dependency_within_its_bounds(root: Path):
    project, lock = _project(root), _lock(root)
    assert all(re.fullmatch(r"==[\w.+]+", str(pinned.specifier)) for pinned in lock)
    pins = {pinned.name: str(pinned.specifier)[2:] for pinned in lock}
    for line in [*project["dependencies"], *project["optional-dependencies"]["test"]]:
        wanted = Requirement(line)
        assert wanted.name in pins, f"{wanted.name} is not in requirements.txt: run make lock"
        assert wanted.specifier.contains(pins[wanted.name])


def test_the_lock_names_no_host_and_serves_every_platform(root: Path):
    text = (root / "requirements.txt").read_text(encoding="utf-8")
    assert "://" not in text
    assert "--index" not in text
    assert "--find-links" not in text
    platforms = {str(pinned.marker) for pinned in _lock(root) if pinned.marker}
    assert any("win32" in marker for marker in platforms)
    assert any("darwin" in marker for marker in platforms)


def test_the_lock_has_one_version_for_all_supported_pythons(root: Path):
    names = [pinned.name for pinned in _lock(root)]
    assert len(names) == len(set(names))


def test_the_conda_environment_has_the_same_names_and_bounds(root: Path):
    project = _project(root)
    environment, requirements = _conda(root)
    assert environment["name"] == "mnist-lab"
    wanted = {
        Requirement(line).name: Requirement(line).specifier for line in project["dependencies"]
    }
    named = {requirement.name: requirement.specifier for requirement in requirements}
    assert set(named) >= GIVEN
    assert set(named) - {"python", "pip"} == {
        name for name, bounds in wanted.items() if str(bounds)
    }
    for name, bounds in named.items():
        if name not in {"python", "pip"}:
            assert bounds == wanted[name], name
    python = next(requirement for requirement in requirements if requirement.name == "python")
    assert SpecifierSet(project["requires-python"]).contains(
        str(python.specifier).removeprefix("==")
    )


def test_every_line_of_the_conda_environment_gives_its_reason(root: Path):
    text = (root / "environment.yml").read_text(encoding="utf-8").split("dependencies:")[1]
    for line in text.strip().splitlines():
        assert line.strip() == "- pip:" or "  # " in line, line


def test_every_added_dependency_gives_its_reason(root: Path):
    text = (root / "pyproject.toml").read_text(encoding="utf-8")
    added = text.split("# Each of these for one reason.")[1].split("# Imported by the package too")[
        0
    ]
    for line in added.strip().splitlines():
        assert re.search(r'", # \w', line), line


def test_the_package_imports_nothing_undeclared(root: Path):
    declared = {Requirement(line).name.replace("-", "_") for line in _project(root)["dependencies"]}
    declared |= {"IPython", "yaml", "sklearn", "mnist_lab"}
    standard = __import__("sys").stdlib_module_names
    for file in (root / "mnist_lab").glob("*.py"):
        for name in re.findall(
            r"^\s*(?:import|from) (\w+)", file.read_text(encoding="utf-8"), re.M
        ):
            assert name in declared or name in standard, f"{file.name} imports {name}"


@pytest.mark.parametrize("target", ["course", "test", "lab", "notebooks", "bench"])
def test_make_sets_up_first_and_only_when_something_changed(
    root: Path, tmp_path: Path, target: str
):
    if not shutil.which("make"):
        pytest.skip("make is not on this machine; the README names the commands it stands for")
    for name in ("Makefile", "pyproject.toml", "requirements.txt"):
        shutil.copy(root / name, tmp_path / name)

    def would_set_up() -> bool:
        done = subprocess.run(
            ["make", "-n", target],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
            env=_plain(),
        )
        return "Setting up .venv" in done.stdout

    assert would_set_up()
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / ".ready").touch()
    assert not would_set_up()
    os.utime(tmp_path / ".venv" / ".ready", (0, 0))
    assert would_set_up()


def test_make_says_in_one_sentence_that_python_is_too_old(root: Path, tmp_path: Path):
    if not shutil.which("make"):
        pytest.skip("make is not on this machine; the README names the commands it stands for")
    for name in ("Makefile", "pyproject.toml", "requirements.txt"):
        shutil.copy(root / name, tmp_path / name)
    old = tmp_path / "oldpython"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo Python 3.9.2 && exit 0\nexit 1\n')
    old.chmod(0o755)
    done = subprocess.run(
        ["make", "course", f"PYTHON={old}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env=_plain(),
    )
    assert done.returncode != 0
    said = [line for line in done.stdout.splitlines() if "Python" in line]
    assert len(said) == 1
    assert "needs Python 3.11, 3.12 or 3.13" in said[0]
    assert "Python 3.9.2" in said[0]
    assert not (tmp_path / ".venv").exists()


def _plain() -> dict[str, str]:
    """The environment without what a make around this test would hand down."""
    return {
        name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))
    }
