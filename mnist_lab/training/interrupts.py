"""Steps that an interrupt may not cut in half."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Have the stop button, or Ctrl-C, wait until the block has ended; a second one too.

    Python interrupts the main thread only, so a block in another thread runs as it is.
    """
    handler = signal.getsignal(signal.SIGINT)
    # A handler that was not set from Python is None, and could not be set again.
    if handler is None or threading.current_thread() is not threading.main_thread():
        yield
        return
    waiting = []
    signal.signal(signal.SIGINT, lambda number, frame: waiting.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
        if waiting:
            signal.raise_signal(signal.SIGINT)
