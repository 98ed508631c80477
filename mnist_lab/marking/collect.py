"""Runs in the learner's kernel after the learner's cells: calls their functions on new inputs.

It writes the answers after each exercise, with the name of the one it is trying, so that a function
that ends the process costs no other answer.
"""

import json
import os
import pickle
import signal
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mnist_lab.exercises.outcomes import outcomes_of
from mnist_lab.marking.transport import to_json

SECONDS = 10  # for one function on all of its inputs


class _TooSlow(BaseException):
    """Ends a function that takes too long; a bare `except Exception` does not catch it."""


def collect(inputs: str, answers: str, variables: Mapping[str, Any]) -> None:
    """Call the functions that `inputs` names, and write what they do into `answers`.

    Args:
        inputs: The file with exercises: name -> (the name of the answer, its inputs or None).
        answers: The JSON file to write.
        variables: The learner's variables.
    """
    with open(inputs, "rb") as file:
        wanted = pickle.load(file)
    found: dict[str, Any] = {}
    for name, (variable, cases) in wanted.items():
        _write(answers, {"trying": name, "found": found})
        found[name] = _answer(variables.get(variable, _ABSENT), cases)
    _write(answers, {"trying": "", "found": found})


_ABSENT = object()


def _answer(value: Any, cases: Any) -> dict[str, Any]:
    if value is _ABSENT:
        return {"missing": True}
    if value is ... or value is None:
        return {"untouched": True}
    if cases is None:
        return {"value": to_json(value)}
    if not callable(value):
        return {"value": to_json(value)}
    try:
        outcomes = _within(SECONDS, value, cases)
    except BaseException as error:  # sys.exit() and the alarm are no Exceptions
        slow = isinstance(error, _TooSlow | KeyboardInterrupt)
        return {"slow": True} if slow else {"ended": type(error).__name__}
    return {
        "outcomes": [
            {"value": to_json(one.value), "error": one.error, "changed": one.changed}
            for one in outcomes
        ]
    }


def _within(seconds: int, function: Any, cases: Any) -> Any:
    """Call a function on all cases; raise _TooSlow after some seconds where the system can."""

    def stop(number: int, frame: Any) -> None:
        raise _TooSlow

    alarms = hasattr(signal, "SIGALRM") and threading.current_thread() is threading.main_thread()
    if not alarms:
        return outcomes_of(function, cases)
    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        return outcomes_of(function, cases)
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def _write(path: str, content: dict[str, Any]) -> None:
    part = Path(f"{path}.part")
    part.write_text(json.dumps(content), encoding="utf-8")
    os.replace(part, path)
