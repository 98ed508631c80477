"""Starts TensorFlow without its start-up log lines and hands out `keras` and `tf`."""

import functools
import gc
import logging
import os
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from mnist_lab import xla_cache
from mnist_lab.lazy_imports import imported_late
from mnist_lab.short_tracebacks import shorten_tracebacks
from mnist_lab.tensorflow_settings import set_variables

set_variables()
_programs = xla_cache.start()

# Keras and TensorFlow import these at once, and with them scikit-learn, Matplotlib, pandas and
# SciPy, which cost as much time as half of TensorFlow itself and which a training does not use.
_RARELY_USED = (
    "keras.wrappers",
    "keras.visualization",
    "keras.src.visualization",
    "keras.src.trainers.data_adapters.array_slicing",
    "tensorflow.python.keras.engine.training_v1",
)


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


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Keep Python from looking for garbage while TensorFlow makes 300,000 lasting objects."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


# If Keras was imported before, its backend is already chosen.
_chosen = (
    sys.modules["keras"].config.backend() if "keras" in sys.modules else os.environ["KERAS_BACKEND"]
)
if _chosen != "tensorflow":
    raise ImportError(
        f"Keras runs on {_chosen} here, and the course needs tensorflow. Unset the variable"
        " KERAS_BACKEND, start Python again, and import mnist_lab before keras."
    )

with _without_chatter(), _without_garbage_collection(), imported_late(_RARELY_USED):
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

# What the first call of a program raises where XLA cannot compile it: Apple's GPU plug-in has no
# compiler (NotFound, Unimplemented), NVIDIA's library or assembler is missing (Internal, NotFound,
# Unavailable, FailedPrecondition), or XLA lacks one of the operations (InvalidArgument).
XLA_ERRORS = (
    tf.errors.FailedPreconditionError,
    tf.errors.InternalError,
    tf.errors.InvalidArgumentError,
    tf.errors.NotFoundError,
    tf.errors.UnavailableError,
    tf.errors.UnimplementedError,
    tf.errors.UnknownError,
)


def gpus() -> int:
    """Return how many GPUs TensorFlow sees."""
    return len(tf.config.list_physical_devices("GPU"))


def reason(error: tf.errors.OpError) -> str:
    """Return the line of TensorFlow's message that says what went wrong, without names of nodes."""
    # In an error of a graph, many lines about the place come first.
    message = re.sub(r"(?s)^Graph execution error:.*?\nNode: [^\n]*\n", "", error.message).strip()
    line = message.split("\n")[0] or type(error).__name__
    line = re.sub(r"\[_XlaMustCompile[^\]]*\]|\{\{node [^}]*\}\}|\[\[.*", "", line)
    return textwrap.shorten(line, 160, placeholder=" ...")


def keep_programs() -> None:
    """Have later processes find what XLA has compiled, where it is kept at all."""
    if _programs:
        xla_cache.seal(_programs)


@functools.cache
def xla_problem() -> str | None:
    """Return why XLA cannot compile on this machine, in one line; None where it can.

    A small program is tried once per process. Like a training it multiplies matrices, loops, and
    calls tanh and exp, which on a GPU come from a library of their own.
    """

    def program(values: tf.Tensor) -> tf.Tensor:
        def step(index: tf.Tensor, values: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            return index + 1, tf.exp(-tf.square(tf.tanh(values @ values)))

        return tf.while_loop(lambda index, _: index < 2, step, (tf.constant(0), values))[1]

    try:
        with xla_cache.stable_names("xla_problem"):
            tf.function(program, jit_compile=True, autograph=False)(tf.ones([4, 4]))
    except XLA_ERRORS as error:
        return reason(error)
    return None


@functools.cache
def xla_works() -> bool:
    """Return whether XLA can compile here; where not, print one notice with the reason."""
    problem = xla_problem()
    if problem:
        print(
            f"Notice: XLA cannot compile on this machine, so networks train without it: {problem}"
        )
    return problem is None


_xla_by_keras = keras.Model.jit_compile


def _jit_compile(model: keras.Model) -> bool:
    """Return whether Keras's own fit, evaluate and predict use XLA: never where it cannot compile.

    By itself Keras chooses XLA on every GPU but Apple's, and has no setting for all models.
    """
    return _xla_by_keras.fget(model) and xla_works()


keras.Model.jit_compile = property(_jit_compile, _xla_by_keras.fset)

shorten_tracebacks()

__all__ = [
    "XLA_ERRORS",
    "gpus",
    "keep_programs",
    "keras",
    "reason",
    "tf",
    "xla_problem",
    "xla_works",
]
