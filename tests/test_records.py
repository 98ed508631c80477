"""A record comes back out of a notebook as it went in, and what is no record is refused with the file's name."""

import json
from types import SimpleNamespace

import numpy as np
import pytest

from mnist_lab import records
from mnist_lab.data.digits import Dataset, Digits
from mnist_lab.records import MIME, Record, ladder, read_record, read_records, record, records_up_to

METRICS = {
    "validation_accuracy": 0.91,
    "test_accuracy": 0.9,
    "test_accuracy_interval": [0.88, 0.92],
    "test_loss": 0.4,
}


# Stands in for a Keras model, of which a record takes the name and the size.
MODEL = SimpleNamespace(name="single_layer", count_params=lambda: np.int64(7850))


def digits():
    parts = [
        Dataset(np.zeros((count, 28, 28), np.float32), np.zeros(count, np.int64))
        for count in (1000, 400, 100)
    ]
    return Digits(*parts, source="sample")


def a_record(notebook="01_single_layer", metrics=METRICS, parameters=None, seconds=1.234):
    return record(notebook, MODEL, digits(), parameters or {"epochs": 5}, metrics, seconds)


def notebook_with(*outputs):
    """Return an executed notebook, version 4, whose code cells have these outputs, one list a cell."""
    cells = [{"cell_type": "markdown", "id": "text", "metadata": {}, "source": ["# A notebook"]}]
    for number, found in enumerate(outputs, start=1):
        cells.append(
            {
                "cell_type": "code",
                "id": f"cell{number}",
                "metadata": {},
                "execution_count": number,
                "source": [],
                "outputs": found,
            }
        )
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def displayed(run):
    bundle = run if isinstance(run, dict) else run._repr_mimebundle_()
    return {"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": bundle}


PRINTED = {"output_type": "stream", "name": "stdout", "text": ["Trained\n"]}


def write(folder, name, *outputs):
    path = folder / f"{name}.ipynb"
    path.write_text(json.dumps(notebook_with(*outputs)), encoding="utf-8")
    return path


def test_a_record_comes_back_equal_out_of_a_notebook(tmp_path):
    run = a_record(
        parameters={
            "hidden_layers": (100, 50),
            "learning_rate": 1e-3,
            "train_size": None,
            "name": "größer",
        }
    )
    path = write(tmp_path, "01_single_layer", [PRINTED], [PRINTED, displayed(run)])
    assert read_record(path) == run
    assert read_record(str(path)) == run


def test_a_record_says_what_was_run_on_what_and_what_came_out():
    content = a_record().content
    assert content["schema"] == 1
    assert (content["notebook"], content["model"], content["weights"]) == (
        "01_single_layer",
        "single_layer",
        7850,
    )
    assert content["data"] == {"source": "sample", "train": 1000, "validation": 400, "test": 100}
    assert content["parameters"] == {"epochs": 5}
    assert content["metrics"] == METRICS
    assert content["seconds"] == 1.23
    assert set(content["versions"]) == {"python", "mnist_lab", "tensorflow", "keras", "numpy"}
    assert content["versions"]["numpy"] == np.__version__


def test_a_record_shows_one_line_of_text_beside_the_data():
    run = a_record()
    bundle = run._repr_mimebundle_()
    assert set(bundle) == {MIME, "text/plain"}
    assert bundle["text/plain"] == (
        "Record of 01_single_layer: single_layer (7,850 weights) on sample, test accuracy 90.00% (88.00% to 92.00%),"
        " 1.2 s of training"
    )


def test_numpy_values_become_plain_json():
    run = a_record(
        parameters={
            "epochs": np.int64(5),
            "rates": np.array([0.5, 1.0]),
            "sizes": (np.int32(3),),
            "on": np.bool_(True),
            7: "x",
        },
        metrics=METRICS
        | {
            "test_accuracy": np.float64(0.9),
            "test_accuracy_interval": (np.float32(0.5), np.float64(0.95)),
        },
        seconds=np.float32(2.5),
    )
    assert json.loads(json.dumps(run.fields)) == run.content
    assert run.fields["parameters"] == {
        "epochs": 5,
        "rates": [0.5, 1.0],
        "sizes": [3],
        "on": True,
        "7": "x",
    }
    assert run.fields["parameters"]["on"] is True
    assert {type(run.fields[key]) for key in ("weights", "seconds")} == {int, float}


def test_other_values_are_kept_as_their_text(tmp_path):
    assert a_record(parameters={"data_source": tmp_path}).fields["parameters"] == {
        "data_source": str(tmp_path)
    }


@pytest.mark.parametrize(
    "wrong",
    [
        {"test_accuracy": None},
        {"test_accuracy": 98.3},
        {"test_accuracy": -0.1},
        {"test_accuracy": "0.98"},
        {"test_accuracy": float("nan")},
        {"test_accuracy_interval": None},
        {"test_accuracy_interval": [0.9]},
        {"test_accuracy_interval": [0.9, 1.2]},
        {"test_accuracy_interval": 0.9},
    ],
)
def test_wrong_metrics_are_refused(wrong):
    with pytest.raises(ValueError, match="no test accuracy with an interval"):
        a_record(metrics=METRICS | wrong)


@pytest.mark.parametrize("missing", ["test_accuracy", "test_accuracy_interval"])
def test_missing_metrics_are_refused(missing):
    with pytest.raises(ValueError, match="no test accuracy with an interval"):
        a_record(metrics={name: value for name, value in METRICS.items() if name != missing})


def test_a_notebook_without_a_record_is_refused(tmp_path):
    path = write(tmp_path, "02_plain", [PRINTED], [])
    with pytest.raises(ValueError, match=r"^02_plain\.ipynb: expected one record, found 0"):
        read_record(path)


def test_a_notebook_with_two_records_is_refused(tmp_path):
    path = write(tmp_path, "02_twice", [displayed(a_record())], [displayed(a_record())])
    with pytest.raises(ValueError, match=r"^02_twice\.ipynb: expected one record, found 2"):
        read_record(path)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "7",
        "null",
        '{"nbformat": 4}',
        '{"cells": 3}',
        '{"cells": [3]}',
        '{"cells": [{"outputs": [3]}]}',
    ],
)
def test_damaged_files_are_refused_by_name(tmp_path, text):
    path = tmp_path / "02_damaged.ipynb"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"^02_damaged\.ipynb: not a readable notebook"):
        read_record(path)


def test_bytes_that_are_no_text_and_absent_files_are_refused_by_name(tmp_path):
    path = tmp_path / "02_bytes.ipynb"
    path.write_bytes(b"\xff\xfe\x00\x80")
    with pytest.raises(ValueError, match=r"^02_bytes\.ipynb: not a readable notebook"):
        read_record(path)
    with pytest.raises(ValueError, match=r"^02_absent\.ipynb: not a readable notebook"):
        read_record(tmp_path / "02_absent.ipynb")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"schema": 2}, "not a record of schema 1"),
        ({"notebook": 3}, "no usable 'notebook': 3"),
        ({"weights": "many"}, "no usable 'weights': 'many'"),
        ({"data": None}, "no usable 'data': None"),
        ({"metrics": {}}, "no test accuracy with an interval"),
    ],
)
def test_a_record_of_another_shape_is_refused_with_file_and_reason(tmp_path, change, words):
    path = write(tmp_path, "02_odd", [displayed({MIME: a_record().fields | change})])
    with pytest.raises(ValueError, match=rf"^02_odd\.ipynb: .*{words}"):
        read_record(path)


def test_records_are_read_in_the_order_of_their_names_and_others_passed_over(tmp_path):
    for name in ("03_c", "01_a", "10_d", "02_b"):
        write(tmp_path, name, [displayed(a_record(name))])
    write(tmp_path, "00_plain", [PRINTED])
    (tmp_path / "04_damaged.ipynb").write_text("{")
    (tmp_path / "05_text.txt").write_text("no notebook")
    assert [run.notebook for run in read_records(tmp_path)] == ["01_a", "02_b", "03_c", "10_d"]


def test_an_empty_or_absent_folder_has_no_records(tmp_path):
    assert read_records(tmp_path) == []
    assert read_records(tmp_path / "absent") == []


def test_so_far_are_the_earlier_notebooks_and_this_run(tmp_path):
    for name in ("01_a", "02_b", "03_c"):
        write(tmp_path, name, [displayed(a_record(name))])
    run = a_record("02_b", seconds=99)
    assert [found.notebook for found in records_up_to(run, tmp_path)] == ["01_a", "02_b"]
    assert records_up_to(run, tmp_path)[-1] is run
    assert records_up_to(a_record("01_a"), tmp_path / "absent") == [a_record("01_a")]


def test_ladder_has_one_row_a_record_in_words_to_read():
    later = a_record(
        "02_b",
        METRICS | {"test_accuracy": 0.98123, "test_accuracy_interval": [0.97, 0.99]},
        seconds=65.25,
    )
    table = ladder([a_record(), later])
    assert table.index.tolist() == ["01_single_layer", "02_b"]
    assert table.columns.tolist() == [
        "model",
        "weights",
        "data",
        "test accuracy",
        "95 % interval",
        "step",
        "seconds",
    ]
    assert table.loc["01_single_layer"].tolist() == [
        "single_layer",
        "7,850",
        "sample, 1,000",
        "90.00%",
        "88.00% to 92.00%",
        "",
        "1.2",
    ]
    assert table.loc["02_b", "test accuracy"] == "98.12%"
    assert len(ladder([])) == 0


def test_the_courses_own_notebooks_are_there(root):
    folder = records.course_folder()
    assert folder == root / "notebooks"
    assert folder.is_dir()
    assert list(folder.glob("0*.ipynb"))


def test_no_folder_named_means_the_courses_own(tmp_path, monkeypatch):
    write(tmp_path, "01_a", [displayed(a_record("01_a"))])
    monkeypatch.setattr(records, "course_folder", lambda: tmp_path)
    assert [run.notebook for run in read_records()] == ["01_a"]
    assert [run.notebook for run in records_up_to(a_record("02_b"))] == ["01_a", "02_b"]


def test_equal_content_makes_equal_records():
    assert Record({"a": 1}) == Record({"a": 1}) != Record({"a": 2})


def with_mistakes(name, wrong, **changed):
    accuracy = 1 - len(wrong) / 100
    metrics = {
        "test_accuracy": accuracy,
        "test_accuracy_interval": [0.3, 1.0],
        "test_misclassified": list(wrong),
    }
    return a_record(name, METRICS | metrics | changed)


def test_the_ladder_says_which_steps_are_more_than_chance():
    first, second, third = (
        with_mistakes(*run)
        for run in (("1", range(20)), ("2", range(12, 20)), ("3", range(13, 20)))
    )
    table = ladder([first, second, third])
    assert table["step"].tolist() == ["", "+12.00%, more than chance", "+1.00%, could be chance"]


def test_runs_are_compared_on_the_digits_that_only_one_misread():
    found = records.compare_records(
        with_mistakes("1", [1, 2, 3, 4, 5]), with_mistakes("2", [4, 5, 6])
    )
    assert (found.only_first, found.only_second, found.difference) == (1, 3, 0.02)
    assert records.compare_records(with_mistakes("1", [1]), a_record()) is None
    other = json.loads(json.dumps(with_mistakes("2", [1]).fields))
    other["data"]["source"] = "mnist"
    assert records.compare_records(with_mistakes("1", [1]), Record(other)) is None


@pytest.mark.parametrize("wrong", [[100], [-1], [1, 1], [1, 2, 3], "1", [1.5]])
def test_mistakes_that_cannot_be_are_refused(wrong):
    with pytest.raises(ValueError, match="its record names"):
        a_record(
            metrics=METRICS
            | {
                "test_accuracy": 0.98,
                "test_accuracy_interval": [0.9, 1.0],
                "test_misclassified": wrong,
            }
        )


@pytest.mark.parametrize(
    "wrong",
    [
        {"test_accuracy": True},
        {"test_accuracy": 0.1, "test_accuracy_interval": [0.95, 0.8]},
        {"test_accuracy": 0.5},
        {"test_loss": float("nan")},
        {"test_loss": float("inf")},
    ],
)
def test_metrics_that_contradict_themselves_are_refused(wrong):
    with pytest.raises(ValueError, match="its record"):
        a_record(metrics=METRICS | wrong)


def test_an_array_without_dimensions_is_its_number():
    assert a_record(parameters={"epochs": np.array(5)}).fields["parameters"] == {"epochs": 5}
