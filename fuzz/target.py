"""What a target of fuzzing is, and how one is run: inputs, refusals and what should not come."""

import resource
import sys
import tempfile
import time
import traceback
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from mnist_lab import machine

_PACKAGE = str(Path(machine.__file__).parent)
_ROOM = 2**30  # bytes that a target may take beyond what it has at the start
_SHOWN = 5
_WARM = 30  # inputs that load the modules, before memory is limited


class PassedOver(Exception):
    """The package named an input as no good, and went on with the others."""


@dataclass(frozen=True)
class Target:
    """Something that reads what others wrote.

    Attributes:
        name: What is read.
        make: Returns a changed input.
        read: Reads it; the folder is empty at first, and kept from one input to the next.
            It raises a ValueError for what it refuses, or PassedOver.
    """

    name: str
    make: Callable[[Random], bytes]
    read: Callable[[bytes, Path], object]


@dataclass
class Outcome:
    """What came of a target's inputs.

    Attributes:
        name: The target's name.
        inputs: How many were read.
        refused: How many of them were refused in a sentence of the package.
        faults: How many ended in anything else.
        seconds: The time of all, in seconds.
        growth: How much the process grew at its peak, in MB.
        reports: The first faults with their tracebacks.
    """

    name: str
    inputs: int = 0
    refused: int = 0
    faults: int = 0
    seconds: float = 0.0
    growth: float = 0.0
    reports: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.name:12} {self.inputs:8,} inputs {self.refused:8,} refused"
            f" {self.inputs - self.refused - self.faults:8,} accepted {self.faults:6,} faults"
            f" {self.seconds:7.0f} s {self.growth:6.0f} MB more"
        )


def _limit_memory() -> None:
    """Let this process take a gigabyte more than it has, and no more."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    size = pages * resource.getpagesize() + _ROOM
    resource.setrlimit(resource.RLIMIT_AS, (size, resource.getrlimit(resource.RLIMIT_AS)[1]))


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _complaint(error: BaseException) -> str:
    """Return what is wrong with an error; "" for the package's own, a sentence to act on."""
    frames = traceback.extract_tb(error.__traceback__)
    if not isinstance(error, ValueError) or isinstance(error, UnicodeError):
        return "another error than a ValueError"
    if not frames[-1].filename.startswith(_PACKAGE):
        return "raised outside the package"
    text = str(error)
    if not text or "\n" in text or len(text) > 3000:
        return "no line to read"
    controls = any(unicodedata.category(letter) in ("Cc", "Cs") for letter in text)
    return "holds characters that a terminal would obey" if controls else ""


def run(target: Target, count: int, first: int = 0) -> Outcome:
    """Read a number of changed inputs; the same numbers make the same inputs.

    Args:
        target: What to read.
        count: How many inputs.
        first: The number of the first.
    """
    outcome = Outcome(target.name)
    with tempfile.TemporaryDirectory(prefix="mnist_lab_fuzz_") as name:
        folder = Path(name)
        for number in range(_WARM):
            with suppress(Exception):
                target.read(target.make(Random(f"warm {number}")), folder)
        if sys.platform == "linux":
            _limit_memory()
        before, start = _peak(), time.monotonic()
        for number in range(first, first + count):
            content = target.make(Random(f"{target.name} {number}"))
            outcome.inputs += 1
            try:
                target.read(content, folder)
            except Exception as error:
                _take(outcome, number, content, error)
        outcome.seconds, outcome.growth = time.monotonic() - start, _peak() - before
    return outcome


def _take(outcome: Outcome, number: int, content: bytes, error: Exception) -> None:
    complaint = _complaint(error)
    if not complaint or isinstance(error, PassedOver):
        outcome.refused += 1
        return
    outcome.faults += 1
    if len(outcome.reports) < _SHOWN:
        trace = "".join(traceback.format_exception(error, limit=-6))[-3000:]
        shown = f"{outcome.name}, input {number}: {complaint}\n{content[:300]!r}\n{trace}"
        # Half a character cannot be printed.
        outcome.reports.append(shown.encode("utf-8", "backslashreplace").decode("utf-8"))
