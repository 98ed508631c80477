"""A network of separable convolutions: as many filters and layers, for few weights."""

from collections.abc import Sequence
from itertools import accumulate, pairwise

from mnist_lab import checks
from mnist_lab.backend import keras
from mnist_lab.checks import FloatLike, IntLike
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


def _read_blocks(blocks: Sequence[Sequence[int]]) -> tuple[list[int], list[int]]:
    """Return the filters of all convolutions, and after how many of them each pooling comes."""
    if isinstance(blocks, str) or not isinstance(blocks, Sequence) or not 1 <= len(blocks) <= 5:
        expected = (
            "one to five lists of filters, such as [[8], [12, 12]], since 28 x 28 pixels can be"
            " halved four times between them"
        )
        raise checks.invalid("blocks", blocks, expected)
    read = [checks.integers(f"blocks[{place}]", block) for place, block in enumerate(blocks)]
    ends = list(accumulate(len(block) for block in read))
    return [count for block in read for count in block], ends[:-1]


def separable_cnn(
    blocks: Sequence[Sequence[int]] = ((8,), (12,), (12,), (14,)),
    kernel_size: IntLike = 3,
    activation: str = "relu",
    kernel_initializer: str = "glorot_uniform",
    normalization_momentum: FloatLike = 0.9,
    seed: IntLike = 0,
) -> keras.Sequential:
    """Build a convolutional network of under 1,000 trained weights with ten softmax outputs.

    A separable convolution looks at its neighbors within each channel, with one filter per channel,
    and then mixes the channels of each pixel: 3 x 3 x 12 + 12 x 14 weights in place of
    3 x 3 x 12 x 14 (Howard et al. 2017). Only the first convolution, of one channel, is a whole
    one. Between blocks, max pooling halves height and width; after the last, each channel's mean
    goes into the outputs (Lin et al. 2014). Batch normalization has no factors of its own, since
    the next weights can take them in.

    Args:
        blocks: For each block, the numbers of filters of its convolutions, first to last; one to
            five blocks, since 28 x 28 pixels can be halved four times between them.
        kernel_size: Height and width of each filter in pixels, from 1 to 28.
        activation: After every convolution, a name that Keras knows.
        kernel_initializer: Distribution of the initial weights, a name that Keras knows.
        normalization_momentum: In [0, 1), of the running means and variances. With 0.9, about the
            last ten batches count, and after a hundred steps the initial guess does not. For long
            trainings, 0.98 makes them less random.
        seed: Decides the initial weights.

    Returns:
        An uncompiled model from float32 (n, 28, 28) in [0, 1] to probabilities (n, 10).

    Raises:
        ValueError: An argument cannot be used.

    Example:
        >>> lab.models.separable_cnn([[8], [12, 12], [16]]).count_params()
        1106
    """
    counts, ends = _read_blocks(blocks)
    kernel_size = checks.integer("kernel_size", kernel_size, 1, 28)
    activation = activation_name(activation)
    momentum = checks.real("normalization_momentum", normalization_momentum, 0.0, 1.0, "left")
    check_memory("blocks", blocks, _weights(counts, kernel_size))
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
        if index in ends:
            # Before the activation, which keeps the order of values: a quarter of the work.
            layers.append(keras.layers.MaxPooling2D(name=f"pooling_{ends.index(index) + 1}"))
        layers += [
            keras.layers.BatchNormalization(
                momentum=momentum, scale=False, name=f"batch_normalization_{index}"
            ),
            keras.layers.Activation(activation, name=f"activation_{index}"),
        ]
    kernel = seeded_initializer(kernel_initializer, seeds.pop())
    layers += [
        keras.layers.GlobalAveragePooling2D(name="features"),
        keras.layers.Dense(10, "softmax", kernel_initializer=kernel, name="output"),
    ]
    return keras.Sequential(layers, name="separable_cnn")
