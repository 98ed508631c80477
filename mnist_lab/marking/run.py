"""Runs one hand-in in a closed room, again without what ended it, until its answers are there."""

import json
import os
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cloudpickle
import nbformat

from mnist_lab import checks, files
from mnist_lab.exercises import lessons
from mnist_lab.marking.collect import SECONDS
from mnist_lab.marking.hand_in import HandIn, to_run
from mnist_lab.marking.sandbox import CROWDED, Room
from mnist_lab.marking.watch import execute
from mnist_lab.runs.tasks import this_worker

_ATTEMPTS = 4
_MOST_ANSWERS = 50_000_000  # bytes
_GRACE = 5  # seconds beyond its limit, after which a function is taken for endless


@dataclass(frozen=True)
class Limits:
    """Limits of a run.

    Attributes:
        cell_seconds: Of one cell; it is interrupted, and the next ones go on.
        seconds: Of the whole notebook, with all attempts; then the process is killed.
        memory: Bytes of address space.
        disk: Bytes of all files that it writes, far more than a network of the course needs.
        hidden: Folders and files that a closed room hides.
        closed: Whether rooms are closed; decided once, never because of what a hand-in does.
    """

    cell_seconds: int = 30
    seconds: float = 120.0
    memory: int = 6_000_000_000
    disk: int = 500_000_000
    hidden: tuple[str, ...] = ()
    closed: bool = True


@dataclass
class Ran:
    """What came of a run.

    Attributes:
        found: For each exercise what `collect` wrote.
        ended_by: Exercises whose function ended the process, and how.
        cells: Numbers of the learner's cells that ended it, and how.
        late: Whether its time was over before all exercises were tried.
        problem: Why nothing could be run, through no fault of the hand-in; "" otherwise.
        seconds: The time of all attempts.
    """

    found: dict[str, Any] = field(default_factory=dict)
    ended_by: dict[str, str] = field(default_factory=dict)
    cells: dict[int, str] = field(default_factory=dict)
    late: bool = False
    problem: str = ""
    seconds: float = 0.0


def hidden_folders() -> tuple[str, ...]:
    """Return the folders of the course that hold solutions."""
    package = Path(__file__).resolve().parent.parent
    return (
        str(package / "exercises" / "lessons"),
        str(files.course_folder().resolve() / "solutions"),
    )


def _scratch() -> str | None:
    """Return the folder for this worker's files, which Dask removes after one that was killed."""
    worker = this_worker()
    return worker.local_directory if worker else None


@contextmanager
def _new_folder() -> Iterator[Path]:
    """Make a folder for a block."""
    scratch = _scratch()
    folder = tempfile.mkdtemp(prefix="mnist_lab_mark_", dir=scratch)
    try:
        yield Path(folder)
    finally:
        # shutil.rmtree gives up at a thousand folders in each other.
        subprocess.run(["rm", "-rf", "--", folder], stderr=subprocess.DEVNULL, check=False)


def run(hand_in: HandIn, wanted: Mapping[str, Any], limits: Limits) -> Ran:
    """Run a hand-in in a new folder, and return the answers to the exercises in `wanted`."""
    ran, start = Ran(), time.monotonic()
    wanted = dict(wanted)
    with _new_folder() as folder:
        for _ in range(_ATTEMPTS):
            until = start + limits.seconds
            how, cell, trying, found = _attempt(folder, hand_in, wanted, limits, until, ran)
            ran.found |= found
            for name in found:
                wanted.pop(name, None)
            if not how:
                break
            if how == "late":
                ran.late = True
                break
            if trying:
                ran.ended_by[trying] = how
                wanted.pop(trying, None)
            elif cell is None or cell < 0:
                ran.problem = f"it could not be run: {_last_line(folder)}"
                break
            elif cell < len(hand_in.cells):
                ran.cells[cell] = how
            else:
                break  # its own code keeps the last cell from its work
    ran.seconds = time.monotonic() - start
    return ran


def _attempt(
    folder: Path,
    hand_in: HandIn,
    wanted: Mapping[str, Any],
    limits: Limits,
    until: float,
    ran: Ran,
) -> tuple[str, int | None, str, dict[str, Any]]:
    """Run it once; return how it was ended ("" if well), by which cell or exercise, and answers."""
    number = len(os.listdir(folder))
    room, given = folder / f"room{number}", folder / f"given{number}"
    room.mkdir()
    given.mkdir()
    names = {part: str(given / part) for part in ("inputs", "in.ipynb")}
    names |= {part: str(room / part) for part in ("answers", "out.ipynb")}
    # The modules of the lessons are hidden in the room: functions of theirs travel whole.
    cloudpickle.register_pickle_by_value(lessons)
    Path(names["inputs"]).write_bytes(cloudpickle.dumps(dict(wanted)))
    skip = [cell + 1 for cell in ran.cells]  # the prelude is cell 0
    nbformat.write(to_run(hand_in, names["inputs"], names["answers"], skip), names["in.ipynb"])
    program = [sys.executable, "-P", "-m", "mnist_lab.marking.driver"]
    program += [names["in.ipynb"], names["out.ipynb"], str(limits.cell_seconds)]
    scratch = _scratch()
    others = (str(Path(scratch).parent),) if scratch else ()  # the rooms of all workers
    hidden = (*hidden_folders(), *limits.hidden, *others)
    command = Room(str(room), str(given), hidden, limits.memory, closed=limits.closed).command(
        program
    )
    answers, state, last = Path(names["answers"]), given / "state", str(len(hand_in.cells) + 1)

    def stalled() -> bool:
        """Return whether a function goes on though it was interrupted."""
        return _state(state) == last and _age(answers) > SECONDS + _GRACE

    code, why = execute(command, given, room, until, limits.disk, stalled)
    content, doing = _read(answers), _state(state)
    found = content.get("found")
    found = found if isinstance(found, dict) else {}
    trying = content.get("trying")
    if not why and doing == "done" and trying == "":
        return "", None, "", found
    # A cell that ignores its interrupt makes the driver give up.
    endless = _age(state) >= limits.cell_seconds and doing != last
    how = why or ("crowded" if code == CROWDED else "endless" if endless else "ended")
    cell = int(last) - 1 if doing == "done" else int(doing) - 1 if doing.isdigit() else None
    return how, cell, trying if isinstance(trying, str) and trying in wanted else "", found


def _bytes(path: Path, most: int) -> bytes:
    """Return a file that a stranger may have made: no link, no pipe, and no more than `most`."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return b""
    with open(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return b""
        content = file.read(most + 1)
    return content if len(content) <= most else b""


def _read(path: Path) -> dict[str, Any]:
    """Return what `collect` wrote; nothing where it wrote nothing, or something else did."""
    try:
        content = json.loads(_bytes(path, _MOST_ANSWERS).decode("utf-8"))
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _age(path: Path) -> float:
    """Return the seconds since a file was written; 0 if there is none."""
    try:
        return time.time() - path.lstat().st_mtime
    except OSError:
        return 0.0


def _state(path: Path) -> str:
    return _bytes(path, 20).decode("ascii", "replace")


def _last_line(folder: Path) -> str:
    """Return the last line of the last attempt's log."""
    logs = sorted(folder.glob("given*/log"), key=lambda path: path.stat().st_mtime)
    lines = logs[-1].read_text("utf-8", "replace").split("\n") if logs else []
    return checks.one_line(next((line for line in reversed(lines) if line.strip()), "no reason"))
