"""The notebooks as committed: executed in one run, on full MNIST, with records and parameters."""

import base64
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from papermill.cli import papermill

from mnist_lab import ipynb
from mnist_lab.record_schema import MIME
from mnist_lab.records import read_record
from mnist_lab.runs.notebook import notebook_parameters, quick_values
from tests.helpers.machine import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
# What a sound run on full MNIST reaches on the test digits with the default parameters.
LEAST_ACCURACY = {
    "01_single_layer": 0.924,
    "02_one_hidden_layer": 0.980,
    "03_multi_layer_perceptron": 0.9915,
    "04_error_analysis": 0.990,
    "05_confidence_and_robustness": 0.990,
    "06_convolutional_network": 0.994,
    "07_activations_and_optimizers": 0.977,
    "08_hyperparameter_tuning": 0.975,
    "09_your_own_digits": 0.988,
    "10_small_and_shipped": 0.975,
}
PARAMETER_TYPES = {"str", "int", "float", "list", "Optional[int]", "Optional[list]"}


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request: pytest.FixtureRequest) -> Path:
    return request.param


def code_of(notebook: Path) -> list[dict]:
    return ipynb.code_cells(ipynb.read(notebook))


def test_the_course_has_its_notebooks_in_order():
    numbers = [path.stem[:2] for path in NOTEBOOKS]
    assert numbers == [f"{number:02d}" for number in range(1, 11)]


def test_it_is_committed_executed_in_one_clean_run(notebook: Path):
    code = code_of(notebook)
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    outputs = [output for cell in code for output in cell["outputs"]]
    assert not [output for output in outputs if output["output_type"] == "error"]
    assert not [output["text"] for output in outputs if output.get("name") == "stderr"]


def test_it_was_run_on_full_mnist_and_reached_what_it_should(notebook: Path):
    record = read_record(notebook)
    assert record.notebook == notebook.stem
    sizes = record.data.train, record.data.validation, record.data.test
    assert (record.data.source, *sizes) == ("mnist", 54_000, 6_000, 10_000)
    assert record.test_accuracy >= LEAST_ACCURACY[notebook.stem]


def test_its_record_holds_every_parameter_at_its_default(notebook: Path):
    parameters = notebook_parameters(notebook)
    recorded = read_record(notebook).parameters
    assert set(recorded) == set(parameters) - {"records"}
    for name, value in recorded.items():
        assert value == eval(parameters[name]["default"], {})


def test_its_parameters_are_one_cell_of_plain_documented_lines(notebook: Path):
    tagged = [
        cell for cell in code_of(notebook) if "parameters" in cell["metadata"].get("tags", [])
    ]
    assert len(tagged) == 1
    lines = tagged[0]["source"].splitlines()
    parameters = notebook_parameters(notebook)
    assert len(parameters) == len(lines)
    for parameter in parameters.values():
        assert parameter["help"], parameter
        assert parameter["inferred_type_name"] in PARAMETER_TYPES, parameter
    for line in lines:
        assert re.fullmatch(r'\w+: [\w\[\]]+ = ("[^"#=]*"|[^"#=|]+)  # [^#]+', line), line


def test_papermill_documents_the_same_parameters(notebook: Path):
    done = CliRunner().invoke(papermill, ["--help-notebook", str(notebook)])
    assert done.exit_code == 0, done.output
    printed = done.output
    for name, parameter in notebook_parameters(notebook).items():
        kind, default = parameter["inferred_type_name"], parameter["default"]
        assert f"{name}: {kind} (default {default})" in printed
        assert parameter["help"] in printed


def test_its_quick_values_are_of_the_parameters_types(notebook: Path):
    quick = quick_values(notebook)
    assert "train_size" in quick
    parameters = notebook_parameters(notebook)
    for name, value in quick.items():
        assert type(value).__name__ in parameters[name]["inferred_type_name"], (name, value)


def test_no_machine_path_and_no_address_is_in_its_file(notebook: Path):
    text = notebook.read_text(encoding="utf-8")
    assert not re.search(r"/(work|root|home|tmp|Users)/", text)
    assert not re.search(r" at 0x[0-9a-f]{8,}", text)


def test_its_file_is_small_and_its_metadata_bare(notebook: Path):
    content = json.loads(notebook.read_text(encoding="utf-8"))
    assert notebook.stat().st_size < 600_000
    assert content["metadata"].keys() <= {"kernelspec", "language_info"}
    assert "widget-view" not in json.dumps(content), "a widget without its state shows an error"
    assert content["metadata"]["kernelspec"]["name"] == "python3"
    for cell in content["cells"]:
        assert cell["metadata"].keys() <= {"tags"}


def test_its_figures_have_a_palette_of_colors(notebook: Path):
    figures = [base64.b64decode(png) for png in ipynb.outputs(ipynb.read(notebook), "image/png")]
    assert figures
    # The color type in a PNG's header.
    assert {figure[25] for figure in figures} == {3}, "run: python -m tools.refresh_notebooks"


def test_its_first_cell_is_a_title_and_its_last_the_record(notebook: Path):
    cells = ipynb.read(notebook)["cells"]
    assert cells[0]["source"].startswith("# ")
    assert cells[-1]["source"] == "run"
    assert MIME in cells[-1]["outputs"][0]["data"]


def test_it_uses_the_test_digits_once_after_everything_is_chosen(notebook: Path):
    sources = [cell["source"] for cell in code_of(notebook)]
    tested = [
        index
        for index, source in enumerate(sources)
        if re.search(r"evaluate\([^)]*digits\.test\)", source)
    ]
    trained = [
        index
        for index, source in enumerate(sources)
        if ("lab.train(" in source or ".fit(" in source) and "mixed" not in source
    ]
    assert len(tested) == 1
    assert tested[0] > max(trained)


def test_some_of_its_outputs_are_compared_by_nbval(notebook: Path):
    checked = [
        cell
        for cell in code_of(notebook)
        if "nbval-check-output" in cell["metadata"].get("tags", [])
    ]
    assert checked
    assert all(cell["outputs"] for cell in checked)


def test_no_machinery_of_the_tests_is_in_a_learners_sight(notebook: Path):
    assert "NBVAL" not in notebook.read_text(encoding="utf-8")


def test_the_start_page_and_the_readme_name_every_notebook(notebook: Path):
    start = (ROOT / "notebooks" / "00_start_here.md").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"({notebook.name})" in start
    assert f"(notebooks/{notebook.name})" in readme
