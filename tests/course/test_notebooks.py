"""The notebooks as they are committed: executed, shaped and documented as the course promises, and right in what they claim."""

import base64
import json
import re
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

from mnist_lab.records import read_record
from mnist_lab.runs.notebook import notebook_parameters, quick_values

NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("*.ipynb"))
# What a sound run on full MNIST reaches on the test digits at the notebooks' defaults.
LEAST_ACCURACY = {
    "01_single_layer": 0.923,
    "02_one_hidden_layer": 0.977,
    "03_multi_layer_perceptron": 0.990,
    "04_error_analysis": 0.980,
    "05_convolutional_network": 0.993,
    "06_activations_and_optimizers": 0.977,
    "07_hyperparameter_tuning": 0.975,
    "08_your_own_digits": 0.988,
}
HEADINGS = ["Prepare the data", "Build the model", "Train", "Evaluate"]
FORBIDDEN = r"^\s*[!%]|import \*|filterwarnings|simplefilter|os\.environ|getenv|/(work|root|home|tmp|Users)/"


def _cells(notebook: Path, kind: str = "code") -> list[dict]:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == kind]


def _source(cell: dict) -> str:
    return "".join(cell["source"])


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request: pytest.FixtureRequest) -> Path:
    return request.param


def test_the_course_has_its_notebooks_in_order():
    assert [path.stem[:2] for path in NOTEBOOKS] == [
        f"{number:02d}" for number in range(1, len(NOTEBOOKS) + 1)
    ]
    assert len(NOTEBOOKS) == 8


def test_it_is_committed_executed_in_one_clean_run(notebook: Path):
    code = _cells(notebook)
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    outputs = [output for cell in code for output in cell["outputs"]]
    assert not [output for output in outputs if output["output_type"] == "error"]
    assert not ["".join(output["text"]) for output in outputs if output.get("name") == "stderr"]


def test_it_was_run_on_full_mnist_and_reached_what_it_should(notebook: Path):
    content = read_record(notebook).content
    assert content["data"] == {
        "source": "mnist",
        "train": 54_000,
        "validation": 6_000,
        "test": 10_000,
    }
    assert content["metrics"]["test_accuracy"] >= LEAST_ACCURACY[notebook.stem]
    assert content["notebook"] == notebook.stem


def test_its_record_holds_every_parameter_at_its_default(notebook: Path):
    inferred = notebook_parameters(notebook)
    recorded = read_record(notebook).fields["parameters"]
    assert set(recorded) == set(inferred) - {"records"}
    for name, value in recorded.items():
        assert value == eval(inferred[name]["default"], {})


def test_its_parameters_are_one_cell_of_plain_documented_lines(notebook: Path):
    tagged = [cell for cell in _cells(notebook) if "parameters" in cell["metadata"].get("tags", [])]
    assert len(tagged) == 1
    lines = _source(tagged[0]).splitlines()
    inferred = notebook_parameters(notebook)
    assert len(inferred) == len(lines)
    for parameter in inferred.values():
        assert parameter["help"], parameter
        assert parameter["inferred_type_name"] in {
            "str",
            "int",
            "float",
            "list",
            "Optional[int]",
            "Optional[list]",
        }, parameter
    for line in lines:
        assert re.fullmatch(r'\w+: [\w\[\]]+ = ("[^"#=]*"|[^"#=|]+)  # [^#]+', line), line


def test_papermill_documents_the_same_parameters(notebook: Path):
    command = [sys.executable, "-m", "papermill", "--help-notebook", str(notebook)]
    words = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    for name, parameter in notebook_parameters(notebook).items():
        assert (
            f"{name}: {parameter['inferred_type_name']} (default {parameter['default']})" in words
        )
        assert parameter["help"] in words


def test_its_quick_values_are_of_the_parameters_types(notebook: Path):
    quick = quick_values(notebook)
    assert {"train_size", "epochs"} <= set(quick)
    kinds = {
        name: parameter["inferred_type_name"]
        for name, parameter in notebook_parameters(notebook).items()
    }
    for name, value in quick.items():
        assert type(value).__name__ in kinds[name], (name, value)


def test_its_shape_is_that_of_a_text_with_code(notebook: Path):
    everything = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    code = _cells(notebook)
    lines = sorted(
        len([line for line in _source(cell).splitlines() if line.strip()]) for cell in code
    )
    assert 35 <= len(everything) <= 70
    assert statistics.median(lines) <= 4
    assert lines[int(0.9 * (len(lines) - 1))] <= 12
    words = len(" ".join(_source(cell) for cell in _cells(notebook, "markdown")).split())
    tokens = sum(len(_source(cell).split()) for cell in code)
    assert words / (words + tokens) >= 0.6
    runs = "".join("c" if cell["cell_type"] == "code" else "m" for cell in everything).split("m")
    assert max(map(len, runs)) <= 2
    assert sum(len(re.findall(r"^\s*def ", _source(cell), re.M)) for cell in code) <= 2


def test_it_has_the_headings_every_notebook_has(notebook: Path):
    text = "\n".join(_source(cell) for cell in _cells(notebook, "markdown"))
    found = re.findall(r"^## (.+)$", text, re.M)
    places = [found.index(heading) for heading in HEADINGS]
    assert places == sorted(places)
    assert re.search(r"^#{2,3} What (it learned|went wrong|it gets wrong)$", text, re.M)
    assert {"The ladder", "What was new, answered", "What to try next"} <= set(found)
    bullets = re.search(r"\*\*New here\*\*\n\n((?:- .+\n?)+)", text)[1].strip().splitlines()
    assert 2 <= len(bullets) <= 3
    answered = text.split("## What was new, answered")[1]
    assert len(re.findall(r"^- \*\*", answered, re.M)) == len(bullets)


def test_it_holds_no_forbidden_line_no_machine_path_and_no_address(notebook: Path):
    assert not re.search(FORBIDDEN, "\n".join(_source(cell) for cell in _cells(notebook)), re.M)
    assert not re.search(r"/(work|root|home|tmp|Users)/", notebook.read_text(encoding="utf-8"))
    assert not re.search(r" at 0x[0-9a-f]{8,}", notebook.read_text(encoding="utf-8"))
    assert "!" not in re.sub(
        r"`[^`]*`|!\[", "", "\n".join(_source(cell) for cell in _cells(notebook, "markdown"))
    )


def test_its_file_is_small_and_its_metadata_bare(notebook: Path):
    content = json.loads(notebook.read_text(encoding="utf-8"))
    assert notebook.stat().st_size < 600_000
    assert content["metadata"].keys() <= {"kernelspec", "language_info"}
    assert content["metadata"]["kernelspec"]["name"] == "python3"
    for cell in content["cells"]:
        assert cell["metadata"].keys() <= {"tags"}


def test_its_figures_have_a_palette_of_colours(notebook: Path):
    outputs = [
        output["data"]
        for cell in _cells(notebook)
        for output in cell["outputs"]
        if "data" in output
    ]
    pictures = [base64.b64decode(data["image/png"]) for data in outputs if "image/png" in data]
    assert pictures
    # The colour type in a PNG's header.
    assert {picture[25] for picture in pictures} == {3}, "make notebooks"


def test_its_last_cell_is_its_record_and_its_first_a_title(notebook: Path):
    everything = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    assert _source(everything[0]).startswith("# ")
    assert _source(everything[-1]) == "run"
    assert "application/vnd.mnist-lab.result+json" in everything[-1]["outputs"][0]["data"]


def test_it_opens_the_test_set_after_everything_is_chosen(notebook: Path):
    sources = [_source(cell) for cell in _cells(notebook)]
    opened = [
        number
        for number, source in enumerate(sources)
        if re.search(r"evaluate\([^)]*digits\.test\)", source)
    ]
    trained = [
        number
        for number, source in enumerate(sources)
        if "lab.train(" in source or ".fit(" in source
    ]
    assert len(opened) == 1
    assert opened[0] > max(number for number in trained if "mixed" not in sources[number])


def test_some_of_its_outputs_are_compared_by_nbval(notebook: Path):
    checked = [
        cell for cell in _cells(notebook) if _source(cell).startswith("# NBVAL_CHECK_OUTPUT")
    ]
    assert checked
    assert all(cell["outputs"] for cell in checked)


def test_code_and_notebooks_keep_the_style(root: Path):
    for command in (["check"], ["format", "--check"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "."], cwd=root, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
