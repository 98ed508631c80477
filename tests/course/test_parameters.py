"""Each notebook reads its parameters once, right after their cell, and refuses nonsense by name."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from mnist_lab import ipynb
from mnist_lab.runs.notebook import notebook_parameters, quick_values
from mnist_lab.training import OPTIMIZERS
from tests.helpers.machine import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
# What no parameter of a type can be.
NONSENSE = {
    "int": [-1, 1.5, "many", None, [], float("nan"), True],
    "Optional[int]": [-1, 0, 1.5, "many", [], True],
    "float": [-1, "fast", None, [], float("inf"), float("nan"), True],
    "list": [[], [0], [1.5], "wide", None, {}, 0],
    "Optional[list]": [[], [0], [1.5], "wide", {}, 0],
    "str": [5, None, ["auto"]],
}
# Text that is no word a notebook knows, no existing folder, no file.
UNKNOWN = "nonsense"
# A new file or folder may have any name.
NEW_PATHS = {"drawings", "page", "save_as"}
# What the functions that check them call these parameters.
OTHER_NAMES = {"data_source": "source"}


@cache
def cells_before_the_lesson(notebook: Path) -> tuple[str, str, str]:
    """Return the code of the imports, of the parameters, and of the cell that reads them."""
    code = ipynb.code_cells(ipynb.read(notebook))
    tagged = ["parameters" in cell["metadata"].get("tags", []) for cell in code].index(True)
    imports = "\n".join(cell["source"] for cell in code[:tagged])
    return imports, code[tagged]["source"], code[tagged + 1]["source"]


def read_parameters(notebook: Path, given: dict[str, Any]) -> dict[str, Any]:
    """Run the first cells of a notebook with some parameters given, and return its names."""
    imports, defaults, reading = cells_before_the_lesson(notebook)
    names: dict[str, Any] = {}
    exec(f"{imports}\n{defaults}", names)
    names |= given
    exec(reading, names)
    return names


def nonsense_for(notebook: Path) -> list[tuple[str, Any]]:
    """Return the names of a notebook's parameters, each with values that it cannot have."""
    cases = []
    for name, parameter in notebook_parameters(notebook).items():
        kind = parameter["inferred_type_name"]
        cases += [(name, value) for value in NONSENSE[kind]]
        if kind == "str" and name not in NEW_PATHS:
            cases.append((name, UNKNOWN))
        if kind == "int" and name != "seed":
            cases.append((name, 0))
    return cases


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_nonsense_in_any_parameter_is_refused_by_its_name_before_the_lesson(notebook: Path):
    cases = nonsense_for(notebook)
    assert len(cases) > 30
    for name, value in cases:
        with pytest.raises(ValueError, match=f"^{OTHER_NAMES.get(name, name)}=.* cannot be used"):
            read_parameters(notebook, {name: value})


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_values_that_come_as_text_are_read_as_what_they_mean(notebook: Path):
    parameters = notebook_parameters(notebook)
    defaults = {name: eval(parameter["default"], {}) for name, parameter in parameters.items()}
    for values in (defaults, defaults | quick_values(notebook)):
        # An optional list stays as it is: papermill hands over None as None.
        as_text = {name: value if value is None else str(value) for name, value in values.items()}
        names = read_parameters(notebook, as_text)
        read = {name: names[name] for name in parameters}
        assert {k: list(v) if isinstance(v, tuple) else v for k, v in read.items()} == values
        assert all(type(read[name]) is not str or type(values[name]) is str for name in read)


def test_a_path_of_the_wrong_kind_is_refused(tmp_path: Path):
    """A drawings folder that is a file, a photo that is not there."""
    file = tmp_path / "file"
    file.touch()
    pad = NOTEBOOKS[8]
    with pytest.raises(ValueError, match="^drawings="):
        read_parameters(pad, {"drawings": str(file)})
    with pytest.raises(ValueError, match="^photo=.*expected the path of an existing file"):
        read_parameters(pad, {"photo": "absent.jpg"})
    with_ladder = [path for path in NOTEBOOKS if "records" in notebook_parameters(path)]
    assert [path.stem[:2] for path in with_ladder] == ["01", "02", "03", "06", "10"]
    for notebook in with_ladder:
        with pytest.raises(ValueError, match="^records="):
            read_parameters(notebook, {"records": str(file)})


def test_a_saved_network_can_be_taken_apart_and_a_missing_one_is_refused(tmp_path: Path):
    saved = tmp_path / "mine.keras"
    saved.touch()
    for notebook in (NOTEBOOKS[3], NOTEBOOKS[4], NOTEBOOKS[8]):
        names = read_parameters(notebook, {"model_file": str(saved)})
        assert names["model_file"] == str(saved)
        with pytest.raises(ValueError, match="^model_file=.*expected the path of an existing file"):
            read_parameters(notebook, {"model_file": "absent.keras"})


def test_every_optimizer_of_the_course_can_be_chosen():
    for name in OPTIMIZERS:
        read_parameters(NOTEBOOKS[6], {"optimizers": f"adam momentum {name}"})


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_lesson_converts_no_parameter_again(notebook: Path):
    code = [cell["source"] for cell in ipynb.code_cells(ipynb.read(notebook))]
    reading = code.index(cells_before_the_lesson(notebook)[2])
    lesson = "\n".join(code[reading + 1 :])
    assert "lab.checks" not in lesson
    for name in notebook_parameters(notebook):
        assert f"int({name})" not in lesson
        assert f"float({name})" not in lesson
