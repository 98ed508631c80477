"""Many runs of one notebook, on this machine or on a Dask cluster; what is completed is kept and not run again."""

import json
import os
import signal
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from mnist_lab.runs.grid import RunSpec
from mnist_lab.records import read_record
from mnist_lab.runs.notebook import validate_run, run_notebook


@dataclass(frozen=True)
class RunResult:
    """How one run of a sweep ended: its executed notebook as text where it is good, else what was wrong."""

    name: str
    problem: str
    seconds: float
    host: str
    notebook: str | None
    failed: str | None
    log: str | None


def run_spec(source: str, name: str, parameters: Mapping[str, Any], timeout: float, environment: Mapping[str, str]) -> RunResult:
    """Run a notebook (given as text) in a temporary folder, and return all of it: nothing is needed from a shared disk."""
    with tempfile.TemporaryDirectory(prefix="mnist_lab_") as folder:
        notebook, output = Path(folder, "notebook.ipynb"), Path(folder, "done", f"{name}.ipynb")
        notebook.write_text(source, encoding="utf-8")
        run = run_notebook(notebook, output, parameters, timeout, environment)

        def text(path: Path) -> str | None:
            return path.read_text(encoding="utf-8", errors="replace") if path.exists() else None

        failed, log = (text(output.with_name(name + end)) for end in (".failed.ipynb", ".log"))
        done = text(output) if run.record else None
        return RunResult(name, run.problem, round(run.seconds, 2), socket.gethostname(), done, failed, log)


def strip_outputs(notebook: Path) -> str:
    """Return a notebook's text without outputs, which is a tenth of it and all that papermill reads."""
    content = json.loads(notebook.read_text(encoding="utf-8"))
    for cell in content["cells"]:
        if cell["cell_type"] == "code":
            cell |= {"outputs": [], "execution_count": None}
    return json.dumps(content)


def _write(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_text(text, encoding="utf-8")
        os.replace(part, path)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def save_result(outcome: RunResult, output: Path) -> None:
    """Write an outcome into the output folder: NAME.ipynb, or NAME.failed.ipynb and NAME.log; and NAME.json about it.

    The notebook is written last: where it is, the run is done.
    """
    about = {key: value for key, value in asdict(outcome).items() if key not in ("notebook", "failed", "log")}
    for end, text in ((".failed.ipynb", outcome.failed), (".log", outcome.log), (".json", json.dumps(about))):
        if text is not None:
            _write(output / f"{outcome.name}{end}", text)
    if outcome.notebook is not None:
        _write(output / f"{outcome.name}.ipynb", outcome.notebook)
        for end in (".failed.ipynb", ".log"):
            (output / f"{outcome.name}{end}").unlink(missing_ok=True)


def completed(points: Sequence[RunSpec], output: Path) -> list[RunSpec]:
    """Return the points whose notebook lies in the output folder and is good."""
    return [point for point in points if (path := output / f"{point.name}.ipynb").exists() and not validate_run(path)]


def threads_of(slots: int) -> int:
    """Return how many threads a run may use so that `slots` runs at a time share this machine's cores."""
    return max(1, (os.cpu_count() or 1) // slots)


def environment_of(threads: int) -> dict[str, str]:
    """Return the variables that hold TensorFlow and BLAS to a number of threads."""
    names = ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")
    return dict.fromkeys(names, str(threads))


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Have processes started in this block ignore Ctrl-C, which a terminal sends to all of them: the driver ends them."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def cluster(scheduler: str | None, slots: int, dashboard: bool = False) -> Iterator[Any]:
    """Yield a Dask client: of an existing scheduler, or of `slots` processes on this machine that end with the block."""
    import dask
    from distributed import Client, LocalCluster

    # A run that was under way on a worker which was killed is run again; three times, since a run may itself be the reason.
    settings = {"distributed.scheduler.allowed-failures": 3, "distributed.worker.daemon": False}
    with dask.config.set(settings):
        if scheduler:
            with Client(scheduler, timeout=15) as client:
                yield client
            return
        address = ":8787" if dashboard else None
        with _uninterrupted():
            local = LocalCluster(
                n_workers=slots, threads_per_worker=1, processes=True, memory_limit=0, dashboard_address=address, silence_logs=50
            )
        with local, Client(local) as client:
            yield client


def run_all(
    client: Any,
    notebook: Path,
    points: Sequence[RunSpec],
    output: Path,
    timeout: float,
    environment: Mapping[str, str],
    on_outcome: Callable[[RunResult], None] = lambda outcome: None,
) -> list[RunResult]:
    """Run the points on a Dask client and keep each outcome as it comes; return the outcomes, without the notebooks.

    on_outcome: called after each has been kept. A worker that dies costs the run it had, which goes to another one; a
    run that takes its worker down three times is an outcome with that problem. Raises OSError where an outcome cannot be
    kept (a full disk): runs under way are then given up, what is kept stays.
    """
    from distributed import as_completed

    # A task, not scattered data: where the worker that holds it dies, Dask makes it anew.
    source = client.submit(str, strip_outputs(notebook), key=f"notebook-{os.urandom(6).hex()}")
    futures = {
        client.submit(
            run_spec, source, point.name, dict(point.parameters), timeout, dict(environment), key=point.name, pure=False
        ): point
        for point in points
    }
    outcomes = []
    try:
        for future in as_completed(futures):
            error = future.exception() if future.status == "error" else None
            name = futures[future].name
            outcome = RunResult(name, f"its worker ended: {error}", 0.0, "", None, None, None) if error else future.result()
            save_result(outcome, output)
            future.release()
            slim = RunResult(**{**asdict(outcome), "notebook": None, "failed": None})
            outcomes.append(slim)
            on_outcome(slim)
    finally:
        client.cancel(list(futures))
    return outcomes


def read_runs(folder: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return a folder's good runs, each its record's content with name, path, run_seconds and host, and its failed ones.

    Failed ones have name, problem and path of the log. Runs are in the order of their names.
    """
    good, bad = [], []
    for about in sorted(Path(folder).glob("*.json")):
        try:
            told = json.loads(about.read_text(encoding="utf-8"))
            name = told["name"]
        except (ValueError, KeyError, TypeError):
            continue
        path = about.with_suffix(".ipynb")
        try:
            content = read_record(path).content
        except ValueError:
            bad.append({"name": name, "problem": told.get("problem") or "its notebook is gone", "log": about.with_suffix(".log")})
            continue
        good.append({**content, "name": name, "path": path, "run_seconds": told.get("seconds"), "host": told.get("host")})
    return good, bad


def typical_seconds(folder: Path) -> float | None:
    """Return the median time of the runs that a folder holds, None where there are none."""
    times = sorted(run["run_seconds"] for run in read_runs(folder)[0] if run["run_seconds"])
    return times[len(times) // 2] if times else None
