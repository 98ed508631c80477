"""Lists the files of a folder, and unpacks a .zip into one that is removed afterwards."""

import os
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from mnist_lab import checks, machine
from mnist_lab.data.errors import DataError

_MOST_FILES = 400_000  # five times MNIST as pictures
_DEEPEST = 6


def files_in(root: Path, where: str) -> list[PurePosixPath]:
    """Return all files of a folder and of those inside, relative to it, in the order of names.

    Hidden files are left out, and what macOS and Windows put beside others.

    Raises:
        DataError: The folder cannot be read, or holds very many files.
    """
    found: list[PurePosixPath] = []

    def fail(error: OSError) -> None:
        raise DataError(f"{where}: cannot be read ({error.strerror}).") from error

    for folder, folders, files in os.walk(root, onerror=fail, followlinks=False):
        inside = PurePosixPath(*Path(folder).relative_to(root).parts)
        deep = len(inside.parts) >= _DEEPEST
        kept = [name for name in sorted(folders) if not name.startswith((".", "__MACOSX"))]
        folders[:] = [] if deep else kept
        found += [
            inside / name
            for name in sorted(files)
            if not name.startswith(".") and name.lower() not in ("thumbs.db", "desktop.ini")
        ]
        if len(found) > _MOST_FILES:
            raise DataError(
                f"{where}: holds more than {_MOST_FILES:,} files. Name the folder with the digits."
            )
    return found


def _check_entries(where: str, entries: list[zipfile.ZipInfo]) -> None:
    """Refuse an archive that unpacks into more than this machine can hold, before it is done."""
    size, most = sum(entry.file_size for entry in entries), machine.memory_limit() // 2
    if len(entries) > _MOST_FILES or size > most:
        raise DataError(
            f"{where}: unpacks into {len(entries):,} files of {size:,} bytes, too many for this"
            f" machine (at most {_MOST_FILES:,} files and {most:,} bytes). Unpack what you need of"
            " it, and name that folder."
        )
    for entry in entries:
        name = checks.one_line(entry.filename, 80)
        if entry.flag_bits & 1:
            raise DataError(f"{where}: its {name} has a password. Unpack it, and name the folder.")
        # Others unpack into gigabytes at one go, however few bytes are asked for.
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise DataError(
                f"{where}: its {name} is packed in a way that is not read here."
                " Unpack it, and name the folder."
            )


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """Unpack a .zip for a block.

    Yields:
        The folder with its files, which is removed at the end.

    Raises:
        DataError: It is damaged, made to fill the disk, or locked by a password.
    """
    with tempfile.TemporaryDirectory(prefix="mnist_lab_") as name:
        root = Path(name)
        try:
            with zipfile.ZipFile(path) as archive:
                entries = [entry for entry in archive.infolist() if not entry.is_dir()]
                _check_entries(path.name, entries)
                for entry in entries:
                    archive.extract(entry, root)  # never outside: zipfile takes ".." out of names
        except DataError:
            raise
        except Exception as error:  # a damaged archive raises errors of zipfile, zlib and others
            reason = checks.one_line(error, 200)
            raise DataError(
                f"{path.name}: the .zip cannot be unpacked ({reason}). Fetch it again, or unpack it"
                " and name the folder."
            ) from error
        yield root
