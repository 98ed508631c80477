"""Strokes of a pen, and drawing them as an image."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np

from mnist_lab import checks

CANVAS_SIZE = 280  # pixels of the drawing pad, ten for each pixel of an MNIST digit
PEN_WIDTH = 20  # pixels; on a digit that fills two thirds of the pad this gives the strokes that MNIST's digits have
MAX_SIDE = 4000  # pixels a side; beyond that, something else than a digit was handed in
_MOST_POINTS = 50_000


class Stroke(NamedTuple):
    """What a pen leaves between two lifts: its points float (n, 2), each x and y in pixels, and its width in pixels."""

    points: np.ndarray
    width: float


@dataclass(frozen=True, eq=False)
class Drawing:
    """The strokes of a digit on the pad, and the digit they are meant to be."""

    strokes: list[Stroke]
    label: int


def _stroke(value: Any) -> Stroke:
    if isinstance(value, Stroke):
        points, width = value
    elif isinstance(value, Mapping) and {"points", "width"} <= set(value):
        points, width = value["points"], value["width"]
    else:
        points, width = value, PEN_WIDTH
    try:
        found = np.asarray(points, dtype=float)
    except (TypeError, ValueError, OverflowError):
        found = np.empty(0)
    if found.ndim != 2 or found.shape[1] != 2 or len(found) == 0:
        raise checks.invalid(
            "stroke",
            points,
            "a list of points, each x and y in pixels, such as [[10, 20], [12, 25]]",
        )
    if not np.isfinite(found).all() or np.abs(found).max() > 10 * MAX_SIDE:
        raise checks.invalid("stroke", points, "finite places on or near the pad")
    return Stroke(found, checks.real("width", width, 0.0, 200.0, closed="right"))


def read_strokes(strokes: Any) -> list[Stroke]:
    """Return strokes as Stroke objects; each may be a list of points, or what JSON has, {"width": ..., "points": ...}.

    A list of points alone has the width PEN_WIDTH. Places outside the pad are kept. Raises ValueError for anything else.
    """
    if isinstance(strokes, (str, bytes, Mapping)) or not isinstance(
        strokes, (Sequence, np.ndarray)
    ):
        raise checks.invalid("strokes", strokes, "a list of strokes, each a list of points")
    found = [_stroke(stroke) for stroke in strokes]
    total = sum(len(stroke.points) for stroke in found)
    if total > _MOST_POINTS:
        raise checks.invalid("strokes", f"{total:,} points", f"at most {_MOST_POINTS:,} points")
    return found


def _distance(
    rows: np.ndarray, columns: np.ndarray, start: np.ndarray, end: np.ndarray
) -> np.ndarray:
    """Return how far each place of a grid is from the straight line between two points."""
    along = end - start
    x, y = columns - start[0], rows - start[1]
    share = np.clip((x * along[0] + y * along[1]) / max(along @ along, 1e-12), 0, 1)
    return np.hypot(x - share * along[0], y - share * along[1])


def rasterize(strokes: Any, side: Any = CANVAS_SIZE) -> np.ndarray:
    """Draw strokes with a round pen on a canvas: float32 (side, side); what lies outside the canvas is lost.

    strokes: see read_strokes; none leave an empty canvas. The ink fades over one pixel at its edges.
    """
    side = checks.integer("side", side, 1, MAX_SIDE)
    canvas = np.zeros((side, side), np.float32)
    for points, width in read_strokes(strokes):
        reach = width / 2 + 1
        for start, end in (
            zip(points[:-1], points[1:], strict=True)
            if len(points) > 1
            else [(points[0], points[0])]
        ):
            low = np.clip(np.floor(np.minimum(start, end) - reach), 0, side).astype(int)
            high = np.clip(np.ceil(np.maximum(start, end) + reach), 0, side).astype(int)
            rows, columns = (
                np.arange(low[1], high[1])[:, None] + 0.5,
                np.arange(low[0], high[0])[None] + 0.5,
            )
            ink = np.clip(width / 2 + 0.5 - _distance(rows, columns, start, end), 0, 1)
            place = canvas[low[1] : high[1], low[0] : high[0]]
            np.maximum(place, ink, out=place)
    return canvas


def load_recorded() -> list[Drawing]:
    """Return the drawings that come with the course, ten of each digit; they were drawn by program, in several styles."""
    content = json.loads(files("mnist_lab").joinpath("drawings.json").read_text(encoding="utf-8"))
    return [Drawing(read_strokes(entry["strokes"]), entry["label"]) for entry in content]
