"""A program that runs under XLA where XLA can compile it, and without XLA where it cannot."""

from collections.abc import Callable, Hashable
from typing import Any

from mnist_lab.backend import XLA_ERRORS, keep_programs, keras, reason, tf, xla_works
from mnist_lab.xla_cache import stable_names


class Program:
    """A compiled function of tensors, which changes nothing outside.

    Where XLA cannot compile it, the call is repeated without XLA, and so are all later ones. Only
    if that succeeds was it XLA's fault: an error of the function itself comes up in both.

    Args:
        function: What TensorFlow traces.
        xla: Whether to try XLA at all.
        key: What makes the function what it is; by it XLA's cache on disk finds the program.
    """

    def __init__(self, function: Callable, xla: bool, key: Hashable = None) -> None:
        self.key = key
        self.plain = tf.function(function, autograph=False)
        self.compiled = None
        self.traced: set[Hashable] = set()  # shapes of arguments that XLA has compiled it for
        if xla and xla_works():
            self.compiled = tf.function(function, jit_compile=True, autograph=False)

    def __call__(self, *arguments: Any) -> Any:
        """Run the function, and return what it returns."""
        if self.compiled is None:
            return self.plain(*arguments)
        try:
            return self._run_under_xla(self.compiled, arguments)
        except XLA_ERRORS as error:
            problem = reason(error)
        results = self.plain(*arguments)
        self.compiled = None
        print(f"Notice: XLA cannot compile this training, so it runs without: {problem}")
        return results

    def _run_under_xla(self, compiled: Callable, arguments: tuple[Any, ...]) -> Any:
        shapes = tuple(tuple(tensor.shape) for tensor in keras.tree.flatten(arguments))
        if shapes in self.traced:
            return compiled(*arguments)
        with stable_names(self.key, shapes):
            results = compiled(*arguments)
        self.traced.add(shapes)
        keep_programs()
        return results

    def trace(self, *arguments: Any) -> None:
        """Trace the function without XLA for arguments of these shapes, and do not run it."""
        self.plain.get_concrete_function(*arguments)
