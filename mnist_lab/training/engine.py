"""The epochs of one model: its weights go through a compiled program, and come back whole."""

import numpy as np

from mnist_lab.backend import keras, tf
from mnist_lab.data.dataset import Dataset
from mnist_lab.training.augmentation import DistortionLimits
from mnist_lab.training.compilation import compiles_with_xla
from mnist_lab.training.device_digits import on_device
from mnist_lab.training.epoch_program import (
    EpochInputs,
    EpochProgram,
    Logs,
    build_metrics,
    epoch_program,
    floats,
    state_variables,
)
from mnist_lab.training.fingerprint import fingerprint
from mnist_lab.training.interrupts import uninterrupted


def check_variables(model: keras.Model, program: EpochProgram) -> None:
    """Check that a model's weights are those of a program's model, in order, name and shape.

    Raises:
        ValueError: They are not.
    """
    names = [
        [variable.path.split("/")[-2:] for variable in m.trainable_variables]
        for m in (model, program.model)
    ]
    shapes = [[tuple(variable.shape) for variable in m.variables] for m in (model, program.model)]
    if names[0] != names[1] or shapes[0] != shapes[1]:
        raise ValueError(
            f"The model {model.name!r} has other variables than a model rebuilt from its"
            " configuration, so it cannot be trained here; use Keras's fit."
        )


class Epochs:
    """The epochs of one compiled model on one set of digits: each is a single call.

    The program gathers each batch, takes the gradient and applies it with the model's optimizer, as
    Keras's train_step does; the last, smaller batch is a step like the others, except that batch
    normalization sees it filled up with other digits of the epoch. Where the optimizer averages the
    weights (use_ema), the model holds the averages after each epoch, and training goes on from the
    weights themselves. (keras.callbacks.SwapEMAWeights does that by private attributes.)

    The model itself changes once per epoch, in one step that no interrupt can cut, so it always
    holds weights and optimizer state of one whole epoch.

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
        xla = compiles_with_xla(model, epochs * self.steps)
        self.program = epoch_program(fingerprint(model), batch_size, limits, xla)
        # Callbacks such as ModelCheckpoint ask the model for its metrics by name.
        build_metrics(model)
        check_variables(model, self.program)
        self.variables = state_variables(model)
        self.train_digits = on_device(train)
        self.validation_digits = on_device(validation)
        self.raw_weights: dict[int, tf.Tensor] = {}  # by their place in the state

    def _state(self) -> list[tf.Tensor]:
        """Return the values to train from."""
        state = [tf.convert_to_tensor(variable.value) for variable in self.variables]
        for place, value in self.raw_weights.items():
            state[place] = value
        return state

    def compile(self) -> None:
        """Compile what is not compiled yet; weights and optimizer stay as they are."""
        nothing = np.zeros(self.steps)
        inputs = EpochInputs.from_arrays(np.arange(self.training_size), nothing, nothing, 0, 0)
        state = self._state()
        self.program.train_epoch(state, self.train_digits, inputs)
        self.program.evaluate.trace(state[: self.program.weights], self.validation_digits)

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
        inputs = EpochInputs.from_arrays(permutation, rates, magnitudes, seed, self.steps)
        results = self.program.train_epoch(self._state(), self.train_digits, inputs)
        logs, state = floats(results["logs"]), results["state"]
        optimizer = self.model.optimizer
        raw = {place: state[place] for place in self.program.trainable} if optimizer.use_ema else {}
        shown = [*results["shown"], *state[self.program.weights :]]
        with uninterrupted():
            for variable, value in zip(self.variables, shown, strict=True):
                variable.assign(value)
            self.raw_weights = raw
            if isinstance(optimizer.learning_rate, keras.Variable):
                optimizer.learning_rate.assign(rates[-1])
        return logs

    def evaluate(self) -> Logs:
        """Return the mean loss and the metrics on the validation digits, by Keras's names."""
        weights = [tf.convert_to_tensor(variable.value) for variable in self.model.variables]
        return floats(self.program.evaluate(weights, self.validation_digits))
