"""Whether XLA makes a training faster: what it computes, and whether it is long enough."""

from mnist_lab.backend import keras

_CONVOLUTIONS = (
    keras.layers.Conv1D, keras.layers.Conv2D, keras.layers.Conv3D,
    keras.layers.Conv1DTranspose, keras.layers.Conv2DTranspose, keras.layers.Conv3DTranspose,
    keras.layers.SeparableConv1D, keras.layers.SeparableConv2D,
    keras.layers.DepthwiseConv1D, keras.layers.DepthwiseConv2D,
)  # fmt: skip

# XLA takes half a second more for each kind of network, and 9 MB that it never gives back. A step
# of 784-200-200-10 becomes 0.6 ms shorter, with and without distortion: it pays from about 1,000
# steps on (two cores, batches of 128). Searches train many kinds, and need the memory more.
_STEPS = 1000


def _convolves(layer: keras.layers.Layer) -> bool:
    if isinstance(layer, keras.Model):
        return any(_convolves(inner) for inner in layer.layers)
    if isinstance(layer, keras.layers.Wrapper):
        return _convolves(layer.layer)
    return isinstance(layer, _CONVOLUTIONS)


def compiles_with_xla(model: keras.Model, steps: int) -> bool:
    """Return whether XLA makes a training faster: a long one of dense layers.

    XLA's convolutions on a CPU are several times slower than TensorFlow's own (oneDNN). A
    convolution counts wherever it is: in a model that is a layer of this one, and inside a wrapper
    such as TimeDistributed.

    A training is judged by itself, although the next one of its kind compiles nothing: XLA rounds
    differently, and its weights may not depend on what was trained before.

    Args:
        model: What is trained.
        steps: Of the whole training.
    """
    return steps >= _STEPS and not _convolves(model)
