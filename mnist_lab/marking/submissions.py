"""The notebooks of a class, in a folder or a zip file as a learning platform exports them."""

import re
import zipfile
from collections.abc import Iterator, Sequence
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


def read_submissions(path: Path, without: Path | None = None) -> list[Submission]:
    """Return all notebooks in a folder or a zip file, by learner.

    Args:
        path: The folder or file.
        without: A folder that is left out, that of the marks.

    Raises:
        ValueError: There is no such folder or zip file, or no notebook in it.
    """
    if path.is_dir():
        files = list(_in_folder(path, without))
    elif zipfile.is_zipfile(path):
        files = list(_in_zip(path))
    else:
        expected = "a folder, or a zip file, of learners' notebooks"
        raise ValueError(f"{path} cannot be marked: expected {expected}.")
    shared = _shared_folder([PurePosixPath(file) for file, _ in files])
    found = [_submission(PurePosixPath(file), shared, *read) for file, read in files]
    if not found:
        raise ValueError(f"{path} holds no notebook (*.ipynb).")
    return sorted(found, key=lambda one: (one.learner.casefold(), one.file))


def _in_folder(path: Path, without: Path | None) -> Iterator[tuple[str, tuple[bytes | None, str]]]:
    for file in sorted(path.rglob("*.ipynb")):
        name = file.relative_to(path).as_posix()
        left_out = without is not None and file.absolute().is_relative_to(without.absolute())
        if not left_out and not _is_aside(name):
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
            except Exception as error:  # damaged data raise errors of many types
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


def _shared_folder(files: Sequence[PurePosixPath]) -> int:
    """Return how many folders all files lie in together, such as one that was zipped whole."""
    parents = [file.parts[:-1] for file in files]
    shared = 0
    while all(len(parts) > shared for parts in parents) and len(parents) > 1:
        if len({parts[shared] for parts in parents}) > 1:
            break
        shared += 1
    # A learner with several files has a folder of their own: it is not everybody's.
    return shared if len({parts[: shared + 1] for parts in parents}) > 1 else 0


def _submission(
    file: PurePosixPath, shared: int, content: bytes | None, problem: str
) -> Submission:
    learner, number = _learner_of(PurePosixPath(*file.parts[shared:]))
    return Submission(learner, number, str(file), content, problem)


def _learner_of(file: PurePosixPath) -> tuple[str, str]:
    """Return a learner's name and number, from the names of folder and file.

    What is inside of a learner's own folder says nothing about who they are.
    """
    if len(file.parts) > 1:
        moodle = _MOODLE.match(file.parts[0])
        return (moodle["name"], moodle["id"]) if moodle else (file.parts[0], "")
    canvas = _CANVAS.match(file.name)
    if canvas:
        return canvas["name"], canvas["id"]
    return _LESSON.sub("", file.stem) or file.stem, ""
