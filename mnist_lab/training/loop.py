"""train(): fits a model to the digits, each epoch as one compiled program."""

import math
import time
from collections.abc import Sequence
from typing import Literal

import numpy as np

from mnist_lab import checks, machine
from mnist_lab.backend import keras
from mnist_lab.checks import FloatLike, IntLike
from mnist_lab.data.dataset import Digits
from mnist_lab.training.augmentation import DistortionLimits, read_limits
from mnist_lab.training.engine import Epochs
from mnist_lab.training.epoch_program import Logs
from mnist_lab.training.history import TrainingHistory, TrainingInterrupted
from mnist_lab.training.interrupts import uninterrupted
from mnist_lab.training.losses import SmoothedCrossentropy
from mnist_lab.training.memory import check_memory
from mnist_lab.training.optimizers import choose_optimizer
from mnist_lab.training.progress import Progress
from mnist_lab.training.schedules import SCHEDULES, KerasSchedule, TrainingPlan, distortion_seed


def train(
    model: keras.Model,
    digits: Digits,
    epochs: IntLike = 5,
    batch_size: IntLike = 128,
    learning_rate: FloatLike | KerasSchedule | None = None,
    optimizer: str | keras.optimizers.Optimizer = "adam",
    schedule: Literal["constant", "linear", "one_cycle"] = "constant",
    label_smoothing: FloatLike = 0.0,
    momentum: FloatLike = 0.0,
    weight_decay: FloatLike = 0.0,
    ema_momentum: FloatLike = 0.0,
    distortion: FloatLike | DistortionLimits = 0.0,
    distortion_cooldown: FloatLike = 0.0,
    metrics: Sequence[str | keras.metrics.Metric] = ("accuracy",),
    seed: IntLike = 0,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    verbose: bool = True,
    on_interrupt: Literal["raise", "keep"] = "raise",
) -> TrainingHistory:
    """Train a model on digits.train, and report on digits.validation after each epoch.

    The mathematics is that of Keras's compile and fit with sparse categorical cross-entropy; each
    epoch runs as one compiled program (see engine.py). The test digits are not touched. Numbers may
    come as text, as papermill hands them over.

    Args:
        model: Takes float32 (n, 28, 28) and ends in ten sigmoid or softmax outputs. It is compiled
            here.
        digits: From load_digits.
        epochs: Passes over the training digits, at least 1.
        batch_size: Digits per step, at least 1. The last, smaller batch of an epoch counts too.
        learning_rate: In (0, 1000]; None takes 1e-3, Adam's usual step (Kingma and Ba 2015). A
            Keras schedule takes the place of both this and `schedule`.
        optimizer: A name that Keras knows, or an optimizer object with a learning rate of its own.
        schedule: "constant"; "linear": the rate falls in a straight line to zero at the end of the
            last epoch; "one_cycle": it rises from a 25th to the whole over the first 30 % of all
            steps, then falls to zero, which allows a higher rate (after Smith 2018).
        label_smoothing: Fraction in [0, 1) of each label that is spread over all ten digits
            (Szegedy et al. 2016); 0.1 is usual. All losses are then against the smoothed labels.
        momentum: In [0, 1), of the optimizers sgd and rmsprop (Polyak 1964); 0.9 is usual.
        weight_decay: At each step all weights shrink by this times the learning rate (decoupled,
            Loshchilov and Hutter 2019), in [0, 1000]; 0.1 to 0.5 is useful here. With 0, "adamw"
            has Keras's 0.004 and the others none.
        ema_momentum: Of an exponential moving average of the weights (Polyak and Juditsky 1992), in
            [0, 1), such as 0.99; 0 for none. After each epoch the model holds the averaged weights.
            The statistics of a batch normalization are those of the raw weights; the two agree
            where the schedule ends at zero. In short trainings the momentum is lowered to
            1 - 5 / steps, so that the initial weights have no influence.
        distortion: How far each digit is distorted, anew in each epoch (Simard et al. 2003): a
            factor from 0, for none, to 6 on the default DistortionLimits, or limits of your own.
            The loss and metrics without `val_` are then those on distorted digits.
        distortion_cooldown: Fraction of the training, at its end, over which the distortion falls
            in a straight line to zero, in [0, 1].
        metrics: As for Keras's compile.
        seed: Of the order of the digits and of the distortion. The same seed, model, epochs and
            machine give the same weights, bit for bit, on a processor without GPU; another machine
            differs in about the third digit of the accuracy. Other epochs may round differently,
            since long trainings of dense layers are compiled by XLA. On a GPU, the environment
            variable TF_DETERMINISTIC_OPS=1, set before Python starts, asks TensorFlow for
            operations that repeat; this has been tried on processors only.
        callbacks: Keras callbacks. They are called around training, each epoch and each validation,
            not around batches. One that sets the learning rate needs a constant schedule.
        verbose: Whether to show a progress bar, and one line at the end.
        on_interrupt: What the stop button, or Ctrl-C, does. "raise" ends the loop of trainings
            around this one too; "keep" returns the history so far. Either way `model.history` is
            that history, and the model has the weights of a whole epoch, or those it came with.

    Returns:
        Keras's History with `seconds`, `compile_seconds` and `interrupted`.

    Raises:
        ValueError: A value that cannot be used, with what would be right; or a training that does
            not fit into the memory of this machine.
        FloatingPointError: The loss is no longer a number. The model keeps its weights from before
            that epoch.
        TrainingInterrupted: See on_interrupt.

    Example:
        >>> digits = lab.load_digits("sample", train_size=500)
        >>> history = lab.train(lab.models.single_layer(), digits, epochs=2)
        Trained 2 epochs in ...
    """
    start = time.perf_counter()
    checks.network("model", model)
    epochs = checks.integer("epochs", epochs, 1)
    batch_size = checks.integer("batch_size", batch_size, 1)
    seed = checks.seed(seed)
    checks.choice("schedule", schedule, SCHEDULES)
    checks.choice("on_interrupt", on_interrupt, ("raise", "keep"))
    cooldown = checks.real("distortion_cooldown", distortion_cooldown, 0.0, 1.0)
    limits, magnitude = read_limits(distortion)
    steps_per_epoch = math.ceil(len(digits.train) / batch_size)
    optimizer = choose_optimizer(
        optimizer, learning_rate, momentum, weight_decay, ema_momentum, epochs * steps_per_epoch
    )
    check_memory(model, digits, batch_size, distorted=magnitude > 0)
    history, progress = TrainingHistory(), Progress(start)
    callback_list = keras.callbacks.CallbackList(
        [*([progress] if verbose else []), *callbacks, history],
        model=model,
        epochs=epochs,
        steps=steps_per_epoch,
        verbose=0,
    )
    try:
        compile_model(model, optimizer, label_smoothing, metrics)
        plan = TrainingPlan(
            epochs=epochs,
            schedule=learning_rate if isinstance(learning_rate, KerasSchedule) else schedule,
            peak=float(model.optimizer.learning_rate),
            magnitude=magnitude,
            cooldown=cooldown,
            seed=seed,
        )
        engine = Epochs(
            model,
            digits.train,
            digits.validation,
            batch_size,
            epochs,
            limits if magnitude else None,
        )
        _run(model, engine, plan, callback_list, progress, history, start)
        machine.release_memory()  # what compiling took
    except KeyboardInterrupt:
        history.interrupted = True
        interrupt = TrainingInterrupted(len(history.epoch))
        if on_interrupt == "raise":
            raise interrupt from None
        print(interrupt)
    finally:
        history.seconds = time.perf_counter() - start
    return history


def compile_model(
    model: keras.Model,
    optimizer: keras.optimizers.Optimizer,
    label_smoothing: FloatLike,
    metrics: Sequence[str | keras.metrics.Metric],
) -> None:
    """Compile a model, and make its optimizer's variables."""
    if isinstance(metrics, str):
        raise checks.invalid("metrics", metrics, f"a list, such as [{metrics!r}]")
    smoothing = checks.real("label_smoothing", label_smoothing, 0.0, 1.0, closed="left")
    loss = (
        SmoothedCrossentropy(smoothing)
        if smoothing
        else keras.losses.SparseCategoricalCrossentropy()
    )
    model.compile(optimizer, loss, metrics=list(metrics))
    model.optimizer.build(model.trainable_variables)
    model.stop_training = False


def _run(
    model: keras.Model,
    engine: Epochs,
    plan: TrainingPlan,
    callback_list: keras.callbacks.CallbackList,
    progress: Progress,
    history: TrainingHistory,
    start: float,
) -> None:
    """Compile, then train epoch by epoch; on_train_end is always called."""
    logs: Logs = {}
    callback_list.on_train_begin()
    try:
        engine.compile()
        history.compile_seconds = time.perf_counter() - start
        progress.compile_seconds = history.compile_seconds
        shuffle_rng = np.random.default_rng(plan.seed)
        for epoch in range(plan.epochs):
            callback_list.on_epoch_begin(epoch)
            permutation = shuffle_rng.permutation(engine.training_size)
            logs = _train_epoch(model, engine, plan, callback_list, epoch, permutation)
            callback_list.on_epoch_end(epoch, logs)
            if model.stop_training:
                break
    finally:
        with uninterrupted():  # a callback may set weights here, as EarlyStopping does
            callback_list.on_train_end(logs)


def _train_epoch(
    model: keras.Model,
    engine: Epochs,
    plan: TrainingPlan,
    callback_list: keras.callbacks.CallbackList,
    epoch: int,
    permutation: np.ndarray,
) -> Logs:
    """Train and validate once; where the loss is no number, put the weights back and raise."""
    last_finite_weights = model.get_weights()
    rates = plan.rates(epoch, engine.steps, model.optimizer)
    magnitudes, seed = plan.magnitudes(epoch, engine.steps), distortion_seed(plan.seed, epoch)
    logs = engine.train(permutation, rates, magnitudes, seed)
    callback_list.on_test_begin()
    validation = engine.evaluate()
    callback_list.on_test_end(validation)
    logs |= {f"val_{name}": value for name, value in validation.items()}
    # The last step of an epoch comes after its loss: only validation sees what that step did.
    for loss in (logs["loss"], logs["val_loss"]):
        if not math.isfinite(loss):
            with uninterrupted():
                model.set_weights(last_finite_weights)
            raise FloatingPointError(
                f"The loss became {loss} in epoch {epoch + 1} with learning_rate={max(rates):g}."
                " The model keeps its weights from before that epoch; try a smaller learning_rate."
            )
    return logs
