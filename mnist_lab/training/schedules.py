"""What changes from step to step: the learning rate, and how far digits are distorted.

Schedules are evaluated before each epoch, in NumPy, and handed to the compiled program as arrays.
So one program serves every schedule and every rate, where a Keras schedule inside an optimizer
would be compiled anew for each.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from mnist_lab import checks
from mnist_lab.backend import keras
from mnist_lab.seeds import derive_seeds
from mnist_lab.training.interrupts import uninterrupted

KerasSchedule: TypeAlias = keras.optimizers.schedules.LearningRateSchedule


def _constant(progress: np.ndarray) -> np.ndarray:
    return np.ones_like(progress)


def _linear(progress: np.ndarray) -> np.ndarray:
    return 1 - progress


def _one_cycle(progress: np.ndarray) -> np.ndarray:
    return np.interp(progress, [0.0, 0.3, 1.0], [1 / 25, 1.0, 0.0])


# Each returns the fraction of the highest rate, given the fraction of the training done.
SCHEDULES = {"constant": _constant, "linear": _linear, "one_cycle": _one_cycle}


def scheduled_rates(schedule: str, peak: float, progress: np.ndarray) -> np.ndarray:
    """Return the learning rate of each step of one of the course's schedules.

    Args:
        schedule: "constant"; "linear", in a straight line from `peak` to zero; or "one_cycle",
            which rises from a 25th of `peak` over the first 30 % and falls in a straight line to
            zero (after Smith 2018).
        peak: The highest rate.
        progress: For each step, the fraction of the training that lies behind it, float (steps,) in
            [0, 1).

    Returns:
        Rates, float (steps,).

    Raises:
        ValueError: Another name.
    """
    return peak * SCHEDULES[checks.choice("schedule", schedule, SCHEDULES)](progress)


def evaluated_rates(schedule: KerasSchedule, first_step: int, steps: int) -> np.ndarray:
    """Return the rates of any Keras schedule from `first_step` on, float (steps,)."""
    return np.array([float(schedule(step)) for step in range(first_step, first_step + steps)])


def own_rates(optimizer: keras.optimizers.Optimizer, steps: int) -> np.ndarray:
    """Return the learning rates that an optimizer has for its next steps, float (steps,).

    They are equal unless the optimizer was made with a Keras schedule. Such an optimizer only
    exposes the rate of its current step, so its step counter is advanced and then restored.
    """
    if isinstance(optimizer.learning_rate, keras.Variable):
        return np.full(steps, float(optimizer.learning_rate))
    first = int(optimizer.iterations)
    rates = np.zeros(steps)
    with uninterrupted():
        try:
            for step in range(steps):
                optimizer.iterations.assign(first + step)
                rates[step] = float(optimizer.learning_rate)
        finally:
            optimizer.iterations.assign(first)
    return rates


def distortion_seed(seed: int, epoch: int) -> int:
    """Return the seed of an epoch's distortion, from 0 to 2**31 - 1."""
    return derive_seeds(seed, epoch)[0] & 0x7FFFFFFF


def distortion_magnitudes(magnitude: float, cooldown: float, progress: np.ndarray) -> np.ndarray:
    """Return how far digits are distorted at each step, float (steps,).

    Args:
        magnitude: Factor on the limits of the distortion, until the cooldown begins.
        cooldown: Fraction of the training, at its end, over which the factor falls in a straight
            line to zero.
        progress: For each step, the fraction of the training that lies behind it, float (steps,) in
            [0, 1).
    """
    return magnitude * np.minimum(1, (1 - progress) / max(cooldown, 1e-9))


@dataclass(frozen=True)
class TrainingPlan:
    """What all epochs of a training follow; `peak` is the learning rate that a schedule scales."""

    epochs: int
    schedule: str | KerasSchedule
    peak: float
    magnitude: float
    cooldown: float
    seed: int

    def progress(self, epoch: int, steps: int) -> np.ndarray:
        """Return the fraction of the training behind each step of an epoch, float (steps,)."""
        return (epoch * steps + np.arange(steps)) / (self.epochs * steps)

    def rates(self, epoch: int, steps: int, optimizer: keras.optimizers.Optimizer) -> np.ndarray:
        """Return the learning rate of each step of an epoch, float (steps,)."""
        if isinstance(self.schedule, KerasSchedule):
            return evaluated_rates(self.schedule, epoch * steps, steps)
        if self.schedule == "constant":  # as the optimizer has it, since a callback may have set it
            return own_rates(optimizer, steps)
        return scheduled_rates(self.schedule, self.peak, self.progress(epoch, steps))

    def magnitudes(self, epoch: int, steps: int) -> np.ndarray:
        """Return the factor on the distortion's limits at each step of an epoch, float (steps,)."""
        return distortion_magnitudes(self.magnitude, self.cooldown, self.progress(epoch, steps))
