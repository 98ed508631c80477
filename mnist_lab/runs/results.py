"""The folder of a sweep: how the results of runs are kept in it, and read back."""

import json
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mnist_lab.files import atomic_write
from mnist_lab.records import Record, read_record
from mnist_lab.runs.grid import RunSpec
from mnist_lab.runs.notebook import validate_run


@dataclass(frozen=True)
class RunResult:
    """How one run of a sweep ended, with its files as text: nothing needs a shared disk.

    Attributes:
        name: The run's file name without .ipynb.
        problem: What went wrong; "" for a good run.
        seconds: The time of the whole run, in seconds.
        host: The machine that did it.
        notebook: The executed notebook of a good run.
        failed: The executed notebook of a failed run, as far as it came.
        log: What papermill printed in a failed run.
    """

    name: str
    problem: str
    seconds: float
    host: str
    notebook: str | None
    failed: str | None
    log: str | None


@dataclass(frozen=True)
class GoodRun:
    """A good run in a sweep's folder; the time and the machine are None where the file is old."""

    name: str
    path: Path
    record: Record
    run_seconds: float | None
    host: str | None


@dataclass(frozen=True)
class FailedRun:
    """A failed run in a sweep's folder: what went wrong, and where its log is."""

    name: str
    problem: str
    log: Path


def save_result(result: RunResult, output: Path) -> None:
    """Write the files of a run into a sweep's folder.

    These are NAME.ipynb, or NAME.failed.ipynb and NAME.log, and NAME.json with the run's time and
    machine. The notebook is written last: a run whose notebook is there is done.

    Args:
        result: How the run ended.
        output: The sweep's folder.

    Raises:
        OSError: A file cannot be written; files of earlier runs stay as they were.
    """
    about = {
        "name": result.name,
        "problem": result.problem,
        "seconds": result.seconds,
        "host": result.host,
    }
    files = {
        ".failed.ipynb": result.failed,
        ".log": result.log,
        ".json": json.dumps(about),
        ".ipynb": result.notebook,
    }
    for end, text in files.items():
        if text is not None:
            with atomic_write(output / f"{result.name}{end}") as stream:
                stream.write(text)
    if result.notebook is not None:
        for end in (".failed.ipynb", ".log"):
            (output / f"{result.name}{end}").unlink(missing_ok=True)


def completed(specs: Sequence[RunSpec], output: Path) -> list[RunSpec]:
    """Return the runs whose notebook lies in a sweep's folder and is good."""
    return [
        spec
        for spec in specs
        if (path := output / f"{spec.name}.ipynb").exists() and not validate_run(path)
    ]


def _read_about(path: Path) -> dict[str, Any] | None:
    """Return what `save_result` wrote about a run; None if a file is something else."""
    try:
        about = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(about, dict) or about.get("name") != path.stem:
        return None
    seconds = about.get("seconds")
    return about | {"seconds": seconds if isinstance(seconds, (int, float)) else None}


def read_runs(folder: Path) -> tuple[list[GoodRun], list[FailedRun]]:
    """Return the runs in a sweep's folder, in the order of their names.

    Args:
        folder: The output folder of a sweep.

    Returns:
        The good runs and the failed runs; none of either if the folder is no sweep's.
    """
    good, failed = [], []
    for path in sorted(Path(folder).glob("*.json")):
        about = _read_about(path)
        if about is None:
            continue
        name, notebook = about["name"], path.with_suffix(".ipynb")
        try:
            record = read_record(notebook)
        except ValueError as error:
            problem = str(about.get("problem") or error)
            failed.append(FailedRun(name, problem, path.with_suffix(".log")))
        else:
            good.append(GoodRun(name, notebook, record, about["seconds"], about.get("host")))
    return good, failed


def typical_seconds(folder: Path) -> float | None:
    """Return the median time of a folder's good runs, in seconds; None if there are none."""
    seconds = [run.run_seconds for run in read_runs(folder)[0] if run.run_seconds]
    return statistics.median(seconds) if seconds else None
