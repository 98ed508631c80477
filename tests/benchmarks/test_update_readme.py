"""The tables of both READMEs are made from the committed numbers."""

from pathlib import Path

import pytest

from benchmarks import sweeps, update_readme


@pytest.mark.parametrize("path", update_readme.TABLES, ids=lambda path: path.parent.name)
def test_the_tables_are_those_of_the_committed_numbers(path: Path):
    text = path.read_text(encoding="utf-8")
    assert update_readme.updated(path) == text, "run: python -m benchmarks.update_readme"


def test_a_file_without_its_marks_is_refused(tmp_path: Path, monkeypatch):
    file = tmp_path / "README.md"
    file.write_text("no marks here", encoding="utf-8")
    monkeypatch.setitem(update_readme.TABLES, file, {"sweeps": ("sweeps.json", sweeps.sentence)})
    with pytest.raises(ValueError, match="one pair of marks <!-- sweeps -->, found 0"):
        update_readme.updated(file)


def test_the_sentence_about_sweeps_has_the_measured_numbers():
    result = {
        "runs": 16,
        "seconds_one_slot": 200.0,
        "seconds_two_slots": 110.0,
        "throughput": 200 / 110,
        "overhead": 0.056,
        "overhead_runs": 4,
        "driver_milliseconds_per_run": 1.26,
        "driver_runs": 2000,
        "machine": "a machine",
        "date": "2026-11-01",
    }
    sentence = sweeps.sentence(result)
    for part in (
        "took 200 s one",
        "110 s two",
        "1.82 times the throughput",
        "4 runs took 1.06 times as long",
        "1.3 ms per run (2,000 runs",
        "a machine, 2026-11-01.",
    ):
        assert part in sentence
