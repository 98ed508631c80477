"""The notebooks of a class, in a folder or a zip file as a learning platform exports them."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

_LARGEST = 20_000_000  # bytes of one notebook
# Moodle: a folder "Ada Lovelace_123456_assignsubmission_file" for each participant.
_MOODLE = re.compile(r"^(?P<name>.+?)_(?P<id>\d+)_assignsubmission_file_?$")
# Canvas: "lovelaceada_LATE_12345_678901_01_single_layer-1.ipynb", all in one folder.
_CANVAS = re.compile(r"^(?P<name>[^_]+)(_LATE)?_(?P<id>\d+)_\d+_")
_LESSON = re.compile(r"[ _-]*\d\d_[a-z][a-z_]*([ _-]*\(?\d*\)?)?$")


@dataclass(frozen=True)
class Submission:
    """One notebook of one learner.

    Attributes:
        learner: The learner's name, as the platform writes it.
        number: The platform's number of the learner, "" if it gives none.
        file: Where the notebook came from, within the folder or zip file.
        content: Its bytes; None if they cannot be read.
        problem: Why they cannot be read.
    """

    learner: str
    number: str
    file: str
    content: bytes | None
    problem: str = ""


def read_submissions(path: Path) -> list[Submission]:
    """Return all notebooks in a folder or a zip file, by learner.

    Raises:
        ValueError: There is no such folder or zip file, or no notebook in it.
    """
    if path.is_dir():
        files = _in_folder(path)
    elif zipfile.is_zipfile(path):
        files = _in_zip(path)
    else:
        expected = "a folder, or a zip file, of learners' notebooks"
        raise ValueError(f"{path} cannot be marked: expected {expected}.")
    found = [_submission(PurePosixPath(file), *read) for file, read in files]
    if not found:
        raise ValueError(f"{path} holds no notebook (*.ipynb).")
    return sorted(found, key=lambda one: (one.learner.casefold(), one.file))


def _in_folder(path: Path) -> Iterator[tuple[str, tuple[bytes | None, str]]]:
    for file in sorted(path.rglob("*.ipynb")):
        name = file.relative_to(path).as_posix()
        if not _is_aside(name):
            yield name, _read(file)


def _read(file: Path) -> tuple[bytes | None, str]:
    try:
        if file.is_symlink() or not file.is_file():
            return None, "it is a link, not a file"
        if file.stat().st_size > _LARGEST:
            return None, f"it has more than {_LARGEST:,} bytes"
        return file.read_bytes(), ""
    except OSError as error:
        return None, error.strerror or "it cannot be read"


def _in_zip(path: Path) -> Iterator[tuple[str, tuple[bytes | None, str]]]:
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            name = member.filename
            if not name.lower().endswith(".ipynb") or _is_aside(name):
                continue
            try:
                # Its stated size may be wrong: no more than the limit is unpacked.
                with archive.open(member) as file:
                    content = file.read(_LARGEST + 1)
            except (OSError, RuntimeError, zipfile.BadZipFile, NotImplementedError) as error:
                yield name, (None, f"it cannot be unpacked: {error}")
                continue
            large = len(content) > _LARGEST
            problem = f"it has more than {_LARGEST:,} bytes" if large else ""
            yield name, (None if large else content, problem)


def _is_aside(name: str) -> bool:
    """Return whether a file is a copy that Jupyter or macOS keeps beside the real one."""
    parts = PurePosixPath(name).parts
    return any(
        part in {"__MACOSX", ".ipynb_checkpoints"} or part.startswith("._") for part in parts
    )


def _submission(file: PurePosixPath, content: bytes | None, problem: str) -> Submission:
    learner, number = _learner_of(file)
    return Submission(learner, number, str(file), content, problem)


def _learner_of(file: PurePosixPath) -> tuple[str, str]:
    """Return a learner's name and number, from the names of folder and file."""
    for part in reversed(file.parts[:-1]):
        moodle = _MOODLE.match(part)
        if moodle:
            return moodle["name"], moodle["id"]
    canvas = _CANVAS.match(file.name)
    if canvas:
        return canvas["name"], canvas["id"]
    if len(file.parts) > 1:
        return file.parts[-2], ""
    name = _LESSON.sub("", file.stem) or file.stem
    return name, ""
