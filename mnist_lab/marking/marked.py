"""What marking found in one submission, and how the folder of marks keeps it."""

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from mnist_lab import checks, ipynb
from mnist_lab.exercises.judge import Verdict
from mnist_lab.files import atomic_write
from mnist_lab.marking.hand_in import read_hand_in
from mnist_lab.marking.run import Limits, run
from mnist_lab.marking.submissions import Submission
from mnist_lab.marking.verdicts import Mark, marks_of, wanted_of

_MOST = 10_000_000  # bytes of one result


@dataclass(frozen=True)
class Marked:
    """A submission with its marks.

    Attributes:
        learner: The learner's name.
        number: The platform's number of the learner, or "".
        file: Where the notebook came from.
        key: Tells this content, marked with this seed, these limits and this term, from any other.
        notebook: The number of the lesson; "" if it belongs to none.
        marks: One per exercise of the lesson.
        problem: Why it could not be marked, or "".
        seconds: How long it took.
        closed: Whether its room was closed.
    """

    learner: str
    number: str
    file: str
    key: str
    notebook: str
    marks: tuple[Mark, ...]
    problem: str
    seconds: float
    closed: bool


def key_of(submission: Submission, seed: int, limits: Limits, term: int | None) -> str:
    """Return what tells a submission, marked with a seed, limits and a term, from any other."""
    content = submission.content or submission.problem.encode()
    about = (submission.file, seed, term, limits.cell_seconds, limits.seconds, limits.memory)
    return hashlib.sha256(f"{about}\0".encode() + content).hexdigest()[:20]


def mark(submission: Submission, seed: int, limits: Limits, term: int | None = None) -> Marked:
    """Return the marks of a submission; whatever it holds, this returns."""
    key = key_of(submission, seed, limits, term)
    common = (submission.learner, submission.number, submission.file, key)
    try:
        hand_in = read_hand_in(_content(submission), submission.file, term)
    except ValueError as error:
        problem = checks.one_line(error)
        return Marked(*common, "", (), problem, 0.0, limits.closed)
    ran = run(hand_in, wanted_of(hand_in, seed), limits)
    if ran.problem:
        return Marked(*common, "", (), ran.problem, round(ran.seconds, 1), limits.closed)
    marks = tuple(marks_of(hand_in, ran, seed))
    return Marked(*common, hand_in.notebook, marks, "", round(ran.seconds, 1), limits.closed)


def _content(submission: Submission) -> dict:
    """Return the notebook of a submission; ValueError if it is none."""
    if submission.content is None:
        raise ValueError(submission.problem)
    return ipynb.parse(submission.content, submission.file)


def path_of(folder: Path, key: str, learner: str) -> Path:
    """Return the file of a result; a learner's name has no letters there that lead elsewhere."""
    name = re.sub(r"[^\w-]+", "_", learner)[:60]
    return folder / f"{name}-{key}.json"


def save(marked: Marked, folder: Path) -> None:
    """Write a result, whole or not at all."""
    with atomic_write(path_of(folder, marked.key, marked.learner)) as file:
        json.dump(asdict(marked), file)


def load(path: Path) -> Marked | None:
    """Return a result; None where the file is none."""
    try:
        if path.stat().st_size > _MOST:
            return None
        content = json.loads(path.read_text(encoding="utf-8"))
        marks = tuple(
            Mark(one["exercise"], Verdict(**one["verdict"]), tuple(one["notes"]))
            for one in content.pop("marks")
        )
        return Marked(**content, marks=marks)
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None
