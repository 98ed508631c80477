"""A record comes back out of a notebook as it went in; what is no record is refused by name."""

import importlib.metadata
import json
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mnist_lab import records
from mnist_lab.data.dataset import Dataset, Digits
from mnist_lab.quantities import parameters, quantities
from mnist_lab.record_schema import MIME, parse_record
from mnist_lab.records import ladder, read_record, read_records, record, records_up_to
from tests.helpers.runs import record_content

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


def a_record(
    notebook="01_single_layer", metrics=METRICS, parameters=None, seconds=1.234, rung=True, **more
):
    """Return the record of a notebook with these parameters, which keeps all further variables."""
    parameters = {"epochs": 5} if parameters is None else parameters
    variables = {"__annotations__": dict.fromkeys(parameters, object), **parameters, **more}
    result = SimpleNamespace(metrics=metrics)
    return record(notebook, MODEL, digits(), 0.91, result, seconds, variables, " ".join(more), rung)


def notebook_with(*outputs):
    """Return an executed notebook, version 4, with one code cell per list of outputs."""
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
    content = a_record().to_json()
    assert content["schema"] == 3
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


@pytest.mark.parametrize(("package", "version"), [("tensorflow-cpu", "2.20.0"), (None, "unknown")])
def test_a_record_is_made_with_tensorflow_under_another_name(monkeypatch, package, version):
    """A machine set up with TENSORFLOW=cpu has tensorflow-cpu; other builds have other names."""
    asked = importlib.metadata.version

    def installed(name):
        if name == package:
            return version
        if name.startswith("tensorflow"):
            raise importlib.metadata.PackageNotFoundError(name)
        return asked(name)

    monkeypatch.setattr(importlib.metadata, "version", installed)
    assert a_record().to_json()["versions"]["tensorflow"] == version


def test_a_record_shows_one_line_of_text_beside_the_data():
    run = a_record()
    bundle = run._repr_mimebundle_()
    assert set(bundle) == {MIME, "text/plain"}
    assert bundle["text/plain"] == (
        "Record of 01_single_layer: single_layer (7,850 weights) on sample,"
        " test accuracy 90.00% (88.00% to 92.00%), 1.2 s of training"
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
    assert parse_record(json.loads(json.dumps(run.to_json()))) == run
    assert run.parameters == {
        "epochs": 5,
        "rates": [0.5, 1.0],
        "sizes": [3],
        "on": True,
        "7": "x",
    }
    assert run.parameters["on"] is True
    assert (type(run.weights), type(run.seconds)) == (int, float)


def test_a_model_that_came_trained_has_no_seconds():
    run = a_record(seconds=None)
    assert parse_record(run.to_json()).seconds is None
    assert str(run).endswith("training not timed")
    assert ladder([run])["seconds"].tolist() == ["unknown"]


def test_other_values_are_kept_as_their_text(tmp_path):
    run = a_record(parameters={"data_source": tmp_path})
    assert run.parameters == {"data_source": str(tmp_path)}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (
            {"test_accuracy": None},
            "test_accuracy=None cannot be used: expected a number from 0 to 1",
        ),
        (
            {"test_accuracy": 98.3},
            r"test_accuracy=98\.3 cannot be used: expected a number from 0 to",
        ),
        ({"test_accuracy": -0.1}, r"test_accuracy=-0\.1 cannot be used"),
        ({"test_accuracy": "0.98"}, r"test_accuracy='0\.98' cannot be used"),
        ({"test_accuracy": float("nan")}, "test_accuracy=nan cannot be used"),
        ({"test_accuracy": True}, "test_accuracy=True cannot be used"),
        ({"test_accuracy_interval": None}, "interval=None cannot be used: expected two numbers"),
        ({"test_accuracy_interval": [0.9]}, r"interval=\[0\.9\] cannot be used"),
        ({"test_accuracy_interval": [0.9, 1.2]}, r"interval=\[0\.9, 1\.2\] cannot be used"),
        ({"test_accuracy_interval": 0.9}, r"interval=0\.9 cannot be used"),
        ({"validation_accuracy": 91}, "validation_accuracy=91 cannot be used"),
    ],
)
def test_wrong_metrics_are_refused_by_name_and_value(wrong, words):
    with pytest.raises(ValueError, match=rf"^metrics\.\w*{words}"):
        a_record(metrics=METRICS | wrong)


@pytest.mark.parametrize("missing", ["test_accuracy", "test_accuracy_interval"])
def test_missing_metrics_are_refused(missing):
    with pytest.raises(ValueError, match=rf"^metrics\.{missing} is missing: expected"):
        a_record(metrics={name: value for name, value in METRICS.items() if name != missing})


def test_a_record_without_optional_metrics_says_none_and_keeps_none_out_of_its_file():
    required = {name: METRICS[name] for name in ("test_accuracy", "test_accuracy_interval")}
    run = parse_record(a_record().to_json() | {"metrics": required})
    assert (run.validation_accuracy, run.misclassified) == (None, None)
    assert run.to_json()["metrics"] == required


def test_a_record_names_its_results_and_keeps_metrics_of_ones_own():
    run = a_record(metrics=METRICS | {"undistorted_test_accuracy": 0.8})
    assert (run.test_accuracy, run.interval, run.validation_accuracy) == (0.9, (0.88, 0.92), 0.91)
    assert run.metrics.undistorted_test_accuracy == 0.8


def test_parameters_are_the_variables_with_a_type_at_their_present_values():
    """As IPython leaves them after a cell with lines such as `epochs: int = 5`."""
    names = {}
    exec("epochs: int = 5\nrecords: str = ''\nplain = 3", names)
    names["epochs"] = 7  # what papermill hands over has no type
    assert parameters(names) == {"epochs": 7}
    assert parameters({}) == {}


def test_quantities_are_kept_as_json_holds_them():
    table = pd.DataFrame({"rate": [0.1, 0.2], "accuracy": [np.nan, 0.9]}, index=["a", "b"])
    run = a_record(gap=np.float32(0.5), losses=np.array([2.0, np.inf]), table=table, word="adam")
    assert run.quantities == {
        "gap": 0.5,
        "losses": [2.0, None],
        "table": {"rate": {"a": 0.1, "b": 0.2}, "accuracy": {"a": None, "b": 0.9}},
        "word": "adam",
    }
    assert parse_record(json.loads(json.dumps(run.to_json()))) == run


def test_a_quantity_that_is_no_variable_or_too_much_is_refused():
    with pytest.raises(ValueError, match="^keep='absent' cannot be used"):
        quantities("absent", {"present": 1})
    with pytest.raises(ValueError, match="hold 10,000 values"):
        quantities("pixels", {"pixels": np.zeros((100, 100))})


def test_only_rungs_are_on_the_ladder(tmp_path):
    for name, rung in (("01_a", True), ("02_b", False)):
        write(tmp_path, name, [displayed(a_record(name, rung=rung))])
    run = a_record("03_c", rung=False)
    assert [found.notebook for found in records_up_to(run, tmp_path)] == ["01_a", "03_c"]


def test_a_record_cannot_be_changed():
    run = a_record()
    with pytest.raises(ValueError, match="frozen"):
        run.seconds = 1.0
    with pytest.raises(ValueError, match="frozen"):
        run.metrics.test_accuracy = 1.0


def test_a_notebook_without_a_record_is_refused(tmp_path):
    path = write(tmp_path, "02_plain", [PRINTED], [])
    with pytest.raises(ValueError, match=r"^02_plain\.ipynb: expected one record, but it holds 0"):
        read_record(path)


def test_a_notebook_with_two_records_is_refused(tmp_path):
    path = write(tmp_path, "02_twice", [displayed(a_record())], [displayed(a_record())])
    with pytest.raises(ValueError, match=r"^02_twice\.ipynb: expected one record, but it holds 2"):
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
    with pytest.raises(ValueError, match=r"02_absent\.ipynb: cannot be read"):
        read_record(tmp_path / "02_absent.ipynb")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"schema": 2}, "not a record of schema 3"),
        ({"notebook": 3}, "notebook=3 cannot be used: expected a string"),
        ({"weights": "many"}, "weights='many' cannot be used: expected a whole number"),
        ({"weights": 7.5}, "weights=7.5 cannot be used"),
        ({"data": None}, "data=None cannot be used"),
        ({"data": {"source": "mnist"}}, "data.train is missing: expected a number of digits"),
        ({"metrics": {}}, "metrics.test_accuracy is missing"),
        ({"seconds": "long"}, "seconds='long' cannot be used: expected a number of seconds, or"),
    ],
)
def test_a_record_of_another_shape_is_refused_with_file_and_reason(tmp_path, change, words):
    path = write(tmp_path, "02_odd", [displayed({MIME: a_record().to_json() | change})])
    with pytest.raises(ValueError, match=rf"^02_odd\.ipynb: .*{words}"):
        read_record(path)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(deadline=None)
@given(st.sampled_from(sorted(a_record().to_json())), json_values)
def test_whatever_stands_in_a_field_gives_a_record_or_one_sentence(field, value):
    content = a_record().to_json() | {field: value}
    try:
        parse_record(content)
    except ValueError as error:
        assert type(error) is ValueError
        assert "\n" not in str(error)


@settings(deadline=None)
@given(
    st.sampled_from(["data", "metrics"]),
    st.sampled_from(["source", "test", "test_accuracy", "test_accuracy_interval"]),
    json_values,
)
def test_whatever_stands_in_a_nested_field_gives_a_record_or_one_sentence(part, field, value):
    content = a_record().to_json()
    content[part] = content[part] | {field: value}
    try:
        parse_record(content)
    except ValueError as error:
        assert type(error) is ValueError
        assert "\n" not in str(error)


def deep(levels):
    value = 1
    for _ in range(levels):
        value = {"a": [value]}
    return value


@pytest.mark.parametrize(
    "change",
    [
        {"parameters": {"a": deep(10_000)}},
        {"seconds": 1e308},
        {"seconds": 10**400},
        {"weights": 10**400},
        {"data": {"source": "sample", "train": 10**400, "validation": 1, "test": 100}},
        {"data": {"source": "s" * 10_000, "train": 1, "validation": 1, "test": 100}},
        {"notebook": "n" * 10_000},
        {"notebook": "a\nb"},
        {"model": "\0"},
        {"parameters": {"n" * 10_000: 1}},
        {"versions": {"python": "v" * 10_000}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_sizes_and_names_that_no_run_has_are_refused(change):
    with pytest.raises(ValueError, match="cannot be used|not a record") as raised:
        parse_record(record_content({}) | change)
    assert len(str(raised.value)) < 400


def test_the_ladder_is_made_of_the_good_runs_when_others_are_hostile(tmp_path):
    good = notebook_with([displayed({MIME: record_content({})})])
    texts = {
        "1_good": json.dumps(good),
        "2_deep": json.dumps(good).replace('"parameters": {}', '"parameters": {"a": %s}')
        % ("[" * 900 + "]" * 900),
        "3_half": json.dumps(good).replace('"toy"', '"\\ud800"'),
        "4_nan": json.dumps(good).replace("0.89", "NaN"),
        "5_huge": json.dumps(good).replace('"weights": 10', '"weights": ' + "9" * 5_000),
        "6_list": json.dumps(good).replace('"seconds": 1.0', '"seconds": [1.0]'),
        "7_inf": json.dumps(good).replace('"seconds": 1.0', '"seconds": 1e999'),
    }
    for name, text in texts.items():
        (tmp_path / f"{name}.ipynb").write_text(text, encoding="utf-8")
    assert ladder(read_records(tmp_path)).index.tolist() == ["toy"]
    for name in list(texts)[1:]:
        with pytest.raises(ValueError, match=rf"^{name}\.ipynb: "):
            read_record(tmp_path / f"{name}.ipynb")


def test_records_are_read_in_the_order_of_their_names_and_others_passed_over(tmp_path):
    for name in ("03_c", "01_a", "10_d", "02_b"):
        write(tmp_path, name, [displayed(a_record(name))])
    write(tmp_path, "00_plain", [PRINTED])
    (tmp_path / "04_damaged.ipynb").write_text("{")
    (tmp_path / "05_text.txt").write_text("no notebook")
    assert [run.notebook for run in read_records(tmp_path)] == ["01_a", "02_b", "03_c", "10_d"]


def test_a_folder_that_is_absent_or_holds_no_record_is_refused_in_a_sentence(tmp_path):
    with pytest.raises(ValueError, match="absent' cannot be used: expected an existing folder"):
        read_records(tmp_path / "absent")
    with pytest.raises(ValueError, match="cannot be used: .*; none in it holds a record"):
        read_records(tmp_path)
    write(tmp_path, "00_plain", [PRINTED])
    with pytest.raises(ValueError, match=r"holds a record \(00_plain\.ipynb: expected one record"):
        read_records(tmp_path)


def test_records_up_to_a_run_are_the_earlier_notebooks_and_this_run(tmp_path):
    for name in ("01_a", "02_b", "03_c"):
        write(tmp_path, name, [displayed(a_record(name))])
    run = a_record("02_b", seconds=99)
    assert [found.notebook for found in records_up_to(run, tmp_path)] == ["01_a", "02_b"]
    assert records_up_to(run, tmp_path)[-1] is run


def test_the_first_run_stands_alone_in_an_empty_folder_and_a_misspelt_one_is_refused(tmp_path):
    run = a_record("01_a")
    assert records_up_to(run, tmp_path) == [run]
    with pytest.raises(ValueError, match="absent' cannot be used: expected an existing folder"):
        records_up_to(run, tmp_path / "absent")


def test_the_ladder_has_one_row_per_record_in_words_to_read():
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
        "improvement",
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
    assert a_record() == a_record() != a_record(seconds=2)


def with_mistakes(name, wrong, **changed):
    accuracy = 1 - len(wrong) / 100
    metrics = {
        "test_accuracy": accuracy,
        "test_accuracy_interval": [0.3, 1.0],
        "test_misclassified": list(wrong),
    }
    return a_record(name, METRICS | metrics | changed)


def test_the_ladder_says_which_improvements_are_more_than_chance():
    first, second, third = (
        with_mistakes(*run)
        for run in (("1", range(20)), ("2", range(12, 20)), ("3", range(13, 20)))
    )
    table = ladder([first, second, third])
    assert table["improvement"].tolist() == [
        "",
        "+12.00 points, more than chance",
        "+1.00 points, could be chance",
    ]


def test_runs_are_compared_on_the_digits_that_only_one_misread():
    found = records.compare_records(
        with_mistakes("1", [1, 2, 3, 4, 5]), with_mistakes("2", [4, 5, 6])
    )
    assert (found.only_first, found.only_second, found.difference) == (1, 3, 0.02)
    assert records.compare_records(with_mistakes("1", [1]), a_record()) is None
    other = with_mistakes("2", [1]).to_json()
    other["data"]["source"] = "mnist"
    assert records.compare_records(with_mistakes("1", [1]), parse_record(other)) is None


@pytest.mark.parametrize("wrong", [[100], [-1], [1, 1], [1, 2, 3], "1", [1.5]])
def test_mistakes_that_cannot_be_are_refused(wrong):
    with pytest.raises(ValueError, match=r"metrics\.test_misclassified=.* cannot be used"):
        a_record(
            metrics=METRICS
            | {
                "test_accuracy": 0.98,
                "test_accuracy_interval": [0.9, 1.0],
                "test_misclassified": wrong,
            }
        )


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"test_accuracy_interval": [0.95, 0.8]}, "expected an interval around the test accuracy"),
        ({"test_accuracy": 0.5}, "expected an interval around the test accuracy, 0.5"),
        ({"test_loss": float("nan")}, "NaN or infinity"),
        ({"test_loss": float("inf")}, "NaN or infinity"),
    ],
)
def test_metrics_that_contradict_themselves_or_are_no_numbers_are_refused(wrong, words):
    with pytest.raises(ValueError, match=words):
        a_record(metrics=METRICS | wrong)


def test_an_array_without_dimensions_is_its_number():
    assert a_record(parameters={"epochs": np.array(5)}).parameters == {"epochs": 5}


@pytest.mark.parametrize(
    ("value", "text"), [("relu", "relu"), ([100, 50], "[100, 50]"), (True, "true"), (0.5, "0.5")]
)
def test_the_text_of_a_parameter_is_a_string_as_it_is_or_json(value, text):
    record = parse_record(record_content({"name": value}))
    assert record.parameter_text("name") == text
    assert record.parameter_text("missing") == "null"
