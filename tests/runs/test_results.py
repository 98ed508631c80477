"""A sweep's folder gives back what was kept in it, and takes nothing else for a run."""

import json
import os
from pathlib import Path

import pytest

from mnist_lab.record_schema import MIME
from mnist_lab.runs import results
from mnist_lab.runs.grid import RunSpec
from mnist_lab.runs.results import RunResult
from tests.helpers.runs import record_content, write_about, write_run


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def good_result(folder: Path, name: str) -> RunResult:
    """Return the result of a good run, with the notebook as text."""
    folder.mkdir()
    write_run(folder, name, record_content({"seed": 1}))
    text = (folder / f"{name}.ipynb").read_text(encoding="utf-8")
    return RunResult(name, "", 2.5, "there", text, None, None)


@pytest.mark.parametrize(
    ("seconds", "median"),
    [([10.0, 20.0, 30.0, 80.0], 25.0), ([10.0, 20.0, 30.0], 20.0), ([7.0], 7.0), ([], None)],
)
def test_the_typical_time_is_the_median(tmp_path: Path, seconds: list[float], median: float | None):
    for index, time in enumerate(seconds):
        write_run(tmp_path, f"toy-{index}", record_content({"seed": index}), time)
    assert results.typical_seconds(tmp_path) == median


def test_a_good_run_comes_back_with_its_record_time_and_machine(tmp_path: Path):
    results.save_result(good_result(tmp_path / "made", "toy-1"), tmp_path)
    assert names(tmp_path) == ["made", "toy-1.ipynb", "toy-1.json"]
    ((run,), failed) = results.read_runs(tmp_path)
    assert failed == []
    assert (run.name, run.path, run.run_seconds, run.host) == (
        "toy-1",
        tmp_path / "toy-1.ipynb",
        2.5,
        "there",
    )
    assert run.record.parameters == {"seed": 1}


def test_a_failed_run_comes_back_with_its_problem_and_a_good_one_replaces_it(tmp_path: Path):
    failed = RunResult("toy-1", "cell 3: ValueError", 1.0, "here", None, "{}", "printed")
    results.save_result(failed, tmp_path)
    assert names(tmp_path) == ["toy-1.failed.ipynb", "toy-1.json", "toy-1.log"]
    (run,) = results.read_runs(tmp_path)[1]
    assert (run.problem, run.log.read_text()) == ("cell 3: ValueError", "printed")
    results.save_result(good_result(tmp_path / "made", "toy-1"), tmp_path)
    assert names(tmp_path) == ["made", "toy-1.ipynb", "toy-1.json"]
    assert len(results.read_runs(tmp_path)[0]) == 1


def test_only_runs_with_a_good_notebook_are_completed(tmp_path: Path):
    write_run(tmp_path, "toy-1", record_content({}))
    (tmp_path / "toy-2.ipynb").write_text('{"cells": []}')
    specs = [RunSpec(f"toy-{index}", {}) for index in (1, 2, 3)]
    assert results.completed(specs, tmp_path) == specs[:1]


@pytest.mark.parametrize(
    "text",
    ["", "[]", "7", "{}", '{"name": 3}', '{"name": "other"}', "[" * 100_000, "\udcff"],
    ids=range(8),
)
def test_other_files_are_no_runs(tmp_path: Path, text: str):
    (tmp_path / "toy.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert results.read_runs(tmp_path) == ([], [])


def test_a_run_without_its_notebook_or_with_an_old_record_is_a_failed_one(tmp_path: Path):
    write_about(tmp_path, "toy-1", problem="", seconds="long")
    write_run(tmp_path, "toy-2", record_content({}) | {"schema": 1})
    good, (missing, old) = results.read_runs(tmp_path)
    assert good == []
    assert "cannot be read" in missing.problem
    assert "not a record of schema 3" in old.problem


def test_a_run_whose_time_is_no_number_is_read_without_it(tmp_path: Path):
    write_run(tmp_path, "toy-1", record_content({}))
    write_about(tmp_path, "toy-1", seconds="long")
    assert results.read_runs(tmp_path)[0][0].run_seconds is None
    assert results.typical_seconds(tmp_path) is None


@pytest.mark.parametrize(
    "about",
    [
        {"seconds": [1.0]},
        {"seconds": float("nan")},
        {"seconds": float("inf")},
        {"seconds": -1.0},
        {"seconds": 10**400},
        {"seconds": True},
        {"host": ["here"]},
        {"host": {"a": 1}},
        {"host": "\ud800"},
        {"host": "h" * 100_000},
    ],
    ids=range(10),
)
def test_what_is_no_time_or_no_machine_is_left_out(tmp_path: Path, about: dict):
    write_run(tmp_path, "toy-1", record_content({}))
    write_about(tmp_path, "toy-1", **about)
    ((run,), failed) = results.read_runs(tmp_path)
    assert (failed, run.run_seconds, run.host) == ([], None, None)
    assert results.typical_seconds(tmp_path) is None


@pytest.mark.parametrize(
    "problem",
    [["a"], {"a": 1}, "\ud800", "p" * 1_000_000, 7, "a\0\x1bb"],
    ids=range(6),
)
def test_the_problem_of_a_failed_run_is_a_line_that_a_page_can_hold(tmp_path: Path, problem):
    write_about(tmp_path, "toy-1", problem=problem)
    (failed,) = results.read_runs(tmp_path)[1]
    assert failed.problem.encode()
    assert failed.problem.isprintable()
    assert 0 < len(failed.problem) <= 1_001


def test_a_good_notebook_of_a_run_that_failed_before_is_a_good_run(tmp_path: Path):
    """The notebook is written last: a summary with a problem beside it is an earlier one's."""
    write_run(tmp_path, "toy-1", record_content({}))
    write_about(tmp_path, "toy-1", problem="cell 3: ValueError")
    good, failed = results.read_runs(tmp_path)
    assert (len(good), failed) == (1, [])


BROKEN = {
    "cells that are no dicts": lambda book: {"cells": [7]},
    "an output without a type": lambda book: _output(book, {"output_type": None}),
    "a source that is no text": lambda book: {"cells": [book["cells"][0] | {"source": 7}]},
    "a cell that was not run": lambda book: {
        "cells": [book["cells"][0] | {"execution_count": None}]
    },
    "half a character": lambda book: {"cells": [book["cells"][0] | {"source": "\ud800"}]},
    "a record without metrics": lambda book: _output(book, {"data": {MIME: {"schema": 2}}}),
    "an error beside the record": lambda book: _output(
        book, {"output_type": "error", "ename": "E", "evalue": "v"}
    ),
    "deep nesting": lambda book: {"cells": [book["cells"][0]], "metadata": _deep()},
}  # fmt: skip


def _output(book: dict, change: dict) -> dict:
    cell = book["cells"][0]
    return {"cells": [cell | {"outputs": [cell["outputs"][0] | change]}]}


def _deep() -> list:
    return json.loads("[" * 900 + "]" * 900)


@pytest.mark.parametrize("damage", BROKEN)
def test_a_broken_notebook_never_counts_as_done_and_is_named_as_failed(tmp_path: Path, damage: str):
    for name in ("toy-1", "toy-2"):
        write_run(tmp_path, name, record_content({}))
    path = tmp_path / "toy-1.ipynb"
    path.write_text(json.dumps(BROKEN[damage](json.loads(path.read_text()))))
    specs = [RunSpec("toy-1", {}), RunSpec("toy-2", {})]
    assert results.completed(specs, tmp_path) == specs[1:]
    (good,), (failed,) = results.read_runs(tmp_path)
    assert (good.name, failed.name) == ("toy-2", "toy-1")


@pytest.mark.parametrize("end", [".ipynb", ".json", ".log"])
def test_a_file_that_cannot_be_written_leaves_the_earlier_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str
):
    before = RunResult("toy-1", "earlier", 1.0, "here", None, "{}", "printed")
    results.save_result(before, tmp_path)
    replace = os.replace

    def full(source: str, target: Path) -> None:
        if str(target).endswith(end):
            raise OSError(28, "No space left on device")
        replace(source, target)

    monkeypatch.setattr(os, "replace", full)
    after = RunResult("toy-1", "later", 2.0, "here", json.dumps({}), "{}", "printed")
    with pytest.raises(OSError, match="No space left"):
        results.save_result(after, tmp_path)
    assert names(tmp_path) == ["toy-1.failed.ipynb", "toy-1.json", "toy-1.log"]
    assert len(results.read_runs(tmp_path)[1]) == 1
