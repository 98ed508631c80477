"""Programs that XLA has compiled, kept on disk, so that the next process need not compile them.

TensorFlow writes and reads the files (its flag tf_xla_persistent_cache_directory). They hold
machine code, so this module checks them before TensorFlow starts: each has a file with its SHA-256
beside it, in a folder that only this user can change. The folder can be deleted at any time.
"""

import hashlib
import itertools
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import platformdirs

from mnist_lab import machine
from mnist_lab.files import atomic_write

# Some 150 programs, which take about 40 ms to check.
_LIMIT = 48 * 2**20  # bytes
_FLAG = "--tf_xla_persistent_cache_directory"
# A number may not be given twice in a process; a program that is traced again gets other names.
_GIVEN: set[int] = set()


def _tensorflow_version() -> str | None:
    for name in ("tensorflow", "tensorflow-cpu"):
        with suppress(PackageNotFoundError):
            return version(name)
    return None


def _processor() -> str:
    """Return what compiled programs depend on: the processor's instructions, and the cores."""
    info = Path("/proc/cpuinfo")  # Linux; elsewhere a user's folder stays on one machine
    text = info.read_text(encoding="utf-8", errors="replace") if info.is_file() else ""
    flags = next((line for line in text.splitlines() if line.startswith(("flags", "Features"))), "")
    return f"{platform.machine()} {flags} {machine.usable_cores()}"


def cache_folder() -> Path:
    """Return where programs are kept: for this user, TensorFlow and processor."""
    key = hashlib.sha256(f"{_tensorflow_version()} {_processor()}".encode()).hexdigest()[:16]
    return platformdirs.user_cache_path("mnist_lab") / "xla" / key


def _is_private(folder: Path) -> bool:
    """Return whether this user, and nobody else, can change what is in a folder."""
    status = folder.stat()
    shared = hasattr(os, "getuid") and (status.st_uid != os.getuid() or status.st_mode & 0o022)
    return not shared and os.access(folder, os.W_OK | os.X_OK)


def _seal_of(program: Path) -> Path:
    return program.with_suffix(".sha256")


def _digest(program: Path) -> str:
    return hashlib.sha256(program.read_bytes()).hexdigest()


def _remove(program: Path) -> None:
    for path in (program, _seal_of(program)):
        path.unlink(missing_ok=True)


def check(folder: Path, limit: int = _LIMIT) -> None:
    """Remove programs that were changed or not finished, and the oldest beyond a limit.

    Args:
        folder: Holds programs, or folders of programs.
        limit: How many bytes they may have in all.

    Raises:
        OSError: The folder cannot be read or changed.
    """
    programs = sorted(folder.rglob("*.pb"), key=lambda path: path.stat().st_mtime, reverse=True)
    total = 0
    for program in programs:
        total += program.stat().st_size
        seal = _seal_of(program)
        sealed = seal.is_file() and seal.read_text(encoding="ascii") == _digest(program)
        if total > limit or not sealed:
            _remove(program)
    for seal in folder.rglob("*.sha256"):
        if not seal.with_suffix(".pb").exists():
            seal.unlink(missing_ok=True)


def seal(folder: Path) -> None:
    """Write the SHA-256 of each program that has none yet beside it.

    Args:
        folder: Holds programs. Where it is gone, nothing happens.
    """
    with suppress(OSError):
        for program in folder.glob("*.pb"):
            if not _seal_of(program).exists():
                with atomic_write(_seal_of(program)) as stream:
                    stream.write(_digest(program))


def start() -> Path | None:
    """Have TensorFlow, which is not imported yet, keep its programs; return the folder.

    Returns:
        None where nothing can be kept: the folder cannot be written, or others can write it too.
        Then every process compiles for itself. A cache named in TF_XLA_FLAGS stays as it is.
    """
    flags = os.environ.get("TF_XLA_FLAGS", "")
    if _FLAG in flags or not _tensorflow_version():
        return None
    try:
        folder = cache_folder()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _is_private(folder):
            return None
        check(folder.parent)  # with those of other versions and processors, which count too
    except (OSError, RuntimeError, ValueError):  # also: no home folder, a seal of other bytes
        return None
    if any(letter in str(folder) for letter in '"\\\n'):  # what TensorFlow's quotes cannot hold
        return None
    os.environ["TF_XLA_FLAGS"] = f'{flags} {_FLAG}="{folder.as_posix()}"'.strip()
    return folder


@contextmanager
def stable_names(*key: Any) -> Iterator[None]:
    """Have TensorFlow name what is traced in the block alike in every process.

    It numbers functions in the order in which a process traces them, and finds a program in the
    cache by its text, names included. There is no public way to choose the numbers; where the
    private one is missing, only fewer programs are found.

    Args:
        *key: What makes the program what it is; its text counts.
    """
    digest = hashlib.sha256(repr(key).encode()).digest()
    first = int.from_bytes(digest[:5], "big") << 20  # a million each, beyond TensorFlow's own
    ops: Any = None
    with suppress(ImportError):
        from tensorflow.python.framework import ops
    if first in _GIVEN or not hasattr(ops, "uid"):
        yield
        return
    _GIVEN.add(first)
    numbers, own = itertools.count(first), ops.uid
    ops.uid = lambda: next(numbers)
    try:
        yield
    finally:
        ops.uid = own
