"""Whether XLA makes a training faster: what it computes, and whether it is long enough."""

from mnist_lab.backend import keras

_CONVOLUTIONS = (
    keras.layers.Conv1D, keras.layers.Conv2D, keras.layers.Conv3D,
    keras.layers.Conv1DTranspose, keras.layers.Conv2DTranspose, keras.layers.Conv3DTranspose,
    keras.layers.SeparableConv1D, keras.layers.SeparableConv2D,
    keras.layers.DepthwiseConv1D, keras.layers.DepthwiseConv2D,
)  # fmt: skip

# XLA takes half a second and 9 MB, which it never gives back, for each kind of network; a step of
# 784-200-200-10 becomes a millisecond shorter (two cores, batches of 128).
_STEPS = 1000


def _convolves(layer: keras.layers.Layer) -> bool:
    if isinstance(layer, keras.Model):
        return any(_convolves(inner) for inner in layer.layers)
    if isinstance(layer, keras.layers.Wrapper):
        return _convolves(layer.layer)
    return isinstance(layer, _CONVOLUTIONS)


def compiles_with_xla(model: keras.Model, steps: int) -> bool:
    """Return whether XLA makes a training faster: of dense layers yes, of convolutions no.

    XLA's convolutions on a CPU are several times slower than TensorFlow's own (oneDNN). A
    convolution counts wherever it is: in a model that is a layer of this one, and inside a wrapper
    such as TimeDistributed.

    Args:
        model: What is trained.
        steps: Of the whole training; compiling for a few takes longer than they do.
    """
    return steps >= _STEPS and not _convolves(model)
