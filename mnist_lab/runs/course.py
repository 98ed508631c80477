"""Runs notebooks in order, two or more at a time where the machine allows it."""

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from mnist_lab.runs.notebook import NotebookRun, run_notebook
from mnist_lab.runs.slots import (
    Slots,
    default_slots,
    environment_of,
    runs_that_fit,
    threads_of,
    visible_gpus,
)


def default_jobs() -> Slots:
    """Return how many notebooks to run at a time, and why it is one on a machine with more cores.

    It is at most two, since one notebook alone keeps several cores busy in parts. On a GPU, two
    would get into each other's way.
    """
    if visible_gpus():
        return Slots(1, "two would share the GPU's memory")
    slots = default_slots([])
    return slots if slots.count == 1 else Slots(2, "")


def run_in_order(
    notebooks: Mapping[Path, Mapping[str, Any]],
    output: Path,
    jobs: int,
    timeout: float,
    environment: Mapping[str, str],
    on_progress: Callable[[Path, int, int], None],
    on_end: Callable[[NotebookRun], None],
) -> list[NotebookRun]:
    """Run notebooks in order, each in a process of its own; a failed one does not stop the others.

    A notebook that is about to read the records of others first waits until those before it have
    ended, so that it finds what it would find if they ran one after the other. Where there is
    memory for one more kernel, the next notebook starts meanwhile.

    Notebooks that run at the same time share the cores: each computes with fewer threads. Networks
    of dense layers come out the same, bit for bit; convolutions differ in about the third digit.

    Args:
        notebooks: The notebooks in their order, with the values of their parameters.
        output: The folder for the executed notebooks.
        jobs: How many notebooks to run at a time.
        timeout: The limit for each of them, in seconds.
        environment: Variables to add for the runs.
        on_progress: A function to call from the threads of the runs, with the notebook, the number
            of cells that are done, and the number of all cells.
        on_end: A function to call with each result, in order.

    Returns:
        The results in order.

    Raises:
        OSError: The output folder cannot be written. All runs are stopped then.
        KeyboardInterrupt: Ctrl-C was pressed. All runs are stopped then.
    """
    interrupt = threading.Event()
    futures: list[Future[NotebookRun]] = []
    places = threading.Semaphore(jobs)
    if jobs > 1:
        environment = {**environment_of(threads_of(jobs)), **environment}

    def run(notebook: Path, earlier: tuple[Future[NotebookRun], ...]) -> NotebookRun:
        with ExitStack() as place:
            place.enter_context(places)
            if interrupt.is_set():
                raise CancelledError

            def before_records() -> None:
                place.close()  # what is left to compute is little
                wait(earlier)

            return run_notebook(
                notebook,
                output / notebook.name,
                notebooks[notebook],
                timeout,
                environment,
                lambda done, total: on_progress(notebook, done, total),
                before_records,
                interrupt,
            )

    waiting = 1 < jobs < runs_that_fit()
    with ThreadPoolExecutor(jobs + waiting) as pool:
        try:
            for notebook in notebooks:
                futures.append(pool.submit(run, notebook, tuple(futures)))
            for future in futures:
                on_end(future.result())
        except BaseException:
            interrupt.set()
            pool.shutdown(cancel_futures=True)
            raise
    return [future.result() for future in futures]
