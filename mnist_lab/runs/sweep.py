"""Many runs of one notebook, on this machine or on a Dask cluster; each is saved as it ends."""

import json
import os
import socket
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mnist_lab import ipynb
from mnist_lab.runs.grid import RunSpec
from mnist_lab.runs.notebook import run_notebook
from mnist_lab.runs.results import RunResult, save_result
from mnist_lab.runs.slots import environment_of_gpu
from mnist_lab.runs.tasks import for_each_result, this_worker

if TYPE_CHECKING:
    from distributed import Client


def run_spec(
    source: str,
    name: str,
    parameters: Mapping[str, Any],
    timeout: float,
    environment: Mapping[str, str],
    gpus: Sequence[str] = (),
) -> RunResult:
    """Run a notebook in a temporary folder; a worker of the cluster calls this.

    Args:
        source: The notebook, as the text of its file.
        name: The run's file name without .ipynb.
        parameters: Values for the notebook's parameters.
        timeout: The limit for the run, in seconds.
        environment: Variables to add for the run.
        gpus: The machine's GPUs, of which the run gets its worker's; none means no choice.

    Returns:
        How the run ended, with its files.
    """
    worker = this_worker()
    number, scratch = (worker.name, worker.local_directory) if worker else (0, None)
    environment = {**environment, **environment_of_gpu(gpus, number)}
    with tempfile.TemporaryDirectory(prefix="mnist_lab_run_", dir=scratch) as folder:
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


def run_all(
    client: "Client",
    notebook: Path,
    specs: Sequence[RunSpec],
    output: Path,
    timeout: float,
    environment: Mapping[str, str],
    gpus: Sequence[str] = (),
    on_result: Callable[[RunResult], None] = lambda result: None,
) -> list[RunResult]:
    """Do runs on a Dask cluster, and save each as soon as it ends.

    A run whose worker died four times has failed.

    Args:
        client: A client of the cluster.
        notebook: The notebook to run.
        specs: The runs to do.
        output: The sweep's folder.
        timeout: The limit for one run, in seconds.
        environment: Variables to add for each run.
        gpus: This machine's GPUs, one for each worker in turn; none means no choice.
        on_result: A function to call when a run has been saved. What it raises ends the sweep.

    Returns:
        How the runs ended, without their notebooks.

    Raises:
        ConnectionError: The scheduler does not answer any more; saved runs stay.
        OSError: A run cannot be saved, for instance on a full disk. Unfinished runs are then
            canceled; saved runs stay.
    """
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
            list(gpus),
            key=spec.name,
            pure=False,
        ): spec.name
        for spec in specs
    }
    results: list[RunResult] = []

    def keep(name: str, result: RunResult | None, problem: str) -> None:
        kept = result or RunResult(name, problem, 0.0, "", None, None, None)
        save_result(kept, output)
        results.append(replace(kept, notebook=None, failed=None))
        on_result(results[-1])

    for_each_result(client, names, keep)
    return results
