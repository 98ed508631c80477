"""Learners' notebooks of exercises, made up: right ones, wrong ones, hostile ones."""

import json
from dataclasses import dataclass, field
from typing import Any

import nbformat

# The exercises of notebook 1, solved.
SOLVED = """import numpy as np
import mnist_lab as lab

def softmax(sums):
    odds = np.exp(sums - np.max(sums))
    return odds / odds.sum()

def mean_loss(probabilities, labels):
    return -np.log(probabilities[np.arange(len(labels)), labels]).mean()

def gradient_step(weights, biases, pixels, labels, rate):
    odds = np.exp(pixels @ weights + biases)
    errors = odds / odds.sum(axis=1, keepdims=True) - np.eye(len(biases))[labels]
    slopes = pixels.T @ errors / len(pixels)
    return weights - rate * slopes, biases - rate * errors.mean(axis=0)

numbers_to_learn = 26 * (28 * 28 + 1)
largest_rate = 0.63
lab.check("01.1", softmax)"""
ALL_RIGHT = dict.fromkeys(["01.1", "01.2", "01.3", "01.4", "01.5"], "right")
KNOWN = "[0.66524096, 0.24472847, 0.09003057]"  # the shares of the first sums of lab.check


def hand_in_of(*cells: str, outputs: str = "") -> dict[str, Any]:
    """Return the content of a notebook with these cells; `outputs` is what its last one printed."""
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    if outputs:
        book.cells[-1].outputs = [nbformat.v4.new_output("stream", text=outputs)]
    return json.loads(json.dumps(book))


@dataclass(frozen=True)
class HandedIn:
    """Cells that a learner may hand in, and what is to be said of them.

    Attributes:
        cells: Their code.
        changed: Verdicts other than "right", by exercise.
        note: Words of a note beside the verdicts.
        needs_room: Whether they would harm a machine without closed rooms.
    """

    cells: tuple[str, ...]
    changed: dict[str, str] = field(default_factory=dict)
    note: str = ""
    needs_room: bool = False


def _after(code: str, note: str = "", needs_room: bool = False, **changed: str) -> HandedIn:
    """Return the solved exercises with one more cell; `e1="missing"` is a verdict on 01.1."""
    verdicts = {f"01.{name[1:]}": kind for name, kind in changed.items()}
    return HandedIn((SOLVED, code), verdicts, note, needs_room)


# It sleeps, and takes no core from what runs beside it.
_STUBBORN = """import signal, time
signal.signal(signal.SIGINT, signal.SIG_IGN)
while True: time.sleep(1)"""
_STUBBORN_FUNCTION = """def softmax(sums):
    import signal, time
    signal.signal(signal.SIGALRM, signal.SIG_IGN)
    while True: time.sleep(1)"""
_MANY_FILES = """import os
for number in range(10**6):
    with open(f"x{number}", "wb") as file: file.write(bytes(10**7))"""
_DEEP = """import os
for _ in range(1500):
    os.mkdir("d")
    os.chdir("d")"""
_PIPE = "import os\nif os.path.exists({0!r}): os.remove({0!r})\nos.mkfifo({0!r})"
_NONE = dict.fromkeys(ALL_RIGHT, "not run")

HOSTILE = {
    # Cells that never end: one that can be interrupted, and one that swallows interrupts.
    "an endless cell": HandedIn(("while True: pass", SOLVED)),
    "a stubborn cell": _after(_STUBBORN, "cell 2 was left out: endless loop"),
    "an endless function": _after("def softmax(sums):\n    while True: pass", e1="endless loop"),
    "a stubborn function": _after(_STUBBORN_FUNCTION, e1="endless loop"),
    # Cells and functions that end the process.
    "sys.exit": HandedIn(("import sys\nsys.exit()", SOLVED)),
    "os._exit": _after("import os\nos._exit(0)", "cell 2 was left out: ends the process"),
    "a function with os._exit": _after(
        "import os\ndef mean_loss(p, l): os._exit(0)", e2="ends the process"
    ),
    "a function with SystemExit": _after(
        "def mean_loss(p, l): raise SystemExit", e2="ends the process"
    ),
    # Too much of something.
    "too much memory": _after("x = np.ones(50 * 10**9 // 8)"),
    "a function with too much memory": _after(
        "def softmax(sums): return np.ones(50 * 10**9 // 8)", e1="error"
    ),
    "too much text": _after("while True: print('x' * 1000)"),
    "too many files": _after(_MANY_FILES, "cell 2 was left out: fills the disk"),
    "folders in each other": _after(_DEEP),
    "processes without end": _after(
        "import os\nos.nice(19)\nwhile True: os.fork()", "cell 2 was left out", needs_room=True
    ),
    # Names that are missing or other things.
    "a deleted function": _after("del softmax", e1="missing"),
    "a number for a function": _after("softmax = 3", e1="no function"),
    "digits of another script": _after("numbers_to_learn = '२०,४१०'"),
    "an object": _after("def softmax(sums): return object()", e1="another type"),
    "another name": HandedIn((SOLVED.replace("softmax", "soft_max"), "x = ("), {"01.1": "missing"}),
    # Tricks.
    "a table of known answers": _after(
        f"def softmax(sums): return {{3: np.array({KNOWN})}}.get(len(sums))", e1="returns nothing"
    ),
    "another lab.check": _after(
        "softmax = ...\nlab.check = lambda *_: print('right')",
        "replaces lab.check",
        e1="untouched",
    ),
    "an import of the solutions": _after(
        "softmax = None\nfrom mnist_lab.exercises.lessons.notebook_01 import SOFTMAX\n"
        "softmax = SOFTMAX.right",
        e1="untouched",
    ),
    "deleted files": _after(
        "import shutil\nfor place in ('.', '..', '/tmp'):\n    shutil.rmtree(place, True)",
        needs_room=True,
    ),
    "a pipe for the answers": _after(_PIPE.format("answers")),
    "a pipe for the state": _after(_PIPE.format("state")),
    "no last cell": HandedIn(
        (SOLVED, "import mnist_lab.marking.collect as last\nlast.collect = None"), _NONE
    ),
}
