"""Whether XLA makes a training faster: what it computes, and whether it is long enough."""

from typing import NamedTuple

from mnist_lab.backend import keras

_CONVOLUTIONS = (
    keras.layers.Conv1D, keras.layers.Conv2D, keras.layers.Conv3D,
    keras.layers.Conv1DTranspose, keras.layers.Conv2DTranspose, keras.layers.Conv3DTranspose,
    keras.layers.SeparableConv1D, keras.layers.SeparableConv2D,
    keras.layers.DepthwiseConv1D, keras.layers.DepthwiseConv2D,
)  # fmt: skip

# For each kind of network XLA takes a second more (distorted, two) and 9 MB that it never gives
# back. A step of 784-200-200-10 becomes a millisecond shorter (distorted, 3.5): it pays from about
# 500 steps on (two cores, batches of 128). Searches train many kinds, and need the memory more.
_STEPS, _DISTORTED_STEPS = 1000, 400


def _convolves(layer: keras.layers.Layer) -> bool:
    if isinstance(layer, keras.Model):
        return any(_convolves(inner) for inner in layer.layers)
    if isinstance(layer, keras.layers.Wrapper):
        return _convolves(layer.layer)
    return isinstance(layer, _CONVOLUTIONS)


class Compiled(NamedTuple):
    """What of a training XLA compiles: the whole program, or the distortion within it, or neither.

    Attributes:
        program: Whether the whole program is compiled.
        distortion: Whether only the distortion is.
    """

    program: bool
    distortion: bool


def compiled_by_xla(model: keras.Model, steps: int, distorted: bool) -> Compiled:
    """Return what of a training XLA makes faster: in a long one, dense layers and distortion.

    XLA's convolutions on a CPU are several times slower than TensorFlow's own (oneDNN). A
    convolution counts wherever it is: in a model that is a layer of this one, and inside a wrapper
    such as TimeDistributed. The distortion of digits is three times quicker under XLA.

    A training is judged by itself, although the next one of its kind compiles nothing: XLA rounds
    differently, and its weights may not depend on what was trained before.

    Args:
        model: What is trained.
        steps: Of the whole training.
        distorted: Whether each step distorts its digits.
    """
    long = steps >= (_DISTORTED_STEPS if distorted else _STEPS)
    convolves = _convolves(model)
    return Compiled(program=long and not convolves, distortion=long and convolves and distorted)
