"""What several networks predict for one drawing, and the training digits most like it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from sklearn.neighbors import NearestNeighbors

from mnist_lab import checks
from mnist_lab.backend import keras, tf
from mnist_lab.data.dataset import Dataset, Digits
from mnist_lab.evaluation.interpretability import penultimate_features, weighted_layers
from mnist_lab.evaluation.metrics import Prediction
from mnist_lab.evaluation.prediction import independent_outputs, probabilities_from
from mnist_lab.handwriting.preprocessing import preprocess

_NEIGHBORS = 5
_SEARCHED = 10_000  # the first training digits; all of them would triple the time to start


@dataclass(frozen=True, eq=False)
class PadPrediction:
    """What the networks predict for one drawing.

    Attributes:
        canvas: The drawing, float32 (280, 280) from 0 (paper) to 1 (ink).
        model_input: What the networks get, float32 (28, 28): the drawing after `preprocess`.
        results: The prediction of each network, by name. A drawing has no label, so a prediction
            has no accuracy.
        hidden: What the last hidden layer of each network gives, float32 (k,), by name; networks
            without a hidden layer are left out.
        nearest: The training digits whose last hidden layer is most similar, the nearest first.
            The last network decides.
    """

    canvas: np.ndarray
    model_input: np.ndarray
    results: dict[str, Prediction]
    hidden: dict[str, np.ndarray]
    nearest: Dataset


class _Network(NamedTuple):
    """A model compiled for one image, and what is known of its layers."""

    call: Callable[[tf.Tensor], list[tf.Tensor]]  # (1, 28, 28) -> input of the last layer, output
    independent: bool
    has_hidden_layer: bool


def check_network(name: str, model: Any) -> None:
    """Refuse with a ValueError, by the parameter's name, what is no network with weights."""
    if not isinstance(model, keras.Model):
        raise checks.invalid(name, model, "a network of Keras")
    if not model.built:
        raise ValueError(
            f"{name} has no weights yet: let it begin with keras.Input((28, 28)), then train it."
        )


def _compile_for_one_image(model: keras.Sequential) -> _Network:
    both = keras.Model(model.inputs[0], [model.layers[-1].input, model.outputs[0]])
    call = tf.function(
        lambda image: both(image, training=False),
        input_signature=[tf.TensorSpec((1, 28, 28), tf.float32)],
    )
    return _Network(call, independent_outputs(model), len(weighted_layers(model)) > 1)


class Predictor:
    """Predicts drawings with several networks, each compiled once.

    Args:
        models: Networks by name, at least one. The last one also finds the nearest training digits,
            by the weights it has now.
        digits: The digits whose first 10,000 training digits are searched.

    Raises:
        ValueError: There is no network, or one has no weights or does not end in probabilities.
    """

    def __init__(self, models: Mapping[str, keras.Sequential], digits: Digits) -> None:
        if not isinstance(models, Mapping) or not models:
            raise checks.invalid(
                "models", models, "a name and a network for each, such as {'cnn': model}"
            )
        for name, model in models.items():
            check_network(f"models[{name!r}]", model)
        self._networks = {name: _compile_for_one_image(model) for name, model in models.items()}
        self._searched = digits.train.subset(slice(_SEARCHED))
        features = penultimate_features(list(models.values())[-1], self._searched.images)
        count = min(_NEIGHBORS, len(features))
        self._neighbors = NearestNeighbors(n_neighbors=count, algorithm="brute").fit(features)
        self.predict(np.eye(3))  # the first call traces the networks and is slow

    @property
    def names(self) -> list[str]:
        """The names of the networks."""
        return list(self._networks)

    def predict(self, canvas: np.ndarray) -> PadPrediction:
        """Predict one drawing with every network.

        Args:
            canvas: (height, width) from 0 (paper) to 1 (ink); `preprocess` prepares it.

        Returns:
            The predictions and what led to them.

        Raises:
            ValueError: The canvas has no ink.
        """
        model_input = preprocess(canvas)
        images = model_input[None]
        results, hidden, features = {}, {}, np.empty(0)
        for name, network in self._networks.items():
            features, outputs = (np.asarray(part) for part in network.call(tf.constant(images)))
            probabilities = probabilities_from(outputs, network.independent)
            results[name] = Prediction(images, probabilities)
            if network.has_hidden_layer:
                hidden[name] = features.reshape(-1)
        # `features` are those of the last network.
        nearest = self._neighbors.kneighbors(features.reshape(1, -1), return_distance=False)[0]
        return PadPrediction(canvas, model_input, results, hidden, self._searched.subset(nearest))
