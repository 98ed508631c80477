"""Many runs of one notebook, on this machine or on a Dask cluster; each is saved as it ends."""

import json
import os
import signal
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mnist_lab import ipynb
from mnist_lab.runs.grid import RunSpec
from mnist_lab.runs.notebook import run_notebook
from mnist_lab.runs.results import RunResult, save_result

if TYPE_CHECKING:
    from distributed import Client


def run_spec(
    source: str,
    name: str,
    parameters: Mapping[str, Any],
    timeout: float,
    environment: Mapping[str, str],
) -> RunResult:
    """Run a notebook in a temporary folder; a worker of the cluster calls this.

    Args:
        source: The notebook, as the text of its file.
        name: The run's file name without .ipynb.
        parameters: Values for the notebook's parameters.
        timeout: The limit for the run, in seconds.
        environment: Variables to add for the run.

    Returns:
        How the run ended, with its files.
    """
    with tempfile.TemporaryDirectory(prefix="mnist_lab_") as folder:
        notebook = Path(folder, "notebook.ipynb")
        output = Path(folder, "done", f"{name}.ipynb")
        notebook.write_text(source, encoding="utf-8")
        run = run_notebook(notebook, output, parameters, timeout, environment)

        def text(path: Path) -> str | None:
            return path.read_text(encoding="utf-8", errors="replace") if path.exists() else None

        return RunResult(
            name=name,
            problem=run.problem,
            seconds=round(run.seconds, 2),
            host=socket.gethostname(),
            notebook=text(output) if run.record else None,
            failed=text(output.with_name(f"{name}.failed.ipynb")),
            log=text(output.with_name(f"{name}.log")),
        )


def threads_of(slots: int) -> int:
    """Return the number of threads per run if `slots` runs at a time share the cores."""
    return max(1, (os.cpu_count() or 1) // slots)


def environment_of(threads: int) -> dict[str, str]:
    """Return the variables that limit TensorFlow and BLAS to a number of threads."""
    names = (
        "TF_NUM_INTRAOP_THREADS",
        "TF_NUM_INTEROP_THREADS",
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
    )
    return dict.fromkeys(names, str(threads))


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Let processes that start in this block ignore Ctrl-C; the driver ends them.

    A terminal sends Ctrl-C to all processes at once.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def cluster(scheduler: str | None, slots: int, dashboard: bool = False) -> Iterator["Client"]:
    """Open a Dask cluster for the duration of a block.

    Args:
        scheduler: The address of an existing scheduler; None starts processes on this machine,
            which end with the block.
        slots: The number of these processes.
        dashboard: Whether these processes serve Dask's dashboard.

    Yields:
        The client.
    """
    from dask import config
    from distributed import Client, LocalCluster

    # Dask retries a run at most three times after its worker died, since the run may be the cause.
    settings = {"distributed.scheduler.allowed-failures": 3, "distributed.worker.daemon": False}
    with config.set(settings):
        if scheduler:
            with Client(scheduler, timeout=15) as client:
                yield client
            return
        with _uninterrupted():
            local = LocalCluster(
                n_workers=slots,
                threads_per_worker=1,
                processes=True,
                memory_limit=0,
                # None means no dashboard, which distributed does not declare.
                dashboard_address=":8787" if dashboard else None,  # pyright: ignore
                silence_logs=50,
            )
        with local, Client(local) as client:
            yield client


def run_all(
    client: "Client",
    notebook: Path,
    specs: Sequence[RunSpec],
    output: Path,
    timeout: float,
    environment: Mapping[str, str],
    on_result: Callable[[RunResult], None] = lambda result: None,
) -> list[RunResult]:
    """Do runs on a Dask cluster, and save each as soon as it ends.

    When a worker dies, another worker repeats its run. A run whose worker died four times has
    failed.

    Args:
        client: A client of the cluster.
        notebook: The notebook to run.
        specs: The runs to do.
        output: The sweep's folder.
        timeout: The limit for one run, in seconds.
        environment: Variables to add for each run.
        on_result: A function to call when a run has been saved.

    Returns:
        How the runs ended, without their notebooks.

    Raises:
        OSError: A run cannot be saved, for instance on a full disk. Unfinished runs are then
            canceled; saved runs stay.
    """
    from distributed import as_completed

    text = json.dumps(ipynb.without_outputs(ipynb.read(notebook)))
    # A task, not scattered data: if the worker that holds it dies, Dask repeats the task.
    source = client.submit(str, text, key=f"notebook-{os.urandom(6).hex()}")
    names = {
        client.submit(
            run_spec,
            source,
            spec.name,
            dict(spec.parameters),
            timeout,
            dict(environment),
            key=spec.name,
            pure=False,
        ): spec.name
        for spec in specs
    }
    results = []
    try:
        for future in as_completed(names):
            if future.status == "error":
                problem = f"its worker ended: {future.exception()}"
                result = RunResult(names[future], problem, 0.0, "", None, None, None)
            else:
                result = future.result()
            save_result(result, output)
            future.release()
            results.append(replace(result, notebook=None, failed=None))
            on_result(results[-1])
    finally:
        client.cancel(list(names))
    return results
