"""The page and the table over a sweep hold every run, the best by validation, and what failed."""

import csv
import json
from pathlib import Path

import pytest
from tests.helpers.figures import assert_drawn
from hypothesis import given
from hypothesis import strategies as st

from mnist_lab.records import MIME
from mnist_lab.runs.sweep_report import parameter_figure, pareto, time_figure, write_results


def content(width: int, seed: int, validation: float, seconds: float) -> dict:
    return {
        "schema": 1, "notebook": "toy", "model": "mlp", "weights": 10,
        "parameters": {"hidden_layers": [width], "seed": seed, "activation": "relu"},
        "data": {"source": "sample", "train": 1000, "validation": 100, "test": 200},
        "metrics": {
            "validation_accuracy": validation, "test_accuracy": validation - 0.01,
            "test_accuracy_interval": [validation - 0.05, validation + 0.02],
        },
        "seconds": seconds, "versions": {"python": "3.12"},
    }  # fmt: skip


RUNS = [content(50, 0, 0.90, 1.0), content(50, 1, 0.92, 1.1), content(200, 0, 0.95, 3.0), content(200, 1, 0.94, 4.0)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number, run in enumerate(RUNS):
        outputs = [{"output_type": "display_data", "metadata": {}, "data": {MIME: run}}]
        cell = {"cell_type": "code", "source": "run", "metadata": {}, "execution_count": 1, "outputs": outputs}
        (tmp_path / f"toy-{number}.ipynb").write_text(json.dumps({"cells": [cell]}))
        (tmp_path / f"toy-{number}.json").write_text(json.dumps({"name": f"toy-{number}", "seconds": 20.0, "host": "here"}))
    (tmp_path / "toy-9.json").write_text(json.dumps({"name": "toy-9", "seconds": 2.0, "problem": "cell 3: <ValueError>"}))
    return tmp_path


def test_the_table_has_a_row_a_run_with_parameters_metrics_seconds_and_versions(folder: Path):
    assert write_results([folder], folder, "Toys") == (4, 1)
    rows = list(csv.DictReader((folder / "runs.csv").open(encoding="utf-8")))
    assert [row["name"] for row in rows] == [f"toy-{number}" for number in range(4)]
    first = rows[0]
    assert (first["hidden_layers"], first["seed"], first["validation_accuracy"]) == ("[50]", "0", "0.9")
    assert (first["train_seconds"], first["run_seconds"], first["data_train"], first["version_python"]) == (
        "1.0",
        "20.0",
        "1000",
        "3.12",
    )


def test_the_page_names_the_best_by_validation_and_what_failed_and_links_to_the_notebooks(folder: Path):
    write_results([folder], folder, "Toys")
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert '<a href="toy-2.ipynb">toy-2</a>: validation accuracy 95.00%' in page
    assert "94.00% (90.00% to 97.00%)" in page.replace("\n", " ")
    assert "cell 3: &lt;ValueError&gt;" in page
    assert page.count("data:image/png;base64,") == 3  # hidden_layers, seed, time
    assert "activation against" not in page
    for number in range(4):
        assert f'<a href="toy-{number}.ipynb">' in page
    assert 'src="http' not in page


def test_settings_are_summed_up_over_seeds_the_best_first(folder: Path):
    write_results([folder], folder, "Toys")
    page = (folder / "report.html").read_text(encoding="utf-8")
    wide, narrow = page.index("94.50% ± 0.71%"), page.index("91.00% ± 1.41%")
    assert wide < narrow


def test_several_sweeps_go_into_one_page(folder: Path, tmp_path_factory: pytest.TempPathFactory):
    other = tmp_path_factory.mktemp("other")
    assert write_results([folder, folder], other, "Both") == (8, 2)
    assert "file://" in (other / "report.html").read_text(encoding="utf-8")


def test_an_empty_folder_makes_an_empty_page(tmp_path: Path):
    assert write_results([tmp_path], tmp_path, "Nothing") == (0, 0)
    assert "0 runs ran well" in (tmp_path / "report.html").read_text(encoding="utf-8")


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=1, max_size=30))
def test_no_run_on_the_pareto_front_is_beaten_and_every_other_is(runs: list[tuple[int, int]]):
    seconds, accuracy = zip(*runs, strict=True)
    front = pareto(seconds, accuracy)

    def beaten(one: int) -> bool:
        return any(
            seconds[two] <= seconds[one] and accuracy[two] >= accuracy[one] and runs[two] != runs[one] for two in range(len(runs))
        )

    assert not any(beaten(index) for index in front)
    assert {runs[index] for index in range(len(runs)) if not beaten(index)} == {runs[index] for index in front}


def test_figures_are_drawn_with_every_value():
    assert_drawn(parameter_figure, (RUNS, "hidden_layers"), {}, scales=True)
    assert_drawn(time_figure, (RUNS,), {}, scales=True)
    axis = parameter_figure(RUNS, "hidden_layers").axes[0]
    assert [label.get_text() for label in axis.get_xticklabels()] == ["[50]", "[200]"]
    means = [line.get_ydata()[0] for line in axis.lines[1::2]]
    assert means == pytest.approx([0.91, 0.945])
