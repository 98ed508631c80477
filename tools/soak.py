"""A sweep under fire: `python -m tools.soak` kills workers and drivers and fills the disk.

Each run writes a line to a ledger when it starts and when it ends. In the end every run must be
there, none may have been done again after it was kept, and no kernel may be left.
"""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import psutil
import typer

from mnist_lab.ipynb import KERNELSPEC
from mnist_lab.runs.notebook import validate_run

# Keeps its ledger, sleeps a little, and leaves a record of 100 kB, so that a small disk fills.
CELLS = (
    'seed: int = 0  # makes one run differ from another\nledger: str = ""  # a folder',
    """\
import os, time
from pathlib import Path
def note(what):
    with open(Path(ledger) / "ledger.txt", "a") as file:
        file.write(f"{what} {seed} {time.time()}\\n")
note("start")
print("x" * 100_000)
time.sleep(0.5)""",
    """\
from types import SimpleNamespace
import mnist_lab as lab
model = SimpleNamespace(name="none", count_params=lambda: 1)
sizes = {"train": 1, "validation": 1, "test": 1}
digits = SimpleNamespace(source="sample", sizes=sizes)
metrics = {"test_accuracy": 0.9, "test_accuracy_interval": [0.8, 0.95]}
note("end")
lab.record("toy", model, digits, 0.9, SimpleNamespace(metrics=metrics), 0.5, globals())""",
)


app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@dataclass
class Tally:
    """What was done to the sweep, and how much memory its drivers held."""

    workers_killed: int = 0
    drivers_killed: int = 0
    disks_filled: int = 0
    starts: int = 0
    driver_bytes: list[list[int]] = field(default_factory=list)


def write_toy(folder: Path) -> Path:
    """Write the notebook of the sweep."""
    cells = [
        {
            "cell_type": "code",
            "id": f"c{index}",
            "metadata": {"tags": [] if index else ["parameters"]},
            "execution_count": None,
            "outputs": [],
            "source": source,
        }
        for index, source in enumerate(CELLS)
    ]
    content = {"cells": cells, "metadata": {"kernelspec": KERNELSPEC}, "nbformat": 4}
    path = folder / "toy.ipynb"
    path.write_text(json.dumps(content | {"nbformat_minor": 5}), encoding="utf-8")
    return path


def kept(output: Path) -> dict[str, int]:
    """Return the good runs of a folder: their names, and when they were saved, in nanoseconds."""
    return {
        path.name: path.stat().st_mtime_ns
        for path in output.glob("toy-*.ipynb")
        if ".failed" not in path.name
    }


def workers(driver: psutil.Process) -> list[psutil.Process]:
    """Return the worker processes of a driver."""
    with suppress(psutil.Error):
        return [
            child
            for child in driver.children()
            if "spawn_main" in " ".join(child.cmdline()) and child.children()
        ]
    return []


def left_over(folder: Path) -> list[psutil.Process]:
    """Return the processes that still work for a driver: those with its folder in a variable."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            named = any(str(folder) in value for value in process.environ().values())
            if named and process.pid != os.getpid():
                found.append(process)
    return found


def drive(command: Sequence[str], folder: Path, log: Path) -> subprocess.Popen:
    """Start a driver; its processes have the folder in TMPDIR or, in a room, elsewhere."""
    return subprocess.Popen(
        command,
        stdout=log.open("ab"),
        stderr=subprocess.STDOUT,
        env={**os.environ, "TMPDIR": str(folder)},
        start_new_session=True,
    )


def attack(
    driver: subprocess.Popen,
    every: float,
    kill_driver_at: int | None,
    count: Callable[[], int],
    tally: Tally,
) -> int:
    """Kill a random worker at intervals, and the driver once `count` says so many runs are kept.

    Returns:
        The exit code of the driver.
    """
    process, following = psutil.Process(driver.pid), time.monotonic() + every
    memory: list[int] = []
    tally.driver_bytes.append(memory)
    while driver.poll() is None:
        time.sleep(0.2)
        with suppress(psutil.Error):
            memory.append(process.memory_info().rss)
        if kill_driver_at is not None and count() >= kill_driver_at:
            driver.kill()
            tally.drivers_killed += 1
            break
        if time.monotonic() >= following:
            following = time.monotonic() + every
            if candidates := workers(process):
                with suppress(psutil.Error):
                    random.choice(candidates).send_signal(signal.SIGKILL)
                    tally.workers_killed += 1
    return driver.wait()


def small_disk(folder: Path, megabytes: int) -> bool:
    """Make a folder a disk of so many megabytes; return whether that is allowed here."""
    words = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "none", str(folder)]
    return subprocess.run(words, capture_output=True).returncode == 0


def faults(runs: int, output: Path, folder: Path, early: dict[str, int]) -> list[str]:
    """Return what went wrong: runs that were lost, or done twice, and processes that are left."""
    found = []
    now = kept(output)
    bad = [name for name in now if validate_run(output / name)]
    if len(now) != runs or bad:
        found.append(f"{len(now)} of {runs} runs are kept, {len(bad)} of them not good")
    again = [name for name, saved in early.items() if now.get(name) != saved]
    if again:
        found.append(f"{len(again)} runs were done again after they had been kept")
    end = time.monotonic() + 30
    while (rest := left_over(folder)) and time.monotonic() < end:
        time.sleep(0.5)
    if rest:
        found.append(f"{len(rest)} processes are left: {[process.pid for process in rest]}")
    return found


@app.command()
def main(
    runs: Annotated[int, typer.Option(min=4, help="How many runs.")] = 200,
    every: Annotated[float, typer.Option(help="Seconds between two killed workers.")] = 20.0,
    slots: Annotated[int, typer.Option(min=1, help="Runs at a time.")] = 2,
    megabytes: Annotated[
        int, typer.Option(help="Room at first on the disk; 0 for a disk that does not fill.")
    ] = 8,
    seed: Annotated[int, typer.Option(help="Which workers are killed.")] = 0,
) -> None:
    """Sweep a toy notebook while workers and two drivers are killed and the disk is filled."""
    random.seed(seed)
    tally, early = Tally(), {}
    with tempfile.TemporaryDirectory(prefix="mnist_lab_soak_") as name:
        folder = Path(name)
        output = folder / "runs"
        output.mkdir()
        mounted = bool(megabytes) and small_disk(output, megabytes)
        seeds = ",".join(map(str, range(runs)))
        command = [sys.executable, "-m", "mnist_lab", "sweep", str(write_toy(folder))]
        command += ["--set", f"seed={seeds}", "--set", f'ledger="{folder}"', "--source", "sample"]
        command += ["--slots", str(slots), "--output", str(output)]
        kill_at: list[int | None] = [runs // 4, runs // 2]
        start, code = time.monotonic(), -1
        try:
            while code != 0 and tally.starts < 10:
                tally.starts += 1
                early |= kept(output)
                driver = drive(command, folder, folder / "driver.log")
                at = kill_at[0] if kill_at else None
                code = attack(driver, every, at, lambda: len(kept(output)), tally)
                if code == -signal.SIGKILL and kill_at:
                    kill_at.pop(0)
                elif (
                    code
                    and mounted
                    and "No space left" in (folder / "driver.log").read_text(encoding="utf-8")
                ):
                    tally.disks_filled += 1
                    words = ["mount", "-o", "remount,size=1g", str(output)]
                    mounted = subprocess.run(words).returncode == 0 and tally.disks_filled < 1
            found = faults(runs, output, folder, early)
            lines = (folder / "ledger.txt").read_text(encoding="utf-8").splitlines()
            report(tally, lines, time.monotonic() - start)
            print((folder / "driver.log").read_text(encoding="utf-8")[-3000:] if found else "")
        finally:
            if megabytes:
                subprocess.run(["umount", str(output)], capture_output=True)
    print("\n".join(found) or f"All {runs} runs are kept, none was done again, nothing is left.")
    if found:
        raise typer.Exit(1)


def report(tally: Tally, ledger: Sequence[str], seconds: float) -> None:
    """Print what was done, and what it cost."""
    starts = sum(line.startswith("start") for line in ledger)
    ends = sum(line.startswith("end") for line in ledger)
    print(
        f"{seconds:.0f} s, {tally.starts} drivers of which {tally.drivers_killed} killed,"
        f" {tally.workers_killed} workers killed, disk filled {tally.disks_filled} times;"
        f" {starts} runs started, {ends} came to their end."
    )
    for number, memory in enumerate(tally.driver_bytes, start=1):
        shown = [round(value / 1e6) for value in memory if value]  # a dead process has none
        settled = shown[len(shown) // 4 :] or [0]
        print(
            f"Driver {number}: {settled[0]} MB of memory after a quarter of its time, at most"
            f" {max(settled)} MB, {settled[-1]} MB in the end."
        )


if __name__ == "__main__":
    app()
