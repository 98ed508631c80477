"""pyproject.toml, the locks and environment.yml agree; the Makefile sets up from the locks."""

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

GIVEN = {"tensorflow", "numpy", "matplotlib", "seaborn", "jupyterlab", "nbval", "papermill"}
LOCKS = ["requirements.txt", "requirements-dev.txt", "requirements-site.txt"]
# What is for who develops; a learner does not install it.
DEVELOPERS_OWN = {"playwright", "hypothesis", "ruff", "tensorboard", "pytest-xdist", "pyright"}


def _project(root: Path) -> dict:
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def _lock(root: Path, name: str = "requirements.txt") -> list[Requirement]:
    lines = re.sub(r"#.*", "", (root / name).read_text(encoding="utf-8")).splitlines()
    return [Requirement(line) for line in lines if line.strip()]


def _pins(root: Path, name: str) -> dict[str, str]:
    return {pinned.name: str(pinned.specifier)[2:] for pinned in _lock(root, name)}


def _conda(root: Path) -> tuple[dict, list[Requirement]]:
    environment = yaml.safe_load((root / "environment.yml").read_text(encoding="utf-8"))
    plain = [line for line in environment["dependencies"] if isinstance(line, str)]
    pip = next(line["pip"] for line in environment["dependencies"] if isinstance(line, dict))
    assert "-e ." in pip
    lines = [
        line.replace("=", "==") if re.fullmatch(r"[\w-]+=[\d.]+", line) else line for line in plain
    ]
    return environment, [Requirement(line) for line in [*lines, *pip] if line != "-e ."]


def test_the_locks_pin_every_dependency_within_its_bounds(root: Path):
    project = _project(root)
    extras = project["optional-dependencies"]
    beside = ([], extras["dev"] + extras["export"], extras["site"])
    for name, extra in zip(LOCKS, beside, strict=True):
        dependencies = project["dependencies"] + extra
        assert all(
            re.fullmatch(r"==[\w.+]+", str(pinned.specifier)) for pinned in _lock(root, name)
        )
        pins = _pins(root, name)
        for line in dependencies:
            required = Requirement(line)
            assert required.name in pins, f"{required.name} is not in {name}: run make lock"
            assert required.specifier.contains(pins[required.name]), required.name


def test_the_developers_lock_holds_the_learners_and_a_learner_gets_no_tools(root: Path):
    learners, developers = _pins(root, "requirements.txt"), _pins(root, "requirements-dev.txt")
    assert learners.items() <= developers.items()
    assert developers.keys() >= DEVELOPERS_OWN
    assert not learners.keys() & DEVELOPERS_OWN


def test_the_packages_for_the_website_can_stand_beside_all_others(root: Path):
    website, learners = _pins(root, "requirements-site.txt"), _pins(root, "requirements.txt")
    developers = _pins(root, "requirements-dev.txt")
    assert learners.items() <= website.items()
    both = website.keys() & developers.keys()
    assert {name: website[name] for name in both} == {name: developers[name] for name in both}
    assert not learners.keys() & {"sphinx", "docutils"}


def test_whoever_installs_the_package_gets_the_quick_jsonschema(root: Path):
    """Locks are for make; pip and conda read the dependencies."""
    bounds = [Requirement(line) for line in _project(root)["dependencies"]]
    assert any(r.name == "jsonschema" and not r.specifier.contains("4.25.0") for r in bounds)


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_host_and_serves_every_platform(root: Path, name: str):
    text = (root / name).read_text(encoding="utf-8")
    assert "://" not in text
    assert "--index" not in text
    assert "--find-links" not in text
    platforms = {str(pinned.marker) for pinned in _lock(root, name) if pinned.marker}
    assert any("win32" in marker for marker in platforms)
    assert any("darwin" in marker for marker in platforms)


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_has_one_version_for_all_supported_pythons(root: Path, name: str):
    names = [pinned.name for pinned in _lock(root, name)]
    assert len(names) == len(set(names))


def test_the_conda_environment_has_the_same_names_and_bounds(root: Path):
    project = _project(root)
    environment, requirements = _conda(root)
    assert environment["name"] == "mnist-lab"
    wanted = {
        Requirement(line).name: Requirement(line).specifier for line in project["dependencies"]
    }
    # conda knows jupyter_client by its underscore alone.
    named = {canonicalize_name(required.name): required.specifier for required in requirements}
    assert set(named) >= GIVEN
    assert set(named) - {"python", "pip"} == set(wanted)
    for name, bounds in named.items():
        if name not in {"python", "pip"}:
            assert bounds == wanted[name], name
    python = next(requirement for requirement in requirements if requirement.name == "python")
    assert SpecifierSet(project["requires-python"]).contains(
        str(python.specifier).removeprefix("==")
    )


def test_the_package_imports_nothing_undeclared(root: Path):
    project = _project(root)
    lines = project["dependencies"] + project["optional-dependencies"]["export"]
    declared = {Requirement(line).name.replace("-", "_") for line in lines}
    # Distributions whose modules have other names.
    declared |= {"IPython", "PIL", "yaml", "skimage", "sklearn", "zmq", "mnist_lab"}
    files = list((root / "mnist_lab").rglob("*.py"))
    assert len(files) > 30
    for file in files:
        for name in _imported(file):
            assert name in declared or name in sys.stdlib_module_names, f"{file} imports {name}"


def _imported(file: Path) -> set[str]:
    """Return the packages that a file imports, anywhere in it."""
    nodes = list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    parts = {node.module for node in nodes if isinstance(node, ast.ImportFrom) and not node.level}
    return {name.split(".")[0] for name in plain | parts}


# The Makefile


@pytest.fixture
def checkout(root: Path, tmp_path: Path) -> Path:
    """What make needs of a checkout, without a .venv."""
    for name in ("Makefile", "pyproject.toml", *LOCKS):
        shutil.copy(root / name, tmp_path / name)
    return tmp_path


def _make(folder: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))
    }
    return subprocess.run(
        ["make", *words],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        env=environment | variables,
    )


def _make_ready(folder: Path, *marks: str) -> None:
    (folder / ".venv").mkdir(exist_ok=True)
    for mark in marks:
        (folder / ".venv" / mark).touch()


@pytest.mark.needs_make
@pytest.mark.parametrize("target", ["setup", "course", "lab", "notebooks", "bench"])
def test_make_sets_up_first_and_only_when_something_changed(checkout: Path, target: str):
    def would_set_up() -> bool:
        done = _make(checkout, "-n", target)
        assert done.returncode == 0, done.stderr
        assert "requirements-dev.txt" not in done.stdout
        return "Setting up .venv" in done.stdout

    assert would_set_up()
    _make_ready(checkout, ".ready")
    assert not would_set_up()
    os.utime(checkout / ".venv" / ".ready", (0, 0))
    assert would_set_up()


@pytest.mark.needs_make
@pytest.mark.parametrize("target", ["test", "test-fast", "lint", "format", "screenshots"])
def test_make_adds_the_developers_packages_where_they_are_needed(checkout: Path, target: str):
    def steps() -> tuple[bool, bool]:
        done = _make(checkout, "-n", target)
        assert done.returncode == 0, done.stderr
        return "Setting up .venv" in done.stdout, "packages for tests" in done.stdout

    assert steps() == (True, True)
    _make_ready(checkout, ".ready")
    assert steps() == (False, True)
    _make_ready(checkout, ".ready-dev")
    assert steps() == (False, False)
    os.utime(checkout / ".venv" / ".ready-dev", (0, 0))
    assert steps() == (False, True)


@pytest.mark.needs_make
@pytest.mark.parametrize("target", ["site", "test"])
def test_make_adds_the_packages_for_the_website_where_they_are_needed(checkout: Path, target: str):
    _make_ready(checkout, ".ready", ".ready-dev")
    assert "packages for the website" in _make(checkout, "-n", target).stdout
    _make_ready(checkout, ".ready-site")
    assert "packages for the website" not in _make(checkout, "-n", target).stdout
    for other in ("course", "lab", "test-fast", "lint"):
        (checkout / ".venv" / ".ready-site").unlink(missing_ok=True)
        assert "packages for the website" not in _make(checkout, "-n", other).stdout


@pytest.mark.needs_make
def test_the_build_of_tensorflow_is_a_choice_that_stays(checkout: Path):
    def installs(*words: str) -> list[str]:
        done = _make(checkout, "-n", *words)
        assert done.returncode == 0, done.stderr
        return re.findall(r"^sed '(.*)' (requirements\S*)", done.stdout, re.M)

    cpu = "s/^tensorflow==/tensorflow-cpu==/"
    assert installs("setup") == [("", "requirements.txt")]
    assert installs("setup", "TENSORFLOW=cpu") == [(cpu, "requirements.txt")]
    _make_ready(checkout, ".ready")
    assert installs("setup", "TENSORFLOW=standard") == []
    assert installs("setup", "TENSORFLOW=cpu") == [(cpu, "requirements.txt")]
    (checkout / ".venv" / ".tensorflow").write_text("cpu\n", encoding="utf-8")
    assert installs("course") == []
    assert installs("test") == [(cpu, "requirements-dev.txt"), (cpu, "requirements-site.txt")]
    assert installs("setup", "TENSORFLOW=standard") == [("", "requirements.txt")]


@pytest.mark.needs_make
def test_an_unknown_build_of_tensorflow_is_refused(checkout: Path):
    done = _make(checkout, "setup", "TENSORFLOW=gpu", f"PYTHON={sys.executable}")
    assert done.returncode != 0
    assert "TENSORFLOW=gpu cannot be used: expected standard or cpu." in done.stdout
    assert not (checkout / ".venv").exists()


def test_the_smaller_build_replaces_just_one_line_of_each_lock(root: Path):
    for name in LOCKS:
        text = (root / name).read_text(encoding="utf-8")
        assert len(re.findall(r"^tensorflow==", text, re.M)) == 1
        # Nothing else asks for tensorflow by that name.
        askers = re.search(r"^tensorflow==.*\n((?:    #.*\n)+)", text, re.M)[1]
        assert set(re.findall(r"#\s+(?:via )?(\S+)", askers)) <= {"via", "-c", "mnist-lab"}


@pytest.mark.needs_make
def test_make_passes_further_options_on(checkout: Path):
    _make_ready(checkout, ".ready")
    _make_ready(checkout, ".ready-dev")
    for target in ("course", "lab", "test", "test-fast", "bench"):
        done = _make(checkout, "-n", target, "ARGS=--its-option")
        assert done.stdout.rstrip().endswith(" --its-option"), target


@pytest.mark.needs_make
def test_make_help_names_every_target(checkout: Path):
    makefile = (checkout / "Makefile").read_text("utf-8").replace("\\\n", "")
    targets = re.search(r"^\.PHONY: help (.*)$", makefile, re.M)[1]
    named = re.findall(r"^make ([\w-]+)", _make(checkout, "help").stdout, re.M)
    assert sorted(named) == sorted(targets.split())
    assert _make(checkout).stdout == _make(checkout, "help").stdout


@pytest.mark.needs_make
def test_make_says_in_one_sentence_that_python_is_too_old(checkout: Path):
    old = checkout / "oldpython"
    old.write_text(
        '#!/bin/sh\n[ "$1" = --version ] && echo Python 3.9.2 && exit 0\nexit 1\n', "utf-8"
    )
    old.chmod(0o755)
    done = _make(checkout, "course", f"PYTHON={old}")
    assert done.returncode != 0
    lines = [line for line in done.stdout.splitlines() if "Python" in line]
    assert len(lines) == 1
    assert "needs Python 3.11, 3.12 or 3.13" in lines[0]
    assert "Python 3.9.2" in lines[0]
    assert not (checkout / ".venv").exists()


@pytest.mark.needs_make
def test_make_lock_without_uv_says_how_to_get_it(checkout: Path):
    for target in ("lock", "test-lowest"):
        done = _make(checkout, target, "UV=no-such-uv")
        assert done.returncode != 0
        assert "pip install uv" in done.stdout, target
        assert "not found" not in done.stdout + done.stderr


@pytest.mark.needs_make
def test_make_reads_names_as_utf8_in_any_locale(checkout: Path):
    """Without it, Python 3.11 makes no .venv in a folder named größe where LC_ALL is C."""
    say = 'import os, sys; print("utf8 =", os.path.isdir("größe"), sys.flags.utf8_mode)'
    (checkout / "größe").mkdir()
    (checkout / "say.mk").write_text(f"include Makefile\nsay:\n\t@$(PYTHON) -c '{say}'\n", "utf-8")
    old = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = _make(checkout, "-f", "say.mk", "say", f"PYTHON={sys.executable}", **old)
    assert done.stdout == "utf8 = True 1\n", done.stderr


def test_the_lowest_versions_are_tried_by_hand_and_by_the_workflow(root: Path):
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    assert "--resolution lowest-direct" in makefile
    workflow = (root / ".github" / "workflows" / "test.yml").read_text(encoding="utf-8")
    assert "make test-lowest" in workflow
