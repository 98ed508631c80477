"""The progress bar of a training in a notebook, and the line that sums the training up."""

import sys
import time
from typing import Any

from mnist_lab.backend import keras


def _display_slot(html: str) -> Any:
    """Show something in the notebook that this runs in; return its display, None outside one."""
    # A notebook has imported IPython; importing it anywhere else would take half a second.
    if "IPython" not in sys.modules:
        return None
    from IPython import get_ipython
    from IPython.display import display

    if getattr(get_ipython(), "kernel", None) is None:
        return None
    return display({"text/html": html}, raw=True, display_id=True)


def _words(name: str) -> str:
    """Return a metric's name as words: "val_loss" becomes "validation loss"."""
    return name.replace("_", " ").replace("val ", "validation ")


class CountBar:
    """A bar that counts what is done, in a notebook, and a line in its place at the end.

    Like that of Progress, it lives in one output and goes to stdout.
    """

    def __init__(self, total: int, things: str) -> None:
        """Show the empty bar of `total` things, such as "networks"."""
        self.total, self.things = total, things
        self.slot = _display_slot(self._bar(0))

    def _bar(self, done: int) -> str:
        bar = f'<progress max="{self.total}" value="{done}"></progress>'
        return f"{bar} {done} of {self.total} {self.things}"

    def update(self, done: int) -> None:
        """Move the bar on."""
        if self.slot:
            self.slot.update({"text/html": self._bar(done)}, raw=True)

    def end(self, line: str) -> None:
        """Put a line in the place of the bar."""
        if self.slot:
            self.slot.update({"text/plain": line}, raw=True)
        else:
            print(line)


class Progress(keras.callbacks.Callback):
    """Shows a progress bar while a notebook trains, and one line in its place when training ends.

    The bar lives in one output that is rewritten, so nothing but the last line stays in the
    notebook file; tqdm.keras would leave a widget there, dead once the kernel has ended. Both go to
    stdout: a notebook shows stderr, where a library's log would go, in red.
    """

    def __init__(self, start: float) -> None:
        """Count the seconds from `start`, a value of time.perf_counter()."""
        super().__init__()
        self.start = start
        self.compile_seconds = 0.0

    def on_train_begin(self, logs: dict | None = None) -> None:
        """Show the empty bar."""
        self.epochs, self.logs = 0, {}
        # Outside a notebook nothing can be rewritten: only the last line is printed.
        self.slot = _display_slot(self._bar())

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Move the bar on."""
        self.epochs, self.logs = epoch + 1, logs or {}
        if self.slot:
            self.slot.update({"text/html": self._bar()}, raw=True)

    def on_train_end(self, logs: dict | None = None) -> None:
        """Put the summary in the place of the bar."""
        if self.slot:
            self.slot.update({"text/plain": self._summary()}, raw=True)
        else:
            print(self._summary())

    def _bar(self) -> str:
        total = self.params["epochs"]
        metrics = "".join(f", {_words(name)} {value:.4f}" for name, value in self.logs.items())
        bar = f'<progress max="{total}" value="{self.epochs}"></progress>'
        return f"{bar} epoch {self.epochs} of {total}{metrics}"

    def _summary(self) -> str:
        """Return the line that stays, short enough for a notebook 1280 pixels wide."""
        seconds = time.perf_counter() - self.start
        epochs = "1 epoch" if self.epochs == 1 else f"{self.epochs} epochs"
        line = f"Trained {epochs} in {seconds:.1f} s"
        if self.compile_seconds >= 0.1:
            line += f" ({self.compile_seconds:.1f} s to compile)"
        validation = {name: value for name, value in self.logs.items() if name.startswith("val_")}
        training = {name: value for name, value in self.logs.items() if name not in validation}
        if not training:
            return f"{line}."
        line += ": " + ", ".join(f"{_words(name)} {value:.4f}" for name, value in training.items())
        return f"{line}; validation {', '.join(f'{value:.4f}' for value in validation.values())}."
