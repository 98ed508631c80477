"""Starts TensorFlow without its start-up log lines and hands out `keras` and `tf`."""

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

# 2 = errors only. TensorFlow reads it when it is imported; who has set it already keeps the choice.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
# Else Keras reads it from ~/.keras/keras.json, where another project may have left another one.
os.environ.setdefault("KERAS_BACKEND", "tensorflow")


@contextmanager
def _without_chatter() -> Iterator[None]:
    """Pass the process's stderr (file descriptor 2) through stderr_filter.py.

    The filter is a process, since a thread dies with this process: where TensorFlow ends it, the
    last lines say why.
    """
    program = [sys.executable, "-I", "-S", str(Path(__file__).with_name("stderr_filter.py"))]
    sys.stderr.flush()
    reader, writer = os.pipe()
    copying = subprocess.Popen(program, stdin=reader, stdout=subprocess.DEVNULL)
    stderr = os.dup(2)
    os.dup2(writer, 2)
    os.close(reader)
    os.close(writer)
    try:
        yield
    finally:
        sys.stderr.flush()
        os.dup2(stderr, 2)
        os.close(stderr)
        # It ends at once, unless a process that another thread started meanwhile holds the pipe.
        with suppress(subprocess.TimeoutExpired):
            copying.wait(timeout=5)


# Whoever imported Keras first has also chosen what it runs on.
_chosen = (
    sys.modules["keras"].config.backend() if "keras" in sys.modules else os.environ["KERAS_BACKEND"]
)
if _chosen != "tensorflow":
    raise ImportError(
        f"Keras runs on {_chosen} here, and the course needs tensorflow. Unset the variable"
        " KERAS_BACKEND, start Python again, and import mnist_lab before keras."
    )

with _without_chatter():
    import keras
    import tensorflow as tf

    # Looking for devices logs too; doing it here keeps that out of the first cell that trains.
    tf.config.list_physical_devices("GPU")


def _worth_saying(record: logging.LogRecord) -> bool:
    """Return whether a line of TensorFlow's logger is news.

    A new program for each kind of network is what the training loop means to do, but TensorFlow
    counts all programs of one Python function together, and warns of too many after a few.
    """
    return "tf.function retracing" not in record.getMessage()


tf.get_logger().addFilter(_worth_saying)

__all__ = ["keras", "tf"]
