"""Every kind of hand-in, right, wrong or hostile, gets its marks and a verdict that names it."""

import os
import socket
import sys

import pytest

from mnist_lab.marking.hand_in import read_hand_in
from mnist_lab.marking.marked import Marked, key_of, load, mark, path_of, save
from mnist_lab.marking.run import Limits, run
from mnist_lab.marking.sandbox import why_open
from mnist_lab.marking.submissions import Submission
from mnist_lab.marking.verdicts import marks_of, wanted_of
from tests.helpers.hand_ins import SOLVED, hand_in_of

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="marking needs a Unix"),
]
LIMITS = Limits(cell_seconds=5, seconds=60.0, closed=not why_open())
SEED = 77
ALL_RIGHT = dict.fromkeys(["01.1", "01.2", "01.3", "01.4", "01.5"], "right")
STUBBORN = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass"
KNOWN = "[0.66524096, 0.24472847, 0.09003057]"


def marks(*cells, outputs=""):
    hand_in = read_hand_in(hand_in_of(*cells, outputs=outputs), "01_single_layer.ipynb")
    ran = run(hand_in, wanted_of(hand_in, SEED), LIMITS)
    found = marks_of(hand_in, ran, SEED)
    return {one.exercise: one.verdict.kind for one in found}, " ".join(found[0].notes)


@pytest.mark.parametrize(
    ("cells", "changed", "note"),
    [
        ([SOLVED], {}, ""),
        # Wrong in a usual way.
        (
            [SOLVED, "def mean_loss(p, l):\n    return np.log(p[np.arange(len(l)), l]).mean()"],
            {"01.2": "forgets the minus sign"},
            "",
        ),
        # Cells that never end: one that can be interrupted, and one that swallows interrupts.
        (["while True: pass", SOLVED], {}, ""),
        (
            [SOLVED, STUBBORN],
            {},
            "cell 2 was left out: endless loop",
        ),
        ([SOLVED, "def softmax(sums):\n    while True: pass"], {"01.1": "endless loop"}, ""),
        # Cells and functions that end the process.
        (["import sys\nsys.exit()", SOLVED], {}, ""),
        (
            [SOLVED, "import os\nos._exit(0)"],
            {},
            "cell 2 was left out: ends the process",
        ),
        (
            [SOLVED, "import os\ndef mean_loss(p, l): os._exit(0)"],
            {"01.2": "ends the process"},
            "",
        ),
        ([SOLVED, "def mean_loss(p, l): raise SystemExit"], {"01.2": "ends the process"}, ""),
        # Too much of something.
        ([SOLVED, "x = np.ones(50 * 10**9 // 8)"], {}, ""),
        ([SOLVED, "def softmax(sums): return np.ones(50 * 10**9 // 8)"], {"01.1": "error"}, ""),
        ([SOLVED, "while True: print('x' * 1000)"], {}, ""),
        # Names that are missing or other things.
        ([SOLVED, "del softmax"], {"01.1": "missing"}, ""),
        ([SOLVED, "softmax = 3"], {"01.1": "no function"}, ""),
        ([SOLVED, "softmax = ..."], {"01.1": "untouched"}, ""),
        ([SOLVED, "def softmax(sums): ..."], {"01.1": "untouched"}, ""),
        ([SOLVED, "numbers_to_learn = '२०,४१०'"], {}, ""),
        ([SOLVED, "def softmax(sums): return object()"], {"01.1": "another type"}, ""),
        ([SOLVED.replace("softmax", "soft_max"), "x = ("], {"01.1": "missing"}, ""),
        # Tricks.
        (
            [SOLVED, f"def softmax(sums): return {{3: np.array({KNOWN})}}.get(len(sums))"],
            {"01.1": "returns nothing"},
            "",
        ),
        (
            [SOLVED, "softmax = ...\nlab.check = lambda *_: print('right')"],
            {"01.1": "untouched"},
            "replaces lab.check",
        ),
        (
            [SOLVED, "from mnist_lab.exercises.lessons.notebook_01 import SOFTMAX\n"],
            {},
            "",
        ),
        (
            [
                SOLVED,
                "softmax = None\nfrom mnist_lab.exercises.lessons.notebook_01 import SOFTMAX\n"
                "softmax = SOFTMAX.right",
            ],
            {"01.1": "untouched"},
            "",
        ),
    ],
)  # fmt: skip
def test_a_hand_in_gets_its_verdicts(cells, changed, note):
    found, notes = marks(*cells)
    assert found == ALL_RIGHT | changed
    assert note in notes


def test_a_copied_output_counts_for_nothing():
    found, notes = marks(SOLVED, "softmax = ...", outputs="01.1 ✔ Right, on all 6 inputs.")
    assert found == ALL_RIGHT | {"01.1": "untouched"}
    assert "its saved output says that it is right" in notes


@pytest.mark.needs_rooms  # it would delete them
def test_deleted_files_cost_nothing():
    code = "import shutil\nfor place in ('.', '..', '/tmp'):\n    shutil.rmtree(place, True)"
    assert marks(SOLVED, code)[0] == ALL_RIGHT


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


@pytest.mark.parametrize("name", ["answers", "state"])
def test_a_pipe_in_place_of_a_file_keeps_nobody_waiting(name):
    code = f"import os\nif os.path.exists({name!r}): os.remove({name!r})\nos.mkfifo({name!r})"
    found, _ = marks(SOLVED, code)
    assert set(found) == set(ALL_RIGHT)


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


@pytest.mark.needs_rooms  # it would fill the machine
def test_processes_without_end_are_ended():
    found, notes = marks(SOLVED, "import os\nwhile True: os.fork()")
    assert found == ALL_RIGHT
    assert "cell 2 was left out" in notes


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


def test_other_inputs_other_numbers_and_another_content_are_marked_anew():
    keys = {
        key_of(submission(content), seed, term)
        for content in (b"a", b"b")
        for seed in (1, 2)
        for term in (None, 0, 1)
    }
    assert len(keys) == 12
