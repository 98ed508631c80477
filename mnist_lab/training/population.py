"""Trains the members of a population with one compiled program, two at a time."""

import math
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from typing import NamedTuple

import numpy as np

from mnist_lab.backend import keras, tf
from mnist_lab.data.dataset import Digits
from mnist_lab.training.device_digits import DeviceDigits, on_device
from mnist_lab.training.engine import check_variables
from mnist_lab.training.epoch_program import EpochInputs, EpochProgram, State, floats
from mnist_lab.training.fingerprint import architecture
from mnist_lab.training.history import Interrupted
from mnist_lab.training.progress import CountBar
from mnist_lab.training.schedules import TrainingPlan, distortion_seed, scheduled_rates
from mnist_lab.wording import counted

# While one member waits for a small step to end, the other computes. More gain nothing on two
# cores, and little on more, since a step itself uses all of them.
_AT_A_TIME = 2


class MemberResult(NamedTuple):
    """How a member does on the validation digits at its end: 0 and infinity if it overflowed."""

    accuracy: float
    loss: float


_OVERFLOWED = MemberResult(0.0, math.inf)


def _train_member(
    program: EpochProgram,
    weights: State,
    plan: TrainingPlan,
    train: DeviceDigits,
    validation: DeviceDigits,
    stop: threading.Event,
) -> MemberResult:
    """Train one member; an unfinished result if it is told to stop."""
    state, shown = [*weights, *program.optimizer_start], list(weights)
    count = len(train.labels)
    steps = math.ceil(count / program.batch_size)
    shuffle_rng = np.random.default_rng(plan.seed)
    for epoch in range(plan.epochs):
        if stop.is_set():
            return _OVERFLOWED
        inputs = EpochInputs.from_arrays(
            shuffle_rng.permutation(count),
            scheduled_rates(str(plan.schedule), plan.peak, plan.progress(epoch, steps)),
            plan.magnitudes(epoch, steps),
            distortion_seed(plan.seed, epoch),
            steps,
        )
        results = program.train_epoch(state, train, inputs)
        if not math.isfinite(float(results["logs"]["loss"])):
            return _OVERFLOWED
        state, shown = results["state"], results["shown"]
    logs = floats(program.evaluate(shown, validation))
    if not math.isfinite(logs["loss"]):
        return _OVERFLOWED
    return MemberResult(logs["accuracy"], logs["loss"])


def train_population(
    program: EpochProgram,
    first: keras.Model,
    build: Callable[[int], keras.Model],
    plans: Sequence[TrainingPlan],
    digits: Digits,
    bar: CountBar | None,
) -> list[MemberResult]:
    """Train one member per plan.

    Args:
        program: Of all members.
        first: The network of the first plan's seed, which the program was made for.
        build: Returns the networks of the other seeds, when they are needed. None is changed.
        plans: Their schedules are names.
        digits: Members learn from digits.train and are judged on digits.validation.
        bar: Moves on with each member.

    Returns:
        One result per plan, in order.

    Raises:
        ValueError: A network has other layers than the first.
    """
    layers, stop = architecture(first), threading.Event()
    train, validation = on_device(digits.train), on_device(digits.validation)
    results: list[MemberResult] = []
    running: deque[Future[MemberResult]] = deque()

    @cache
    def weights_of(seed: int) -> State:
        model = first if seed == plans[0].seed else build(seed)
        if architecture(model) != layers:
            raise ValueError(
                f"build: for seed {seed} it returned another network than for the first seed."
                " Expected the same layers for every seed."
            )
        check_variables(model, program)
        return [tf.convert_to_tensor(variable.value) for variable in model.variables]

    def collect() -> None:
        results.append(running.popleft().result())
        if bar:
            bar.update(len(results))

    with ThreadPoolExecutor(_AT_A_TIME) as threads:
        try:
            for number, plan in enumerate(plans):
                arguments = program, weights_of(plan.seed), plan, train, validation, stop
                running.append(threads.submit(_train_member, *arguments))
                # The first one alone compiles for all. Later ones wait here, not in the pool.
                if number == 0 or len(running) > _AT_A_TIME:
                    collect()
            while running:
                collect()
        except BaseException as error:
            stop.set()  # the threads end after their epoch
            if isinstance(error, KeyboardInterrupt):
                done = f"{len(results)} of {counted(len(plans), 'network')}"
                raise Interrupted(f"Interrupted after {done}.") from None
            raise
    return results
