"""The drawing pad: a widget to write a digit on while several networks predict it; pad.js draws it.

The browser sends the strokes when the pen is lifted, as the trait `strokes`, and gets the trait
`answer` back. Both are plain lists and numbers: a browser's bytes arrive as a memoryview, which
traitlets.Bytes drops without an error.
"""

import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import anywidget
import numpy as np
import traitlets

from mnist_lab import checks
from mnist_lab.backend import keras
from mnist_lab.data.dataset import Digits
from mnist_lab.handwriting.collection import append_to_collection, remove_from_collection
from mnist_lab.handwriting.pad_photos import answer_to_photo, decode_photo
from mnist_lab.handwriting.pad_script import pad_script
from mnist_lab.handwriting.photos.page import Reading
from mnist_lab.handwriting.photos.reading import read_page
from mnist_lab.handwriting.predictor import PadPrediction, Predictor, check_network
from mnist_lab.handwriting.preprocessing import preprocess
from mnist_lab.handwriting.strokes import (
    CANVAS_SIZE,
    PEN_WIDTH,
    StrokeLike,
    rasterize,
    read_strokes,
)

_NO_WIDGETS = (
    "If you see only this text, run this cell. If the text stays, widgets do not show here: open"
    " the notebook in JupyterLab, or draw in Python,"
    " lab.plots.pad_figure(pad.draw([[[140, 60], [140, 220]]]))."
)


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

    A photo of digits can be chosen, dropped, pasted or taken with a camera; it is read as
    `read_page` reads it. It is not kept.

    Args:
        models: Networks by name, at least one; the last one also finds the nearest training digits.
        digits: The digits whose training digits are searched for the nearest.
        folder: "Collect" appends drawings to the file drawings.npz in this folder. Nothing is
            written before the first drawing is collected. The default is a folder beside the
            notebook, so that drawings are kept.
        blind: How many drawings are to be collected before the pad shows any answer. Whoever sees
            the answers first writes for the networks, or leaves out what they misread.
        reader: The network that reads photos; None takes the course's own, which has learned from
            photographed digits.

    Attributes:
        prediction: The PadPrediction for what is on the pad; None while the pad is empty.
        blind: How many more drawings are to be collected before the pad shows any answer.
        collection: The path of drawings.npz.
        reading: The Reading of the last photo; None before there is one.

    Example:
        >>> digits = lab.load_digits("sample", train_size=100)
        >>> pad = lab.handwriting.Pad({"single": lab.models.single_layer()}, digits, "my_digits")
        >>> pad.draw(lab.handwriting.load_recorded()[43].strokes).model_input.shape
        (28, 28)
    """

    _esm = pad_script()
    _css = Path(__file__).with_name("pad.css")
    canvas_size = traitlets.Int(CANVAS_SIZE).tag(sync=True)
    pen_width = traitlets.Int(PEN_WIDTH).tag(sync=True)
    blind = traitlets.Int(0).tag(sync=True)  # how many more are to be collected without answers
    strokes = traitlets.List().tag(sync=True)
    answer = traitlets.Dict().tag(sync=True)
    status = traitlets.Unicode().tag(sync=True)

    def __init__(
        self,
        models: Mapping[str, keras.Sequential],
        digits: Digits,
        folder: str | os.PathLike = "my_digits",
        blind: checks.IntLike = 0,
        reader: keras.Model | None = None,
    ) -> None:
        self.prediction: PadPrediction | None = None
        self.reading: Reading | None = None
        if reader is not None:
            check_network("reader", reader)
        self._reader = reader
        self.collection = Path(folder).expanduser() / "drawings.npz"
        self._predictor = Predictor(models, digits)
        self._answers = 0
        self._blind = checks.integer("blind", blind, 0)
        self._collected = 0
        super().__init__(blind=self._blind)
        self.on_msg(self._on_message)

    def __repr__(self) -> str:
        """Return what stands where widgets do not show: the pad's text/plain."""
        return f"Drawing pad: {', '.join(self._predictor.names)}.\n{_NO_WIDGETS}"

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
        count = append_to_collection(self.collection, self._prepared(strokes), [label])
        self._count(1)
        saved = f"Saved drawing {count}, labeled {label}, in {self.collection}."
        self.status = saved + self._warning()
        return count

    def _take_back(self, strokes: Any, label: Any) -> None:
        label = checks.integer("label", label, 0, 9)
        count = remove_from_collection(self.collection, self._prepared(strokes)[0], label)
        self._count(-1)
        left = "1 drawing is" if count == 1 else f"{count:,} drawings are"
        self.status = f"Took the {label} back. {left} left in {self.collection}."

    def _count(self, change: int) -> None:
        """Count what is collected on this pad; a pad that has begun to answer goes on with it."""
        self._collected = max(0, self._collected + change)
        if self.blind:
            self.blind = min(self._blind, max(0, self._blind - self._collected))

    def _prepared(self, strokes: Any) -> np.ndarray:
        """Return strokes as the collection keeps them, (1, 28, 28)."""
        canvas = rasterize(strokes, self.canvas_size)
        if not canvas.any():
            raise ValueError("The pad is empty: draw a digit, then collect it.")
        return preprocess(canvas)[None]

    def _warning(self) -> str:
        """Return what to say of a folder that the system empties; "" for any other."""
        if not self.collection.resolve().is_relative_to(Path(tempfile.gettempdir()).resolve()):
            return ""
        return " That folder is temporary, so they will be lost: name another one for the pad."

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
            if self.prediction and not self.blind
            else {"number": self._answers}
        )

    def _on_message(self, widget: Any, content: Any, buffers: Any) -> None:
        """Collect a drawing or take one back when the browser asks for it, and reply.

        The message carries the strokes, because it may arrive before the trait's last change. The
        browser changes its pad itself when it has the reply; errors are shown on the pad. A hello
        is returned, see GREETING in pad.js.
        """
        kinds = {"collect": self._append, "take back": self._take_back}
        kind = content.get("kind") if isinstance(content, dict) else None
        if kind == "hello":
            self.send({"kind": "hello", "again": content.get("again")})
        if kind == "photo":
            self.send(self._read_photo(content))
        if not isinstance(kind, str) or kind not in kinds:
            return
        try:
            kinds[kind](content.get("strokes"), content.get("label"))
            done = True
        except ValueError as error:
            self.status, done = str(error), False
        except OSError as error:
            self.status, done = f"Not saved: {error}", False
        self.send({"kind": "reply", "done": done})

    def _read_photo(self, content: dict[str, Any]) -> dict[str, Any]:
        """Read the photo in a message, and return the reply; its number tells photos apart."""
        reply = {"kind": "photo", "number": content.get("number"), "lines": [], "problem": ""}
        try:
            self.reading = read_page(decode_photo(content.get("picture")), self._reader)
        except ValueError as error:
            return reply | {"problem": str(error)}
        return reply | {"lines": answer_to_photo(self.reading)}
