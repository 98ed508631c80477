"""Files written whole or not at all, and where the files of the course are."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

_PACKAGE = Path(__file__).resolve().parent
# Holds JupyterLab's settings for the course: no requests to the internet, pages of text rendered.
JUPYTER_SETTINGS = _PACKAGE / "jupyter"


@contextmanager
def atomic_write(path: str | os.PathLike[str], mode: str = "w") -> Iterator[IO[Any]]:
    """Open a file to write; it replaces `path` in one step, and only when the block ends well.

    Until then the content lies beside it under a temporary name, which is removed if the block or
    the disk fails; an earlier file stays as it was. A missing folder is made, an earlier file's
    permissions are kept, and a link stays a link.

    Args:
        path: The file to write.
        mode: "w" for text, which is written as UTF-8 with its line ends unchanged, "wb" for bytes.

    Yields:
        The open file.

    Raises:
        OSError: The folder cannot be written, or the disk is full.
    """
    path = Path(os.path.realpath(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "b" not in mode
    # Hidden, so that whoever lists *.ipynb or *.npz meanwhile does not take it for a finished file.
    part = tempfile.NamedTemporaryFile(  # noqa: SIM115
        mode,
        encoding="utf-8" if text else None,
        newline="" if text else None,
        dir=path.parent,
        prefix=f".{path.name}.",
        suffix=".part",
        delete=False,
    )
    try:
        with part:
            yield part
        # A temporary file is readable by its owner only.
        os.chmod(part.name, path.stat().st_mode & 0o777 if path.exists() else 0o644)
        os.replace(part.name, path)
    except BaseException:
        Path(part.name).unlink(missing_ok=True)
        raise


def course_folder() -> Path:
    """Return the folder of the course's own notebooks, committed or installed with their records.

    It is mnist_lab/course in an installed package, and the folder notebooks in a checkout.

    Raises:
        FileNotFoundError: Neither is there, with what to do.
    """
    for folder in (_PACKAGE / "course", _PACKAGE.parent / "notebooks"):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(
        f"The course's notebooks are not beside this package ({_PACKAGE})."
        " Install mnist_lab again, or name a folder."
    )


def checkout_lock() -> Path | None:
    """Return the lock file of the checkout that this package runs from; None outside a checkout."""
    lock = _PACKAGE.parent / "requirements.txt"
    return lock if lock.is_file() and (_PACKAGE.parent / "pyproject.toml").is_file() else None
