"""Every kind of hand-in, right, wrong or hostile, gets its marks and a verdict that names it."""

import os
import socket
import sys
from dataclasses import replace
from types import SimpleNamespace

import pytest

from mnist_lab.marking.hand_in import read_hand_in
from mnist_lab.marking.marked import Marked, key_of, load, mark, path_of, save
from mnist_lab.marking.run import Limits, run
from mnist_lab.marking.sandbox import why_open
from mnist_lab.marking.submissions import Submission
from mnist_lab.marking.verdicts import marks_of, wanted_of
from tests.helpers.hand_ins import ALL_RIGHT, HOSTILE, SOLVED, hand_in_of
from tests.helpers.runs import has_ended, wait_until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="marking needs a Unix"),
]
LIMITS = Limits(cell_seconds=10, seconds=600.0, closed=not why_open())
SEED = 77


def marks(*cells, outputs=""):
    hand_in = read_hand_in(hand_in_of(*cells, outputs=outputs), "01_single_layer.ipynb")
    ran = run(hand_in, wanted_of(hand_in, SEED), LIMITS)
    found = marks_of(hand_in, ran, SEED)
    return {one.exercise: one.verdict.kind for one in found}, " ".join(found[0].notes)


def _param(what, own):
    return pytest.param(own, id=what, marks=[pytest.mark.needs_rooms] if own.needs_room else [])


@pytest.mark.parametrize("own", [_param(what, own) for what, own in HOSTILE.items()])
def test_a_hand_in_gets_its_verdicts(own):
    found, notes = marks(*own.cells)
    assert found == ALL_RIGHT | own.changed
    assert own.note in notes


def test_a_usual_mistake_is_named():
    wrong = "def mean_loss(p, l):\n    return np.log(p[np.arange(len(l)), l]).mean()"
    assert marks(SOLVED, wrong)[0] == ALL_RIGHT | {"01.2": "forgets the minus sign"}


def test_a_copied_output_counts_for_nothing():
    found, notes = marks(SOLVED, "softmax = ...", outputs="01.1 ✔ Right, on all 6 inputs.")
    assert found == ALL_RIGHT | {"01.1": "untouched"}
    assert "its saved output says that it is right" in notes


@pytest.mark.needs_rooms
def test_a_room_has_no_network_no_solutions_and_nothing_else_to_write(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert marks(SOLVED, TRIES.format(port=port, path=str(tmp_path / "x")))[0] == ALL_RIGHT


@pytest.mark.needs_rooms
def test_a_process_that_ends_the_room_is_not_let_out_of_it(tmp_path):
    outside = tmp_path / "outside"
    code = f"""
import os
try:
    open({str(outside)!r}, "w")
except OSError:
    # The exit code that says that no room could be closed, written into the driver.
    for process in (1, os.getppid()):
        try:
            open(f"/proc/{{process}}/mem", "r+b")
        except OSError:
            continue
        numbers_to_learn = 0
"""
    assert marks(SOLVED, code)[0] == ALL_RIGHT
    assert not outside.exists()


TRIES = """
import os, socket, mnist_lab
def tried(do):
    try:
        return do() or True
    except (OSError, ImportError):
        return False
def numbers(): from mnist_lab.exercises.lessons import notebook_01
free = [
    tried(lambda: socket.create_connection(("127.0.0.1", {port}), 1)),
    tried(lambda: open("/var/tmp/written_by_a_learner", "w")),
    tried(lambda: open("{path}", "w")),
    tried(numbers),
    tried(lambda: open(os.path.join(os.path.dirname(mnist_lab.__file__), "x"), "w")),
]
numbers_to_learn = sum(free) if any(free) else numbers_to_learn"""


def test_all_attempts_have_one_deadline_and_after_it_nothing_is_blamed(monkeypatch):
    until_when = []

    def ended(command, given, room, until, disk, stalled):
        until_when.append(until)
        (given / "state").write_text(str(len(until_when)), encoding="ascii")
        return (1, "") if len(until_when) < 3 else (None, "late")

    monkeypatch.setattr("mnist_lab.marking.run.execute", ended)
    hand_in = read_hand_in(hand_in_of("1", "2", "3", SOLVED))
    ran = run(hand_in, wanted_of(hand_in, SEED), LIMITS)
    assert len(until_when) == 3
    assert len(set(until_when)) == 1
    assert (ran.late, ran.cells, ran.ended_by) == (True, {0: "ended", 1: "ended"}, {})
    found = {one.exercise: one.verdict.kind for one in marks_of(hand_in, ran, SEED)}
    assert found == dict.fromkeys(ALL_RIGHT, "out of time")


def test_what_a_hand_in_leaves_behind_in_an_open_room_is_ended(tmp_path):
    pid = tmp_path / "pid"
    # Twice removed from its parents, in a session of its own.
    code = f"""import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        open({str(pid)!r}, "w").write(str(os.getpid()))
        time.sleep(1000)
    os._exit(0)
while not os.path.exists({str(pid)!r}): time.sleep(0.05)"""
    hand_in = read_hand_in(hand_in_of(SOLVED, code))
    ran = run(hand_in, wanted_of(hand_in, SEED), replace(LIMITS, closed=False))
    assert len(ran.found) == 5
    wait_until(lambda: has_ended(int(pid.read_text(encoding="ascii"))))


@pytest.mark.needs_rooms
def test_the_rooms_of_others_are_out_of_sight(tmp_path, monkeypatch):
    (tmp_path / "worker-1").mkdir()
    (tmp_path / "worker-2").mkdir()
    secret = tmp_path / "worker-2" / "in.ipynb"
    secret.write_text("an answer", encoding="utf-8")
    worker = SimpleNamespace(local_directory=str(tmp_path / "worker-1"))
    monkeypatch.setattr("mnist_lab.marking.run.this_worker", lambda: worker)
    code = f"import os\nif os.path.exists({str(secret)!r}): numbers_to_learn = 0"
    assert marks(SOLVED, code)[0] == ALL_RIGHT
    assert os.listdir(tmp_path / "worker-1") == []


def submission(content, learner="Ada"):
    return Submission(learner, "", "ada/01_single_layer.ipynb", content)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff\xfe{", "its text is not UTF-8"),
        ('{"cells": "ä"}'.encode("latin-1"), "its text is not UTF-8"),
        (b"", "not a readable notebook"),
        (b"[]", "not a readable notebook"),
        (None, ""),
    ],
)
def test_what_is_no_notebook_is_named(content, words):
    marked = mark(submission(content), SEED, LIMITS)
    assert marked.marks == ()
    assert words in marked.problem


def test_marks_are_saved_and_read_and_a_learners_name_leads_nowhere(tmp_path):
    marked = Marked("../Ada/é", "1", "x", "key", "01", (), "", 1.0, True)
    save(marked, tmp_path)
    [file] = os.listdir(tmp_path)
    assert load(tmp_path / file) == marked
    assert path_of(tmp_path, "key", "../Ada/é").parent == tmp_path
    (tmp_path / file).write_text("{}", encoding="utf-8")
    assert load(tmp_path / file) is None


def test_other_inputs_limits_numbers_and_another_content_are_marked_anew():
    keys = {
        key_of(submission(content), seed, limits, term)
        for content in (b"a", b"b")
        for seed in (1, 2)
        for limits in (LIMITS, replace(LIMITS, seconds=90.0))
        for term in (None, 0, 1)
    }
    assert len(keys) == 24
