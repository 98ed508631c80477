"""Packages that are missing are named all at once; the check of a machine works without them."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from mnist_lab import needs
from tests.helpers.machine import ROOT

# Parts that notebooks do not use.
COMMANDS = {
    "cli",
    "export",
    "marking",
    "runs",
    "__main__.py",
    "checkup.py",
    "requirements.py",
    "locks.py",
}
# Stands in for an environment such as Colab's: the import system does not find these packages.
HIDE = """
import sys
from importlib.machinery import PathFinder
hidden, find = {hidden!r}, PathFinder.find_spec
PathFinder.find_spec = classmethod(
    lambda cls, name, path=None, target=None:
        None if name.split(".")[0] in hidden else find(name, path, target)
)
"""


def python_without(*hidden: str, code: str) -> subprocess.CompletedProcess[str]:
    """Run a Python of its own that finds some packages nowhere."""
    program = HIDE.format(hidden=set(hidden)) + code
    command = [sys.executable, "-c", program]
    return subprocess.run(command, capture_output=True, encoding="utf-8", timeout=300)


def imported(text: str) -> set[str]:
    """Return the packages that a program imports, anywhere in it."""
    nodes = list(ast.walk(ast.parse(text)))
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {n.module or "" for n in nodes if isinstance(n, ast.ImportFrom) and not n.level}
    roots = {name.split(".")[0] for name in names}
    return roots - sys.stdlib_module_names - {"mnist_lab"}


def test_the_list_has_what_notebooks_import_and_nothing_else():
    package = ROOT / "mnist_lab"
    used: set[str] = set()
    for file in package.rglob("*.py"):
        if file.relative_to(package).parts[0] not in COMMANDS:
            used |= imported(file.read_text(encoding="utf-8"))
    for notebook in (ROOT / "notebooks").glob("*.ipynb"):
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        for cell in cells:
            if cell["cell_type"] == "code":
                used |= imported("".join(cell["source"]))
    assert sorted(used) == sorted(needs.MODULES)


def test_nothing_is_missing_here():
    assert needs.missing() == []
    needs.require()


@pytest.mark.parametrize(
    "use",
    [
        "import mnist_lab as lab; lab.load_digits",
        "from mnist_lab import train",
        "import mnist_lab as lab; lab.keras",
    ],
)
def test_a_notebook_is_told_of_all_missing_packages_at_its_first_use(use: str):
    done = python_without("anywidget", "sklearn", "keras", code=use)
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("ModuleNotFoundError: mnist_lab needs packages that are missing here")
    assert last.count("pip install anywidget keras scikit-learn") == 2
    assert "%pip install" in last


def test_the_package_itself_names_what_its_import_needs():
    done = python_without("lazy_loader", code="import mnist_lab")
    assert "pip install lazy-loader" in done.stderr.strip().splitlines()[-1]


def test_a_command_names_the_package_that_it_lacks(tmp_path: Path):
    folder = str(tmp_path / "course")
    code = (
        "from mnist_lab.cli.app import app\n"
        f"app(['lab', {folder!r}], prog_name='mnist-lab', standalone_mode=True)"
    )
    done = python_without("jupyterlab", code=code)
    assert done.returncode == 2
    assert "pip install jupyterlab" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_check_of_a_machine_works_without_them():
    done = python_without("anywidget", "cleanlab", code="import mnist_lab; mnist_lab.doctor")
    assert (done.returncode, done.stderr) == (0, "")
