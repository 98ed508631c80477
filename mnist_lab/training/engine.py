"""One compiled program an epoch: the loop over batches that Keras runs in Python, run inside TensorFlow."""

import json
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from mnist_lab.backend import keras, tf
from mnist_lab.data.digits import Dataset
from mnist_lab.training.augmentation import DistortionLimits, distort

Logs = dict[str, float]


def compiles_with_xla(model: keras.Model) -> bool:
    """Whether XLA makes this model faster: dense layers yes; convolutions no, its CPU ones are slower than oneDNN's.

    A convolution counts wherever it is, in a model that is a layer of this one too.
    """
    return not any(
        "Conv" in type(layer).__name__
        or (isinstance(layer, keras.Model) and not compiles_with_xla(layer))
        for layer in model.layers
    )


def follows_own_schedule(optimizer: keras.optimizers.Optimizer) -> bool:
    """Whether the optimizer computes its rate from a Keras schedule, so that no other rate can be given to it."""
    return isinstance(optimizer.get_config().get("learning_rate"), dict)


def _build_metrics(model: keras.Model) -> None:
    """Have Keras make a model's metrics now, and not with its first batch."""
    image = tf.zeros([1, *model.input_shape[1:]])
    model.compute_metrics(image, tf.zeros([1], tf.int64), model(image, training=False))
    model.reset_metrics()


class _Program:
    """The compiled epoch of one architecture, optimizer, batch size and distortion, working on a twin of the model.

    Compiling takes seconds, so a program outlives its model: the next model of the same kind copies its weights and
    optimizer state into the twin, runs, and copies them back, which costs milliseconds.
    """

    def __init__(self, twin: keras.Model, batch_size: int, limits: DistortionLimits | None) -> None:
        self.twin = twin
        self.limits = limits
        self.twin.optimizer.build(twin.trainable_variables)
        # Variables made while a function is traced would have TensorFlow trace it twice.
        _build_metrics(twin)
        self.rate = (
            None if follows_own_schedule(twin.optimizer) else twin.optimizer.learning_rate
        )  # a variable
        self.batch_size = batch_size
        self.epoch = tf.function(self._epoch, jit_compile=compiles_with_xla(twin), autograph=False)
        # Without XLA: one pass over a few large batches gains nothing from it and would wait for its compiler.
        self.measure = tf.function(self._measure, autograph=False)

    def _results(self, mean_loss: tf.Tensor) -> dict[str, tf.Tensor]:
        return self.twin.get_metrics_result() | {"loss": mean_loss}

    def _step(self, image: tf.Tensor, label: tf.Tensor, counts: tf.Tensor) -> tf.Tensor:
        """One step of Keras's train_step on the digits whose count is 1; returns the sum of their losses."""
        number = tf.reduce_sum(counts)
        with tf.GradientTape() as tape:
            output = self.twin(image, training=True)
            # Keras divides by the whole batch.
            weights = counts * (float(counts.shape[0]) / number)
            loss = self.twin.compute_loss(image, label, output, weights, training=True)
        gradients = tape.gradient(loss, self.twin.trainable_weights)
        self.twin.optimizer.apply_gradients(
            zip(gradients, self.twin.trainable_weights, strict=True)
        )
        self.twin.compute_metrics(image, label, output, counts)
        return loss * number

    def _epoch(
        self,
        images: tf.Tensor,
        labels: tf.Tensor,
        order: tf.Tensor,
        rates: tf.Tensor,
        magnitudes: tf.Tensor,
        seed: tf.Tensor,
        steps: tf.Tensor,
    ) -> dict[str, tf.Tensor]:
        """The first `steps` steps of an epoch; with none of them, the call compiles and changes nothing."""
        digits = order.shape[0]
        size = min(self.batch_size, digits)
        # XLA wants one size of batch; a second one would double the time it takes to compile. So the last batch is
        # filled up from the start of the order, with digits that count 0.
        filling = -digits % size
        batches = tf.reshape(tf.concat([order, order[:filling]], 0), [-1, size])

        def body(step: tf.Tensor, total: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            if self.rate is not None:
                self.rate.assign(rates[step])
            image, label = tf.gather(images, batches[step]), tf.gather(labels, batches[step])
            if self.limits is not None:
                image = distort(image, tf.stack([seed, step]), self.limits, magnitudes[step])
            counts = tf.cast(step * size + tf.range(size) < digits, tf.float32)
            return step + 1, total + self._step(image, label, counts)

        # Written out: a Python loop over tf.range is traced twice, and compiled anew for each number of steps.
        _, total = tf.while_loop(
            lambda step, total: step < steps, body, (tf.constant(0), tf.constant(0.0))
        )
        return self._results(total / digits)

    def _measure(self, images: tf.Tensor, labels: tf.Tensor) -> dict[str, tf.Tensor]:
        total = tf.constant(0.0)
        for start in range(0, images.shape[0], 2000):
            image, label = images[start : start + 2000], labels[start : start + 2000]
            output = self.twin(image, training=False)
            total += self.twin.compute_loss(image, label, output, training=False) * image.shape[0]
            self.twin.compute_metrics(image, label, output)
        return self._results(total / images.shape[0])

    def run(self, model: keras.Model, function: Callable, *arguments: Any) -> Logs:
        """Run a compiled function with the model's weights and optimizer state, and leave the new ones in the model."""
        pairs = [*zip(model.variables, self.twin.variables, strict=True)]
        pairs += zip(model.optimizer.variables, self.twin.optimizer.variables, strict=True)
        for own, twin in pairs:
            twin.assign(own.value)
        self.twin.reset_metrics()
        logs = {name: float(value) for name, value in function(*arguments).items()}
        try:
            for own, twin in pairs:
                own.assign(twin.value)
        except (
            KeyboardInterrupt
        ):  # between two of them the model would hold the weights of two epochs
            for own, twin in pairs:
                own.assign(twin.value)
            raise
        return logs


def _without_seeds(config: Any) -> Any:
    """Return a configuration with every seed emptied: seeds say how weights began, and a program is given the weights."""
    if isinstance(config, dict):
        return {
            key: None if key == "seed" else _without_seeds(value) for key, value in config.items()
        }
    return (
        [_without_seeds(value) for value in config] if isinstance(config, (list, tuple)) else config
    )


@lru_cache(maxsize=8)
def _program(
    architecture: str, compiled: str, batch_size: int, limits: DistortionLimits | None
) -> _Program:
    twin = keras.saving.deserialize_keras_object(json.loads(architecture))
    twin.compile_from_config(json.loads(compiled))
    return _Program(twin, batch_size, limits)


class Epochs:
    """The epochs of one compiled model on one set of digits: each trains, or measures, in a single call.

    The program gathers each batch, takes the gradient and applies it with the model's optimizer, as Keras's
    train_step does; the last, smaller batch is a step like the others, except that batch normalisation sees it filled
    up with other digits of the epoch. Where the optimizer keeps averaged weights (use_ema), the model holds these
    after each epoch, and training goes on from the others.

    Compiling takes seconds; further epochs, other learning rates and further models of the same layers, optimizer (with
    its momentum of ema_momentum), batch size and distortion compile nothing. Custom layers must be registered with
    keras.saving.register_keras_serializable; a model that cannot be rebuilt from its configuration is a ValueError.
    """

    def __init__(
        self,
        model: keras.Model,
        train: Dataset,
        validation: Dataset,
        batch_size: int,
        limits: DistortionLimits | None = None,
    ) -> None:
        self.model = model
        self.program = _program_for(model, batch_size, limits)
        self.digits = tf.constant(train.images), tf.constant(train.labels)
        self.held_out = tf.constant(validation.images), tf.constant(validation.labels)
        self.steps = -(-len(train) // batch_size)
        self.unaveraged: list[np.ndarray] | None = None
        # Callbacks such as ModelCheckpoint ask the model for its metrics by name.
        _build_metrics(model)

    def _run(
        self, order: np.ndarray, rates: np.ndarray, magnitudes: np.ndarray, seed: int, steps: int
    ) -> Logs:
        order, seed = tf.constant(order, tf.int32), tf.constant(seed, tf.int32)
        each = tf.constant(rates, tf.float32), tf.constant(magnitudes, tf.float32)
        return self.program.run(
            self.model, self.program.epoch, *self.digits, order, *each, seed, tf.constant(steps)
        )

    def compile(self) -> None:
        """Compile what is not compiled yet; weights and optimizer stay as they are."""
        nothing = np.zeros(self.steps)
        self._run(np.arange(len(self.digits[1])), nothing, nothing, 0, 0)
        self.validate()

    def train(
        self,
        order: np.ndarray,
        rates: np.ndarray,
        magnitudes: np.ndarray | None = None,
        seed: int = 0,
    ) -> Logs:
        """Train for one epoch and return the mean loss and the metrics, named as Keras names them.

        order: of the digits, a permutation, int (n,). rates: the learning rate of each step, float (steps,). magnitudes:
        the share of the distortion's limits at each step, float (steps,), in full without. seed: of the
        distortion, int32; give each epoch its own.
        """
        variables, optimizer = self.model.trainable_variables, self.model.optimizer
        if self.unaveraged:
            for variable, value in zip(variables, self.unaveraged, strict=True):
                variable.assign(value)
        magnitudes = np.ones(self.steps) if magnitudes is None else magnitudes
        logs = self._run(order, rates, magnitudes, seed, self.steps)
        if optimizer.use_ema:
            self.unaveraged = [variable.numpy() for variable in variables]
            optimizer.finalize_variable_values(variables)
        return logs

    def validate(self) -> Logs:
        """Return the mean loss and the metrics on the validation digits."""
        return self.program.run(self.model, self.program.measure, *self.held_out)


def _program_for(model: keras.Model, batch_size: int, limits: DistortionLimits | None) -> _Program:
    """Return the program for a compiled model, the one of an earlier model of its kind where there is one."""
    compiled = _without_seeds(model.get_compile_config())
    # The weights that empty the last batch's filling must reach the metrics too.
    compiled |= {"metrics": None, "weighted_metrics": compiled["metrics"]}
    compiled["optimizer"]["config"]["name"] = "optimizer"  # Keras numbers them: adam, adam_1, ...
    if not follows_own_schedule(model.optimizer):
        compiled["optimizer"]["config"]["learning_rate"] = 1.0  # given anew at each step
    try:
        architecture = _without_seeds(keras.saving.serialize_keras_object(model))
        architecture.pop("compile_config")
        parts = json.dumps(architecture, sort_keys=True), json.dumps(compiled, sort_keys=True)
        return _program(*parts, batch_size, limits)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"The model {model.name!r} cannot be rebuilt from its configuration, as training needs: {error}"
        ) from error
