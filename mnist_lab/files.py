"""Files written whole or not at all, and where the course's own files are."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any


@contextmanager
def atomic_write(path: str | os.PathLike, mode: str = "w") -> Iterator[IO[Any]]:
    """Open a file to write; only when the block ends well does it take the place of `path`, in one step.

    Until then the content lies beside it under a temporary name, which is removed where the block or the disk fails; an
    earlier file stays as it was. The folder is made where it is missing, and an earlier file's permissions are kept.

    Args:
        path: The file to write.
        mode: "w" for text, which is written as UTF-8 with the line ends as given, or "wb" for bytes.

    Yields:
        The open file.

    Raises:
        OSError: The folder cannot be written, or the disk is full.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    text = {} if "b" in mode else {"encoding": "utf-8", "newline": ""}
    # Hidden, so that whoever lists *.ipynb or *.npz meanwhile does not take it for a finished file.
    with tempfile.NamedTemporaryFile(
        mode, dir=path.parent, prefix=f".{path.name}.", suffix=".part", delete=False, **text
    ) as part:
        try:
            yield part
            part.close()
            # A temporary file is readable by its owner only.
            os.chmod(part.name, path.stat().st_mode & 0o777 if path.exists() else 0o644)
            os.replace(part.name, path)
        finally:
            part.close()
            Path(part.name).unlink(missing_ok=True)


def course_folder() -> Path:
    """Return the folder of the course's own notebooks, committed or installed with their records.

    In an installed package it is mnist_lab/course; in a checkout, the folder notebooks beside the package.

    Raises:
        FileNotFoundError: Neither is there, with what to do.
    """
    package = Path(__file__).resolve().parent
    for folder in (package / "course", package.parent / "notebooks"):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(
        f"The course's notebooks are not beside this package ({package}). Install mnist_lab again, or name a folder."
    )
