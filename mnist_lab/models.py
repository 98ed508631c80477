"""The networks of the course: builders that return uncompiled keras.Sequential models."""

from collections.abc import Sequence
from itertools import pairwise

from mnist_lab import checks
from mnist_lab.backend import keras
from mnist_lab.checks import FloatLike, IntLike
from mnist_lab.keras_adapt import load as load
from mnist_lab.network_settings import ACTIVATIONS as ACTIVATIONS
from mnist_lab.network_settings import activation_name, check_memory, seeded_initializer
from mnist_lab.pretrained import pretrained as pretrained
from mnist_lab.seeds import derive_seeds
from mnist_lab.separable import separable_cnn as separable_cnn


def _dense_weights(hidden_layers: Sequence[int], normalize: bool = False) -> int:
    """Return the number of weights of a dense network, without building it."""
    sizes = [28 * 28, *hidden_layers, 10]
    dense = sum((inputs + 1) * outputs for inputs, outputs in pairwise(sizes))
    # Each normalization has four numbers per neuron, and saves the bias.
    return dense + (3 * sum(hidden_layers) if normalize else 0)


def _convolution_weights(counts: Sequence[int], kernel_size: int, halvings: int) -> int:
    """Return the number of weights of a convolutional network, without building it."""
    kernels = sum(
        kernel_size**2 * inputs * outputs + 4 * outputs
        for inputs, outputs in pairwise([1, *counts])
    )
    return kernels + 10 * ((28 >> halvings) ** 2 * counts[-1] + 1)


def _dense_network(
    name: str,
    output: str,
    kernel_initializer: str,
    seed: IntLike,
    hidden_layers: Sequence[int] = (),
    activation: str = "linear",
    dropout: FloatLike = 0.0,
    normalize: bool = False,
) -> keras.Sequential:
    """Return 784 pixels -> hidden layers -> ten outputs; `output` is the last activation."""
    activation = activation_name(activation)
    dropout = checks.real("dropout", dropout, 0.0, 1.0, closed="left")
    seeds = derive_seeds(checks.seed(seed), count=2 * len(hidden_layers) + 1)
    layers: list[keras.layers.Layer] = [
        keras.Input((28, 28), name="image"),
        keras.layers.Flatten(name="flatten"),
    ]
    for index, units in enumerate(hidden_layers, start=1):
        layers.append(
            keras.layers.Dense(
                units,
                None if normalize else activation,
                use_bias=not normalize,  # the normalization would subtract a bias again
                kernel_initializer=seeded_initializer(kernel_initializer, seeds.pop()),
                name=f"hidden_{index}",
            )
        )
        if normalize:
            # Keep Keras's momentum of 0.99: a dense layer contributes one value per example (a
            # convolution hundreds), so the running mean needs more batches.
            layers += [
                keras.layers.BatchNormalization(name=f"batch_normalization_{index}"),
                keras.layers.Activation(activation, name=f"activation_{index}"),
            ]
        if dropout:
            layers.append(keras.layers.Dropout(dropout, seed=seeds.pop(), name=f"dropout_{index}"))
    kernel = seeded_initializer(kernel_initializer, seeds.pop())
    layers.append(keras.layers.Dense(10, output, kernel_initializer=kernel, name="output"))
    return keras.Sequential(layers, name=name)


def single_layer(kernel_initializer: str = "glorot_uniform", seed: IntLike = 0) -> keras.Sequential:
    """Build ten sigmoid neurons on the pixels: 7,850 weights.

    Each output lies in (0, 1) on its own; the ten need not sum to 1. Keras's sparse categorical
    cross-entropy takes the softmax of the sums before the sigmoids, so the network is trained to
    choose one digit all the same.

    Args:
        kernel_initializer: Distribution of the initial weights, a name that Keras knows. The
            default is by Glorot and Bengio (2010).
        seed: Decides the initial weights.

    Returns:
        An uncompiled model from float32 (n, 28, 28) in [0, 1] to ten sigmoids (n, 10).

    Raises:
        ValueError: An argument cannot be used.

    Example:
        >>> lab.models.single_layer().count_params()
        7850
    """
    return _dense_network("single_layer", "sigmoid", kernel_initializer, seed)


def one_hidden_layer(
    units: IntLike = 100,
    activation: str = "relu",
    dropout: FloatLike = 0.0,
    kernel_initializer: str = "glorot_uniform",
    seed: IntLike = 0,
) -> keras.Sequential:
    """Build one hidden layer and ten softmax outputs: 79,510 weights at the default 100 units.

    Args:
        units: Number of neurons in the hidden layer.
        activation: Of the hidden layer, a name that Keras knows.
        dropout: Share of the hidden outputs that is set to zero while training, in [0, 1)
            (Srivastava et al. 2014).
        kernel_initializer: Distribution of the initial weights, a name that Keras knows.
        seed: Decides the initial weights and the dropout.

    Returns:
        An uncompiled model from float32 (n, 28, 28) in [0, 1] to probabilities (n, 10).

    Raises:
        ValueError: An argument cannot be used.

    Example:
        >>> lab.models.one_hidden_layer(units=50, activation="tanh").count_params()
        39760
    """
    units = checks.integer("units", units, 1)
    check_memory("units", units, _dense_weights((units,)))
    return _dense_network(
        "one_hidden_layer", "softmax", kernel_initializer, seed, (units,), activation, dropout
    )


def mlp(
    hidden_layers: Sequence[int] | str = (200, 200),
    activation: str = "relu",
    dropout: FloatLike = 0.0,
    kernel_initializer: str = "glorot_uniform",
    seed: IntLike = 0,
    batch_normalization: bool | str = False,
) -> keras.Sequential:
    """Build a multi-layer perceptron with ten softmax outputs: 199,210 weights by default.

    Args:
        hidden_layers: Number of neurons in each hidden layer, first to last.
        activation: Of every hidden layer, a name that Keras knows.
        dropout: Share of each hidden layer's outputs that is set to zero while training, in [0, 1)
            (Srivastava et al. 2014).
        kernel_initializer: Distribution of the initial weights, a name that Keras knows.
        seed: Decides the initial weights and the dropout.
        batch_normalization: Whether the inputs of each activation are normalized over the batch
            (Ioffe and Szegedy 2015). After training it can be folded into the weights and biases.

    Returns:
        An uncompiled model from float32 (n, 28, 28) in [0, 1] to probabilities (n, 10).

    Raises:
        ValueError: An argument cannot be used.

    Example:
        >>> [layer.name for layer in lab.models.mlp([100, 50]).layers]
        ['flatten', 'hidden_1', 'hidden_2', 'output']
    """
    normalize = checks.boolean("batch_normalization", batch_normalization)
    sizes = checks.integers("hidden_layers", hidden_layers)
    check_memory("hidden_layers", hidden_layers, _dense_weights(sizes, normalize))
    return _dense_network(
        "mlp", "softmax", kernel_initializer, seed, sizes, activation, dropout, normalize
    )


def cnn(
    filters: Sequence[int] | str = (16, 32, 64),
    kernel_size: IntLike = 3,
    activation: str = "relu",
    kernel_initializer: str = "glorot_uniform",
    seed: IntLike = 0,
    convolutions: IntLike = 1,
) -> keras.Sequential:
    """Build a small convolutional network with ten softmax outputs.

    Each block is a convolution, max pooling that halves height and width, batch normalization
    (Ioffe and Szegedy 2015), and the activation.

    Args:
        filters: Number of filters in each block, first to last; one to four blocks, since 28 x 28
            pixels can be halved four times.
        kernel_size: Height and width of each filter in pixels, from 1 to 28.
        activation: Of every block, a name that Keras knows.
        kernel_initializer: Distribution of the initial weights, a name that Keras knows.
        seed: Decides the initial weights.
        convolutions: Number of convolutions per block, from 1 to 10, each with a normalization and
            an activation; the pooling follows the last (after Simonyan and Zisserman 2015).

    Returns:
        An uncompiled model from float32 (n, 28, 28) in [0, 1] to probabilities (n, 10).

    Raises:
        ValueError: An argument cannot be used.

    Example:
        >>> lab.models.cnn(filters=[16, 32, 64]).count_params()
        29402
    """
    blocks = checks.integers("filters", filters)
    if len(blocks) > 4:
        expected = "at most four blocks, since 28 x 28 pixels can be halved four times"
        raise checks.invalid("filters", filters, expected)
    kernel_size = checks.integer("kernel_size", kernel_size, 1, 28)
    convolutions = checks.integer("convolutions", convolutions, 1, 10)
    activation = activation_name(activation)
    counts = [count for count in blocks for _ in range(convolutions)]
    check_memory("filters", filters, _convolution_weights(counts, kernel_size, len(blocks)))
    seeds = derive_seeds(checks.seed(seed), count=len(counts) + 1)
    layers: list[keras.layers.Layer] = [
        keras.Input((28, 28), name="image"),
        keras.layers.Reshape((28, 28, 1), name="reshape"),
    ]
    for index, count in enumerate(counts, start=1):
        layers.append(
            keras.layers.Conv2D(
                count,
                kernel_size,
                padding="same",
                use_bias=False,  # the normalization would subtract a bias again
                kernel_initializer=seeded_initializer(kernel_initializer, seeds.pop()),
                name=f"convolution_{index}",
            )
        )
        if index % convolutions == 0:
            # Before the activation, which keeps the order of values: a quarter of the work.
            layers.append(keras.layers.MaxPooling2D(name=f"pooling_{index // convolutions}"))
        layers += [
            # After a few hundred steps, Keras's momentum of 0.99 would still hold its initial guess
            # of the variance.
            keras.layers.BatchNormalization(momentum=0.9, name=f"batch_normalization_{index}"),
            keras.layers.Activation(activation, name=f"activation_{index}"),
        ]
    kernel = seeded_initializer(kernel_initializer, seeds.pop())
    layers += [
        keras.layers.Flatten(name="features"),
        keras.layers.Dense(10, "softmax", kernel_initializer=kernel, name="output"),
    ]
    return keras.Sequential(layers, name="cnn")
