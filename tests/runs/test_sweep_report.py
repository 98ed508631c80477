"""The page and the table over a sweep hold every run, the best by validation, and what failed."""

import csv
import re
from pathlib import Path

import pytest

from mnist_lab.runs.sweep_report import write_results
from tests.helpers.runs import record_content, write_about, write_run


def content(width: int, seed: int, validation: float | None, seconds: float | None) -> dict:
    parameters = {"hidden_layers": [width], "seed": seed, "activation": "relu"}
    test = 0.5 if validation is None else validation - 0.01
    return record_content(parameters, validation, test, seconds)


RUNS = [
    content(50, 0, 0.90, 1.0),
    content(50, 1, 0.92, 1.1),
    content(200, 0, 0.95, 3.0),
    content(200, 1, 0.94, 4.0),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for index, run in enumerate(RUNS):
        write_run(tmp_path, f"toy-{index}", run)
    write_about(tmp_path, "toy-9", seconds=2.0, problem="cell 3: <ValueError>")
    return tmp_path


def read_page(folder: Path) -> str:
    """Return the page with every run of spaces and line ends as one space."""
    return re.sub(r"\s+", " ", (folder / "report.html").read_text(encoding="utf-8"))


def read_csv(folder: Path) -> list[dict[str, str]]:
    with (folder / "runs.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_table_has_a_row_per_run_with_parameters_metrics_seconds_and_versions(folder: Path):
    assert write_results([folder], folder, "Toys") == (4, 1)
    rows = read_csv(folder)
    assert [row["name"] for row in rows] == [f"toy-{number}" for number in range(4)]
    first = rows[0]
    assert (first["hidden_layers"], first["seed"], first["validation_accuracy"]) == (
        "[50]",
        "0",
        "0.9",
    )
    assert (
        first["train_seconds"],
        first["run_seconds"],
        first["data_train"],
        first["version_python"],
    ) == (
        "1.0",
        "20.0",
        "1000",
        "3.12",
    )


def test_runs_whose_model_came_trained_have_no_seconds(tmp_path: Path):
    for number in range(2):
        write_run(tmp_path, f"toy-{number}", content(50 + number, 0, 0.9, None))
    write_results([tmp_path], tmp_path, "Toys")
    assert [row["train_seconds"] for row in read_csv(tmp_path)] == ["", ""]
    page = read_page(tmp_path)
    assert page.count("<td>unknown</td>") == 4
    assert ">nan<" not in page


def test_the_page_names_the_best_by_validation_and_what_failed_and_links_to_the_notebooks(
    folder: Path,
):
    write_results([folder], folder, "Toys")
    page = read_page(folder)
    assert '<a href="pages/toy-2.html">toy-2</a>: hidden_layers [200], seed 0' in page
    assert "<dt>Validation accuracy</dt><dd>95.00%" in page
    assert "<dd>94.00%<small>90.00% to 97.00%" in page
    assert "cell 3: &lt;ValueError&gt;" in page
    assert page.count("data:image/png;base64,") == 3  # hidden_layers, seed, time
    assert "activation against" not in page
    for number in range(4):
        assert f'<a href="pages/toy-{number}.html">' in page
        assert (folder / "pages" / f"toy-{number}.html").is_file()
    assert 'src="http' not in page


def test_settings_are_summed_up_over_seeds_the_best_first(folder: Path):
    write_results([folder], folder, "Toys")
    page = read_page(folder)
    wide, narrow = page.index("94.50% ± 0.71%"), page.index("91.00% ± 1.41%")
    assert wide < narrow


def test_several_sweeps_go_into_one_page(folder: Path, tmp_path_factory: pytest.TempPathFactory):
    other = tmp_path_factory.mktemp("other")
    assert write_results([folder, folder], other, "Both") == (8, 2)
    assert "file://" in (other / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("others", [(), ("report.html", "01_single_layer.ipynb", "a.json")])
def test_a_folder_that_is_no_sweep_is_refused_and_left_as_it_was(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, others: tuple[str, ...]
):
    other = tmp_path_factory.mktemp("course")
    for name in others:
        (other / name).write_text("{}")
    with pytest.raises(ValueError, match="holds no run of a sweep"):
        write_results([folder, other], other, "Nothing")
    assert sorted(path.name for path in other.iterdir()) == sorted(others)
    assert all((other / name).read_text() == "{}" for name in others)


def test_a_sweep_of_nothing_but_failures_has_a_page(tmp_path: Path):
    write_about(tmp_path, "toy-9", problem="broken")
    assert write_results([tmp_path], tmp_path, "Broken") == (0, 1)
    assert "0 runs succeeded, 1 failed" in read_page(tmp_path)
    assert read_csv(tmp_path) == []


def test_runs_without_a_validation_accuracy_are_listed_and_none_is_called_best(tmp_path: Path):
    write_run(tmp_path, "toy-1", content(50, 0, None, 1.0))
    write_run(tmp_path, "toy-2", content(90, 0, None, 1.0))
    assert write_results([tmp_path], tmp_path, "Toys") == (2, 0)
    page = read_page(tmp_path)
    assert "No run recorded a validation accuracy" in page
    assert "The best by validation" not in page
    assert "data:image/png" not in page
    assert page.count("50.00%") == 4  # in the settings and in the runs
    assert {row["test_accuracy"] for row in read_csv(tmp_path)} == {"0.5"}


def test_runs_with_and_without_a_validation_accuracy_go_into_one_page(folder: Path):
    write_run(folder, "toy-4", content(90, 0, None, 1.0))
    assert write_results([folder], folder, "Toys") == (5, 1)
    page = read_page(folder)
    assert "chosen among 4 runs" in page
    assert page.count("data:image/png;base64,") == 3
    runs = re.findall(r'<th scope="row"><a href="pages/(toy-\d)\.html">', page)
    assert runs == ["toy-2", "toy-3", "toy-1", "toy-0", "toy-4"]
    assert read_csv(folder)[4]["validation_accuracy"] == ""


def test_whole_numbers_stay_whole_where_other_runs_lack_them(folder: Path):
    write_run(folder, "toy-4", record_content({"epochs": 3}))
    write_results([folder], folder, "Toys")
    rows = read_csv(folder)
    assert [row["epochs"] for row in rows] == ["", "", "", "", "3"]
    assert [row["seed"] for row in rows] == ["0", "1", "0", "1", ""]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_text_of_a_run_is_a_formula_in_a_spreadsheet(tmp_path: Path, text: str):
    write_run(tmp_path, "toy-1", record_content({"note": text, "=name": "x", "rate": -0.5}))
    write_results([tmp_path], tmp_path, "Toys")
    [row] = read_csv(tmp_path)
    assert (row["note"], row["'=name"], row["rate"]) == (f"'{text}", "x", "-0.5")


def test_a_parameter_named_like_another_column_has_a_column_of_its_own(tmp_path: Path):
    write_run(tmp_path, "toy-1", record_content({"name": "x", "weights": 7, "host": None}))
    write_results([tmp_path], tmp_path, "Toys")
    [row] = read_csv(tmp_path)
    assert (row["name"], row["parameter_name"], row["parameter_weights"]) == ("toy-1", "x", "7")
    assert row["parameter_host"] == "null"


def test_text_of_runs_and_parameters_is_escaped(tmp_path: Path):
    for index in (1, 2):
        write_run(tmp_path, f"toy-{index}", record_content({"<i>": f"<b>{index}"}))
    write_results([tmp_path], tmp_path, "<u>Toys")
    page = read_page(tmp_path)
    assert "&lt;b&gt;1" in page
    assert not re.search("<[biu]>", page)


def test_one_run_has_no_spread_and_no_settings(tmp_path: Path):
    write_run(tmp_path, "toy-1", RUNS[0])
    write_results([tmp_path], tmp_path, "Toy")
    page = read_page(tmp_path)
    assert "±" not in page
    assert "<h2>Settings</h2>" not in page
