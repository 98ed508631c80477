"""Runs one learner's notebook: `python -m mnist_lab.marking.driver IN OUT SECONDS STATE`.

Unlike a run of the course it goes on after an error, and interrupts a cell that takes too long.
It writes what it is doing to the descriptor STATE: the number of the cell, or "done".
"""

import ctypes
import logging
import os
import sys
from typing import Any

from mnist_lab.ipynb import IOPUB_SECONDS

_PR_SET_DUMPABLE = 4


def _keep_to_itself() -> None:
    """Keep the learner's process from reading and changing this one, where Linux can."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def main(notebook: str, output: str, seconds: str, state: str) -> None:
    """Run a notebook, and write it to `output` after each cell."""
    from papermill import execute_notebook
    from papermill.engines import NBClientEngine, papermill_engines
    from traitlets.config import Config

    _keep_to_itself()
    os.set_inheritable(int(state), False)
    logging.basicConfig(level=logging.ERROR, format="%(message)s")

    def tell(text: str) -> None:
        os.ftruncate(int(state), 0)
        os.pwrite(int(state), text.encode("ascii"), 0)

    class MarkingEngine(NBClientEngine):
        @classmethod
        def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> Any:
            return super().execute_managed_notebook(
                nb_man,
                kernel_name,
                on_cell_execute=lambda cell, cell_index: tell(str(cell_index)),
                allow_errors=True,
                timeout_func=lambda cell: cell.metadata.get("seconds", int(seconds)),
                interrupt_on_timeout=True,
                error_on_timeout={"ename": "TimeoutError", "evalue": f"over {seconds} s"},
                # No port of the network: there may be none. The sockets are named from the room's
                # folder, since a path of more than 107 bytes is none.
                config=Config(KernelManager={"transport": "ipc", "ip": "kernel"}),
                **options,
            )

    papermill_engines.register("marking", MarkingEngine)
    execute_notebook(
        notebook,
        output,
        engine_name="marking",
        execution_timeout=int(seconds),
        kernel_name="python3",
        progress_bar=False,
        iopub_timeout=IOPUB_SECONDS,
    )
    tell("done")


if __name__ == "__main__":
    main(*sys.argv[1:])
