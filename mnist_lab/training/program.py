"""A program that runs under XLA where XLA can compile it, and without XLA where it cannot."""

from collections.abc import Callable
from typing import Any

from mnist_lab.backend import XLA_ERRORS, keep_programs, reason, tf, xla_works


class Program:
    """A compiled function of tensors, which changes nothing outside.

    Where XLA cannot compile it, the call is repeated without XLA, and so are all later ones. Only
    if that succeeds was it XLA's fault: an error of the function itself comes up in both.

    Args:
        function: What TensorFlow traces.
        xla: Whether to try XLA at all.
    """

    def __init__(self, function: Callable, xla: bool) -> None:
        self.plain = tf.function(function, autograph=False)
        self.compiled = None
        self.sizes = 0  # of arguments that XLA has compiled it for
        if xla and xla_works():
            self.compiled = tf.function(function, jit_compile=True, autograph=False)

    def __call__(self, *arguments: Any) -> Any:
        """Run the function, and return what it returns."""
        if self.compiled is None:
            return self.plain(*arguments)
        try:
            results = self.compiled(*arguments)
        except XLA_ERRORS as error:
            problem = reason(error)
        else:
            if self.compiled.experimental_get_tracing_count() > self.sizes:
                self.sizes = self.compiled.experimental_get_tracing_count()
                keep_programs()
            return results
        results = self.plain(*arguments)
        self.compiled = None
        print(f"Notice: XLA cannot compile this training, so it runs without: {problem}")
        return results

    def trace(self, *arguments: Any) -> None:
        """Trace the function for arguments of these shapes, without running it."""
        (self.plain if self.compiled is None else self.compiled).get_concrete_function(*arguments)
