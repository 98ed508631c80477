"""Optimizers by name: Keras's own, with the course's checks."""

from typing import Any

from mnist_lab import checks
from mnist_lab.backend import keras
from mnist_lab.checks import FloatLike
from mnist_lab.training.schedules import KerasSchedule, evaluated_rates

OPTIMIZERS = (
    "adam", "adamw", "sgd", "rmsprop", "nadam", "adagrad", "adamax", "adadelta", "ftrl", "lion",
    "lamb",
)  # fmt: skip
_WITH_MOMENTUM = ("sgd", "rmsprop")


def build_optimizer(
    name: str,
    learning_rate: float,
    momentum: float = 0.0,
    weight_decay: float = 0.0,
    ema_momentum: float = 0.0,
) -> keras.optimizers.Optimizer:
    """Return a fresh Keras optimizer.

    Args:
        name: One of OPTIMIZERS.
        learning_rate: Of its first step.
        momentum: In [0, 1), for sgd and rmsprop only (Polyak 1964).
        weight_decay: Decoupled from the gradient (Loshchilov and Hutter 2019). With 0, adamw keeps
            Keras's 0.004.
        ema_momentum: In [0, 1), of an exponential moving average of the weights; 0 for none.

    Raises:
        ValueError: An unknown name, or momentum for an optimizer that has none.
    """
    checks.choice("optimizer", name, OPTIMIZERS)
    settings: dict[str, Any] = {"learning_rate": learning_rate}
    if momentum:
        if name not in _WITH_MOMENTUM:
            expected = f"0 with optimizer={name!r}: only {' and '.join(_WITH_MOMENTUM)} take it"
            raise checks.invalid("momentum", momentum, expected)
        settings["momentum"] = momentum
    if weight_decay:
        settings["weight_decay"] = weight_decay
    if ema_momentum:
        settings |= {"use_ema": True, "ema_momentum": ema_momentum}
    return type(keras.optimizers.get(name))(**settings)


def without_replicas(optimizer: keras.optimizers.Optimizer) -> keras.optimizers.Optimizer:
    """Return a copy of an optimizer, not built, with the methods that Keras has for every backend.

    Under TensorFlow, Keras replaces them by others for training on several machines. Those change
    tf.Variables only, not the values of a StatelessScope, and TensorFlow never lets go of them, nor
    of the program they are part of.
    """
    copy = type(optimizer).from_config(optimizer.get_config())
    neutral = next(c for c in type(copy).__mro__ if c.__name__ == "BaseOptimizer")
    replaced = next(c for c in type(copy).__mro__ if c.__name__ == "TFOptimizer")
    for name in vars(replaced).keys() & vars(neutral).keys():
        if not name.startswith("__"):
            setattr(copy, name, getattr(neutral, name).__get__(copy))
    return copy


def _check_own_settings(
    learning_rate: object, momentum: float, weight_decay: float, ema_momentum: float
) -> None:
    """Raise ValueError for settings that belong on the optimizer object itself."""
    for name, value, advice in (
        ("learning_rate", learning_rate, "its learning rate"),
        ("momentum", momentum, "momentum"),
        ("weight_decay", weight_decay, "weight_decay"),
        ("ema_momentum", ema_momentum, "use_ema=True"),
    ):
        if value:
            raise checks.invalid(
                name, value, f"no value beside an optimizer object; give that one {advice}"
            )


def choose_optimizer(
    optimizer: str | keras.optimizers.Optimizer,
    learning_rate: FloatLike | KerasSchedule | None,
    momentum: FloatLike,
    weight_decay: FloatLike,
    ema_momentum: FloatLike,
    steps: int,
) -> keras.optimizers.Optimizer:
    """Return the optimizer given, or a new one by name, its EMA shortened for short trainings."""
    momentum = checks.real("momentum", momentum, 0.0, 1.0, closed="left")
    weight_decay = checks.real("weight_decay", weight_decay, 0.0, 1000.0)
    ema_momentum = checks.real("ema_momentum", ema_momentum, 0.0, 1.0, closed="left")
    if isinstance(optimizer, keras.optimizers.Optimizer):
        _check_own_settings(learning_rate, momentum, weight_decay, ema_momentum)
        return optimizer
    if isinstance(learning_rate, KerasSchedule):
        rate = float(evaluated_rates(learning_rate, 0, 1)[0])
    else:
        rate = 1e-3 if learning_rate is None else learning_rate
        rate = checks.real("learning_rate", rate, 0.0, 1000.0, closed="right")
    # Keeps the share of the initial weights in the average below exp(-5), under 1 %.
    ema_momentum = min(ema_momentum, max(0.0, 1 - 5 / steps))
    return build_optimizer(optimizer, rate, momentum, weight_decay, ema_momentum)
