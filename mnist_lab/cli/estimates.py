"""How long runs of notebooks will take, guessed from what earlier runs took."""

import re
from collections.abc import Sequence
from pathlib import Path

from mnist_lab.cli.workspace import START_PAGE
from mnist_lab.machine import usable_cores
from mnist_lab.wording import counted

# Seconds for a kernel to start, to import TensorFlow and to load the digits.
_START = 15
# Seconds of a notebook's quick run, start included, on two cores.
_QUICK = 20


def committed_seconds(notebook: Path) -> float | None:
    """Return the seconds of a run with a notebook's own parameters; None if nothing tells."""
    from mnist_lab.records import read_record

    stated = _stated_seconds(notebook)
    if stated is not None:
        return float(stated)
    try:
        return (read_record(notebook).seconds or 0) + _START
    except ValueError:
        return None


def duration(seconds: float) -> str:
    """Return seconds in words, in minutes from one and a half minutes on."""
    return counted(round(seconds), "second") if seconds < 90 else f"{seconds / 60:.0f} minutes"


def course_estimate(notebooks: Sequence[Path], quick: bool, jobs: int) -> str:
    """Return a sentence about the time of a run of the course; "" if nothing is known.

    Args:
        notebooks: The notebooks to run.
        quick: Whether they run with their quick values.
        jobs: How many of them run at a time, each on a core of its own if there are as many.
    """
    if quick:
        seconds, basis = [_QUICK] * len(notebooks), f"a guess of {_QUICK} s per notebook"
    else:
        known = [_stated_seconds(notebook) for notebook in notebooks]
        seconds = [value for value in known if value is not None]
        if len(seconds) < len(notebooks):
            return ""
        basis = f"a guess from the minutes in {START_PAGE}"
    total = max(sum(seconds) / min(jobs, usable_cores()), max(seconds))
    together = f", {jobs} notebooks at a time" if jobs > 1 else ""
    return f"About {duration(total)}{together} ({basis})"


def _stated_seconds(notebook: Path) -> int | None:
    """Return the time of a whole run that the start page beside a notebook states, if it does."""
    try:
        page = (notebook.parent / START_PAGE).read_text("utf-8", errors="replace")
    except OSError:
        return None
    match = re.search(rf"\({re.escape(notebook.name)}\), (\d+) minutes?:", page)
    return 60 * int(match[1]) if match else None
