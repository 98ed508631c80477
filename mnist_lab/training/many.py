"""train_many(): many trainings of one network, which differ in their seeds and learning rates."""

import itertools
import math
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal

import pandas as pd

from mnist_lab import checks, machine, wording
from mnist_lab.backend import keras
from mnist_lab.checks import FloatLike, IntLike
from mnist_lab.data.dataset import Digits
from mnist_lab.training.augmentation import DistortionLimits, read_limits
from mnist_lab.training.compilation import compiles_with_xla
from mnist_lab.training.epoch_program import epoch_program
from mnist_lab.training.fingerprint import fingerprint
from mnist_lab.training.loop import compile_model
from mnist_lab.training.memory import check_memory
from mnist_lab.training.optimizers import choose_optimizer
from mnist_lab.training.population import train_population
from mnist_lab.training.progress import CountBar
from mnist_lab.training.schedules import SCHEDULES, TrainingPlan


def train_many(
    build: Callable[[int], keras.Model],
    digits: Digits,
    seeds: Sequence[int],
    learning_rates: Sequence[FloatLike] = (1e-3,),
    epochs: IntLike = 5,
    batch_size: IntLike = 128,
    optimizer: str = "adam",
    schedule: Literal["constant", "linear", "one_cycle"] = "constant",
    label_smoothing: FloatLike = 0.0,
    momentum: FloatLike = 0.0,
    weight_decay: FloatLike = 0.0,
    ema_momentum: FloatLike = 0.0,
    distortion: FloatLike | DistortionLimits = 0.0,
    distortion_cooldown: FloatLike = 0.0,
    verbose: bool = True,
) -> pd.DataFrame:
    """Train one network again and again, with each learning rate and each seed.

    Each training is that of `train` with this rate and seed, within rounding. Together they take
    less than half the time: they share one compiled program, run two at a time, and look at the
    validation digits once, at their end.

    Args:
        build: Returns a fresh network for a seed, the same layers for each; it is called once per
            seed, which also orders the digits.
        digits: From load_digits.
        seeds: Whole numbers from 0 to 2**32 - 1, at least one.
        learning_rates: Each in (0, 1000], at least one.
        epochs: As for train, and so are the others down to `distortion_cooldown`; but an optimizer
            is a name.
        batch_size: Digits per step.
        optimizer: A name that Keras knows.
        schedule: "constant", "linear" or "one_cycle".
        label_smoothing: Fraction in [0, 1).
        momentum: In [0, 1).
        weight_decay: In [0, 1000].
        ema_momentum: In [0, 1).
        distortion: A factor from 0 to 6, or limits.
        distortion_cooldown: In [0, 1].
        verbose: Whether to show a progress bar, and one line at the end.

    Returns:
        One row per training, all seeds of the first rate first, with the columns learning_rate,
        seed, val_accuracy and val_loss, those of the end. A network whose loss overflows has the
        accuracy 0 and the loss infinity, so that an experiment goes on after a rate that is too
        large.

    Raises:
        ValueError: A value that cannot be used, with what would be right; or `build` returns
            another network for another seed.
        KeyboardInterrupt: The stop button ends all of them.

    Example:
        >>> digits = lab.load_digits("sample", train_size=500)
        >>> build = lambda seed: lab.models.single_layer(seed=seed)
        >>> table = lab.train_many(build, digits, seeds=[0, 1], learning_rates=[0.001, 0.01])
        Trained 4 networks ...
        >>> table.columns.tolist()
        ['learning_rate', 'seed', 'val_accuracy', 'val_loss']
    """
    start = time.perf_counter()
    rates = [
        checks.real("learning_rates", rate, 0.0, 1000.0, closed="right")
        for rate in _several("learning_rates", learning_rates)
    ]
    numbers = [checks.seed(seed) for seed in _several("seeds", seeds)]
    members = list(itertools.product(rates, numbers))
    checks.choice("schedule", schedule, SCHEDULES)
    if not isinstance(optimizer, str):
        raise checks.invalid("optimizer", optimizer, "a name, such as 'adam'")
    epochs = checks.integer("epochs", epochs, 1)
    batch_size = checks.integer("batch_size", batch_size, 1)
    cooldown = checks.real("distortion_cooldown", distortion_cooldown, 0.0, 1.0)
    limits, magnitude = read_limits(distortion)
    steps = epochs * math.ceil(len(digits.train) / batch_size)
    first = build(numbers[0])
    check_memory(first, digits, batch_size, distorted=magnitude > 0)
    chosen = choose_optimizer(optimizer, rates[0], momentum, weight_decay, ema_momentum, steps)
    compile_model(first, chosen, label_smoothing, ["accuracy"])
    program = epoch_program(
        fingerprint(first),
        batch_size,
        limits if magnitude else None,
        compiles_with_xla(first, len(members) * steps),
    )
    plans = [
        TrainingPlan(epochs, schedule, rate, magnitude, cooldown, seed) for rate, seed in members
    ]
    bar = CountBar(len(members), "networks") if verbose else None
    results = train_population(program, first, build, plans, digits, bar)
    machine.release_memory()  # what compiling took
    if bar:
        count = wording.counted(len(members), "network")
        bar.end(f"Trained {count} in {time.perf_counter() - start:.1f} s.")
    return pd.DataFrame(
        [(*member, *result) for member, result in zip(members, results, strict=True)],
        columns=["learning_rate", "seed", "val_accuracy", "val_loss"],
    )


def _several(name: str, values: Any) -> list[Any]:
    """Return values as a list; ValueError for what is no list, or an empty one."""
    if isinstance(values, str) or not isinstance(values, Iterable) or not (found := list(values)):
        raise checks.invalid(name, values, "a list of at least one number")
    return found
