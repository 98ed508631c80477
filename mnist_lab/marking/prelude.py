"""What is different for a learner's notebook while it is marked: no check, and little to print."""

import io
import sys
from typing import Any

import mnist_lab as lab

MOST_PRINTED = 200_000  # letters that one notebook may print


class _Limited(io.TextIOBase):
    """Passes on what is printed until it is enough, and drops the rest."""

    def __init__(self, stream: Any) -> None:
        self._stream, self._left = stream, MOST_PRINTED

    def write(self, text: str) -> int:
        self._left -= len(text)
        if self._left >= 0:
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        self._stream.flush()


def prepare() -> None:
    """Replace lab.check, whose answers are not here, and limit what is printed."""
    lab.check = lambda *_, **__: None
    lab.progress = lambda: None
    sys.stdout, sys.stderr = _Limited(sys.stdout), _Limited(sys.stderr)
