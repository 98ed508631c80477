"""Two checkouts take turns, what they cannot do is named, and the table has their medians."""

import json
import os
from pathlib import Path
from types import SimpleNamespace

import pytest
import typer
from typer.testing import CliRunner

from benchmarks import waiting, waiting_jobs, waiting_tables
from benchmarks.waiting import Step

APP = typer.Typer()
APP.command()(waiting.main)

RESULT = {
    "machine": "a machine",
    "python": "3.12",
    "date": "2026-11-01",
    "before": "0123abc",
    "repeats": 3,
    "import": [
        {"what": "`import a`", "with": "", "before": [4.0, 9.0, 5.0], "after": [1.0, 3.0, 2.0]},
        {"what": "`import a`, CPU", "with": "", "before": [4.0], "after": [1.0]},
        {"what": "then loading", "with": "sample", "before": [], "after": [0.5]},
        {"what": "then Keras", "with": "", "before": [1e-6], "after": [2.0]},
    ],
    "thirty": [
        {"what": "thirty trainings", "with": "", "before": [10.0], "after": [2.5]},
        {"what": "their mean validation accuracy", "with": "", "before": [0.5], "after": [0.25]},
    ],
    "course": [
        {"what": what, "with": digits, "before": [before], "after": [after]}
        for digits, before in (("full MNIST", 100.0), ("sample", 40.0))
        for what, after in (("all notebooks", 30.0), ("01_single_layer", 10.0))
    ],
}


def test_the_tables_have_medians_and_ratios_and_a_dash_for_what_was_not_measured():
    lines = waiting_tables.tables(json.loads(json.dumps(RESULT))).splitlines()
    assert lines[0] == "| importing, in one process | before | after | after / before | CPU |"
    assert lines[2:6] == [
        "| `import a` | 5.00 s | 2.00 s | 0.40 | 4.00 s → 1.00 s (0.25) |",
        "| then loading, sample | - | 0.50 s | - |  |",
        "| then Keras | 0.00 s | 2.00 s | - |  |",
        "",
    ]
    assert lines[8:10] == [
        "| thirty trainings | 10.0 s | 2.50 s | 0.25 |",
        "| their mean validation accuracy | 50.00% | 25.00% | - |",
    ]


def test_the_course_has_a_line_per_notebook_and_a_column_per_way_to_run_it():
    lines = waiting_tables.course_table(RESULT["course"])
    assert lines[0] == "| the course | full MNIST | sample |"
    assert lines[2:] == [
        "| all notebooks | 100 s → 30.0 s (0.30) | 40.0 s → 30.0 s (0.75) |",
        "| 01_single_layer | 100 s → 10.0 s (0.10) | 40.0 s → 10.0 s (0.25) |",
    ]


def test_the_last_line_names_the_commit_the_machine_and_the_repeats():
    last = waiting_tables.tables(RESULT).splitlines()[-1]
    assert last == (
        "Medians of 3, all in turn in one run; before: commit 0123abc; a machine, Python 3.12,"
        " 2026-11-01."
    )
    assert "before: commit" not in waiting_tables.tables({**RESULT, "before": ""})


def test_every_part_has_steps_a_title_and_jobs_that_exist():
    assert list(waiting.STEPS) == list(waiting_tables.PARTS)
    steps = [step for steps in waiting.STEPS.values() for step in steps]
    assert {step.job for step in steps} == set(waiting_jobs.JOBS)


def test_the_checkouts_take_turns_at_each_step_and_a_cache_is_empty_unless_it_is_used_again(
    monkeypatch,
):
    turns: list[tuple[str, str, list[str]]] = []

    def run_step(step, checkout, cache, full):
        turns.append((step.job, checkout.name, [file.name for file in cache.iterdir()]))
        Path(cache, step.job).touch()
        if (step.job, checkout.name) == ("two", "old"):
            raise RuntimeError("no such thing")
        return {"quantity": float(len(turns))}

    steps = (Step("one", "a"), Step("two", "b", again=True), Step("three", "c"))
    monkeypatch.setitem(waiting.STEPS, "part", steps)
    monkeypatch.setattr(waiting, "run_step", run_step)
    rows = waiting.measure("part", {"before": Path("old"), "after": Path("new")}, "full", 2)
    once = [
        ("one", "old", []),
        ("one", "new", []),
        ("two", "old", ["one"]),
        ("two", "new", ["one"]),
        ("three", "old", []),
        ("three", "new", []),
    ]
    assert turns == once * 2
    assert rows == [
        {"what": "quantity", "with": "a", "before": [1.0, 7.0], "after": [2.0, 8.0]},
        {"what": "quantity", "with": "b", "before": [], "after": [4.0, 10.0]},
        {"what": "quantity", "with": "c", "before": [5.0, 11.0], "after": [6.0, 12.0]},
    ]


def test_what_a_checkout_cannot_do_is_named_with_the_reason(
    monkeypatch, checkout, tmp_path, capsys
):
    (checkout / "tensorflow.py").write_text("raise OSError('no such thing')", encoding="utf-8")
    monkeypatch.setitem(waiting.STEPS, "part", (Step("import_tensorflow", "alone"),))
    assert waiting.measure("part", {"before": checkout}, "full", 1) == []
    assert capsys.readouterr().out == (
        "import_tensorflow, alone, before: not measured (OSError: no such thing)\n"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["imports"], "imports: there are import, first_figure, compile, thirty, course."),
        (["--repeats", "0"], "Invalid value for '--repeats'"),
        (["import", "--against", "."], "is no checkout of this project"),
        (["import", "--source", "sample"], "sample is not full MNIST"),
    ],
)
def test_options_that_cannot_be_used_are_refused_before_anything_is_measured(
    arguments, message, tmp_path, monkeypatch
):
    monkeypatch.setattr(waiting, "measure", lambda *given: pytest.fail("measured"))
    monkeypatch.setenv("COLUMNS", "500")  # the message in one line
    monkeypatch.chdir(tmp_path)
    run = CliRunner().invoke(APP, [*arguments, "--output", str(tmp_path)])
    assert run.exit_code == 2
    assert message in run.output
    assert not os.listdir(tmp_path)


def test_a_part_is_kept_beside_those_that_were_measured_before(tmp_path, monkeypatch, checkout):
    monkeypatch.setattr(waiting, "full_mnist", lambda source: source)
    given = []

    def measure(part, sides, full, repeats):
        given.append((part, list(sides), full, repeats))
        return RESULT[part]

    monkeypatch.setattr(waiting, "measure", measure)
    options = ["--source", "digits.npz", "--output", str(tmp_path)]
    for part in ("import", "thirty"):
        run = CliRunner().invoke(APP, [part, "--against", str(checkout), *options])
        assert run.exit_code == 0, run.output
    assert "| thirty trainings | 10.0 s | 2.50 s | 0.25 |" in run.output
    result = json.loads((tmp_path / "waiting.json").read_text(encoding="utf-8"))
    assert (result["import"], result["thirty"]) == (RESULT["import"], RESULT["thirty"])
    run = CliRunner().invoke(APP, ["import", "--repeats", "1", *options])
    assert run.exit_code == 0, run.output
    assert given == [
        ("import", ["before", "after"], "digits.npz", 3),
        ("thirty", ["before", "after"], "digits.npz", 3),
        ("import", ["after"], "digits.npz", 1),
    ]


def test_full_mnist_is_named_by_its_path(tmp_path, monkeypatch):
    from mnist_lab.data import digits, download

    file = tmp_path / "mnist.npz"
    loaded = SimpleNamespace(source="mnist")
    monkeypatch.delenv("MNIST_LAB_DATA", raising=False)
    monkeypatch.setattr(digits, "load_digits", lambda source: loaded)
    monkeypatch.setattr(download, "cached", lambda: (None, file))
    assert waiting.full_mnist("auto") == str(file)
    monkeypatch.setenv("MNIST_LAB_DATA", str(tmp_path))
    assert waiting.full_mnist("auto") == str(tmp_path)
