"""A program that runs under XLA where XLA can compile it, and without XLA where it cannot."""

from collections.abc import Callable
from typing import Any

from mnist_lab.backend import XLA_ERRORS, reason, tf, xla_works


class Program:
    """A compiled function of tensors.

    Where XLA cannot compile it, the call is repeated without XLA, and so are all later ones. Only
    if that succeeds was it XLA's fault: an error of the function itself comes up in both.

    Args:
        function: What TensorFlow traces.
        prepare: Called before each try, to set the variables that the function reads and changes.
        xla: Whether to try XLA at all.
    """

    def __init__(self, function: Callable, prepare: Callable[..., None], xla: bool) -> None:
        self.prepare = prepare
        self.plain = tf.function(function, autograph=False)
        self.compiled = None
        if xla and xla_works():
            self.compiled = tf.function(function, jit_compile=True, autograph=False)

    def __call__(self, state: Any, *arguments: tf.Tensor) -> dict[str, tf.Tensor]:
        """Set the variables from `state`, run the function, and return what it returns."""
        if self.compiled is None:
            self.prepare(state)
            return self.plain(*arguments)
        self.prepare(state)
        try:
            return self.compiled(*arguments)
        except XLA_ERRORS as error:
            problem = reason(error)
        self.prepare(state)
        results = self.plain(*arguments)
        self.compiled = None
        print(f"Notice: XLA cannot compile this training, so it runs without: {problem}")
        return results
