"""The program that runs one notebook: `python -m mnist_lab.runs._papermill IN OUT PARAMETERS`.

PARAMETERS is a JSON object. Progress goes to stdout: "0 20" at the start, then one line such as
"3 20" per code cell. Before the first cell that reads the records of other notebooks comes the line
"records"; that cell runs when a line comes from stdin. What papermill and the kernel print goes to
stderr.
"""

import json
import logging
import os
import re
import signal
import sys
import threading
from typing import TYPE_CHECKING, Any, TextIO

from mnist_lab.ipynb import IOPUB_SECONDS

if TYPE_CHECKING:
    from traitlets.config import Config

# The functions that read executed notebooks. A cell that calls one under another name comes after
# one that mentions it here.
READS_RECORDS = re.compile(r"\b(show_ladder|records_up_to|read_records?)\b")


def _listen(may_read: threading.Event) -> None:
    """Set the event when a line comes from stdin, and interrupt this process when stdin closes.

    It closes when the parent dies, for whatever reason. papermill then shuts its kernel down, so no
    kernel is orphaned.
    """
    while os.read(0, 4096):
        may_read.set()
    os.kill(os.getpid(), signal.SIGINT)


def _claim_stdout() -> TextIO:
    """Return stdout for progress alone; the kernel, which inherits stdout, prints to stderr."""
    progress = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    return progress


def _encrypted() -> "Config":
    """Return the setting that encrypts what a kernel says, where this installation can do it.

    Without it, other users of the machine can read a kernel's code and outputs, and each kernel
    begins with a warning about that.
    """
    from importlib.metadata import version

    import zmq
    from traitlets.config import Config

    major, minor = version("jupyter_client").split(".")[:2]
    # Version 8.9 can encrypt, and then refuses the keys of its own kernels.
    if (int(major), int(minor)) < (8, 10) or not zmq.has("curve"):
        return Config()
    return Config(KernelManager={"transport_encryption": "auto"})


def _progress_engine(progress: TextIO, may_read: threading.Event) -> type:
    """Return papermill's own engine, which also says how many cells are done, and of how many.

    Args:
        progress: Where to say it.
        may_read: The event that cells wait for which read records of other notebooks.
    """
    from papermill.engines import NBClientEngine

    class ProgressEngine(NBClientEngine):
        @classmethod
        def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> Any:
            total = len(nb_man.nb.cells)
            print(0, total, file=progress)

            def hold(cell: Any, cell_index: int) -> None:
                if READS_RECORDS.search(cell.source) and not may_read.is_set():
                    print("records", file=progress)
                    may_read.wait()

            def report(cell: Any, cell_index: int, execute_reply: Any) -> None:
                print(cell_index + 1, total, file=progress)

            return super().execute_managed_notebook(
                nb_man,
                kernel_name,
                on_cell_execute=hold,
                on_cell_executed=report,
                config=_encrypted(),
                **options,
            )

    return ProgressEngine


def main(notebook: str, output: str, parameters: str) -> None:
    """Run a notebook with parameters, and write it to `output` after each cell."""
    # Before papermill is imported, which takes a second: the parent may ignore interrupts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    may_read = threading.Event()
    threading.Thread(target=_listen, args=[may_read], daemon=True).start()
    progress = _claim_stdout()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    from papermill import execute_notebook
    from papermill.engines import papermill_engines

    papermill_engines.register("mnist_lab", _progress_engine(progress, may_read))
    execute_notebook(
        notebook,
        output,
        parameters=json.loads(parameters),
        engine_name="mnist_lab",
        progress_bar=False,
        iopub_timeout=IOPUB_SECONDS,
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
