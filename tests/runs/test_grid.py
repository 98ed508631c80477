"""Grids become runs with names of their own; what cannot run is refused before anything starts."""

import ast
import itertools
import json
from pathlib import Path

import nbformat
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from papermill.translators import PythonTranslator

from mnist_lab.files import course_folder
from mnist_lab.runs.grid import expand_grid, read_file, read_settings, varying_parameters
from mnist_lab.runs.notebook import quick_values

NOTEBOOK = course_folder() / "03_multi_layer_perceptron.ipynb"
WITH_A_RATE = course_folder() / "02_one_hidden_layer.ipynb"


yaml_texts = st.text("abn012.-:[]{}&*!,'\"|>?%@`#~\n\t ", max_size=20)
yaml_tags = st.sampled_from(["!!timestamp", "!!int", "!!float", "!!set", "!!omap", "!!map", "!x"])
yaml_values = yaml_texts | st.tuples(yaml_tags, yaml_texts).map(" ".join)


def asked(grid=None, points=(), seeds=None, base=None, notebook=NOTEBOOK):
    return [
        dict(point.parameters) for point in expand_grid(notebook, grid or {}, points, seeds, base)
    ]


def test_lists_are_crossed_in_order_points_follow_and_seeds_multiply():
    found = asked({"epochs": [1, 2], "hidden_layers": [[50], [50, 50]]}, [{"epochs": 3}], seeds=2)
    expected = [
        {"epochs": e, "hidden_layers": h} for e, h in itertools.product([1, 2], [[50], [50, 50]])
    ] + [{"epochs": 3}]
    assert found == [{**point, "seed": seed} for point in expected for seed in (0, 1)]


def test_nothing_asked_is_one_run_at_the_defaults_and_base_goes_under_all():
    assert asked() == [{}]
    assert asked({"epochs": [1, 2]}, base={"epochs": 9, "repeats": 1}) == [
        {"epochs": 1, "repeats": 1},
        {"epochs": 2, "repeats": 1},
    ]


@settings(deadline=None, max_examples=20)
@given(st.lists(st.integers(1, 50), unique=True, min_size=1, max_size=5), st.integers(1, 3))
def test_names_are_unique_and_always_the_same(epochs, seeds):
    points = expand_grid(NOTEBOOK, {"epochs": epochs}, seeds=seeds)
    assert len({point.name for point in points}) == len(epochs) * seeds
    assert points == expand_grid(NOTEBOOK, {"epochs": epochs}, seeds=seeds)
    assert all(point.name.startswith("03_multi_layer_perceptron-") for point in points)


def test_a_changed_notebook_makes_other_names(tmp_path: Path):
    changed = tmp_path / NOTEBOOK.name
    changed.write_text(
        NOTEBOOK.read_text(encoding="utf-8").replace("np.argmin", "np.argmax"), encoding="utf-8"
    )
    assert expand_grid(changed, {})[0].name != expand_grid(NOTEBOOK, {})[0].name


def test_numbers_that_yaml_reads_as_text_become_numbers():
    # YAML 1.1 reads 1e-3 as text.
    rates = [yaml.safe_load("1e-3"), 2]
    assert asked({"learning_rate": rates}, notebook=WITH_A_RATE) == [
        {"learning_rate": 0.001},
        {"learning_rate": 2.0},
    ]
    assert asked({"train_size": [None, "500"]}) == [{"train_size": None}, {"train_size": 500}]


@pytest.mark.parametrize(
    ("grid", "points", "seeds", "words"),
    [
        (
            {"epoch": [1]},
            [],
            None,
            r'grid \{"epoch": 1\}: .* has no parameter .epoch. \(did you mean .epochs.\?\)',
        ),
        (
            {"epochs": [1, "two"]},
            [],
            None,
            r'grid \{"epochs": "two"\}: epochs=.two. cannot be used: expected a whole number',
        ),
        ({"epochs": [1.5]}, [], None, r"epochs=1\.5 cannot be used: expected a whole number"),
        ({"epochs": [None]}, [], None, r"epochs=None cannot be used: expected a whole number\.$"),
        (
            {"train_size": ["all"]},
            [],
            None,
            r"train_size='all' cannot be used: expected a whole number or null",
        ),
        (
            {"hidden_layers": [100]},
            [],
            None,
            r"hidden_layers=100 cannot be used: expected a list, .* or null",
        ),
        ({"recipe": [3]}, [], None, r"recipe=3 cannot be used: expected a string"),
        (
            {},
            [{"epochs": 1}, {"epochs": 1}],
            None,
            r'point 2 \{"epochs": 1\}: the same parameters as point 1',
        ),
        ({"epochs": [1]}, [{"epochs": "1"}], None, r"the same parameters as grid"),
        ({}, [{"not a name": 1}], None, r"'not a name' cannot be the name of a parameter"),
        ({"epochs=1;import os": [1]}, [], None, r"cannot be the name of a parameter"),
        ({"epochs\nimport os": [1]}, [], None, r"cannot be the name of a parameter"),
        ({"class": [1]}, [], None, r"'class' cannot be the name of a parameter"),
        ({"__class__": [1]}, [], None, r"has no parameter '__class__'"),
        ({"épochs": [1]}, [], None, r"has no parameter 'épochs'"),
        ({"ｅpochs": [1]}, [], None, r"has no parameter 'ｅpochs'"),
        ({"seed": [1]}, [], 2, r"seeds: 2 cannot be crossed"),
    ],
)
def test_what_cannot_run_is_refused_and_named(grid, points, seeds, words):
    with pytest.raises(ValueError, match=words):
        expand_grid(NOTEBOOK, grid, points, seeds)


def test_true_is_no_number():
    with pytest.raises(ValueError, match="learning_rate=True cannot be used: expected a number"):
        expand_grid(WITH_A_RATE, {"learning_rate": [True]})


def test_a_file_holds_grid_points_and_seeds(tmp_path: Path):
    file = tmp_path / "grid.yml"
    file.write_text("grid:\n  epochs: [1, 2]\npoints:\n  - {epochs: 3, batch_size: 64}\nseeds: 5\n")
    assert read_file(file) == ({"epochs": [1, 2]}, [{"epochs": 3, "batch_size": 64}], 5)


@pytest.mark.parametrize(
    "text",
    [
        "grid: {epochs: [2024-01-01]}",
        "grid: {2024-01-01: [1]}",
        "points: [{epochs: !!set {a}}]",
        "grid: &a {epochs: [*a]}",
        "grid: &a [*a]",
        "points: [{[1]: 2}]",
        "grid: {epochs: [!!timestamp 0]}",
        "",
        "[1, 2]",
        "epochs: [1]",
        "grid: {epochs: 1}",
        "grid: {epochs: []}",
        "points: {epochs: 1}",
        "seeds: none",
        "a: [",
        "\0",
        "grid: {epochs: [1], epochs: [2]}",
        "grid: {epochs: [.nan]}",
        "grid: {epochs: [.inf]}",
        "grid: {epochs: [" + "9" * 5_000 + "]}",
        "grid: {1: [2]}",
        "seeds: &a {<<: *a}",
        "points: [{epochs: !!python/name:os.system }]",
        "grid: {epochs: &a [" + ("0, " * 99) + "0]}\npoints: [" + "{e: *a}, " * 2_000 + "]",
    ],
)
def test_a_file_that_is_no_grid_is_refused_by_name(tmp_path: Path, text: str):
    file = tmp_path / "grid.yml"
    file.write_text(text)
    with pytest.raises(ValueError, match=r"grid\.yml: ") as raised:
        read_file(file)
    assert "Traceback" not in str(raised.value)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"grid: \xe9", b"\0", b"x" * 2_000_000])
def test_a_file_that_is_no_text_or_too_long_is_refused_by_name(tmp_path: Path, content: bytes):
    file = tmp_path / "grid.yml"
    file.write_bytes(content)
    with pytest.raises(ValueError, match=r"grid\.yml: cannot be read"):
        read_file(file)


@pytest.mark.parametrize(
    ("grid", "seeds"),
    [
        ({"epochs": [*range(1, 400)], "repeats": [*range(1, 400)]}, None),
        ({name: [*range(1, 51)] for name in ("epochs", "repeats", "train_size", "seed")}, None),
        ({}, 10**12),
    ],
)
def test_more_runs_than_anybody_waits_for_are_refused_before_they_are_made(grid, seeds):
    with pytest.raises(ValueError, match=r"runs cannot be used: expected at most 100,000"):
        expand_grid(NOTEBOOK, grid, seeds=seeds)


def test_a_part_of_a_file_may_be_named_and_used_again(tmp_path: Path):
    file = tmp_path / "grid.yml"
    file.write_text("points:\n  - &base {epochs: 3}\n  - {<<: *base, batch_size: 64}\n")
    assert read_file(file)[1] == [{"epochs": 3}, {"epochs": 3, "batch_size": 64}]


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(yaml_values)
def test_whatever_stands_in_a_file_gives_a_grid_or_one_error(tmp_path: Path, value: str):
    file = tmp_path / "grid.yml"
    file.write_text(f"grid:\n  epochs: {value}", encoding="utf-8")
    try:
        json.dumps(read_file(file))
    except ValueError as error:
        assert "grid.yml: " in str(error)


def test_settings_are_names_and_comma_separated_values():
    found = read_settings(
        ["epochs=1,2", "hidden_layers=[50],[50, 20]", "activation=relu", "train_size=null"]
    )
    assert found == {
        "epochs": [1, 2],
        "hidden_layers": [[50], [50, 20]],
        "activation": ["relu"],
        "train_size": [None],
    }


@pytest.mark.parametrize(
    "texts",
    [
        ["epochs"],
        ["epochs="],
        ["epochs=1", "epochs=2"],
        ["epochs=[1"],
        ["epochs=2024-01-01"],
        ["epochs=!!timestamp 0"],
        ["epochs=!!int x"],
        ["epochs=!!binary aGk="],
        ["epochs=!!set {a}"],
        ["epochs=&a [*a]"],
        ["epochs={[1]: 2}"],
        ["epochs={1: 2}"],
        ["epochs=.nan"],
        ["epochs=1],[2"],
        ["epochs=\ud800"],
        ["epochs=" + "[" * 5_000],
    ],
    ids=lambda texts: texts[-1][:25],
)
def test_settings_that_say_nothing_are_refused(texts):
    with pytest.raises(ValueError, match="^--set epochs.*: ") as raised:
        read_settings(texts)
    assert "\n" not in str(raised.value)


@settings(deadline=None)
@given(yaml_values)
def test_whatever_follows_a_name_gives_lists_that_json_holds_or_one_sentence(value):
    try:
        found = read_settings([f"epochs={value}"])
    except ValueError as error:
        assert str(error).startswith("--set epochs=")
        return
    assert isinstance(json.loads(json.dumps(found))["epochs"], list)


def test_quick_values_are_read_as_settings_are(tmp_path: Path):
    notebook = write_parameters(tmp_path, "epochs: int = 5  # passes (quick: 2)")
    assert quick_values(notebook) == {"epochs": 2}


@pytest.mark.parametrize("value", ["!!timestamp 0", "!!int x", ".nan", "&a [*a]", "2024-01-01"])
def test_a_quick_value_that_cannot_be_is_refused_by_name(tmp_path: Path, value: str):
    notebook = write_parameters(tmp_path, f"epochs: int = 5  # passes (quick: {value})")
    with pytest.raises(ValueError, match=r"toy\.ipynb: the quick value of epochs: "):
        quick_values(notebook)


def write_parameters(folder: Path, source: str) -> Path:
    """Write a notebook of one cell, tagged as that of the parameters."""
    path = folder / "toy.ipynb"
    book = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source, metadata={"tags": ["parameters"]})],
        metadata={"kernelspec": {"name": "python3", "display_name": "x", "language": "python"}},
    )
    nbformat.write(book, path)
    return path


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters()), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(deadline=None)
@given(json_values)
def test_a_value_stands_in_the_notebook_as_a_literal_that_evaluates_to_it(value):
    """papermill writes parameters into the notebook as code: text stays text, whatever is in it."""
    code = PythonTranslator.codify({"epochs": value})
    (assignment,) = ast.parse(code).body
    assert isinstance(assignment, ast.Assign)
    names: dict = {}
    exec(compile(code, "cell", "exec"), {"__builtins__": {"float": float}}, names)
    assert set(names) == {"epochs"}
    assert repr(names["epochs"]) == repr(value)


def test_varied_are_the_parameters_that_change():
    runs = [
        {"epochs": 1, "seed": 0, "hidden_layers": [1]},
        {"epochs": 1, "seed": 1, "hidden_layers": [2]},
    ]
    assert varying_parameters(runs) == ["seed", "hidden_layers"]
    assert varying_parameters([]) == []
