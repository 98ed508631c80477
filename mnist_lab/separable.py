"""A network of separable convolutions: as many filters and layers, for few weights."""

from collections.abc import Sequence
from itertools import pairwise

from mnist_lab import checks
from mnist_lab.backend import keras
from mnist_lab.checks import IntLike
from mnist_lab.network_settings import activation_name, check_memory, seeded_initializer
from mnist_lab.seeds import derive_seeds


def _weights(counts: Sequence[int], kernel_size: int) -> int:
    """Return the number of weights, without building the network; two more per average."""
    first = (kernel_size**2 + 3) * counts[0]
    others = sum(
        kernel_size**2 * inputs + inputs * outputs + 3 * outputs
        for inputs, outputs in pairwise(counts)
    )
    return first + others + 10 * (counts[-1] + 1)


def separable_cnn(
    filters: Sequence[int] | str = (8, 12, 12, 14),
    kernel_size: IntLike = 3,
    activation: str = "relu",
    kernel_initializer: str = "glorot_uniform",
    seed: IntLike = 0,
    convolutions: IntLike = 1,
) -> keras.Sequential:
    """Build a convolutional network of under 1,000 trained weights with ten softmax outputs.

    A separable convolution looks at its neighbors within each channel, with one filter per channel,
    and then mixes the channels of each pixel: 3 x 3 x 12 + 12 x 14 weights in place of
    3 x 3 x 12 x 14 (Howard et al. 2017). Only the first convolution, of one channel, is a whole
    one. Between blocks, max pooling halves height and width; after the last, each channel's mean
    goes into the outputs (Lin et al. 2014). Batch normalization has no factors of its own, since
    the next weights can take them in.

    Args:
        filters: Number of filters in each block, first to last; one to five blocks, since 28 x 28
            pixels can be halved four times between them.
        kernel_size: Height and width of each filter in pixels, from 1 to 28.
        activation: After every convolution, a name that Keras knows.
        kernel_initializer: Distribution of the initial weights, a name that Keras knows.
        seed: Decides the initial weights.
        convolutions: Number of convolutions per block, from 1 to 10.

    Returns:
        An uncompiled model from float32 (n, 28, 28) in [0, 1] to probabilities (n, 10).

    Raises:
        ValueError: An argument cannot be used.

    Example:
        >>> model = lab.models.separable_cnn(filters=[8, 12, 12, 14])
        >>> sum(weight.size for weight in model.get_weights())
        1054
    """
    blocks = checks.integers("filters", filters)
    if len(blocks) > 5:
        expected = "at most five blocks, since 28 x 28 pixels can be halved four times between them"
        raise checks.invalid("filters", filters, expected)
    kernel_size = checks.integer("kernel_size", kernel_size, 1, 28)
    convolutions = checks.integer("convolutions", convolutions, 1, 10)
    activation = activation_name(activation)
    counts = [count for count in blocks for _ in range(convolutions)]
    check_memory("filters", filters, _weights(counts, kernel_size))
    seeds = derive_seeds(checks.seed(seed), count=2 * len(counts))
    layers: list[keras.layers.Layer] = [
        keras.Input((28, 28), name="image"),
        keras.layers.Reshape((28, 28, 1), name="reshape"),
    ]
    for index, count in enumerate(counts, start=1):
        shape = {"padding": "same", "use_bias": False, "name": f"convolution_{index}"}
        kernel = seeded_initializer(kernel_initializer, seeds.pop())
        if index == 1:
            layer = keras.layers.Conv2D(count, kernel_size, kernel_initializer=kernel, **shape)
        else:
            layer = keras.layers.SeparableConv2D(
                count,
                kernel_size,
                depthwise_initializer=kernel,
                pointwise_initializer=seeded_initializer(kernel_initializer, seeds.pop()),
                **shape,
            )
        layers.append(layer)
        if index % convolutions == 0 and index < len(counts):
            # Before the activation, which keeps the order of values: a quarter of the work.
            layers.append(keras.layers.MaxPooling2D(name=f"pooling_{index // convolutions}"))
        layers += [
            # After a few hundred steps, Keras's momentum of 0.99 would still hold its initial guess
            # of the variance.
            keras.layers.BatchNormalization(
                momentum=0.9, scale=False, name=f"batch_normalization_{index}"
            ),
            keras.layers.Activation(activation, name=f"activation_{index}"),
        ]
    kernel = seeded_initializer(kernel_initializer, seeds.pop())
    layers += [
        keras.layers.GlobalAveragePooling2D(name="features"),
        keras.layers.Dense(10, "softmax", kernel_initializer=kernel, name="output"),
    ]
    return keras.Sequential(layers, name="separable_cnn")
