"""How long runs of notebooks will take, guessed from the records that are there."""

from collections.abc import Sequence
from pathlib import Path

from mnist_lab.wording import counted

# Seconds for a kernel to start, to import TensorFlow and to load the digits.
_START = 15
# Seconds of a notebook's quick run, start included, on two cores.
_QUICK = 20


def recorded_seconds(notebook: Path) -> float | None:
    """Return the seconds of a run with a notebook's own parameters; None if it has no record."""
    from mnist_lab.records import read_record

    try:
        return read_record(notebook).seconds + _START
    except ValueError:
        return None


def duration(seconds: float) -> str:
    """Return seconds in words, in minutes from one and a half minutes on."""
    return counted(round(seconds), "second") if seconds < 90 else f"{seconds / 60:.0f} minutes"


def course_estimate(notebooks: Sequence[Path], quick: bool) -> str:
    """Return a sentence about the time of a run of the course; "" if nothing is known.

    Args:
        notebooks: The notebooks to run, one after the other.
        quick: Whether they run with their quick values, of which there are no records.
    """
    if quick:
        seconds, basis = _QUICK * len(notebooks), f"a guess of {_QUICK} s per notebook"
    else:
        known = [recorded_seconds(notebook) for notebook in notebooks]
        if None in known:
            return ""
        seconds, basis = sum(filter(None, known)), "a guess from the notebooks' own records"
    return f"About {duration(seconds)} ({basis})"
