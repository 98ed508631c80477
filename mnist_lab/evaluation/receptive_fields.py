"""What part of a digit a neuron of a convolutional network sees."""

import numpy as np

from mnist_lab.backend import keras


def receptive_fields(model: keras.Model) -> dict[str, np.ndarray]:
    """Return which pixels a neuron of each block sees: those that can change it.

    A copy of the network gets filters that have only positive weights. Then a neuron answers to a
    picture with one dark pixel, and paper elsewhere, just where it sees that pixel.

    Args:
        model: A convolutional network of the course, or one of such layers, whose activations
            grow from 0 at 0, such as ReLU.

    Returns:
        "block 1" and so on, one for each activation of maps, first to last -> bool (28, 28), the
        pixels that the neuron in the middle of a map sees.

    Raises:
        ValueError: The model has no such layers.

    Example:
        >>> fields = lab.evaluation.receptive_fields(lab.models.cnn([16, 32]))
        >>> {name: int(field.sum()) for name, field in fields.items()}
        {'block 1': 16, 'block 2': 100}
    """
    copy = keras.models.clone_model(model)
    outputs = [
        layer.output
        for layer in copy.layers
        if isinstance(layer, keras.layers.Activation) and len(layer.output.shape) == 4
    ]
    if not outputs:
        raise ValueError(f"model {model.name}: has no maps; expected a network of lab.models.cnn.")
    for layer in copy.layers:
        for weight in layer.trainable_weights:
            if len(weight.shape) == 4:  # a convolution's, or one half of a separable one's
                weight.assign(np.full(weight.shape, 1 / np.prod(weight.shape[:3]), np.float32))
    maps = keras.Model(copy.inputs[0], outputs)
    single_pixels = np.eye(784, dtype=np.float32).reshape(784, 28, 28)
    fields = {}
    found = maps.predict(single_pixels, verbose=0)
    # Of a network with one block it is no list.
    for number, answers in enumerate(found if isinstance(found, list) else [found], start=1):
        row, column = answers.shape[1] // 2, answers.shape[2] // 2
        fields[f"block {number}"] = (answers[:, row, column, 0] > 0).reshape(28, 28)
    return fields
