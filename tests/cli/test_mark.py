"""A class's hand-ins are marked, again without those that are marked already, whatever dies."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mnist_lab.cli.app import app
from tests.helpers.hand_ins import SOLVED, hand_in_of

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="marking needs a Unix"),
]
WRONG = SOLVED + "\ndef softmax(sums): return np.exp(sums)"


def write_class(folder: Path, answers: dict[str, str]) -> Path:
    for learner, code in answers.items():
        path = folder / f"{learner}_12_assignsubmission_file_" / "01_single_layer.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(hand_in_of(code)), encoding="utf-8")
    return folder


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_a_class_is_marked_and_marked_again_only_where_something_is_new(tmp_path: Path):
    handed_in = write_class(tmp_path / "class", {"Ada": SOLVED, "Bo": WRONG})
    (handed_in / "Cy.ipynb").write_text("no notebook", encoding="utf-8")
    out = tmp_path / "marks"
    command = ["mark", str(handed_in), "--output", str(out), "--platform", "moodle"]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 1, done.output  # Cy's could not be marked
    rows = rows_of(out / "marks.csv")
    verdicts = {(row["learner"], row["exercise"]): row["verdict"] for row in rows}
    assert verdicts["Ada", "01.1"] == "right"
    assert verdicts["Bo", "01.1"] == "odds, not divided by their sum"
    assert verdicts["Cy", ""] == "not marked"
    assert {row["Full name"]: row["Grade"] for row in rows_of(out / "marks-moodle.csv")} == {
        "Ada": "5.0",
        "Bo": "4.0",
        "Cy": "0.0",
    }
    given_back = sorted(path.relative_to(out) for path in out.glob("feedback/*/*.ipynb"))
    assert [path.parts[1] for path in given_back] == [
        f"{learner}_12_assignsubmission_file_" for learner in ("Ada", "Bo")
    ]
    assert "Not marked" in (out / "marks.html").read_text(encoding="utf-8")

    before = {path: path.stat().st_mtime_ns for path in (out / "results").iterdir()}
    write_class(handed_in, {"Di": SOLVED})
    (handed_in / "Cy.ipynb").unlink()
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    assert "3 submissions: 2 found, 1 to do" in done.output
    after = {path: path.stat().st_mtime_ns for path in (out / "results").iterdir()}
    assert len(after) == 3
    assert {path: after[path] for path in before} == before


def test_marking_goes_on_where_it_was_killed(tmp_path: Path):
    answers = {f"Learner {number}": SOLVED for number in range(6)}
    handed_in = write_class(tmp_path / "class", answers)
    out = tmp_path / "marks"
    command = [sys.executable, "-m", "mnist_lab", "mark", str(handed_in), "--output", str(out)]
    process = subprocess.Popen(command, start_new_session=True)
    deadline = time.monotonic() + 300
    while not (out / "results").exists() or len(list((out / "results").glob("*.json"))) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.2)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    done = CliRunner().invoke(app, command[3:])
    assert done.exit_code == 0, done.output
    assert "6 submissions: 0 found" not in done.output
    rows = rows_of(out / "marks.csv")
    assert len(rows) == 30
    assert {row["verdict"] for row in rows} == {"right"}


def test_what_holds_no_notebook_is_refused(tmp_path: Path):
    done = CliRunner().invoke(app, ["mark", str(tmp_path), "--output", str(tmp_path / "marks")])
    assert done.exit_code == 2
    assert "holds no notebook" in done.output
