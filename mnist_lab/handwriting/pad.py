"""The drawing pad: a widget on which one writes a digit and watches several networks read it; drawing.js is its other half.

The browser draws. When the pen is lifted, the strokes come here once, as the trait `strokes`, and the trait `answer` goes
back. Both are plain lists: traitlets.Bytes would refuse, without a word, the memoryview that a browser's bytes arrive as.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anywidget
import numpy as np
import traitlets
from sklearn.neighbors import NearestNeighbors

from mnist_lab import checks, handwriting
from mnist_lab.backend import keras, tf
from mnist_lab.data.digits import Dataset, Digits
from mnist_lab.evaluation import interpretability
from mnist_lab.evaluation.metrics import Evaluation, evaluate

_NEIGHBOURS = 5
_LOOKED_THROUGH = (
    10_000  # training digits, the first ones; all of them would triple the time to start
)


@dataclass(frozen=True, eq=False)
class PadPrediction:
    """What the networks make of one drawing.

    canvas: the drawing, float32 (280, 280). model_input: what the networks get, float32 (28, 28). results: each network's answer
    to `model_input`. hidden: what its last hidden layer gives, float32 (k,), for those that have one. nearest: the training digits
    whose last hidden layer is most alike, in the eyes of the last network, the nearest first.
    """

    canvas: np.ndarray
    model_input: np.ndarray
    results: dict[str, Evaluation]
    hidden: dict[str, np.ndarray]
    nearest: Dataset


def _compiled(model: keras.Sequential) -> Any:
    """Return a compiled function of one image (1, 28, 28): what goes into the last layer, and what comes out of it."""
    both = keras.Model(model.inputs[0], [model.layers[-1].input, model.outputs[0]])
    return tf.function(
        lambda image: both(image, training=False),
        input_signature=[tf.TensorSpec((1, 28, 28), tf.float32)],
    )


class Predictor:
    """Reads drawings with several networks, each compiled once.

    models: name -> network; the last is the one that also shows the nearest of the training digits in `digits`, by the
    weights it has now. Raises ValueError where there is no network.
    """

    def __init__(self, models: Mapping[str, keras.Sequential], digits: Digits) -> None:
        if not isinstance(models, Mapping) or not models:
            raise checks.invalid(
                "models", models, "a name and a network for each, such as {'cnn': model}"
            )
        self._compiled = {name: _compiled(model) for name, model in models.items()}
        # A network with one layer of weights has none that is hidden.
        self._layered = {
            name
            for name, model in models.items()
            if sum(hasattr(part, "kernel") for part in model.layers) > 1
        }
        self._last = list(models)[-1]
        self._known = Dataset(
            digits.train.images[:_LOOKED_THROUGH], digits.train.labels[:_LOOKED_THROUGH]
        )
        features = interpretability.penultimate_features(models[self._last], self._known.images)
        count = min(_NEIGHBOURS, len(features))
        self._neighbours = NearestNeighbors(n_neighbors=count, algorithm="brute").fit(features)
        self.read(
            handwriting.paste_enlarged(digits.train.images[0], np.random.default_rng(0))
        )  # the first time is the slow one

    @property
    def names(self) -> list[str]:
        """The networks' names."""
        return list(self._compiled)

    def read(self, canvas: np.ndarray) -> PadPrediction:
        """Return what the networks make of a picture (height, width) in [0, 1]; ValueError where it has no ink."""
        model_input = handwriting.preprocess(canvas)
        one = Dataset(model_input[None], np.zeros(1, np.int64))
        results, hidden = {}, {}
        for name, ask in self._compiled.items():
            features, output = (np.asarray(part) for part in ask(tf.constant(one.images)))
            results[name] = evaluate(lambda images, training, output=output: output, one)
            hidden[name] = features.reshape(-1)
        nearest = self._neighbours.kneighbors(hidden[self._last][None], return_distance=False)[0]
        layered = {name: values for name, values in hidden.items() if name in self._layered}
        return PadPrediction(
            canvas,
            model_input,
            results,
            layered,
            Dataset(self._known.images[nearest], self._known.labels[nearest]),
        )


def _bytes(values: np.ndarray) -> list[int]:
    """Return values as whole numbers from 0 to 255, the largest (or 1, if that is larger) as 255."""
    return (
        np.round(255 * values.clip(0) / max(1.0, float(values.max())))
        .astype(int)
        .reshape(-1)
        .tolist()
    )


def _answer(reading: PadPrediction, number: int) -> dict[str, Any]:
    """Return a reading as the browser gets it. number: tells two equal answers apart."""
    return {
        "number": number,
        "model_input": _bytes(reading.model_input),
        "models": [
            {
                "name": name,
                "reads": int(result.predictions[0]),
                "probabilities": result.probabilities[0].round(4).tolist(),
                "hidden": _bytes(reading.hidden[name]) if name in reading.hidden else [],
            }
            for name, result in reading.results.items()
        ],
        "nearest": [
            {"label": int(label), "pixels": _bytes(image)}
            for image, label in zip(reading.nearest.images, reading.nearest.labels, strict=True)
        ],
    }


class Pad(anywidget.AnyWidget):
    """A pad to draw digits on, with mouse, pen, touch or keyboard; each lift of the pen is answered by every network.

    models, digits: see Predictor. folder: where "Collect" keeps labelled drawings, in a file drawings.npz (handwriting.append_to_collection);
    nothing is written before the first.
    """

    _esm = Path(__file__).with_name("drawing.js")
    side = traitlets.Int(handwriting.CANVAS_SIZE).tag(sync=True)
    pen = traitlets.Int(handwriting.PEN_WIDTH).tag(sync=True)
    strokes = traitlets.List().tag(sync=True)
    answer = traitlets.Dict().tag(sync=True)
    status = traitlets.Unicode().tag(sync=True)

    def __init__(
        self, models: Mapping[str, keras.Sequential], digits: Digits, folder: str | os.PathLike
    ) -> None:
        self.reading: PadPrediction | None = None
        self.collection = Path(folder).expanduser() / "drawings.npz"
        self._reader = Predictor(models, digits)
        self._number = 0
        super().__init__()
        self.on_msg(self._on_message)

    def __repr__(self) -> str:
        return f"Drawing pad: {', '.join(self._reader.names)}"

    def draw(self, strokes: Any) -> PadPrediction | None:
        """Put strokes on the pad in place of what is there, and return what the networks read; None for no strokes.

        strokes: see handwriting.read_strokes; ValueError for other things. A browser that shows the pad shows them too.
        """
        found = handwriting.read_strokes(strokes)
        self.strokes = [
            {"width": stroke.width, "points": stroke.points.tolist()} for stroke in found
        ]
        return self.reading

    def collect(self, label: Any) -> int:
        """Append the drawing on the pad to the collection, clear the pad, and return how many the collection holds now.

        label: which digit it is meant to be, 0 to 9. Raises ValueError for another label and where nothing is drawn.
        """
        count = self._keep(self.strokes, label)
        self.strokes = []
        return count

    def _keep(self, strokes: Any, label: Any) -> int:
        label = checks.integer("label", label, 0, 9)
        canvas = handwriting.rasterize(strokes, self.side)
        if not canvas.any():
            raise ValueError("The pad is empty: draw a digit, then collect it.")
        count = handwriting.append_to_collection(
            self.collection, handwriting.preprocess(canvas)[None], [label]
        )
        self.status = f"Saved drawing {count}, a {label}, in {self.collection}."
        return count

    @traitlets.observe("strokes")
    def _on_strokes(self, change: dict[str, Any]) -> None:
        self.reading = None
        if change["new"]:  # clearing the pad after a drawing was saved leaves the line that says so
            self.status = ""
        try:
            canvas = handwriting.rasterize(change["new"], self.side)
            if canvas.any():
                self.reading = self._reader.read(canvas)
        except ValueError as error:
            self.status = str(error)
        self._number += 1
        self.answer = (
            _answer(self.reading, self._number) if self.reading else {"number": self._number}
        )

    def _on_message(self, widget: Any, content: Any, buffers: Any) -> None:
        """Collect, as the browser asks; what goes wrong is told on the pad.

        The strokes come with the message, which may overtake the trait's last change; the browser clears its pad itself.
        """
        if not isinstance(content, dict) or content.get("kind") != "collect":
            return
        try:
            self._keep(content.get("strokes"), content.get("label"))
        except (ValueError, OSError) as error:
            self.status = str(error)
