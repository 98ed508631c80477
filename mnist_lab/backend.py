"""Starts TensorFlow without its start-up log lines and hands out `keras` and `tf`."""

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

# 2 = errors only. TensorFlow reads it on import; a value that is already set stays.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
# Otherwise Keras reads it from ~/.keras/keras.json, where another project may have set another.
os.environ.setdefault("KERAS_BACKEND", "tensorflow")


@contextmanager
def _without_chatter() -> Iterator[None]:
    """Pass the process's stderr (file descriptor 2) through stderr_filter.py.

    The filter is a separate process: if TensorFlow aborts this one, a thread would be lost together
    with the error message.
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
        # The filter ends at once, unless a process of another thread still holds the pipe.
        with suppress(subprocess.TimeoutExpired):
            copying.wait(timeout=5)


# If Keras was imported before, its backend is already chosen.
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

    # Listing devices logs too; doing it here keeps that out of the first cell that trains.
    tf.config.list_physical_devices("GPU")


def _is_unexpected(record: logging.LogRecord) -> bool:
    """Return False for TensorFlow's retracing warnings, which are expected here.

    The training loop compiles one program per kind of network. TensorFlow counts all programs of
    one Python function together, and warns after a few.
    """
    return "tf.function retracing" not in record.getMessage()


tf.get_logger().addFilter(_is_unexpected)

__all__ = ["keras", "tf"]
