"""Weights in few bits: whole numbers, and for each output channel what 1 of them stands for."""

from typing import Any, NamedTuple

import numpy as np

from mnist_lab import checks
from mnist_lab.backend import keras
from mnist_lab.checks import IntLike

_FLOAT_BYTES = 4  # of a scale or a bias, which keep their 32 bits
_IN_SCALES = ("gamma", "moving_mean", "moving_variance")  # see `stored_bytes`


class Quantized(NamedTuple):
    """Weights as they are stored.

    Attributes:
        whole: int8 (..., channels), from -(2^(bits - 1) - 1) to 2^(bits - 1) - 1.
        scales: What 1 stands for in each channel, float32 (channels,).
    """

    whole: np.ndarray
    scales: np.ndarray

    def values(self) -> np.ndarray:
        """Return the weights that are computed with, float32 (..., channels)."""
        return self.whole.astype(np.float32) * self.scales


def quantize(weights: np.ndarray, bits: IntLike = 8) -> Quantized:
    """Round weights to whole numbers of few bits, with a scale per output channel.

    The largest weight of a channel becomes the largest whole number, and steps are even around 0
    (symmetric, per channel, as in Krishnamoorthi 2018). No weight is off by more than half a step.

    Args:
        weights: float (..., channels), of a dense or convolutional layer; the last axis is what the
            layer gives.
        bits: From 2 to 8. With 8 there are 255 whole numbers, with 4 there are 15, with 2 three.

    Returns:
        The whole numbers and the scales.

    Raises:
        ValueError: `bits` cannot be used.

    Example:
        >>> import numpy as np
        >>> lab.export.quantize(np.array([[0.7], [-0.32], [0.04]]), bits=4).whole.ravel().tolist()
        [7, -3, 0]
    """
    most = 2 ** (checks.integer("bits", bits, 2, 8) - 1) - 1
    largest = np.abs(weights).max(axis=tuple(range(weights.ndim - 1)))
    scales = np.where(largest > 0, largest / most, 1).astype(np.float32)
    return Quantized(np.round(weights / scales).astype(np.int8), scales)


def check_sequence(model: Any) -> None:
    """Refuse with a ValueError what is no sequence of layers with weights."""
    if not isinstance(model, keras.Sequential):
        expected = "a keras.Sequential for a page; export other networks to .onnx"
        raise checks.invalid("model", type(model).__name__, expected)
    if not model.built:
        raise ValueError(
            f"The network {model.name!r} has no weights yet: let it begin with"
            " keras.Input((28, 28)), then train it."
        )


def flat_layers(model: Any) -> list[Any]:
    """Return the layers of a sequence, and of the sequences inside it, in their order."""
    if not isinstance(model, keras.Sequential):
        return [model]
    return [inner for layer in model.layers for inner in flat_layers(layer)]


def channels_last(layer: Any, variable: keras.Variable) -> np.ndarray:
    """Return a layer's weights with what the layer gives as the last axis.

    Keras gives a depthwise kernel two last axes: the channel that it looks at, and which of the
    filters of this channel it is.
    """
    weights = np.asarray(variable)
    kind = type(layer).__name__
    depthwise = kind == "DepthwiseConv2D" or "depthwise_kernel" in variable.path.split("/")
    return weights.reshape(*weights.shape[:2], -1) if depthwise and weights.ndim == 4 else weights


def with_rounded_weights(model: keras.Model, bits: IntLike = 8) -> keras.Model:
    """Return a copy of a network whose weights are rounded to few bits.

    With 8 bits it says what the network says on a page that `web_page` writes.

    Args:
        model: A keras.Sequential that `web_page` takes.
        bits: From 2 to 8; see `quantize`.

    Returns:
        The copy, not compiled. Biases and normalizations keep their 32 bits.

    Raises:
        ValueError: `bits` cannot be used; or the model is no sequence, or has no weights yet.

    Example:
        >>> model = lab.export.with_rounded_weights(lab.models.single_layer(), bits=2)
        >>> len(set(model.get_weights()[0][:, 0].tolist()))
        3
    """
    bits = checks.integer("bits", bits, 2, 8)
    check_sequence(model)
    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    for layer in flat_layers(copy):
        for variable in layer.weights:
            if len(variable.shape) > 1:
                rounded = quantize(channels_last(layer, variable), bits).values()
                variable.assign(rounded.reshape(variable.shape))
    return copy


def stored_bytes(model: keras.Model, bits: IntLike = 8) -> int:
    """Return how many bytes the rounded weights of a network need, without any file around them.

    After training, a batch normalization is a factor and a bias per channel: the factor goes into
    the scales of the layer before it, or into its weights, and the bias into that layer's biases.

    Args:
        model: A keras.Sequential that `web_page` takes.
        bits: From 2 to 8; or 32 for weights that are not rounded, which need no scales.

    Returns:
        Bytes of the weights, plus four for each scale and each bias.

    Raises:
        ValueError: `bits` cannot be used; or the model is no sequence, or has no weights yet.

    Example:
        >>> [lab.export.stored_bytes(lab.models.single_layer(), bits) for bits in (32, 8, 4)]
        [31400, 7920, 4000]
    """
    width = 32 if bits == 32 else checks.integer("bits", bits, 2, 8)
    check_sequence(model)
    weights = scales = biases = 0
    for layer in flat_layers(model):
        for variable in layer.weights:
            values = channels_last(layer, variable)
            if values.ndim > 1:
                weights += values.size
                scales += values.shape[-1]
            elif variable.path.split("/")[-1] not in _IN_SCALES:
                biases += values.size
    floats = biases if width == 32 else biases + scales
    return -(-weights * width // 8) + _FLOAT_BYTES * floats
