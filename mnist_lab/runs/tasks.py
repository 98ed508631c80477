"""Tasks on a Dask cluster: what each gives, as soon as it ends, and where one may write."""

from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from distributed import Client, Future, Worker

Name = TypeVar("Name")


def for_each_result(
    client: "Client", tasks: "Mapping[Future, Name]", use: Callable[[Name, Any, str], object]
) -> None:
    """Hand over the result of each task as soon as it ends; cancel the others at an error.

    When a worker dies, another worker repeats its task. A task whose worker died four times has no
    result.

    Args:
        client: The client of the tasks.
        tasks: The tasks, with names for them.
        use: Called with the name, the result or None, and why there is none or "". What it raises
            ends everything.

    Raises:
        ConnectionError: The scheduler does not answer any more.
    """
    from distributed import as_completed

    try:
        for future in as_completed(tasks):
            if future.status == "error":
                use(tasks[future], None, _problem(future.exception()))
            else:
                use(tasks[future], future.result(), "")
            future.release()
    except CancelledError as error:  # nobody else cancels a task
        address = client.scheduler.address if client.scheduler else ""
        raise ConnectionError(f"The scheduler {address} does not answer any more.") from error
    finally:
        if client.status == "running":
            client.cancel(list(tasks))


def _problem(error: object) -> str:
    """Return why a worker gave no result."""
    from distributed.scheduler import KilledWorker

    if isinstance(error, KilledWorker):
        return (
            "its worker died four times, as it does where memory is short;"
            " fewer runs at a time (--slots) need less"
        )
    return f"its worker ended: {error}"


def this_worker() -> "Worker | None":
    """Return the worker that does this task; None outside of a cluster.

    Dask empties its `local_directory` after a worker that was killed.
    """
    from distributed import get_worker

    try:
        return get_worker()
    except ValueError:
        return None
