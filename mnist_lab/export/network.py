"""Turns a Keras network into layers of 8-bit weights, as forward.js computes them."""

from base64 import b64encode
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from mnist_lab.backend import keras
from mnist_lab.export.quantization import channels_last, check_sequence, flat_layers, quantize

# Functions of one value, by the names that Keras and forward.js give them.
ACTIVATIONS = ("relu", "elu", "selu", "gelu", "silu", "sigmoid", "tanh")
# Layers that change nothing after training, apart from the shape, which forward.js does not need.
_PASSED_OVER = (
    "InputLayer",
    "Flatten",
    "Reshape",
    "Dropout",
    "SpatialDropout2D",
    "GaussianNoise",
    "GaussianDropout",
    "ActivityRegularization",
)

# What forward.js takes: 784 pixels, row by row.
_PIXELS = ((28, 28), (28, 28, 1), (784,))

Layer = dict[str, Any]  # what JSON holds of one layer


def _text(values: np.ndarray, dtype: str = "<f4") -> str:
    """Return values as base64 of little-endian numbers."""
    return b64encode(np.ascontiguousarray(values).astype(dtype).tobytes()).decode()


def _kernel(kernel: np.ndarray) -> dict[str, str]:
    whole, scales = quantize(kernel)
    return {"whole": _text(whole, "i1"), "scales": _text(scales)}


def _bias(layer: keras.layers.Layer, units: int) -> str:
    return _text(np.asarray(layer.bias) if layer.use_bias else np.zeros(units))


def _refused(layer: keras.layers.Layer, reason: str) -> ValueError:
    return ValueError(
        f"The layer {layer.name!r} {reason}, which a page cannot run. It runs Dense, Conv2D,"
        " SeparableConv2D, DepthwiseConv2D, MaxPooling2D, GlobalAveragePooling2D,"
        " BatchNormalization, Rescaling and activations, one after the other. Export the network to"
        " .onnx instead."
    )


def _activation(layer: keras.layers.Layer, name: str) -> list[Layer]:
    """Return the layer of an activation; none for "linear"."""
    if name == "linear":
        return []
    if name == "softmax":
        return [{"kind": "softmax"}]
    if name not in ACTIVATIONS:
        raise _refused(layer, f"has the activation {name!r}")
    return [{"kind": "activation", "name": name}]


def _function_name(layer: keras.layers.Layer) -> str:
    return getattr(layer.activation, "__name__", type(layer.activation).__name__)


def _dense(layer: Any) -> list[Layer]:
    if len(layer.input.shape) != 2:
        raise _refused(layer, "is dense over rows of pixels (no Flatten before it)")
    kernel = np.asarray(layer.kernel)
    units = kernel.shape[1]
    dense = {
        "kind": "dense",
        "units": units,
        "weights": _kernel(kernel),
        "bias": _bias(layer, units),
    }
    return [dense, *_activation(layer, _function_name(layer))]


def _windows(layer: Any, window: Sequence[int], channels: int) -> Layer:
    """Return where the windows of a layer lie; Keras pads less before than after.

    Args:
        layer: Slides windows over its input.
        window: Height and width.
        channels: How many it gives.
    """
    takes, gives = layer.input.shape[1:], (*layer.output.shape[1:3], channels)
    missing = [
        (places - 1) * step + size - length if layer.padding == "same" else 0
        for places, step, size, length in zip(gives, layer.strides, window, takes[:2], strict=False)
    ]
    return {
        "input": list(takes),
        "output": list(gives),
        "window": list(window),
        "stride": list(layer.strides),
        "padding": [max(0, pixels) // 2 for pixels in missing],
    }


def _convolution(layer: Any) -> list[Layer]:
    if layer.groups != 1 or tuple(layer.dilation_rate) != (1, 1):
        raise _refused(layer, "has groups or a dilation")
    kernel = np.asarray(layer.kernel)
    convolution = {
        "kind": "convolution",
        **_windows(layer, layer.kernel_size, kernel.shape[-1]),
        "weights": _kernel(kernel),
        "bias": _bias(layer, kernel.shape[-1]),
    }
    return [convolution, *_activation(layer, _function_name(layer))]


def _one_filter_per_channel(layer: Any, variable: Any, bias: str) -> Layer:
    """Return the convolution that looks at each channel by itself."""
    if layer.depth_multiplier != 1 or tuple(layer.dilation_rate) != (1, 1):
        raise _refused(layer, "has a dilation or several filters per channel")
    kernel = channels_last(layer, variable)
    windows = _windows(layer, layer.kernel_size, kernel.shape[-1])
    return {"kind": "depthwise", **windows, "weights": _kernel(kernel), "bias": bias}


def _depthwise(layer: Any) -> list[Layer]:
    bias = _bias(layer, layer.output.shape[-1])
    depthwise = _one_filter_per_channel(layer, layer.kernel, bias)
    return [depthwise, *_activation(layer, _function_name(layer))]


def _separable(layer: Any) -> list[Layer]:
    """Return its two halves: each channel by itself, then all channels of one place."""
    takes, gives = layer.input.shape[-1], layer.output.shape[-1]
    depthwise = _one_filter_per_channel(layer, layer.depthwise_kernel, _text(np.zeros(takes)))
    pointwise = {
        "kind": "convolution",
        "input": depthwise["output"],
        "output": [*depthwise["output"][:2], gives],
        "window": [1, 1],
        "stride": [1, 1],
        "padding": [0, 0],
        "weights": _kernel(np.asarray(layer.pointwise_kernel)),
        "bias": _bias(layer, gives),
    }
    return [depthwise, pointwise, *_activation(layer, _function_name(layer))]


def _pooling(layer: Any) -> list[Layer]:
    return [{"kind": "pooling", **_windows(layer, layer.pool_size, layer.output.shape[-1])}]


def _mean(layer: Any) -> list[Layer]:
    return [{"kind": "mean", "channels": layer.input.shape[-1]}]


def _normalization(layer: Any) -> list[Layer]:
    """Return a batch normalization as it is after training: a factor and a bias per channel."""
    if layer.axis not in (-1, len(layer.input.shape) - 1):
        raise _refused(layer, f"normalizes the axis {layer.axis} and not the channels")
    mean, variance = np.asarray(layer.moving_mean), np.asarray(layer.moving_variance)
    gamma = np.asarray(layer.gamma) if layer.scale else np.ones_like(mean)
    beta = np.asarray(layer.beta) if layer.center else np.zeros_like(mean)
    factor = gamma / np.sqrt(variance + layer.epsilon)
    return [{"kind": "scaling", "factor": _text(factor), "bias": _text(beta - factor * mean)}]


def _rescaling(layer: Any) -> list[Layer]:
    factor, offset = np.ravel(layer.scale), np.ravel(layer.offset)
    return [{"kind": "scaling", "factor": _text(factor), "bias": _text(offset)}]


def _rectifier(layer: Any) -> list[Layer]:
    if layer.max_value is not None or layer.negative_slope or layer.threshold:
        raise _refused(layer, "is a ReLU with a limit, a slope or a threshold")
    return _activation(layer, "relu")


def _softmax(layer: Any) -> list[Layer]:
    if layer.axis not in (-1, len(layer.input.shape) - 1):
        raise _refused(layer, f"is a softmax over the axis {layer.axis}")
    return _activation(layer, "softmax")


_KINDS: dict[str, Callable[[Any], list[Layer]]] = {
    "Dense": _dense,
    "Conv2D": _convolution,
    "SeparableConv2D": _separable,
    "DepthwiseConv2D": _depthwise,
    "MaxPooling2D": _pooling,
    "GlobalAveragePooling2D": _mean,
    "BatchNormalization": _normalization,
    "Rescaling": _rescaling,
    "Activation": lambda layer: _activation(layer, _function_name(layer)),
    "ReLU": _rectifier,
    "Softmax": _softmax,
}


def _check_network(model: keras.Sequential) -> None:
    """Refuse with a ValueError what does not read images of 28 x 28, or has learned nothing."""
    takes, returns = model.input_shape[1:], model.output_shape[1:]
    if takes not in _PIXELS or returns != (10,):
        raise ValueError(
            f"The network {model.name!r} takes {takes} and returns {returns};"
            " expected images of 28 x 28 and ten outputs."
        )
    if not all(np.isfinite(weight).all() for weight in model.get_weights()):
        raise ValueError(
            f"The network {model.name!r} has weights that are NaN or infinite. Train it anew, with"
            " a smaller learning rate."
        )


def network_layers(model: keras.Model) -> list[Layer]:
    """Return the layers of a network as forward.js computes them.

    Args:
        model: A keras.Sequential that takes float32 (n, 28, 28) in [0, 1], or (n, 784), and ends in
            ten outputs by softmax or by sigmoid. Ten sigmoids become the softmax of the same sums,
            as in `evaluate`.

    Returns:
        For each layer what it is ("kind") and what it needs. Weights have 8 bits, and a scale per
        unit; biases and scales are base64 of 32-bit numbers.

    Raises:
        ValueError: The model is no sequence, does not read digits, or has a layer that forward.js
            cannot compute.
    """
    check_sequence(model)
    _check_network(model)
    layers: list[Layer] = []
    for layer in flat_layers(model):
        kind = type(layer).__name__
        if getattr(layer, "data_format", None) == "channels_first":
            raise _refused(layer, "has its channels first")
        if kind in _KINDS:
            layers += _KINDS[kind](layer)
        elif kind not in _PASSED_OVER:
            raise _refused(layer, f"is of the kind {kind}")
    if layers and layers[-1].get("name") == "sigmoid":
        layers[-1] = {"kind": "softmax"}
    if not layers or layers[-1]["kind"] != "softmax":
        raise ValueError(
            f"The network {model.name!r} does not end in probabilities: end it in softmax or"
            " sigmoid, or load its file with lab.models.load, which adds a softmax."
        )
    return layers


def hidden_place(layers: Sequence[Layer]) -> int:
    """Return which layer gets what the last hidden layer gives; -1 where there is none."""
    weighted = [at for at, layer in enumerate(layers) if "weights" in layer]
    return weighted[-1] if len(weighted) > 1 else -1
