"""The output folder of a sweep: saving the results of runs in it, and reading them back."""

import json
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mnist_lab import checks
from mnist_lab.files import atomic_write
from mnist_lab.records import Record, read_record
from mnist_lab.runs.grid import RunSpec
from mnist_lab.runs.notebook import validate_run

_MAX_SUMMARY = 10_000_000  # bytes
_MAX_LINE = 1_000  # characters
_MAX_SECONDS = 1e9  # thirty years


@dataclass(frozen=True)
class RunResult:
    """The result of one run of a sweep, with its files as text, so that no shared disk is needed.

    Attributes:
        name: The run's file name without .ipynb.
        problem: What went wrong; "" for a good run.
        seconds: The time of the whole run, in seconds.
        host: The name of the machine.
        notebook: The executed notebook of a good run.
        failed: The notebook of a failed run, executed up to the error.
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
class SuccessfulRun:
    """A good run in a sweep's folder; time and machine are None if the file does not hold them."""

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

    A good run gives NAME.ipynb, a failed one NAME.failed.ipynb and NAME.log; both give NAME.json
    with the run's time and machine. The notebook is written last, so that it marks a finished run.

    Args:
        result: The result of the run.
        output: The sweep's folder.

    Raises:
        OSError: A file cannot be written; files of earlier runs stay as they were.
    """
    summary = {
        "name": result.name,
        "problem": checks.one_line(result.problem, _MAX_LINE),
        "seconds": result.seconds,
        "host": result.host,
    }
    files = {
        ".failed.ipynb": result.failed,
        ".log": result.log,
        ".json": json.dumps(summary),
        ".ipynb": result.notebook,
    }
    for suffix, text in files.items():
        if text is not None:
            with atomic_write(output / f"{result.name}{suffix}") as stream:
                stream.write(text)
    if result.notebook is not None:
        for suffix in (".failed.ipynb", ".log"):
            (output / f"{result.name}{suffix}").unlink(missing_ok=True)


def completed(specs: Sequence[RunSpec], output: Path) -> list[RunSpec]:
    """Return the runs that are already good in a sweep's folder."""
    return [
        spec
        for spec in specs
        if (path := output / f"{spec.name}.ipynb").exists() and not validate_run(path)
    ]


@dataclass(frozen=True)
class _Summary:
    """What `save_result` writes beside the notebook of a run."""

    problem: str
    seconds: float | None
    host: str | None


def _read_summary(path: Path) -> _Summary | None:
    """Return what `save_result` wrote for a run; None for any other file.

    A time or a machine that is none is left out.
    """
    try:
        if not path.is_file() or path.stat().st_size > _MAX_SUMMARY:
            return None
        summary = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(summary, dict) or summary.get("name") != path.stem:
        return None
    if not path.stem.isprintable():
        return None
    seconds, host = summary.get("seconds"), summary.get("host")
    is_time = isinstance(seconds, (int, float)) and 0 <= seconds <= _MAX_SECONDS
    is_host = isinstance(host, str) and len(host) <= _MAX_LINE and host.isprintable()
    return _Summary(
        checks.one_line(summary.get("problem") or "", _MAX_LINE),
        seconds if is_time and not isinstance(seconds, bool) else None,
        host if is_host else None,
    )


def read_runs(folder: Path) -> tuple[list[SuccessfulRun], list[FailedRun]]:
    """Return the runs in a sweep's folder, in the order of their names.

    Args:
        folder: The output folder of a sweep.

    Returns:
        The good runs and the failed runs; two empty lists if the folder does not belong to a sweep.
        A run whose notebook is damaged has failed.
    """
    succeeded, failed = [], []
    for path in sorted(Path(folder).glob("*.json")):
        summary = _read_summary(path)
        if summary is None:
            continue
        name, notebook = path.stem, path.with_suffix(".ipynb")
        try:
            record = _good_record(notebook)
        except ValueError as error:
            problem = summary.problem or checks.one_line(error, _MAX_LINE)
            failed.append(FailedRun(name, problem, path.with_suffix(".log")))
        else:
            succeeded.append(SuccessfulRun(name, notebook, record, summary.seconds, summary.host))
    return succeeded, failed


def _good_record(notebook: Path) -> Record:
    """Return the record of a run; ValueError where the run is not good, as `completed` sees it."""
    record = read_record(notebook)
    problems = validate_run(notebook)
    if problems:
        raise ValueError(problems[0])
    return record


def typical_seconds(folder: Path) -> float | None:
    """Return the median time of a folder's good runs, in seconds; None if there are none."""
    seconds = [run.run_seconds for run in read_runs(folder)[0] if run.run_seconds]
    return statistics.median(seconds) if seconds else None
