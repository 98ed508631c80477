"""train(): compiles a model, fits it to the digits and returns Keras's History."""

import math
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from IPython import get_ipython
from IPython.display import HTML, DisplayHandle, display

from mnist_lab import checks
from mnist_lab.backend import keras
from mnist_lab.data import Digits
from mnist_lab.engine import epoch_functions

_SCHEDULES = ("constant", "linear")


def _optimizer(optimizer: Any, rate: Any) -> keras.optimizers.Optimizer:
    """Return a fresh optimizer of that name with that rate, or the given optimizer object, rate and all."""
    if isinstance(optimizer, keras.optimizers.Optimizer):
        return optimizer
    names = ("adam", "adamw", "sgd", "rmsprop", "nadam", "adagrad", "adamax", "adadelta", "ftrl", "lion", "lamb")
    kind = keras.optimizers.get(checks.choice("optimizer", optimizer, names))
    if not isinstance(rate, keras.optimizers.schedules.LearningRateSchedule):
        rate = checks.real("learning_rate", rate, 0.0, 1000.0)
    return type(kind)(learning_rate=rate)


def _rates(schedule: str, first: float, now: float, epoch: int, epochs: int, steps: int) -> np.ndarray:
    """Return the learning rate of each step of an epoch: as it is now, or on the line from `first` to zero."""
    if schedule == "constant":
        return np.full(steps, now)
    return first * (1 - (epoch * steps + np.arange(steps)) / (epochs * steps))


class Progress(keras.callbacks.Callback):
    """Shows a progress bar while a notebook trains, and in its place one line when training ends.

    The bar lives in one output slot that is rewritten, so nothing but the last line stays in the notebook file.
    """

    def __init__(self, digits: int) -> None:
        super().__init__()
        self.digits = digits

    def on_train_begin(self, logs: dict | None = None) -> None:
        self.start = time.perf_counter()
        self.epochs, self.logs = 0, {}
        # Outside a notebook there is no slot to rewrite: only the last line is printed.
        in_notebook = getattr(get_ipython(), "kernel", None) is not None
        self.slot: DisplayHandle | None = display(HTML(self._bar()), display_id=True) if in_notebook else None

    def _known(self) -> str:
        return "".join(
            f", {name.replace('_', ' ').replace('val ', 'validation ')} {value:.4f}" for name, value in self.logs.items()
        )

    def _bar(self) -> str:
        total = self.params["epochs"]
        return f'<progress max="{total}" value="{self.epochs}"></progress> epoch {self.epochs} of {total}{self._known()}'

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        self.epochs, self.logs = epoch + 1, logs or {}
        if self.slot:
            self.slot.update(HTML(self._bar()))

    def on_train_end(self, logs: dict | None = None) -> None:
        seconds = time.perf_counter() - self.start
        epochs = "1 epoch" if self.epochs == 1 else f"{self.epochs} epochs"
        line = f"Trained {epochs} on {self.digits:,} digits in {seconds:.1f} s{self._known()}."
        if self.slot:
            self.slot.update({"text/plain": line}, raw=True)
        else:
            print(line)


def train(
    model: keras.Model,
    digits: Digits,
    epochs: Any = 5,
    batch_size: Any = 128,
    learning_rate: Any = 1e-3,
    optimizer: Any = "adam",
    schedule: str = "constant",
    seed: Any = 0,
    callbacks: Sequence[keras.callbacks.Callback] = (),
) -> keras.callbacks.History:
    """Train a model on digits.train, watch digits.validation, and return Keras's History.

    The mathematics is that of Keras's compile and fit with sparse categorical cross-entropy and the metric accuracy;
    each epoch runs as one compiled program (see engine.py). `history.history` has the keys loss, accuracy, val_loss
    and val_accuracy, one value an epoch; `history.seconds` is the time it all took. The test digits are not touched.

    epochs: passes over the training digits. batch_size: digits a step; the last, smaller batch of an epoch counts.
    learning_rate: 1e-3 is Adam's usual step (Kingma and Ba 2015); a Keras schedule object takes `schedule`'s place.
    optimizer: a name Keras knows, or an optimizer object, which then brings its own learning rate.
    schedule: "constant", or "linear": the rate falls in a straight line to zero at the end of the last epoch.
    seed: of the order of the digits. The same seed, model and machine give the same weights, bit for bit; another
        machine differs in about the third digit of the accuracy.
    callbacks: Keras callbacks, also those that set the learning rate of a constant schedule; they are called at the
        start and end of training and of each epoch, not of each batch.

    An interrupt (the stop button) ends training after the running epoch and returns the History so far. Numbers may
    come as text. Raises ValueError for a value that cannot be used, with what would be right, and FloatingPointError
    where the loss is no longer a number; the model then keeps the weights of the last good epoch.
    """
    epochs = checks.integer("epochs", epochs, 1)
    batch_size = checks.integer("batch_size", batch_size, 1)
    seed = checks.integer("seed", seed, 0, 2**32 - 1)
    steps = -(-len(digits.train) // batch_size)
    checks.choice("schedule", schedule, _SCHEDULES)
    model.compile(_optimizer(optimizer, learning_rate), keras.losses.SparseCategoricalCrossentropy(), metrics=["accuracy"])
    model.optimizer.build(model.trainable_variables)
    run_epoch, validate = epoch_functions(model, digits.train, digits.validation, batch_size)
    first_rate = float(model.optimizer.learning_rate)
    orders = np.random.default_rng(seed)
    watchers = keras.callbacks.CallbackList(
        [Progress(len(digits.train)), *callbacks], add_history=True, model=model, epochs=epochs, steps=steps, verbose=0
    )
    model.stop_training = False
    start = time.perf_counter()
    logs: dict[str, float] = {}
    watchers.on_train_begin()
    try:
        for epoch in range(epochs):
            watchers.on_epoch_begin(epoch)
            good = model.get_weights()
            rates = _rates(schedule, first_rate, float(model.optimizer.learning_rate), epoch, epochs, steps)
            logs = run_epoch(orders.permutation(len(digits.train)), rates)
            logs |= {f"val_{name}": value for name, value in validate().items()}
            # The last step of an epoch comes after its loss: only validation sees what that step did.
            worst = next((value for value in (logs["loss"], logs["val_loss"]) if not math.isfinite(value)), None)
            if worst is not None:
                model.set_weights(good)
                raise FloatingPointError(
                    f"The loss became {worst} in epoch {epoch + 1} with learning_rate={rates[0]:g}. The model keeps"
                    " its weights from before that epoch; try a smaller learning_rate."
                )
            watchers.on_epoch_end(epoch, logs)
            if model.stop_training:
                break
    except KeyboardInterrupt:
        print("Interrupted: the model keeps the weights it has.")
    model.optimizer.finalize_variable_values(model.trainable_variables)
    watchers.on_train_end(logs)
    model.history.seconds = time.perf_counter() - start
    return model.history


def validation_accuracies(
    build: Callable[[int], keras.Model], digits: Digits, seeds: Sequence[int], **settings: Any
) -> list[float]:
    """Train a network for each seed and return their final validation accuracies, each in [0, 1].

    build: returns a fresh network for a seed, which also orders the digits. settings: handed to train().
    """
    histories = [train(build(seed), digits, seed=seed, **settings) for seed in seeds]
    return [history.history["val_accuracy"][-1] for history in histories]
