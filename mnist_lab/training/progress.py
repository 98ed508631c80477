"""The progress bar of a training in a notebook, and the line that sums the training up."""

import sys
import time
from typing import Any

from mnist_lab.backend import keras


def _slot(html: str) -> Any:
    """Return an output slot of the notebook that this runs in, with something shown in it; None outside a notebook."""
    if (
        "IPython" not in sys.modules
    ):  # a notebook has imported it; importing it here would take half a second
        return None
    from IPython import get_ipython
    from IPython.display import display

    if getattr(get_ipython(), "kernel", None) is None:
        return None
    return display({"text/html": html}, raw=True, display_id=True)


class Progress(keras.callbacks.Callback):
    """Shows a progress bar while a notebook trains, and in its place one line when training ends.

    The bar lives in one output slot that is rewritten, so nothing but the last line stays in the notebook file.
    """

    def __init__(self) -> None:
        super().__init__()
        self.compile_seconds = 0.0

    def on_train_begin(self, logs: dict | None = None) -> None:
        self.start = time.perf_counter()
        self.epochs, self.logs = 0, {}
        # Outside a notebook there is no slot to rewrite: only the last line is printed.
        self.slot = _slot(self._bar())

    def _known(self) -> str:
        return "".join(
            f", {name.replace('_', ' ').replace('val ', 'validation ')} {value:.4f}"
            for name, value in self.logs.items()
        )

    def _bar(self) -> str:
        total = self.params["epochs"]
        return f'<progress max="{total}" value="{self.epochs}"></progress> epoch {self.epochs} of {total}{self._known()}'

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        self.epochs, self.logs = epoch + 1, logs or {}
        if self.slot:
            self.slot.update({"text/html": self._bar()}, raw=True)

    def on_train_end(self, logs: dict | None = None) -> None:
        seconds = time.perf_counter() - self.start
        epochs = "1 epoch" if self.epochs == 1 else f"{self.epochs} epochs"
        compiling = (
            f" ({self.compile_seconds:.1f} s to compile)" if self.compile_seconds >= 0.1 else ""
        )
        # Short enough for one line of a notebook on a window of 1280 pixels.
        trained = ", ".join(
            f"{name.replace('_', ' ')} {value:.4f}"
            for name, value in self.logs.items()
            if not name.startswith("val_")
        )
        watched = ", ".join(
            f"{value:.4f}" for name, value in self.logs.items() if name.startswith("val_")
        )
        line = f"Trained {epochs} in {seconds:.1f} s{compiling}" + (
            f": {trained}; validation {watched}." if trained else "."
        )
        if self.slot:
            self.slot.update({"text/plain": line}, raw=True)
        else:
            print(line)
