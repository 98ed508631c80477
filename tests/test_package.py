"""The package is quick to import, hands out its modules by name, and lists all its folders."""

import ast
import importlib
import os
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

import mnist_lab

PACKAGE = Path(mnist_lab.__file__).parent
WINGS = sorted(file.parent.name for file in PACKAGE.glob("*/__init__.pyi"))


def python(*arguments: str) -> tuple[str, str]:
    """Run a Python of its own; return what it wrote to stdout and stderr."""
    done = subprocess.run(
        [sys.executable, *arguments], capture_output=True, encoding="utf-8", timeout=300
    )
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr


def test_importing_the_package_imports_no_large_library():
    out, err = python(
        "-c",
        "import sys, mnist_lab\n"
        "large = {'tensorflow', 'keras', 'matplotlib', 'seaborn', 'sklearn', 'pandas', 'numpy'}\n"
        "print(sorted((large | {'scipy', 'pydantic'}) & set(sys.modules)))",
    )
    assert (out.strip(), err) == ("[]", "")


@pytest.mark.parametrize(
    "module", ["checks", "files", "data.digits", "evaluation.metrics", "records", "cli.app"]
)
def test_modules_that_need_no_tensorflow_do_not_start_it(module: str):
    out, _ = python("-c", f"import sys, mnist_lab.{module}; print('tensorflow' in sys.modules)")
    assert out.strip() == "False"


def test_the_first_figure_of_a_notebook_waits_for_no_library_that_it_does_not_need():
    out, _ = python(
        "-c",
        "import sys, mnist_lab as lab\n"
        "from mnist_lab import keras\n"
        "digits = lab.load_digits('sample')\n"
        "lab.plots.digit_grid(digits.train.images[:20], titles=digits.train.labels[:20])\n"
        "large = {'tensorflow', 'keras', 'seaborn', 'sklearn', 'scipy', 'pandas'}\n"
        "print(sorted(large & set(sys.modules)))",
    )
    assert out.strip() == "[]"


def test_every_name_offered_is_there():
    assert dir(mnist_lab) == sorted(set(mnist_lab.__all__))
    for name in mnist_lab.__all__:
        assert getattr(mnist_lab, name) is not None


@pytest.mark.parametrize("wing", WINGS)
def test_a_wing_offers_the_names_that_its_stub_lists(wing: str):
    """lazy_loader reads the imports of a stub at run time; editors read all of it."""
    module = importlib.import_module(f"mnist_lab.{wing}")
    stub = ast.parse((PACKAGE / wing / "__init__.pyi").read_text(encoding="utf-8"))
    imported = [
        alias.asname or alias.name
        for node in stub.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    ]
    assert sorted(imported) == sorted(set(imported))
    assert sorted(module.__all__) == sorted(imported)
    for name in imported:
        assert getattr(module, name) is not None
    listed = [
        ast.literal_eval(node.value)
        for node in stub.body
        if isinstance(node, ast.Assign) and node.targets[0].id == "__all__"
    ]
    assert [sorted(names) for names in listed] == [sorted(imported)]


def test_names_lead_to_the_functions_of_their_modules():
    assert mnist_lab.load_digits is mnist_lab.data.load_digits
    assert mnist_lab.train is mnist_lab.training.train
    assert mnist_lab.evaluate is mnist_lab.evaluation.evaluate
    assert mnist_lab.record is mnist_lab.records.record
    assert mnist_lab.keras.__name__ == "keras"


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="No mnist_lab attribute no_such_name"):
        mnist_lab.no_such_name  # noqa: B018
    with pytest.raises(ImportError, match="no_such_name"):
        from mnist_lab import no_such_name  # noqa: F401
    assert not hasattr(mnist_lab, "__wrapped__")


def test_every_folder_of_the_package_is_installed(root: Path):
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    listed = project["tool"]["setuptools"]["packages"]
    folders = {file.parent.relative_to(root) for file in PACKAGE.rglob("__init__.py")}
    assert sorted(listed) == sorted(
        {".".join(folder.parts) for folder in folders} | {"mnist_lab.course"}
    )


def test_the_commands_start_as_a_module_too_and_say_their_version():
    out, _ = python("-m", "mnist_lab", "--version")
    assert out.strip() == f"mnist-lab {version('mnist_lab')}"
    out, _ = python("-m", "mnist_lab", "--help")
    assert "Usage: mnist-lab " in out


def test_a_shell_completes_the_commands():
    asked = {
        "_MNIST_LAB_COMPLETE": "complete_bash",
        "COMP_WORDS": "mnist-lab cou",
        "COMP_CWORD": "1",
    }
    done = subprocess.run(
        [sys.executable, "-m", "mnist_lab"],
        env=os.environ | asked,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
    )
    assert done.stdout.split() == ["course"]


def test_the_check_of_a_machine_is_a_function_of_the_face():
    from mnist_lab.checkup import doctor

    assert mnist_lab.doctor is doctor
