"""Ctrl-C before any line of a training leaves the weights and optimizer of one whole epoch."""

import signal
import sys
from types import FrameType

import numpy as np
import pytest

import mnist_lab as lab
from mnist_lab import keras
from mnist_lab.data.dataset import Digits
from mnist_lab.training.history import TrainingInterrupted
from tests.helpers.training import network

# Most of these compile networks; `make test-fast` leaves the file out.
pytestmark = pytest.mark.slow

# The files in which a training changes something, and Keras's assignment to one variable.
WATCHED = (
    "engine.py", "epoch_program.py", "history.py", "interrupts.py", "loop.py", "program.py",
    "schedules.py",
)  # fmt: skip
ASSIGNMENT = ("keras/src/backend/common/variables.py", "assign")


class CtrlC:
    """A trace function that presses Ctrl-C before given lines and assignments, counted as they run.

    Real signals are raised: an exception raised by the trace function itself could not wait.
    """

    def __init__(self, *places: int) -> None:
        self.places, self.lines = places, 0

    def __call__(self, frame: FrameType, event: str, argument: object):
        path = frame.f_code.co_filename.replace("\\", "/")
        own = "mnist_lab/training/" in path and path.endswith(WATCHED)
        assigns = path.endswith(ASSIGNMENT[0]) and frame.f_code.co_name == ASSIGNMENT[1]
        if event == ("call" if assigns else "line") and (own or assigns):
            self.lines += 1
            if self.lines - 1 in self.places:
                signal.raise_signal(signal.SIGINT)
        return self if own else None


def state(model: keras.Model) -> list[np.ndarray]:
    """Return copies of all variables of a model, and of its optimizer once it is built."""
    optimizer = getattr(model, "optimizer", None)
    variables = optimizer.variables if optimizer else []
    return [variable.numpy() for variable in (*model.variables, *variables)]


def alike(one: list[np.ndarray], other: list[np.ndarray]) -> bool:
    return len(one) == len(other) and all(map(np.array_equal, one, other))


def untrained(model: keras.Model, before: list[np.ndarray]) -> bool:
    """Return whether a model has its first weights, and its optimizer nothing but zeros."""
    count, now = len(model.variables), state(model)
    optimizer = getattr(model, "optimizer", None)
    variables = optimizer.variables if optimizer else []
    slots = [v.numpy() for v in variables if v is not optimizer.learning_rate]
    return alike(now[:count], before) and not any(slot.any() for slot in slots)


@pytest.fixture(scope="module")
def handful(digits: Digits) -> Digits:
    return Digits(
        digits.train.subset(slice(64)), digits.validation.subset(slice(32)), digits.test, "sample"
    )


def faulty_places(digits: Digits, ema_momentum: float, stride: int) -> tuple[int, list[int]]:
    """Interrupt trainings before every `stride`-th line.

    Returns:
        The number of lines of a training, and those where an interrupt leaves another state.
    """
    settings = {
        "epochs": 2,
        "batch_size": 32,
        "optimizer": "sgd",
        "momentum": 0.9,
        "ema_momentum": ema_momentum,
        "schedule": "linear",
        "verbose": False,
    }
    model = lab.models.single_layer()
    before, known = state(model), []
    record = keras.callbacks.LambdaCallback(on_epoch_end=lambda *_: known.append(state(model)))
    lab.train(model, digits, callbacks=[record], **settings)
    counter, tracing = CtrlC(), sys.gettrace()
    faulty = []
    try:
        sys.settrace(counter)
        lab.train(lab.models.single_layer(), digits, **settings)
        sys.settrace(None)
        for place in range(0, counter.lines, stride):
            model = lab.models.single_layer()
            try:
                # Twice more: where the first one has to wait, the others have to as well.
                sys.settrace(CtrlC(place, place + 1, place + 2))
                lab.train(model, digits, **settings)
            except (TrainingInterrupted, KeyboardInterrupt):
                pass
            else:
                faulty.append(place)  # the interrupt was lost
            finally:
                sys.settrace(None)
            if not untrained(model, before) and not any(alike(state(model), one) for one in known):
                faulty.append(place)
    finally:
        sys.settrace(tracing)
    return counter.lines, faulty


@pytest.mark.parametrize("ema_momentum", [0.0, 0.5])
def test_an_interrupt_leaves_the_state_of_a_whole_epoch(handful: Digits, ema_momentum: float):
    lines, faulty = faulty_places(handful, ema_momentum, stride=23)
    assert lines > 200
    assert faulty == []


@pytest.mark.slow
def test_an_interrupt_before_any_line_leaves_the_state_of_a_whole_epoch(handful: Digits):
    lines, faulty = faulty_places(handful, ema_momentum=0.5, stride=1)
    assert lines > 200
    assert faulty == []


def test_a_second_interrupt_while_training_ends_leaves_the_state_of_a_whole_epoch(handful: Digits):
    def press(*_: object) -> None:
        signal.raise_signal(signal.SIGINT)

    model, reference = network(), network()
    settings = {"ema_momentum": 0.5, "batch_size": 32, "verbose": False}
    known = []
    record = keras.callbacks.LambdaCallback(on_epoch_end=lambda *_: known.append(state(reference)))
    lab.train(reference, handful, epochs=5, callbacks=[record], **settings)
    twice = keras.callbacks.LambdaCallback(on_epoch_end=press, on_train_end=press)
    with pytest.raises(TrainingInterrupted):
        lab.train(model, handful, epochs=5, callbacks=[twice], **settings)
    assert alike(state(model), known[0])
    assert model.history.interrupted
