"""What is solved is kept in a small file beside the notebook, and no bad file costs an answer."""

import json
import subprocess
import sys

import pytest

import mnist_lab as lab
from mnist_lab.exercises.judge import Verdict
from mnist_lab.exercises.progress import FILE, note

RIGHT, WRONG = Verdict("right", ""), Verdict("sum", "")


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def row(name):
    return lab.progress().loc[name, ["solved", "tries"]].tolist()


def test_tries_are_counted_until_the_exercise_is_solved(capsys):
    assert row("01.1") == ["", 0]
    note("01.1", Verdict("untouched", ""))
    assert row("01.1") == ["", 0]
    for verdict in (WRONG, WRONG, RIGHT, WRONG, RIGHT):
        note("01.1", verdict)
    solved, tries = row("01.1")
    assert len(solved) == 10
    assert tries == 3
    assert "1 of " in capsys.readouterr().out


@pytest.mark.parametrize("content", ["", "[1, 2]", '{"01.1": 5}', '{"01.1": {"tries": "x"}}', "\0"])
def test_a_damaged_file_is_as_none(tmp_path, content):
    (tmp_path / FILE).write_text(content, encoding="utf-8")
    note("01.1", RIGHT)
    assert row("01.1")[1] == 1


def test_a_folder_that_cannot_be_written_costs_no_answer(tmp_path):
    (tmp_path / FILE).mkdir()
    note("01.1", RIGHT)
    lab.check("01.1", ...)
    assert row("01.1") == ["", 0]


def test_notebooks_note_at_the_same_time(tmp_path):
    code = (
        "from mnist_lab.exercises.progress import note\n"
        "from mnist_lab.exercises.judge import Verdict\n"
        "import sys\n"
        "for number in range(20): note(sys.argv[1], Verdict('wrong', ''))\n"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", code, name], cwd=tmp_path)
        for name in ("01.1", "01.2", "01.2")
    ]
    assert [process.wait() for process in running] == [0, 0, 0]
    noted = json.loads((tmp_path / FILE).read_text(encoding="utf-8"))
    assert {name: entry["tries"] for name, entry in noted.items()} == {"01.1": 20, "01.2": 40}
