"""The networks of the course: builders that return uncompiled keras.Sequential models."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from mnist_lab import checks
from mnist_lab.backend import keras


def _activation(name: Any) -> str:
    """Return the name of an activation Keras knows; the common ones are listed where it is refused."""
    try:
        if isinstance(name, str):
            keras.activations.get(name)
            return name
    except ValueError:
        pass
    return checks.choice(
        "activation", name, ("relu", "gelu", "elu", "selu", "silu", "tanh", "sigmoid", "linear")
    )


def _initializer(name: Any, seed: int) -> keras.initializers.Initializer:
    """Return a fresh initializer with a seed of its own; a shared seed would give equal layers equal weights."""
    try:
        if isinstance(name, str):
            kind = keras.initializers.get(name)
            return type(kind).from_config(kind.get_config() | {"seed": seed})
    except (ValueError, TypeError):
        pass
    known = (
        "glorot_uniform",
        "glorot_normal",
        "he_uniform",
        "he_normal",
        "lecun_uniform",
        "lecun_normal",
    )
    checks.choice("kernel_initializer", name, known)
    raise AssertionError("unreachable: every known initializer takes a seed")


def _dense_network(
    name: str,
    hidden_layers: Sequence[int],
    activation: Any,
    output: str,
    dropout: Any,
    initializer: Any,
    seed: Any,
    batch_normalization: Any = False,
) -> keras.Sequential:
    """Return 784 pixels -> hidden layers -> ten outputs, each hidden layer normalised or not and followed by its dropout."""
    activation = _activation(activation)
    dropout = checks.real("dropout", dropout, 0.0, 1.0, closed="left")
    normalised = checks.boolean("batch_normalization", batch_normalization)
    seed = checks.seed(seed)
    seeds = [
        int(s) for s in np.random.SeedSequence(seed).generate_state(2 * len(hidden_layers) + 1)
    ]
    layers: list[keras.layers.Layer] = [
        keras.Input((28, 28), name="image"),
        keras.layers.Flatten(name="pixels"),
    ]
    for number, units in enumerate(hidden_layers, start=1):
        kernel = _initializer(initializer, seeds.pop())
        if normalised:
            layers += [
                # No bias: the normalisation would take it away again.
                keras.layers.Dense(
                    units, use_bias=False, kernel_initializer=kernel, name=f"hidden_{number}"
                ),
                # With Keras's momentum of 0.99, made for long trainings: here a batch has one number a digit and neuron,
                # not hundreds, so a mean over few batches is not precise.
                keras.layers.BatchNormalization(name=f"batch_normalization_{number}"),
                keras.layers.Activation(activation, name=f"activation_{number}"),
            ]
        else:
            layers.append(
                keras.layers.Dense(
                    units, activation, kernel_initializer=kernel, name=f"hidden_{number}"
                )
            )
        if dropout:
            layers.append(keras.layers.Dropout(dropout, seed=seeds.pop(), name=f"dropout_{number}"))
    kernel = _initializer(initializer, seeds.pop())
    layers.append(keras.layers.Dense(10, output, kernel_initializer=kernel, name="output"))
    return keras.Sequential(layers, name=name)


def single_layer(kernel_initializer: str = "glorot_uniform", seed: int = 0) -> keras.Sequential:
    """Ten sigmoid neurons on the pixels: 7,850 weights.

    Input float32 (n, 28, 28) in [0, 1], output (n, 10), each in (0, 1) on its own; they need not sum to 1. Keras's
    sparse categorical cross-entropy goes back to the sums before the sigmoids and takes their softmax, so the network
    still trains as one that chooses.

    seed: of the initial weights (Glorot and Bengio 2010 by default). Raises ValueError for a name Keras lacks.
    """
    return _dense_network("single_layer", (), "linear", "sigmoid", 0, kernel_initializer, seed)


def one_hidden_layer(
    units: int = 100,
    activation: str = "relu",
    dropout: float = 0.0,
    kernel_initializer: str = "glorot_uniform",
    seed: int = 0,
) -> keras.Sequential:
    """One hidden layer of `units` neurons, then ten softmax outputs: 79,510 weights at the default 100 units.

    Input float32 (n, 28, 28) in [0, 1], output (n, 10): probabilities that sum to 1.

    activation: of the hidden layer, any name Keras knows. dropout: share of hidden outputs set to zero while
    training (Srivastava et al. 2014), in [0, 1). seed: of the initial weights and of dropout. Raises ValueError for a
    value that cannot be used, with what would be right.
    """
    units = checks.integer("units", units, 1)
    return _dense_network(
        "one_hidden_layer", (units,), activation, "softmax", dropout, kernel_initializer, seed
    )


def mlp(
    hidden_layers: Sequence[int] = (200, 200),
    activation: str = "relu",
    dropout: float = 0.0,
    kernel_initializer: str = "glorot_uniform",
    seed: int = 0,
    batch_normalization: bool = False,
) -> keras.Sequential:
    """A multi-layer perceptron, then ten softmax outputs: 199,210 weights at the default 200-200.

    Input float32 (n, 28, 28) in [0, 1], output (n, 10): probabilities that sum to 1.

    hidden_layers: neurons of each hidden layer, first to last, as numbers or as text such as "[100, 50]".
    activation, dropout, kernel_initializer, seed: as in one_hidden_layer, for every hidden layer. batch_normalization:
    whether what goes into each activation is normalised over the batch (Ioffe and Szegedy 2015). Once trained it can be
    folded into the weights and biases, which gives a network without it.
    Raises ValueError.
    """
    hidden_layers = checks.integers("hidden_layers", hidden_layers)
    return _dense_network(
        "mlp",
        hidden_layers,
        activation,
        "softmax",
        dropout,
        kernel_initializer,
        seed,
        batch_normalization,
    )


def cnn(
    filters: Sequence[int] = (16, 32, 64),
    kernel_size: int = 3,
    activation: str = "relu",
    kernel_initializer: str = "glorot_uniform",
    seed: int = 0,
    convolutions: int = 1,
) -> keras.Sequential:
    """A small convolutional network, then ten softmax outputs.

    Input float32 (n, 28, 28) in [0, 1], output (n, 10): probabilities that sum to 1. Each number in `filters` is one
    block: a convolution with that many filters, max pooling that halves height and width, batch normalisation (Ioffe and
    Szegedy 2015), and the activation.

    filters: one to four blocks (28 x 28 can be halved four times), as numbers or as text such as "[16, 32]".
    kernel_size: height and width of each filter in pixels, 1 to 28. convolutions: how many a block has, 1 to 10, each with
    its own normalisation and activation; the pooling follows the last (two or three as in Simonyan and Zisserman 2015).
    activation, kernel_initializer, seed: as in one_hidden_layer. Raises ValueError for a value that cannot be used, with
    what would be right.
    """
    filters = checks.integers("filters", filters)
    if len(filters) > 4:
        raise checks.invalid(
            "filters", filters, "at most four blocks, since 28 x 28 pixels can be halved four times"
        )
    kernel_size = checks.integer("kernel_size", kernel_size, 1, 28)
    convolutions = checks.integer("convolutions", convolutions, 1, 10)
    activation = _activation(activation)
    seed = checks.seed(seed)
    counts = [count for count in filters for _ in range(convolutions)]
    seeds = [int(s) for s in np.random.SeedSequence(seed).generate_state(len(counts) + 1)]
    layers: list[keras.layers.Layer] = [
        keras.Input((28, 28), name="image"),
        keras.layers.Reshape((28, 28, 1), name="picture"),
    ]
    for number, count in enumerate(counts, start=1):
        kernel = _initializer(kernel_initializer, seeds.pop())
        # No bias: the normalisation would take it away again.
        layers.append(
            keras.layers.Conv2D(
                count,
                kernel_size,
                padding="same",
                use_bias=False,
                kernel_initializer=kernel,
                name=f"convolution_{number}",
            )
        )
        if number % convolutions == 0:
            # Before the activation: the largest of four stays the largest through it, so this is a quarter of the work.
            layers.append(keras.layers.MaxPooling2D(name=f"pooling_{number // convolutions}"))
        layers += [
            # Keras's momentum of 0.99 would still hold its first guess of the variance after a few hundred steps.
            keras.layers.BatchNormalization(momentum=0.9, name=f"batch_normalization_{number}"),
            keras.layers.Activation(activation, name=f"activation_{number}"),
        ]
    kernel = _initializer(kernel_initializer, seeds.pop())
    layers += [
        keras.layers.Flatten(name="features"),
        keras.layers.Dense(10, "softmax", kernel_initializer=kernel, name="output"),
    ]
    return keras.Sequential(layers, name="cnn")


def load(path: str | os.PathLike) -> keras.Model:
    """Load a model that was saved with model.save("name.keras").

    Raises ValueError where there is no such file, or where it is not a saved model that takes 28 x 28 images and gives
    ten outputs.
    """
    path = Path(path).expanduser()
    if not path.is_file():
        raise checks.invalid(
            "model",
            str(path),
            "single_layer, one_hidden_layer, mlp, or the path of a saved .keras file",
        )
    try:
        model = keras.saving.load_model(path, compile=False)
    except (ValueError, OSError, TypeError, KeyError) as error:
        raise ValueError(
            f"{path.name}: not a model saved by Keras ({error}). Save it with model.save('name.keras')."
        ) from error
    if model.input_shape[1:3] != (28, 28) or model.output_shape[1:] != (10,):
        raise ValueError(
            f"{path.name}: takes {model.input_shape[1:]} and gives {model.output_shape[1:]};"
            " expected images of 28 x 28 and ten outputs."
        )
    return model
