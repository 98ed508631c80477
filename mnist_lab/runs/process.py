"""Starts the papermill program that runs one notebook, follows it to its end, and stops it."""

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

# Seconds between two looks at an interrupt.
_TICK = 0.2


class Ended(NamedTuple):
    """How the program ended: its exit code, its seconds, and whether it reached its limit."""

    code: int
    seconds: float
    stopped: bool


def execute(
    arguments: Sequence[str],
    log: Path,
    timeout: float,
    environment: Mapping[str, str],
    on_progress: Callable[[int, int], None],
    before_records: Callable[[], object],
    interrupt: threading.Event,
) -> Ended:
    """Run the papermill program to its end.

    Args:
        arguments: The program's arguments.
        log: The file for what papermill and the kernel print.
        timeout: The limit of its time, in seconds.
        environment: Variables to add.
        on_progress: A function to call with the cells that are done and all cells.
        before_records: A function to call before the notebook reads records of others. The program
            goes on when it returns; its time does not count.
        interrupt: An event that stops the program.

    Returns:
        How it ended.

    Raises:
        KeyboardInterrupt: Ctrl-C was pressed, or `interrupt` was set.
    """
    with (
        log.open("wb") as stream,
        subprocess.Popen(
            [sys.executable, "-m", "mnist_lab.runs._papermill", *arguments],
            stdin=subprocess.PIPE,  # the program stops when this closes
            stdout=subprocess.PIPE,
            stderr=stream,
            env={**os.environ, **environment},
            # Ctrl-C in a terminal would interrupt it too, while it ends its kernel after _stop.
            start_new_session=True,
            encoding="utf-8",
        ) as process,
    ):
        try:
            seconds = _follow(process, timeout, on_progress, before_records, interrupt)
        except BaseException:
            _stop(process)
            raise
        stopped = seconds >= timeout
        if stopped:
            _stop(process)
        process.wait()
    return Ended(process.returncode, seconds, stopped)


def _follow(
    process: subprocess.Popen[str],
    timeout: float,
    on_progress: Callable[[int, int], None],
    before_records: Callable[[], object],
    interrupt: threading.Event,
) -> float:
    """Do what the program's lines ask for until its end or its limit; return its seconds."""
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_read, args=[process, lines], daemon=True).start()
    seconds = 0.0
    while seconds < timeout:
        if interrupt.is_set():
            raise KeyboardInterrupt
        line = None
        start = time.monotonic()
        with suppress(queue.Empty):
            line = lines.get(timeout=_TICK)
        seconds += time.monotonic() - start
        if line == "":
            break
        if line == "records\n" and process.stdin:
            before_records()
            with suppress(OSError):  # the program has ended meanwhile
                os.write(process.stdin.fileno(), b"\n")
        elif line:
            done, total = line.split()
            on_progress(int(done), int(total))
    return seconds


def _read(process: subprocess.Popen[str], lines: "queue.SimpleQueue[str]") -> None:
    """Put the lines that the program prints into a queue, and "" when it has closed its output."""
    for line in process.stdout or ():
        lines.put(line)
    lines.put("")


def _stop(process: subprocess.Popen[str]) -> None:
    """End papermill together with the kernel it started."""
    if os.name == "posix":
        # The kernel leads a group of its own; papermill ends it when it is interrupted.
        process.send_signal(signal.SIGINT)
    else:
        process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
