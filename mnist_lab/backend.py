"""Starts TensorFlow without its start-up log lines and hands out `keras` and `tf`."""

import logging
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

# 2 = errors only. TensorFlow reads it when it is imported; whoever set it already keeps their choice.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

# What TensorFlow writes straight to the process's stderr whatever its log level: lines of level INFO, which differ from
# processor to processor, and more without a CUDA driver. A notebook would show them in red under the first cell.
_CHATTER = re.compile(
    r"^I\d{4} |All log messages before absl::InitializeLog"
    r"|cuda_platform|failed call to cuInit|To enable the following instructions"
)


@contextmanager
def _without_chatter() -> Iterator[None]:
    """Hold back the process's stderr (file descriptor 2), then pass on every line that is not known chatter."""
    sys.stderr.flush()
    stderr = os.dup(2)
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(stderr, 2)
            os.close(stderr)
            held.seek(0)
            for line in held.read().decode(errors="replace").splitlines():
                if not _CHATTER.search(line):
                    print(line, file=sys.stderr)


with _without_chatter():
    import keras
    import tensorflow as tf

    # Looking for devices logs too; doing it here keeps that out of the first cell that trains.
    tf.config.list_physical_devices("GPU")


def _worth_saying(record: logging.LogRecord) -> bool:
    """Whether a line of TensorFlow's logger is news: a new program for each kind of network is what engine.py means to do.

    TensorFlow counts all programs of one Python function together, and after a few warns of too many.
    """
    return "tf.function retracing" not in record.getMessage()


tf.get_logger().addFilter(_worth_saying)

__all__ = ["keras", "tf"]
