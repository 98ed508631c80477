"""Runs one command in a room, and ends it when it takes too long or writes too much."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

MARKER = "MNIST_LAB_ROOM"  # in the environment of all that a hand-in starts
_TICK, _LOOK = 0.05, 0.5  # seconds between two looks at the process, and at its folder
_LEAST = 4096  # bytes that even an empty file costs


def execute(
    command: list[str],
    given: Path,
    room: Path,
    until: float,
    disk: int,
    stalled: Callable[[], bool] = lambda: False,
) -> tuple[int | None, str]:
    """Run a command, and return its exit code, or None and why it was killed.

    The command gets one more argument: the number of a descriptor, of the file "state" in `given`,
    which nobody in the room can write otherwise.

    Args:
        command: The command.
        given: The folder for the files "log" and "state".
        room: The folder that the command may write.
        until: When it is killed as "late", by time.monotonic().
        disk: It is killed as "disk" when the files in `room` have more bytes.
        stalled: It is killed as "endless" once this returns True.
    """
    with (given / "log").open("wb") as log, (given / "state").open("wb") as state:
        process = subprocess.Popen(
            [*command, str(state.fileno())],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=_environment(room),
            pass_fds=[state.fileno()],
            start_new_session=True,
        )
        try:
            return _wait(process, room, until, disk, stalled)
        finally:
            _kill(process, str(room))


def _environment(room: Path) -> dict[str, str]:
    """Return variables that say nothing of the instructor, and keep all files in the room."""
    kept = ("PATH", "PYTHONPATH", "VIRTUAL_ENV", "LANG", "SYSTEMROOT")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    folder, one = str(room), "1"
    return environment | {
        MARKER: folder,
        "HOME": folder,
        "TMPDIR": folder,
        "IPYTHONDIR": str(room / "ipython"),
        "JUPYTER_RUNTIME_DIR": str(room / "jr"),
        "PYTHONUTF8": one,
        "PYTHONDONTWRITEBYTECODE": one,
        "OMP_NUM_THREADS": one,
        "OPENBLAS_NUM_THREADS": one,
        "MKL_NUM_THREADS": one,
    }


def _wait(
    process: subprocess.Popen[bytes],
    room: Path,
    until: float,
    disk: int,
    stalled: Callable[[], bool],
) -> tuple[int | None, str]:
    look = time.monotonic() + _LOOK
    while (code := process.poll()) is None:
        now = time.monotonic()
        if now >= until:
            return None, "late"
        if now >= look:
            if size_of(room, disk) > disk:
                return None, "disk"
            if stalled():
                return None, "endless"
            look = time.monotonic() + _LOOK
        time.sleep(_TICK)
    return code, ""


def size_of(folder: Path, enough: int) -> int:
    """Return the bytes of all files in a folder on its disk; it stops counting at `enough`."""
    size, waiting = 0, [str(folder)]
    while waiting and size <= enough:
        with suppress(OSError), os.scandir(waiting.pop()) as entries:
            for entry in entries:
                with suppress(OSError):
                    size += max(entry.stat(follow_symlinks=False).st_blocks * 512, _LEAST)
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                if size > enough:
                    break
    return size


def _kill(process: subprocess.Popen[bytes], room: str) -> None:
    """Kill a process and all that it started.

    In a closed room the system kills the others with its first process. In an open one some may
    have left their parents: they are known by a variable of theirs.
    """
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    # Until a look finds none: one of them may have started another meanwhile.
    while left := _left_in(room):
        for one in left:
            with suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL)
        time.sleep(_TICK)


def _left_in(room: str) -> list[int]:
    """Return the processes that a hand-in started and that still run."""
    import psutil

    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            mine = process.environ().get(MARKER) == room
            if mine and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process.pid)
    return found
