"""Two lines in place of a traceback: where a cell was stopped, or a value cannot be used."""

import linecache
import sys
import traceback
from pathlib import Path
from types import TracebackType
from typing import Any

_PACKAGE = str(Path(__file__).parent)


def line_of_cell(shell: Any, trace: TracebackType | None) -> str:
    """Return the line of the cell that was running, such as " in line 2: model.fit(", or "".

    Args:
        shell: IPython's shell.
        trace: The traceback of the exception that ended the cell.
    """
    for frame, number in traceback.walk_tb(trace):
        if frame.f_globals is shell.user_ns:
            line = linecache.getline(frame.f_code.co_filename, number).strip()
            return f" in line {number}: {line}" if line else ""
    return ""


def _refused_here(value: BaseException, trace: TracebackType | None) -> bool:
    """Return whether this package refused a value, so that the message alone says what to do."""
    for frame, number in list(traceback.walk_tb(trace))[-1:]:
        file = frame.f_code.co_filename
        # An error from inside of NumPy or TensorFlow ends in this package too, at another line.
        raised = linecache.getline(file, number).strip().startswith("raise ")
        return raised and file.startswith(_PACKAGE) and isinstance(value, ValueError)
    return False


def _lines(shell: Any, value: BaseException, trace: TracebackType | None) -> list[str] | None:
    """Return what to show in place of a traceback; None for an error that nobody foresaw."""
    place = line_of_cell(shell, trace)
    if isinstance(value, KeyboardInterrupt):
        again = "This cell did not finish: run it again before the cells below it."
        return [f"KeyboardInterrupt: stopped{place}", again]
    if _refused_here(value, trace):
        return [f"{type(value).__name__}{place}", str(value)]
    return None


def _show(
    shell: Any, kind: type, value: Any, trace: TracebackType | None, tb_offset: int | None = None
) -> None:
    """Show why a cell ended; the command %tb still shows the whole traceback."""
    # An interrupted training says more by itself.
    lines = None if hasattr(value, "_render_traceback_") else _lines(shell, value, trace)
    if lines:
        value._render_traceback_ = lambda: lines
    shell.showtraceback((kind, value, trace), tb_offset=tb_offset, running_compiled_code=True)
    if lines:
        del value._render_traceback_


def shorten_tracebacks() -> None:
    """Have the notebook that this runs in show two lines for what its reader can mend.

    That is a cell that was stopped, and a value that this package refuses.

    Nothing happens outside of IPython, or where somebody handles exceptions there already.
    """
    if "IPython" not in sys.modules:  # importing it would take half a second
        return
    from IPython import get_ipython

    shell = get_ipython()
    if shell is not None and not shell.custom_exceptions:
        shell.set_custom_exc((KeyboardInterrupt, ValueError), _show)
