"""train(): fits a model to the digits, each epoch as one compiled program, and returns its history."""

import math
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from mnist_lab import checks
from mnist_lab.backend import keras
from mnist_lab.data.digits import Digits
from mnist_lab.training.augmentation import read_limits
from mnist_lab.training.engine import Epochs
from mnist_lab.training.losses import SmoothedCrossentropy
from mnist_lab.training.progress import Progress

_SCHEDULES = ("constant", "linear", "one_cycle")


def _optimizer(
    optimizer: Any, rate: Any, ema_momentum: float, weight_decay: float, steps: int
) -> keras.optimizers.Optimizer:
    """Return a fresh optimizer of that name with that rate, or the given optimizer object, rate and all."""
    if isinstance(optimizer, keras.optimizers.Optimizer):
        if ema_momentum:
            raise checks.invalid(
                "ema_momentum",
                ema_momentum,
                "0 beside an optimizer object; give that one use_ema=True",
            )
        if weight_decay:
            raise checks.invalid(
                "weight_decay",
                weight_decay,
                "0 beside an optimizer object; give that one weight_decay",
            )
        return optimizer
    names = (
        "adam",
        "adamw",
        "sgd",
        "momentum",
        "rmsprop",
        "nadam",
        "adagrad",
        "adamax",
        "adadelta",
        "ftrl",
        "lion",
        "lamb",
    )
    checks.choice("optimizer", optimizer, names)
    more: dict[str, float] = {"momentum": 0.9} if optimizer == "momentum" else {}
    kind = keras.optimizers.get("sgd" if more else optimizer)
    if weight_decay:  # without it, adamw keeps its own
        more["weight_decay"] = weight_decay
    # exp(-5) is under 1 %: so little may the first of the steps weigh in the average of the last.
    ema_momentum = min(ema_momentum, max(0.0, 1 - 5 / steps))
    if not isinstance(rate, keras.optimizers.schedules.LearningRateSchedule):
        rate = checks.real("learning_rate", rate, 0.0, 1000.0, closed="right")
    return type(kind)(
        learning_rate=rate, use_ema=ema_momentum > 0, ema_momentum=ema_momentum or 0.99, **more
    )


def _rates(schedule: str, first: float, now: float, done: np.ndarray) -> np.ndarray:
    """Return the learning rate of each step of an epoch: as it is now, or on the schedule's way from `first` to zero.

    done: share of the training that lies behind each step.
    """
    if schedule == "constant":
        return np.full(len(done), now)
    if schedule == "linear":
        return first * (1 - done)
    return first * np.interp(done, [0.0, 0.3, 1.0], [1 / 25, 1.0, 0.0])


def train(
    model: keras.Model,
    digits: Digits,
    epochs: Any = 5,
    batch_size: Any = 128,
    learning_rate: Any = 1e-3,
    optimizer: Any = "adam",
    schedule: str = "constant",
    label_smoothing: Any = 0.0,
    weight_decay: Any = 0.0,
    ema_momentum: Any = 0.0,
    distortion: Any = 0.0,
    distortion_cooldown: Any = 0.0,
    metrics: Sequence[Any] = ("accuracy",),
    seed: Any = 0,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    verbose: bool = True,
) -> keras.callbacks.History:
    """Train a model on digits.train, watch digits.validation, and return Keras's History.

    The mathematics is that of Keras's compile and fit with sparse categorical cross-entropy; each epoch runs as one
    compiled program (see engine.py). `history.history` has the keys loss, accuracy (or the metrics asked for) and the
    same with val_ before them, one value an epoch; `history.seconds` is the time it all took, and
    `history.compile_seconds` the part of it before the first step. The test digits are not touched.

    epochs: passes over the training digits. batch_size: digits a step; the last, smaller batch of an epoch counts.
    learning_rate: 1e-3 is Adam's usual step (Kingma and Ba 2015); a Keras schedule object takes `schedule`'s place.
    optimizer: a name Keras knows, "momentum" (sgd with a momentum of 0.9), or an optimizer object, which then brings its
        own learning rate.
    schedule: of the learning rate. "constant"; "linear": it falls in a straight line to zero at the end of the last
        epoch; "one_cycle": it rises from a 25th to the whole over the first 30 % of all steps, then falls in a
        straight line to zero, which allows a higher rate (after Smith 2018).
    label_smoothing: share in [0, 1) of each label that is spread over all ten digits (Szegedy et al. 2016); 0.1 is
        usual. The losses, on validation too, are then against the smoothed labels.
    weight_decay: at each step all weights shrink by this share of themselves times the learning rate (decoupled, Loshchilov
        and Hutter 2019), in [0, 1000]; 0.1 to 0.5 is useful here. With 0, "adamw" has Keras's 0.004 and the others none.
    ema_momentum: momentum in [0, 1) of an exponential average of the weights over the steps (Polyak and Juditsky 1992),
        such as 0.99; the model then holds the average after each epoch, but a batch normalisation's mean and variance as they
        are under the weights of the last steps, which agree where the rate falls to zero. In a short training the momentum is
        lowered to 1 - 5 / steps, so that the random start does not count. 0 takes the weights of the last step.
    distortion: how far each digit is distorted, anew in each epoch (Simard et al. 2003): a share of the limits
        that distortion.DistortionLimits has by default, or DistortionLimits of your own. 0 for none. The loss and metrics without
        val_ are then those on distorted digits.
    distortion_cooldown: share of the training, at its end, over which the distortion falls in a straight line to zero, in [0, 1].
    metrics: names or objects as for Keras's compile.
    seed: of the order of the digits. The same seed, model and machine give the same weights, bit for bit; another
        machine differs in about the third digit of the accuracy.
    callbacks: Keras callbacks, also those that set the learning rate of a constant schedule; they are called at the
        start and end of training and of each epoch, not of each batch.
    verbose: whether to show progress, and the line that sums training up.

    An interrupt (the stop button) ends training after the running epoch and returns the History so far, with
    `history.interrupted` true. Numbers may
    come as text. Raises ValueError for a value that cannot be used, with what would be right, and FloatingPointError
    where the loss is no longer a number; the model then keeps the weights of the last good epoch.
    """
    epochs = checks.integer("epochs", epochs, 1)
    batch_size = checks.integer("batch_size", batch_size, 1)
    seed = checks.seed(seed)
    smoothing = checks.real("label_smoothing", label_smoothing, 0.0, 1.0, closed="left")
    ema_momentum = checks.real("ema_momentum", ema_momentum, 0.0, 1.0, closed="left")
    weight_decay = checks.real("weight_decay", weight_decay, 0.0, 1000.0)
    limits, magnitude = read_limits(distortion)
    distortion_cooldown = checks.real("distortion_cooldown", distortion_cooldown, 0.0, 1.0)
    checks.choice("schedule", schedule, _SCHEDULES)
    loss = (
        SmoothedCrossentropy(smoothing)
        if smoothing
        else keras.losses.SparseCategoricalCrossentropy()
    )
    steps = epochs * math.ceil(len(digits.train) / batch_size)
    model.compile(
        _optimizer(optimizer, learning_rate, ema_momentum, weight_decay, steps),
        loss,
        metrics=list(metrics),
    )
    model.optimizer.build(model.trainable_variables)
    engine = Epochs(
        model, digits.train, digits.validation, batch_size, limits if magnitude else None
    )
    first_rate = float(model.optimizer.learning_rate)
    orders = np.random.default_rng(seed)
    progress = Progress()
    watching = [progress, *callbacks] if verbose else [*callbacks]
    watchers = keras.callbacks.CallbackList(
        watching, add_history=True, model=model, epochs=epochs, steps=engine.steps, verbose=0
    )
    model.stop_training = False
    start = time.perf_counter()
    logs: dict[str, float] = {}
    interrupted = False
    watchers.on_train_begin()
    try:
        engine.compile()
        progress.compile_seconds = time.perf_counter() - start
        for epoch in range(epochs):
            watchers.on_epoch_begin(epoch)
            good = model.get_weights()
            done = (epoch * engine.steps + np.arange(engine.steps)) / (epochs * engine.steps)
            rates = _rates(schedule, first_rate, float(model.optimizer.learning_rate), done)
            magnitudes = magnitude * np.minimum(1, (1 - done) / max(distortion_cooldown, 1e-9))
            drawn = int(np.random.SeedSequence([seed, epoch]).generate_state(1)[0]) & 0x7FFFFFFF
            logs = engine.train(orders.permutation(len(digits.train)), rates, magnitudes, drawn)
            logs |= {f"val_{name}": value for name, value in engine.validate().items()}
            # The last step of an epoch comes after its loss: only validation sees what that step did.
            worst = next(
                (value for value in (logs["loss"], logs["val_loss"]) if not math.isfinite(value)),
                None,
            )
            if worst is not None:
                model.set_weights(good)
                watchers.on_train_end(logs)
                raise FloatingPointError(
                    f"The loss became {worst} in epoch {epoch + 1} with learning_rate={max(rates):g}. The model keeps"
                    " its weights from before that epoch; try a smaller learning_rate."
                )
            watchers.on_epoch_end(epoch, logs)
            if model.stop_training:
                break
    except KeyboardInterrupt:
        interrupted = True
        print("Interrupted: the model keeps the weights it has.")
    if engine.unaveraged:  # before the end of the first epoch the averages are zeros
        model.optimizer.finalize_variable_values(model.trainable_variables)
    watchers.on_train_end(logs)
    model.history.seconds = time.perf_counter() - start
    model.history.compile_seconds = progress.compile_seconds
    model.history.interrupted = interrupted
    return model.history


def validation_accuracies(
    build: Callable[[int], keras.Model], digits: Digits, seeds: Sequence[int], **settings: Any
) -> list[float]:
    """Train a network for each seed and return their final validation accuracies, each in [0, 1].

    build: returns a fresh network for a seed, which also orders the digits. settings: handed to train(). A network whose
    loss overflows has the accuracy 0: an experiment over learning rates goes on after a rate that is too large. An
    interrupt ends the experiment.
    """

    def accuracy(seed: int) -> float:
        try:
            history = train(build(seed), digits, seed=seed, **settings)
        except FloatingPointError:
            return 0.0
        if history.interrupted:
            raise KeyboardInterrupt
        return history.history["val_accuracy"][-1]

    return [accuracy(seed) for seed in seeds]
