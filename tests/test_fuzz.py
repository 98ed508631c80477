"""Every target of `make fuzz` still reads good and changed inputs, and finds what it looks for."""

import json
import os
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from fuzz.mutations import change_bytes, change_json, change_text, change_value
from fuzz.target import PassedOver, Target, run
from fuzz.targets import TARGETS
from mnist_lab import checks

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows limits memory in another way")

VALUE = {"a": [1, 2.5, "text", None, {"b": [True]}]}


@pytest.mark.parametrize("name", TARGETS)
def test_inputs_of_a_target_are_the_same_each_time_and_differ(name):
    made = [TARGETS[name].make(Random(f"{name} {number}")) for number in range(20)]
    assert made == [TARGETS[name].make(Random(f"{name} {number}")) for number in range(20)]
    assert len(set(made)) > 10


def test_changes_leave_the_given_value_as_it_is_and_give_others():
    before = json.dumps(VALUE)
    found = {change_json(Random(seed), VALUE) for seed in range(200)}
    assert len(found) > 100
    assert len({change_bytes(Random(seed), b"0123456789") for seed in range(200)}) > 100
    assert len({change_text(Random(seed), "0123456789") for seed in range(200)}) > 100
    assert change_value(Random(1), VALUE) is not VALUE
    assert json.dumps(VALUE) == before


def read(content: bytes, folder: Path) -> None:
    """Fail in one way per letter."""
    match content:
        case b"r":
            checks.integer("x", "many", 1)
        case b"p":
            raise PassedOver
        case b"k":
            raise KeyError("x")
        case b"v":
            raise ValueError("of this file, not of the package")
        case b"n":
            checks.integer("x", "1", "many")  # type: ignore[arg-type]


def test_refusals_are_counted_and_every_other_error_is_a_fault(monkeypatch):
    monkeypatch.setattr("fuzz.target._limit_memory", lambda: None)
    letters = [b"r", b"p", b"k", b"v", b"n", b"good"]
    made = iter([b"good"] * 30 + letters)
    outcome = run(Target("toy", lambda _: next(made), read), len(letters))
    assert (outcome.inputs, outcome.refused, outcome.faults) == (6, 2, 3)
    shown = "".join(outcome.reports)
    assert "toy, input 2: another error than a ValueError" in shown
    assert "toy, input 3: raised outside the package" in shown
    assert "6 inputs        2 refused        1 accepted      3 faults" in str(outcome)


@pytest.mark.slow
def test_two_hundred_inputs_of_each_target_end_in_no_fault(root):
    """All but the networks, which take a tenth of a second each."""
    names = [name for name in TARGETS if name != "keras"]
    command = [sys.executable, "-m", "fuzz", "--count", "200", *names]
    found = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert (found.returncode, found.stderr) == (0, ""), found.stdout
    assert found.stdout.count(" 200 inputs") == len(names)
