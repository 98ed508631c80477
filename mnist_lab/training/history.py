"""What a training leaves behind: Keras's History with its times, and the sign of an interrupt."""

from mnist_lab.backend import keras
from mnist_lab.wording import counted


class TrainingHistory(keras.callbacks.History):
    """Keras's History, and how long the training took.

    Attributes:
        history: One value per epoch under "loss", "accuracy" (or the metrics asked for), and the
            same with `val_` before them.
        epoch: The epochs that were trained, from 0.
        seconds: From the call to its end.
        compile_seconds: The part of `seconds` before the first step: preparing and compiling.
        interrupted: Whether the stop button, or Ctrl-C, ended it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.epoch: list[int] = []  # Keras makes it when the training begins
        self.seconds = 0.0
        self.compile_seconds = 0.0
        self.interrupted = False


class Interrupted(KeyboardInterrupt):
    """The stop button, in words."""

    def _render_traceback_(self) -> list[str]:
        """Have a notebook show one line: a reader who pressed stop has made no mistake to find."""
        return [str(self)]


class TrainingInterrupted(Interrupted):
    """A training was interrupted; its model can be used, and has the history so far."""

    def __init__(self, epochs: int) -> None:
        done = counted(epochs, "epoch")
        super().__init__(f"Interrupted after {done}: the model keeps the weights it has.")
