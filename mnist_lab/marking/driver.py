"""Runs one learner's notebook: `python -m mnist_lab.marking.driver IN OUT SECONDS`.

Unlike a run of the course it goes on after an error, and interrupts a cell that takes too long.
It writes what it is doing into the file "state" beside OUT: the number of the cell, or "done".
"""

import ctypes
import logging
import sys
from pathlib import Path
from typing import Any

_PR_SET_DUMPABLE = 4


def _keep_to_itself() -> None:
    """Keep the learner's process from reading and changing this one, where Linux can."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def main(notebook: str, output: str, seconds: str) -> None:
    """Run a notebook, and write it to `output` after each cell."""
    from papermill import execute_notebook
    from papermill.engines import NBClientEngine, papermill_engines
    from traitlets.config import Config

    _keep_to_itself()
    state = Path(output).with_name("state")
    logging.basicConfig(level=logging.ERROR, format="%(message)s")

    class MarkingEngine(NBClientEngine):
        @classmethod
        def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> Any:
            def note(cell: Any, cell_index: int) -> None:
                state.write_text(str(cell_index), encoding="utf-8")

            return super().execute_managed_notebook(
                nb_man,
                kernel_name,
                on_cell_execute=note,
                allow_errors=True,
                timeout_func=lambda cell: cell.metadata.get("seconds", int(seconds)),
                interrupt_on_timeout=True,
                error_on_timeout={"ename": "TimeoutError", "evalue": f"over {seconds} s"},
                # No port of the network: there may be none.
                config=Config(KernelManager={"transport": "ipc"}),
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
    )
    state.write_text("done", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
