"""The notebooks of a class, in a folder or a zip file as a learning platform exports them."""

import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath

_Reader = Callable[[], tuple[bytes | None, str]]  # the bytes of a file, or None and why
_ENDING = ".ipynb"
_LARGEST = 20_000_000  # bytes of one notebook
# Moodle: a folder "Ada Lovelace_123456_assignsubmission_file" for each participant, or, without
# folders, files that begin so.
_MOODLE = re.compile(r"^(?P<name>.+?)_(?P<id>\d+)_assignsubmission_(file|onlinetext)(_|$)")
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

    A learner who handed in other files alone has one submission, with the problem "no notebook".

    Args:
        path: The folder or file.
        without: A folder that is left out, that of the marks.

    Raises:
        ValueError: There is no such folder or zip file, or no notebook in it.
    """
    if path.is_dir():
        files = _files_in_folder(path, without)
    elif zipfile.is_zipfile(path):
        files = _files_in_zip(path)
    else:
        expected = "a folder, or a zip file, of learners' notebooks"
        raise ValueError(f"{path} cannot be marked: expected {expected}.")
    files = [(name, read) for name, read in files if not _is_aside(name)]
    # A file beside the folder of the class is no learner's.
    paths = [PurePosixPath(name) for name, _ in files]
    shared = _shared_folder([one for one in paths if _is_notebook(one) or len(one.parts) > 1])
    found, others = [], []
    for name, read in files:
        own = PurePosixPath(*PurePosixPath(name).parts[shared:])
        if not own.parts:
            continue
        notebook = _is_notebook(own)
        content, problem = read() if notebook else (None, "")
        learner, number = _learner_of(own)
        one = Submission(learner, number, name, content, problem)
        (found if notebook else others).append(one)
    if not found:
        raise ValueError(f"{path} holds no notebook (*{_ENDING}).")
    found += _without_notebook(found, others)
    return sorted(found, key=lambda one: (one.learner.casefold(), one.file))


def _is_notebook(file: PurePosixPath) -> bool:
    return file.suffix.lower() == _ENDING


def _without_notebook(
    found: Sequence[Submission], others: Sequence[Submission]
) -> Iterator[Submission]:
    """Yield one submission for each learner who handed in other files alone."""
    known = {(one.learner, one.number) for one in found}
    for one in others:
        if (one.learner, one.number) not in known:
            known.add((one.learner, one.number))
            yield replace(one, problem=f"no notebook: {PurePosixPath(one.file).name}")


def _files_in_folder(path: Path, without: Path | None) -> list[tuple[str, _Reader]]:
    found: list[tuple[str, _Reader]] = []
    for file in sorted(path.rglob("*")):
        left_out = without is not None and file.absolute().is_relative_to(without.absolute())
        if not left_out and (file.is_symlink() or not file.is_dir()):
            found.append((file.relative_to(path).as_posix(), partial(_read, file)))
    return found


def _read(file: Path) -> tuple[bytes | None, str]:
    try:
        if file.is_symlink() or not file.is_file():
            return None, "it is a link, not a file"
        if file.stat().st_size > _LARGEST:
            return None, f"it has more than {_LARGEST:,} bytes"
        return file.read_bytes(), ""
    except OSError as error:
        return None, error.strerror or "it cannot be read"


def _files_in_zip(path: Path) -> list[tuple[str, _Reader]]:
    with zipfile.ZipFile(path) as archive:
        members = [one for one in archive.infolist() if not one.is_dir()]
    return [(one.filename, partial(_unpacked, path, one)) for one in members]


def _unpacked(path: Path, member: zipfile.ZipInfo) -> tuple[bytes | None, str]:
    try:
        # Its stated size may be wrong: no more than the limit is unpacked.
        with zipfile.ZipFile(path) as archive, archive.open(member) as file:
            content = file.read(_LARGEST + 1)
    except Exception as error:  # damaged data raise errors of many types
        return None, f"it cannot be unpacked: {error}"
    large = len(content) > _LARGEST
    return (None, f"it has more than {_LARGEST:,} bytes") if large else (content, "")


def _is_aside(name: str) -> bool:
    """Return whether a file is one that Jupyter or a system keeps beside the real ones."""
    parts = PurePosixPath(name).parts
    hidden = any(part.startswith(".") and part != ".." for part in parts)
    return hidden or "__MACOSX" in parts or parts[-1].lower() in {"thumbs.db", "desktop.ini"}


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


def _learner_of(file: PurePosixPath) -> tuple[str, str]:
    """Return a learner's name and number, from the names of folder and file.

    What is inside of a learner's own folder says nothing about who they are.
    """
    moodle = _MOODLE.match(file.parts[0])
    if moodle:
        return moodle["name"], moodle["id"]
    if len(file.parts) > 1:
        return file.parts[0], ""
    canvas = _CANVAS.match(file.name)
    if canvas:
        return canvas["name"], canvas["id"]
    return _LESSON.sub("", file.stem) or file.stem, ""
