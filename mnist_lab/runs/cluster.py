"""The Dask cluster of a sweep: processes on this machine, or a scheduler that runs elsewhere."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from distributed import Client

# Seconds until a scheduler that does not answer counts as absent.
_PATIENCE = 15


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


def _connect(scheduler: str) -> "Client":
    """Return a client of a scheduler; ConnectionError where there is none, with what to do."""
    from distributed import Client

    try:
        return Client(scheduler, timeout=_PATIENCE)
    except TypeError as error:  # what distributed raises where it has no certificates
        raise ConnectionError(
            f"{scheduler}: needs certificates. Name them to Dask, in its configuration or in the"
            " variables DASK_DISTRIBUTED__COMM__TLS__CA_FILE, ...__TLS__CLIENT__CERT and"
            " ...__TLS__CLIENT__KEY."
        ) from error
    except (OSError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise ConnectionError(
            f"{scheduler}: no Dask scheduler can be reached there ({reason}). Start one with"
            " `dask scheduler`, and name the address that it prints."
        ) from error


@contextmanager
def cluster(scheduler: str | None, slots: int, dashboard: bool = False) -> Iterator["Client"]:
    """Open a Dask cluster for the duration of a block.

    Args:
        scheduler: The address of an existing scheduler; None starts processes on this machine,
            which end with the block. Nobody on another machine can reach them.
        slots: The number of these processes.
        dashboard: Whether these processes serve Dask's dashboard, on this machine alone.

    Yields:
        The client.

    Raises:
        ConnectionError: The scheduler cannot be reached.
    """
    from dask import config
    from distributed import Client, LocalCluster
    from distributed.gc import disable_gc_diagnosis
    from distributed.utils import silence_logging_cmgr

    # Dask retries a run at most three times after its worker died, since the run may be the cause.
    # By default it gives up a worker after 15 s; a busy machine takes longer to start it again.
    settings = {
        "distributed.scheduler.allowed-failures": 3,
        "distributed.worker.daemon": False,
        "distributed.deploy.lost-worker-timeout": "1 day",
    }
    # What Dask logs about a lost scheduler is a traceback; run_all says it in a sentence.
    with config.set(settings), silence_logging_cmgr(50):
        if scheduler:
            with _connect(scheduler) as client:
                yield client
            return
        with _uninterrupted():
            local = LocalCluster(
                n_workers=slots,
                threads_per_worker=1,
                processes=True,
                memory_limit=0,
                host="127.0.0.1",
                # Dask always serves something: without --dashboard on any port that is free.
                dashboard_address="127.0.0.1:8787" if dashboard else "127.0.0.1:0",
                silence_logs=50,
            )
        # Dask's measuring of the garbage collector would swallow a Ctrl-C that comes while it runs.
        disable_gc_diagnosis()
        with local, Client(local) as client:
            yield client
