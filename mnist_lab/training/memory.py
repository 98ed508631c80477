"""How much memory a training will take, and a word before one that will not fit."""

import math

from mnist_lab import machine
from mnist_lab.backend import keras
from mnist_lab.data.dataset import Digits
from mnist_lab.training.epoch_program import EVALUATION_BATCH

# In copies of the weights, the model's own not counted: gradients, Adam's two moments, the weights
# and moments that an epoch returns, the weights of the last good epoch, and averages and raw
# weights.
_COPIES = 10
_FLOAT = 4
_PIXELS = 28 * 28
# Coordinates, corners and weights of a distorted digit, in floats per pixel.
_DISTORTION = 16


def _output_size(layer: keras.layers.Layer) -> int:
    """Return the number of a layer's outputs per digit; 0 where Keras does not know them."""
    try:
        outputs = keras.tree.flatten(layer.output)
    except AttributeError:  # a layer that was only called inside of another
        return 0
    return sum(math.prod(size or 1 for size in output.shape[1:]) for output in outputs)


def training_memory(
    model: keras.Model, digits: Digits, batch_size: int, distorted: bool
) -> dict[str, int]:
    """Return about how many bytes a training needs beside its model, by what they depend on.

    Args:
        model: Built. Layers inside of its layers are not counted.
        digits: What it learns from.
        batch_size: Digits per step.
        distorted: Whether digits are distorted.

    Returns:
        Bytes by the name of what one can lower: the network's size, batch_size and train_size.
    """
    weights = sum(math.prod(variable.shape) for variable in model.variables)
    outputs = [_output_size(layer) for layer in model.layers]
    batch = min(batch_size, len(digits.train))
    # Each output is kept for the gradient; without a gradient, two layers at a time.
    training = batch * (2 * sum(outputs) + _DISTORTION * _PIXELS * distorted)
    evaluation = min(EVALUATION_BATCH, len(digits.validation)) * 2 * max(outputs, default=0)
    stored = len(digits.train) + len(digits.validation)
    return {
        "the number of units or filters": _COPIES * _FLOAT * weights,
        "batch_size": _FLOAT * max(training, evaluation),
        "train_size": _PIXELS * stored,  # as bytes, which nearly all digits are
    }


def check_memory(model: keras.Model, digits: Digits, batch_size: int, distorted: bool) -> None:
    """Print a notice before a training that may not fit into the memory that is free.

    Raises:
        ValueError: It cannot fit, however much was free.
    """
    needed = training_memory(model, digits, batch_size, distorted)
    total, free = sum(needed.values()), machine.available_memory()
    if total <= free:
        return
    largest = max(needed, key=lambda name: needed[name])
    if total > machine.memory_limit():
        raise ValueError(
            f"This training needs about {total / 1e9:,.1f} GB of memory, and this process may use"
            f" {machine.memory_limit() / 1e9:,.1f} GB: lower {largest}."
        )
    print(
        f"Notice: this training needs about {total / 1e9:,.1f} GB of memory, and"
        f" {free / 1e9:,.1f} GB are free; if the kernel dies, lower {largest}."
    )
