"""One compiled program per epoch: the loop over batches, run inside TensorFlow, not in Python."""

from functools import lru_cache
from typing import cast

import numpy as np

from mnist_lab.backend import keras, tf
from mnist_lab.data.dataset import Dataset
from mnist_lab.training.augmentation import DistortionLimits, distort
from mnist_lab.training.compilation import compiles_with_xla
from mnist_lab.training.device_digits import on_device
from mnist_lab.training.fingerprint import Fingerprint, fingerprint, rebuild
from mnist_lab.training.interrupts import uninterrupted
from mnist_lab.training.program import Program

Logs = dict[str, float]
State = list[tuple[keras.Variable, tf.Tensor | np.ndarray]]  # variables and what to set them to

EVALUATION_BATCH = 250  # digits; more make the outputs of a convolution large


def _build_metrics(model: keras.Model) -> None:
    """Create the model's metrics now; Keras would create them with the first batch."""
    image = tf.zeros([1, *model.input_shape[1:]])
    model.compute_metrics(image, tf.zeros([1], tf.int64), model(image, training=False))
    model.reset_metrics()


def _static_length(tensor: tf.Tensor) -> int:
    """Return a tensor's length, which is known when a program is traced."""
    return cast(int, tensor.shape[0])


def _optimizer_state(model: keras.Model) -> list[keras.Variable]:
    """Return the optimizer's variables but for the learning rate: each step is given its own."""
    rate = model.optimizer.learning_rate
    return [variable for variable in model.optimizer.variables if variable is not rate]


class CompiledEpoch:
    """The compiled epoch of one kind of training, on a shadow model.

    Compiling takes seconds, so a program outlives its model: the next model with the same
    fingerprint copies its weights and optimizer state into the shadow model, runs, and copies them
    back, which takes milliseconds. Digits are arguments, so a program holds none.
    """

    def __init__(
        self, model: keras.Model, batch_size: int, limits: DistortionLimits | None, xla: bool
    ) -> None:
        self.shadow_model = model
        self.batch_size = batch_size
        self.limits = limits
        # Keras has the gradients of all replicas summed by a function that TensorFlow never lets
        # go, nor with it this program. Here there is one replica.
        model.optimizer._all_reduce_sum_gradients = lambda gradients: gradients
        # Variables made while a function is traced would have TensorFlow trace it twice.
        _build_metrics(model)
        self.train_epoch = Program(self._train_epoch, self._load, xla)
        # Without XLA: compiling takes longer than the passes that an experiment makes.
        self.evaluate = Program(self._evaluate, self._load, xla=False)

    def _load(self, state: State) -> None:
        """Set the shadow model's variables, and start its metrics anew."""
        for variable, value in state:
            variable.assign(value)
        self.shadow_model.reset_metrics()

    def _results(self, mean_loss: tf.Tensor) -> dict[str, tf.Tensor]:
        return self.shadow_model.get_metrics_result() | {"loss": mean_loss}

    def _train_step(self, image: tf.Tensor, label: tf.Tensor, weight: tf.Tensor) -> tf.Tensor:
        """Run Keras's train_step, ignoring padding (weight 0); return the summed loss."""
        model = self.shadow_model
        count = tf.reduce_sum(weight)
        with tf.GradientTape() as tape:
            output = model(image, training=True)
            # Keras divides the sum by the size of the whole batch, padding included.
            scaled = weight * (tf.cast(tf.size(weight), tf.float32) / count)
            loss = model.compute_loss(image, label, output, scaled, training=True)
        gradients = tape.gradient(loss, model.trainable_weights)
        model.optimizer.apply_gradients(zip(gradients, model.trainable_weights, strict=True))
        model.compute_metrics(image, label, output, weight)
        return loss * count

    def _train_epoch(
        self,
        images: tf.Tensor,
        labels: tf.Tensor,
        divisor: tf.Tensor,
        permutation: tf.Tensor,
        rates: tf.Tensor,
        magnitudes: tf.Tensor,
        seed: tf.Tensor,
        steps: tf.Tensor,
    ) -> dict[str, tf.Tensor]:
        """Run the first `steps` steps of an epoch; 0 compiles and changes nothing."""
        digits = _static_length(permutation)
        size = min(self.batch_size, digits)
        # XLA wants one size of batch; a second one would double the time to compile. So the last
        # batch is filled up from the start of the permutation, with digits of weight 0.
        padding = permutation[: -digits % size]
        batches = tf.reshape(tf.concat([permutation, padding], 0), [-1, size])

        def body(step: tf.Tensor, total: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            self.shadow_model.optimizer.learning_rate.assign(rates[step])
            image = tf.cast(tf.gather(images, batches[step]), tf.float32) / divisor
            label = tf.gather(labels, batches[step])
            if self.limits is not None:
                image = distort(image, tf.stack([seed, step]), self.limits, magnitudes[step])
            sample_weight = tf.cast(step * size + tf.range(size) < digits, tf.float32)
            return step + 1, total + self._train_step(image, label, sample_weight)

        # Written out: a Python loop over tf.range is traced twice, and compiled anew for each
        # number of steps.
        start = tf.constant(0), tf.constant(0.0)
        _, total = tf.while_loop(lambda step, total: step < steps, body, start)
        return self._results(total / digits)

    def _evaluate(
        self, images: tf.Tensor, labels: tf.Tensor, divisor: tf.Tensor
    ) -> dict[str, tf.Tensor]:
        """Run Keras's test_step over all digits."""
        model, digits = self.shadow_model, _static_length(images)

        def summed_loss(start: tf.Tensor | int, size: int) -> tf.Tensor:
            image = tf.slice(images, [start, 0, 0], [size, *images.shape[1:]])
            image, label = tf.cast(image, tf.float32) / divisor, tf.slice(labels, [start], [size])
            output = model(image, training=False)
            model.compute_metrics(image, label, output)
            return size * model.compute_loss(image, label, output, training=False)

        def body(start: tf.Tensor, total: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            return start + EVALUATION_BATCH, total + summed_loss(start, EVALUATION_BATCH)

        whole = digits - digits % EVALUATION_BATCH
        start = tf.constant(0), tf.constant(0.0)
        _, total = tf.while_loop(lambda start, total: start < whole, body, start)
        if whole < digits:  # apart, since layers may ask for the size of a batch
            total += summed_loss(whole, digits - whole)
        return self._results(total / digits)

    def paired_variables(self, model: keras.Model) -> list[tuple[keras.Variable, keras.Variable]]:
        """Return a model's weights and optimizer state, each beside the shadow model's.

        Raises:
            ValueError: They are not alike in order, name and shape.
        """
        shadow_model = self.shadow_model
        own = [*model.variables, *_optimizer_state(model)]
        shadow = [*shadow_model.variables, *_optimizer_state(shadow_model)]
        # An optimizer's variables are named after the path of their weight in the whole model, so
        # only their shapes are compared.
        names = [
            [variable.path.split("/")[-2:] for variable in m.trainable_variables]
            for m in (model, shadow_model)
        ]
        shapes = [[tuple(variable.shape) for variable in side] for side in (own, shadow)]
        if names[0] != names[1] or shapes[0] != shapes[1]:
            raise ValueError(
                f"The model {model.name!r} has other variables than a model rebuilt from its"
                " configuration, so it cannot be trained here; use Keras's fit."
            )
        return list(zip(own, shadow, strict=True))


@lru_cache(maxsize=8)
def _compiled_epoch(
    of: Fingerprint, batch_size: int, limits: DistortionLimits | None, xla: bool
) -> CompiledEpoch:
    return CompiledEpoch(rebuild(of), batch_size, limits, xla)


class Epochs:
    """The epochs of one compiled model on one set of digits: each is a single call.

    The program gathers each batch, takes the gradient and applies it with the model's optimizer, as
    Keras's train_step does; the last, smaller batch is a step like the others, except that batch
    normalization sees it filled up with other digits of the epoch. Where the optimizer averages the
    weights (use_ema), the model holds the averages after each epoch, and training goes on from the
    weights themselves. (keras.callbacks.SwapEMAWeights does that by private attributes.)

    An epoch runs on the shadow model. The model itself changes once per epoch, in one step that no
    interrupt can cut, so it always holds weights and optimizer state of one whole epoch.

    Compiling takes seconds; further epochs, other learning rates, and further models of the same
    layers, optimizer, batch size and distortion compile nothing, if XLA is used for both or for
    neither (see compilation.py). Custom layers must be registered with
    keras.saving.register_keras_serializable.

    Args:
        model: Compiled, with its optimizer built.
        train: Digits to learn from.
        validation: Digits to report loss and metrics on.
        batch_size: Digits per step.
        epochs: How many are planned; a training of few steps is not worth compiling.
        limits: Within which digits are distorted; None for none.

    Raises:
        ValueError: The model cannot be rebuilt from its configuration.
    """

    def __init__(
        self,
        model: keras.Model,
        train: Dataset,
        validation: Dataset,
        batch_size: int,
        epochs: int,
        limits: DistortionLimits | None = None,
    ) -> None:
        self.model = model
        self.training_size = len(train)
        self.steps = -(-len(train) // batch_size)
        xla = compiles_with_xla(model, epochs * self.steps, distorted=limits is not None)
        self.compiled_epoch = _compiled_epoch(fingerprint(model), batch_size, limits, xla)
        # Callbacks such as ModelCheckpoint ask the model for its metrics by name.
        _build_metrics(model)
        self.pairs = self.compiled_epoch.paired_variables(model)
        self.train_digits = on_device(train)
        self.validation_digits = on_device(validation)
        self.raw_weights: list[np.ndarray] | None = None

    def _state(self) -> State:
        """Return the shadow model's variables, each with the value of the model's own."""
        return [(shadow, own.value) for own, shadow in self.pairs]

    def _run_epoch(
        self,
        permutation: np.ndarray,
        rates: np.ndarray,
        magnitudes: np.ndarray,
        seed: int,
        steps: int,
    ) -> Logs:
        state = self._state()
        if self.raw_weights:
            variables = self.compiled_epoch.shadow_model.trainable_variables
            state += list(zip(variables, self.raw_weights, strict=True))
        results = self.compiled_epoch.train_epoch(
            state,
            *self.train_digits,
            tf.constant(permutation, tf.int32),
            tf.constant(rates, tf.float32),
            tf.constant(magnitudes, tf.float32),
            tf.constant(seed, tf.int32),
            tf.constant(steps),
        )
        return {name: float(value) for name, value in results.items()}

    def compile(self) -> None:
        """Compile what is not compiled yet; weights and optimizer stay as they are."""
        nothing = np.zeros(self.steps)
        self._run_epoch(np.arange(self.training_size), nothing, nothing, 0, 0)
        self.evaluate()

    def train(
        self, permutation: np.ndarray, rates: np.ndarray, magnitudes: np.ndarray, seed: int
    ) -> Logs:
        """Train for one epoch.

        Args:
            permutation: The order of the training digits, int (n,).
            rates: The learning rate of each step, float (steps,).
            magnitudes: Factor on the limits of the distortion at each step, float (steps,).
            seed: Of the distortion, from 0 to 2**31 - 1; give each epoch its own.

        Returns:
            The mean loss and the metrics, named as Keras names them.
        """
        logs = self._run_epoch(permutation, rates, magnitudes, seed, self.steps)
        shadow_model, optimizer = self.compiled_epoch.shadow_model, self.model.optimizer
        raw_weights = None
        if optimizer.use_ema:
            raw_weights = [variable.numpy() for variable in shadow_model.trainable_variables]
            shadow_model.optimizer.finalize_variable_values(shadow_model.trainable_variables)
        with uninterrupted():
            for own, shadow in self.pairs:
                own.assign(shadow.value)
            self.raw_weights = raw_weights
            if isinstance(optimizer.learning_rate, keras.Variable):
                optimizer.learning_rate.assign(rates[-1])
        return logs

    def evaluate(self) -> Logs:
        """Return the mean loss and the metrics on the validation digits, by Keras's names."""
        results = self.compiled_epoch.evaluate(self._state(), *self.validation_digits)
        return {name: float(value) for name, value in results.items()}
