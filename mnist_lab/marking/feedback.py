"""A learner's notebook with the verdicts in it, to hand back."""

import copy
import json
import re
import shutil
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from mnist_lab import ipynb
from mnist_lab.exercises.catalogue import exercises_of
from mnist_lab.exercises.exercise import Question
from mnist_lab.files import atomic_write
from mnist_lab.marking.marked import Marked
from mnist_lab.marking.submissions import Submission

_LONGEST = 200  # bytes of a file's name; systems end at 255


def write_feedback(output: Path, handed_in: Sequence[Submission], marked: Sequence[Marked]) -> None:
    """Write the folder "feedback" anew, and "feedback.zip" with the same files.

    Each notebook has the place and name that it was handed in with: so Moodle and Canvas find the
    learner when the zip file is uploaded.

    Args:
        output: The folder of the marks.
        handed_in: The submissions.
        marked: The marks of each.
    """
    shutil.rmtree(output / "feedback", ignore_errors=True)
    books = list(_books(handed_in, marked))
    with (
        atomic_write(output / "feedback.zip", "wb") as stream,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for place, text in books:
            archive.writestr(str(place), text)
    for place, text in books:
        with atomic_write(output / "feedback" / place) as stream:
            stream.write(text)


def _books(
    handed_in: Sequence[Submission], marked: Sequence[Marked]
) -> Iterator[tuple[PurePosixPath, str]]:
    taken: set[PurePosixPath] = set()
    for submission, one in zip(handed_in, marked, strict=True):
        if not one.notebook or submission.content is None:
            continue
        place = _place(submission.file)
        if place in taken:  # a zip file may hold two of one name
            place = place.with_name(f"{place.stem}-{one.key}{place.suffix}")
        taken.add(place)
        book = feedback(ipynb.parse(submission.content, one.file), one)
        yield place, json.dumps(book, indent=1, ensure_ascii=False)


def _place(file: str) -> PurePosixPath:
    """Return a path within a folder, of names that any system can have."""
    parts = [part for part in PurePosixPath(file).parts if part not in ("/", "..")]
    return PurePosixPath(*map(_name, parts))


def _name(part: str) -> str:
    name = re.sub(r'[\x00-\x1f<>:"\\|?*]', "_", part)
    short = name.encode()[:_LONGEST].decode(errors="ignore")
    return name if name == short else short + PurePosixPath(name).suffix[:9]


def feedback(content: dict[str, Any], marked: Marked) -> dict[str, Any]:
    """Return a copy of a learner's notebook without outputs, with a verdict after each answer.

    Args:
        content: The notebook, as `ipynb.read` returns it.
        marked: Its marks.
    """
    book = ipynb.without_outputs(copy.deepcopy(content))
    verdicts = {mark.exercise: mark for mark in marked.marks}
    right = sum(mark.verdict.right for mark in marked.marks)
    cells = [_note(f"**{right} of {len(verdicts)} exercises are right.**")]
    names = {
        name: own.answer if isinstance(own, Question) else own.function
        for name, own in exercises_of(marked.notebook).items()
    }
    waiting = dict(verdicts)
    for cell in book["cells"]:
        cells.append(cell)
        if cell["cell_type"] != "code":
            continue
        for name in list(waiting):
            if f'"{name}"' in cell["source"] or f"'{name}'" in cell["source"]:
                cells.append(_verdict(waiting.pop(name), names[name]))
    # What no cell checks comes at the end.
    cells += [_verdict(mark, names[name]) for name, mark in waiting.items()]
    book["cells"] = cells
    return book


def _verdict(mark: Any, answer: str) -> dict[str, Any]:
    sign = "✔" if mark.verdict.right else "✖"
    notes = "".join(f"\n\n*Note: {note}.*" for note in mark.notes)
    return _note(
        f"**{mark.exercise}, `{answer}` {sign} {mark.verdict.kind}.** {mark.verdict.text}{notes}"
    )


def _note(text: str) -> dict[str, Any]:
    # Verdicts quote what a stranger's function returned: no markup of theirs is drawn.
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace("![", "!\\[")
    return {"cell_type": "markdown", "metadata": {}, "source": f"> {safe}"}
