"""One compiled program per epoch: the loop over batches, run inside TensorFlow, not in Python."""

from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from typing import NamedTuple, cast

import numpy as np

from mnist_lab.backend import keras, tf, xla_works
from mnist_lab.training.augmentation import DistortionLimits, distort
from mnist_lab.training.device_digits import DeviceDigits
from mnist_lab.training.fingerprint import Fingerprint, rebuild
from mnist_lab.training.program import Program

Logs = dict[str, float]
State = Sequence[tf.Tensor]  # the values of a program's `variables`, in their order

EVALUATION_BATCH = 250  # digits; more make the outputs of a convolution large


class EpochInputs(NamedTuple):
    """What one epoch is given beside weights and digits."""

    permutation: tf.Tensor  # the order of the training digits, int32 (n,)
    rates: tf.Tensor  # the learning rate of each step, float32 (steps,)
    magnitudes: tf.Tensor  # the factor on the limits of the distortion at each step, (steps,)
    seed: tf.Tensor  # of the distortion, int32
    steps: tf.Tensor  # how many steps to run; 0 compiles and changes nothing

    @classmethod
    def from_arrays(
        cls,
        permutation: np.ndarray,
        rates: np.ndarray,
        magnitudes: np.ndarray,
        seed: int,
        steps: int,
    ) -> "EpochInputs":
        """Return the inputs as tensors."""
        return cls(
            tf.constant(permutation, tf.int32),
            tf.constant(rates, tf.float32),
            tf.constant(magnitudes, tf.float32),
            tf.constant(seed, tf.int32),
            tf.constant(steps, tf.int32),
        )


def _static_length(tensor: tf.Tensor) -> int:
    """Return a tensor's length, which is known when a program is traced."""
    return cast(int, tensor.shape[0])


def _values(scope: keras.StatelessScope, variables: list[keras.Variable]) -> list[tf.Tensor]:
    """Return the values of variables in a scope, while it is open.

    Keras assigns averages as variables; open, the scope knows what they stand for.
    """
    return [tf.convert_to_tensor(scope.get_current_value(variable)) for variable in variables]


def build_metrics(model: keras.Model) -> None:
    """Create the model's metrics now; Keras would create them with the first batch."""
    image = tf.zeros([1, *model.input_shape[1:]])
    model.compute_metrics(image, tf.zeros([1], tf.int64), model(image, training=False))
    model.reset_metrics()


def state_variables(model: keras.Model) -> list[keras.Variable]:
    """Return a compiled model's variables, then its optimizer's but for the learning rate.

    Each step is given its own rate.
    """
    rate = model.optimizer.learning_rate
    return [*model.variables, *(v for v in model.optimizer.variables if v is not rate)]


@lru_cache(maxsize=4)
def _compiled(limits: DistortionLimits) -> Callable[..., tf.Tensor]:
    """Return the distortion for a program without XLA; by itself XLA makes it three times quicker.

    It is compiled once for each size of batch, whatever network learns from it.
    """
    function = partial(distort, limits=limits)
    return tf.function(function, jit_compile=xla_works(), autograph=False)


class EpochProgram:
    """The compiled epoch of one kind of training, as functions of tensors.

    Weights and optimizer state come in and go out, so models with one fingerprint share a program,
    which compiling takes seconds for, and several can be trained at the same time. Digits are
    arguments too, so a program holds none. Its own model only says what is computed.
    """

    def __init__(
        self, of: Fingerprint, batch_size: int, limits: DistortionLimits | None, xla: bool
    ) -> None:
        self.model = rebuild(of)
        self.batch_size = batch_size
        self.distort = limits and (partial(distort, limits=limits) if xla else _compiled(limits))
        build_metrics(self.model)
        self.variables = state_variables(self.model)
        self.weights = len(self.model.variables)  # the first values of a state
        trainable = {id(variable) for variable in self.model.trainable_variables}
        self.trainable = [i for i, v in enumerate(self.variables) if id(v) in trainable]
        # What a fresh optimizer and fresh metrics begin with.
        self.optimizer_start = [tf.constant(v.numpy()) for v in self.variables[self.weights :]]
        self.metrics_start = [v.numpy() for v in self.model.metrics_variables]
        self.train_epoch = Program(self._train_epoch, xla, (of, batch_size, limits))
        # Without XLA: compiling takes longer than the passes that an experiment makes.
        self.evaluate = Program(self._evaluate, xla=False)

    def _scope(
        self, state: State, metrics: State, rate: tf.Tensor | None = None
    ) -> keras.StatelessScope:
        """Return a scope in which the model has these values, and keeps what becomes of them."""
        values = [
            *zip(self.variables, state, strict=False),  # an evaluation needs no optimizer
            *zip(self.model.metrics_variables, metrics, strict=True),
        ]
        if rate is not None:
            values.append((self.model.optimizer.learning_rate, rate))
        return keras.StatelessScope(values, collect_losses=True)

    def _train_step(
        self, image: tf.Tensor, label: tf.Tensor, weight: tf.Tensor, scope: keras.StatelessScope
    ) -> tf.Tensor:
        """Run Keras's train_step, ignoring padding (weight 0); return the summed loss."""
        model = self.model
        count = tf.reduce_sum(weight)
        weights = _values(scope, model.trainable_variables)
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(weights)
            output = model(image, training=True)
            # Keras divides the sum by the size of the whole batch, padding included.
            scaled = weight * (tf.cast(tf.size(weight), tf.float32) / count)
            loss = model.compute_loss(image, label, output, scaled, training=True)
        model.optimizer.apply(tape.gradient(loss, weights), model.trainable_variables)
        model.compute_metrics(image, label, output, weight)
        return loss * count

    def _train_epoch(
        self, state: State, digits: DeviceDigits, inputs: EpochInputs
    ) -> dict[str, dict[str, tf.Tensor] | list[tf.Tensor]]:
        """Run the first steps of an epoch.

        Returns:
            The mean loss and the metrics; the state to go on from; and the weights that the model
            shows, which differ from it where the optimizer averages the weights.
        """
        count = _static_length(inputs.permutation)
        size = min(self.batch_size, count)
        # XLA wants one size of batch; a second one would double the time to compile. So the last
        # batch is filled up from the start of the permutation, with digits of weight 0.
        padding = inputs.permutation[: -count % size]
        batches = tf.reshape(tf.concat([inputs.permutation, padding], 0), [-1, size])

        def body(
            step: tf.Tensor, total: tf.Tensor, state: State, metrics: State
        ) -> tuple[tf.Tensor, tf.Tensor, State, State]:
            image = tf.cast(tf.gather(digits.images, batches[step]), tf.float32) / digits.divisor
            label = tf.gather(digits.labels, batches[step])
            if self.distort:
                seed = tf.stack([inputs.seed, step])
                image = self.distort(image, seed, magnitude=inputs.magnitudes[step])
            weight = tf.cast(step * size + tf.range(size) < count, tf.float32)
            with self._scope(state, metrics, inputs.rates[step]) as scope:
                total += self._train_step(image, label, weight, scope)
                state = _values(scope, self.variables)
                return step + 1, total, state, _values(scope, self.model.metrics_variables)

        # Written out: a Python loop over tf.range is traced twice, and compiled anew for each
        # number of steps.
        start = tf.constant(0), tf.constant(0.0), list(state), self._fresh_metrics()
        _, total, state, metrics = tf.while_loop(lambda step, *_: step < inputs.steps, body, start)
        with self._scope(state, metrics) as scope:
            results = self.model.get_metrics_result() | {"loss": total / count}
            self.model.optimizer.finalize_variable_values(self.model.trainable_variables)
            shown = _values(scope, self.model.variables)
        return {"logs": results, "state": list(state), "shown": shown}

    def _fresh_metrics(self) -> list[tf.Tensor]:
        return [tf.constant(value) for value in self.metrics_start]

    def _evaluate(self, weights: State, digits: DeviceDigits) -> dict[str, tf.Tensor]:
        """Run Keras's test_step over all digits; return the mean loss and the metrics."""
        model, count = self.model, _static_length(digits.images)

        def measured(
            start: tf.Tensor | int, size: int, total: tf.Tensor, metrics: State
        ) -> tuple[tf.Tensor, State]:
            image = tf.slice(digits.images, [start, 0, 0], [size, *digits.images.shape[1:]])
            image = tf.cast(image, tf.float32) / digits.divisor
            label = tf.slice(digits.labels, [start], [size])
            with self._scope(weights, metrics) as scope:
                output = model(image, training=False)
                loss = model.compute_loss(image, label, output, training=False)
                model.compute_metrics(image, label, output)
                return total + size * loss, _values(scope, model.metrics_variables)

        def body(
            start: tf.Tensor, total: tf.Tensor, metrics: State
        ) -> tuple[tf.Tensor, tf.Tensor, State]:
            return start + EVALUATION_BATCH, *measured(start, EVALUATION_BATCH, total, metrics)

        whole = count - count % EVALUATION_BATCH
        start = tf.constant(0), tf.constant(0.0), self._fresh_metrics()
        _, total, metrics = tf.while_loop(lambda start, *_: start < whole, body, start)
        if whole < count:  # apart, since layers may ask for the size of a batch
            total, metrics = measured(whole, count - whole, total, metrics)
        with self._scope(weights, metrics):
            return model.get_metrics_result() | {"loss": total / count}


@lru_cache(maxsize=8)
def epoch_program(
    of: Fingerprint, batch_size: int, limits: DistortionLimits | None, xla: bool
) -> EpochProgram:
    """Return the program of one kind of training, made when it is first asked for."""
    return EpochProgram(of, batch_size, limits, xla)


def floats(logs: dict[str, tf.Tensor]) -> Logs:
    """Return the loss and the metrics as numbers."""
    return {name: float(value) for name, value in logs.items()}
