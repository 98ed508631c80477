"""The drawing pad: a widget to write a digit on while several networks predict it; pad.js draws it.

The browser sends the strokes when the pen is lifted, as the trait `strokes`, and gets the trait
`answer` back. Both are plain lists and numbers: a browser's bytes arrive as a memoryview, which
traitlets.Bytes drops without an error.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import anywidget
import numpy as np
import traitlets
from sklearn.neighbors import NearestNeighbors

from mnist_lab import checks
from mnist_lab.backend import keras, tf
from mnist_lab.data.dataset import Dataset, Digits
from mnist_lab.evaluation.interpretability import penultimate_features, weighted_layers
from mnist_lab.evaluation.metrics import Prediction, independent_outputs, probabilities_from
from mnist_lab.handwriting.collection import append_to_collection
from mnist_lab.handwriting.preprocessing import preprocess
from mnist_lab.handwriting.strokes import (
    CANVAS_SIZE,
    PEN_WIDTH,
    StrokeLike,
    rasterize,
    read_strokes,
)

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
        ValueError: There is no network, or one does not end in probabilities.
    """

    def __init__(self, models: Mapping[str, keras.Sequential], digits: Digits) -> None:
        if not isinstance(models, Mapping) or not models:
            raise checks.invalid(
                "models", models, "a name and a network for each, such as {'cnn': model}"
            )
        self._networks = {name: _compile_for_one_image(model) for name, model in models.items()}
        self._searched = digits.train.subset(slice(_SEARCHED))
        features = penultimate_features(list(models.values())[-1], self._searched.images)
        count = min(_NEIGHBORS, len(features))
        self._neighbors = NearestNeighbors(n_neighbors=count, algorithm="brute").fit(features)
        self.predict(np.ones((1, 1)))  # the first call traces the networks and is slow

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


def _to_bytes(values: np.ndarray) -> list[int]:
    """Return values as whole numbers from 0 to 255; 255 is their maximum, or 1 if that is more."""
    scaled = values.clip(0) / max(1.0, float(values.max()))
    return np.round(255 * scaled).astype(int).reshape(-1).tolist()


def _answer(prediction: PadPrediction, number: int) -> dict[str, Any]:
    """Return a prediction in the form the browser gets; `number` tells equal answers apart."""
    return {
        "number": number,
        "model_input": _to_bytes(prediction.model_input),
        "models": [
            {
                "name": name,
                "prediction": int(result.predictions[0]),
                "probabilities": result.probabilities[0].round(4).tolist(),
                "hidden": _to_bytes(prediction.hidden[name]) if name in prediction.hidden else [],
            }
            for name, result in prediction.results.items()
        ],
        "nearest": [
            {"label": int(label), "pixels": _to_bytes(image)}
            for image, label in zip(
                prediction.nearest.images, prediction.nearest.labels, strict=True
            )
        ],
    }


class Pad(anywidget.AnyWidget):
    """A pad to draw digits on, with mouse, pen, finger or keyboard; every network predicts them.

    Args:
        models: Networks by name, at least one; the last one also finds the nearest training digits.
        digits: The digits whose training digits are searched for the nearest.
        folder: "Collect" appends drawings to the file drawings.npz in this folder. Nothing is
            written before the first drawing is collected.

    Attributes:
        prediction: The PadPrediction for what is on the pad; None while the pad is empty.
        collection: The path of drawings.npz.

    Example:
        >>> digits = lab.load_digits("sample", train_size=100)
        >>> pad = lab.handwriting.Pad({"single": lab.models.single_layer()}, digits, "my_digits")
        >>> pad.draw(lab.handwriting.load_recorded()[43].strokes).model_input.shape
        (28, 28)
    """

    _esm = Path(__file__).with_name("pad.js")
    _css = Path(__file__).with_name("pad.css")
    canvas_size = traitlets.Int(CANVAS_SIZE).tag(sync=True)
    pen_width = traitlets.Int(PEN_WIDTH).tag(sync=True)
    strokes = traitlets.List().tag(sync=True)
    answer = traitlets.Dict().tag(sync=True)
    status = traitlets.Unicode().tag(sync=True)

    def __init__(
        self, models: Mapping[str, keras.Sequential], digits: Digits, folder: str | os.PathLike
    ) -> None:
        self.prediction: PadPrediction | None = None
        self.collection = Path(folder).expanduser() / "drawings.npz"
        self._predictor = Predictor(models, digits)
        self._answers = 0
        super().__init__()
        self.on_msg(self._on_message)

    def __repr__(self) -> str:
        return f"Drawing pad: {', '.join(self._predictor.names)}"

    def draw(self, strokes: Sequence[StrokeLike]) -> PadPrediction | None:
        """Replace what is on the pad by strokes; a browser that shows the pad shows them too.

        Args:
            strokes: See `read_strokes`; an empty list clears the pad.

        Returns:
            What the networks predict; None where there is no ink on the pad.

        Raises:
            ValueError: `strokes` are not strokes; the pad stays as it is.
        """
        self.strokes = [
            {"width": stroke.width, "points": stroke.points.tolist()}
            for stroke in read_strokes(strokes)
        ]
        return self.prediction

    def collect(self, label: checks.IntLike) -> int:
        """Append the drawing on the pad to the collection, and clear the pad.

        Args:
            label: The digit that is meant, 0 to 9.

        Returns:
            How many drawings the collection now has.

        Raises:
            ValueError: `label` is not a digit, or the pad is empty.
        """
        count = self._append(self.strokes, label)
        self.strokes = []
        return count

    def _append(self, strokes: Any, label: Any) -> int:
        label = checks.integer("label", label, 0, 9)
        canvas = rasterize(strokes, self.canvas_size)
        if not canvas.any():
            raise ValueError("The pad is empty: draw a digit, then collect it.")
        count = append_to_collection(self.collection, preprocess(canvas)[None], [label])
        self.status = f"Saved drawing {count}, a {label}, in {self.collection}."
        return count

    @traitlets.observe("strokes")
    def _on_strokes(self, change: dict[str, Any]) -> None:
        self.prediction = None
        if change["new"]:  # an empty pad keeps the message that a drawing was saved
            self.status = ""
        try:
            canvas = rasterize(change["new"], self.canvas_size)
            if canvas.any():
                self.prediction = self._predictor.predict(canvas)
        except ValueError as error:
            self.status = str(error)
        self._answers += 1
        self.answer = (
            _answer(self.prediction, self._answers)
            if self.prediction
            else {"number": self._answers}
        )

    def _on_message(self, widget: Any, content: Any, buffers: Any) -> None:
        """Collect a drawing when the browser asks for it; errors are shown on the pad.

        The message carries the strokes, because it may arrive before the trait's last change. The
        browser clears its pad itself.
        """
        if not isinstance(content, dict) or content.get("kind") != "collect":
            return
        try:
            self._append(content.get("strokes"), content.get("label"))
        except (ValueError, OSError) as error:
            self.status = str(error)
