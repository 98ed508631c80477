"""What a reader's function does with the inputs: values, errors, and inputs that it changed."""

import copy
import linecache
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mnist_lab import checks
from mnist_lab.exercises.exercise import Case
from mnist_lab.exercises.values import same


@dataclass(frozen=True)
class Outcome:
    """What a function did with one case.

    Attributes:
        value: What it returned.
        error: "" or the error that it raised, in one line.
        changed: Whether it changed its arguments.
    """

    value: Any = None
    error: str = ""
    changed: bool = False


def outcomes_of(function: Callable[..., Any], cases: Sequence[Case]) -> list[Outcome]:
    """Return what a function does with each case; it works on copies."""
    return [_outcome(function, case.arguments) for case in cases]


def _outcome(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Outcome:
    own = copy.deepcopy(arguments)
    try:
        # Overflow is an answer that the verdict shows, and no warning beside it.
        with np.errstate(all="ignore"):
            value = function(*own)
    except Exception as error:  # a reader's function may raise anything
        return Outcome(error=_in_one_line(error))
    changed = not all(
        callable(before) or same(after, before, 0)
        for after, before in zip(own, arguments, strict=True)
    )
    return Outcome(value=value, changed=changed)


def _in_one_line(error: Exception) -> str:
    """Return an error with the reader's line that raised it."""
    text = f"{type(error).__name__}: {checks.one_line(error, 200)}"
    frames = [
        (frame.f_code.co_filename, number)
        for frame, number in traceback.walk_tb(error.__traceback__)
    ]
    # The first frame is the call above; the second is the reader's function.
    if len(frames) > 1:
        line = linecache.getline(*frames[1]).strip()
        text += f", in the line `{line}`" if line else ""
    return text
