"""How long a class takes to mark while workers and the command are killed, and what goes wrong."""

import csv
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from benchmarks.machine import processor
from benchmarks.marking_class import Learner, the_class, write_class
from mnist_lab.files import atomic_write
from tools.soak import Tally, attack, drive, left_over

FILE = Path(__file__).with_name("marking.json")
_MOST_STARTS = 12  # of the command; then it is taken as broken
_DIED = "its worker died"
_DONE = (0, 1)  # exit codes of a command that came to its end; 1: something could not be marked


def mark_under_fire(handed_in: Path, folder: Path, kill_at: list[int], every: float) -> Tally:
    """Mark a class, kill a worker every so many seconds, and the command at these many results.

    The command is called again, as an instructor would, while it lists a hand-in as not marked
    because its worker died each time.
    """
    command = [sys.executable, "-m", "mnist_lab", "mark", str(handed_in), "--slots", "2"]
    command += ["--output", str(folder / "marks"), "--seed", "2026"]
    results, tally, waiting = folder / "marks" / "results", Tally(), list(kill_at)
    code = -1
    table = folder / "marks" / "marks.csv"
    while (code not in _DONE or _DIED in table.read_text(encoding="utf-8")) and (
        tally.starts < _MOST_STARTS
    ):
        tally.starts += 1
        driver = drive(command, folder, folder / "driver.log")
        at = waiting[0] if waiting else None
        code = attack(driver, every, at, lambda: len(list(results.glob("*.json"))), tally)
        if code == -signal.SIGKILL and waiting:
            waiting.pop(0)
    return tally


def verdicts_of(marks: Path) -> dict[str, dict[str, str]]:
    """Return the verdict of each learner on each exercise, from the table that was written."""
    found: dict[str, dict[str, str]] = {}
    with marks.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            found.setdefault(row["learner"], {})[row["exercise"]] = row["verdict"]
    return found


def differences(
    named: Mapping[str, Learner], found: Mapping[str, Mapping[str, str]]
) -> tuple[list[str], list[str]]:
    """Return who is lost, and each verdict that is not the expected one, in words."""
    lost, wrong = [], []
    for name, one in named.items():
        theirs = found.get(name, {})
        if not theirs or ("" in theirs and "" not in one.expected):
            lost.append(f"{one.kind}, {one.what}")
            continue
        for exercise, verdict in one.expected.items():
            if theirs.get(exercise) != verdict:
                got = theirs.get(exercise, "nothing")
                wrong.append(f"{one.kind}, {one.what}: {exercise} {got}, expected {verdict}")
    return lost, wrong


def sentence(result: Mapping[str, Any]) -> str:
    """Return the paragraph of README.md here."""
    kinds = ", ".join(f"{count} {kind}" for kind, count in result["kinds"].items())
    return (
        "{learners} hand-ins of notebook 1 ({kinds}) took {minutes:.1f} minutes, two at a time."
        " Meanwhile {workers_killed} workers were killed, and the command itself"
        " {drivers_killed} times. Of {verdicts:,} verdicts {wrong} were not the expected ones,"
        " {lost} hand-ins were lost, and {left} processes and {folders_left} folders were left."
        " {machine}, shared with other work (a load of {load:.1f}), {date}.\n"
    ).format(**{**result, "kinds": kinds, "minutes": result["seconds"] / 60})


def main(
    learners: Annotated[int, typer.Option(help="How many hand-ins.", min=10)] = 200,
    every: Annotated[float, typer.Option(help="Seconds between two killed workers.")] = 30.0,
    kills: Annotated[int, typer.Option(help="How often the command is killed.", min=0)] = 3,
    seed: Annotated[int, typer.Option(help="Draws the class, and which workers are killed.")] = 0,
    output: Annotated[Path, typer.Option(help="The file to write.")] = FILE,
) -> None:
    """Mark a made-up class under fire, and compare each verdict with the expected one."""
    random.seed(seed)
    with tempfile.TemporaryDirectory(prefix="marking_") as name:
        folder = Path(name)
        named = write_class(the_class(learners, seed), folder / "class")
        kill_at = [learners * part // (kills + 1) for part in range(1, kills + 1)]
        start = time.perf_counter()
        tally = mark_under_fire(folder / "class", folder, kill_at, every)
        seconds = time.perf_counter() - start
        left = left_over(folder)
        rooms = list(folder.rglob("mnist_lab_mark_*"))
        marks = folder / "marks" / "marks.csv"
        found = verdicts_of(marks) if marks.exists() else {}
        lost, wrong = differences(named, found)
        if lost or wrong:
            print((folder / "driver.log").read_text(encoding="utf-8")[-3000:])
    result = {
        "machine": processor(),
        "date": time.strftime("%Y-%m-%d"),
        "learners": learners,
        "kinds": dict(Counter(one.kind for one in named.values()).most_common()),
        "verdicts": sum(len(one.expected) for one in named.values()),
        "seconds": round(seconds, 1),
        "load": round(os.getloadavg()[2], 1),
        "starts": tally.starts,
        "workers_killed": tally.workers_killed,
        "drivers_killed": tally.drivers_killed,
        "lost": len(lost),
        "wrong": len(wrong),
        "left": len(left),
        "folders_left": len(rooms),
    }
    print("\n".join([*lost, *wrong]))
    with atomic_write(output) as stream:
        json.dump(result, stream, indent=1)
    print(json.dumps(result, indent=1))
    if lost or wrong or left or rooms:
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
