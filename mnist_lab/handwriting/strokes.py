"""Strokes of a pen, and rasterizing them into an image as large as the pad."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from mnist_lab import checks

CANVAS_SIZE = 280  # pixels per side of the drawing pad, ten per pixel of an MNIST digit
PEN_WIDTH = 20  # pixels; a digit that fills two thirds of the pad gets strokes as thick as MNIST's
MAX_SIDE = 4000  # pixels per side; a larger array is not an image of one digit
_MAX_POINTS = 50_000


class Stroke(NamedTuple):
    """One line of a pen, from putting it down to lifting it.

    Attributes:
        points: Where the pen was, float64 (n, 2): x and y in pixels, y downwards.
        width: The width of the pen in pixels.
    """

    points: np.ndarray
    width: float


# What a stroke may be written as: see read_strokes.
StrokeLike: TypeAlias = Stroke | Mapping[str, Any] | Sequence[Sequence[float]] | np.ndarray


@dataclass(frozen=True, eq=False)
class Drawing:
    """A drawn digit.

    Attributes:
        strokes: The strokes, in the order they were drawn.
        label: The digit that is meant, 0 to 9.
    """

    strokes: list[Stroke]
    label: int


def _read_stroke(value: StrokeLike) -> Stroke:
    if isinstance(value, Stroke):
        points, width = value
    elif isinstance(value, Mapping) and {"points", "width"} <= set(value):
        points, width = value["points"], value["width"]
    else:
        points, width = value, PEN_WIDTH
    array: np.ndarray = np.empty(0)
    with suppress(TypeError, ValueError, OverflowError):
        array = np.asarray(points, dtype=float)
    if array.ndim != 2 or array.shape[1] != 2 or len(array) == 0:
        raise checks.invalid(
            "stroke",
            points,
            "a list of points, each x and y in pixels, such as [[10, 20], [12, 25]]",
        )
    if not np.isfinite(array).all() or np.abs(array).max() > 10 * MAX_SIDE:
        raise checks.invalid("stroke", points, "finite points on or near the pad")
    return Stroke(array, checks.real("width", width, 0.0, 200.0, closed="right"))


def read_strokes(strokes: Sequence[StrokeLike]) -> list[Stroke]:
    """Check strokes and return them as Stroke objects.

    Args:
        strokes: A list of strokes. Each is a Stroke, or {"width": ..., "points": ...} as in JSON,
            or a list of points (n, 2), which gets the width `PEN_WIDTH`. Points may lie outside
            the pad.

    Returns:
        The strokes, in the same order.

    Raises:
        ValueError: For anything else, and for more than 50,000 points.
    """
    if isinstance(strokes, (str, bytes, Mapping)) or not isinstance(
        strokes, (Sequence, np.ndarray)
    ):
        raise checks.invalid("strokes", strokes, "a list of strokes, each a list of points")
    checked = [_read_stroke(stroke) for stroke in strokes]
    total = sum(len(stroke.points) for stroke in checked)
    if total > _MAX_POINTS:
        raise checks.invalid("strokes", f"{total:,} points", f"at most {_MAX_POINTS:,} points")
    return checked


def _distance(x: np.ndarray, y: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Return the distance of each point (x, y) from the line segment between two points.

    Each operation is one that every processor and browser rounds alike, unlike `@` and `hypot`: so
    a drawing is the same picture everywhere, bit for bit.
    """
    across, down = end - start
    x, y = x - start[0], y - start[1]
    squared = max(across * across + down * down, 1e-12)
    fraction = np.clip((x * across + y * down) / squared, 0, 1)
    x, y = x - fraction * across, y - fraction * down
    return np.sqrt(x * x + y * y)


def _draw_segment(canvas: np.ndarray, start: np.ndarray, end: np.ndarray, width: float) -> None:
    """Draw one line segment on a canvas, in place; where it crosses ink, the darker value stays."""
    reach = width / 2 + 1
    left, top = np.clip(np.floor(np.minimum(start, end) - reach), 0, len(canvas)).astype(int)
    right, bottom = np.clip(np.ceil(np.maximum(start, end) + reach), 0, len(canvas)).astype(int)
    x, y = np.arange(left, right)[None] + 0.5, np.arange(top, bottom)[:, None] + 0.5
    ink = np.clip(width / 2 + 0.5 - _distance(x, y, start, end), 0, 1)
    box = canvas[top:bottom, left:right]
    np.maximum(box, ink, out=box)


def rasterize(strokes: Sequence[StrokeLike], side: checks.IntLike = CANVAS_SIZE) -> np.ndarray:
    """Draw strokes with a round pen on an empty canvas.

    Args:
        strokes: See `read_strokes`; an empty list leaves the canvas empty.
        side: Pixels per side of the canvas, 1 to 4,000.

    Returns:
        The canvas, float32 (side, side) from 0 (paper) to 1 (ink). Edges are anti-aliased over one
        pixel. Ink outside the canvas is lost.

    Raises:
        ValueError: `strokes` are not strokes, or `side` is out of range.

    Example:
        >>> canvas = lab.handwriting.rasterize([[[140, 60], [140, 220]]])
        >>> canvas.shape, canvas[140, 140].item()
        ((280, 280), 1.0)
    """
    side = checks.integer("side", side, 1, MAX_SIDE)
    canvas = np.zeros((side, side), np.float32)
    for points, width in read_strokes(strokes):
        ends = points[1:] if len(points) > 1 else points  # a single point is a dot
        for start, end in zip(points, ends, strict=False):
            _draw_segment(canvas, start, end, width)
    return canvas


def load_recorded() -> list[Drawing]:
    """Load the drawings that come with the course, ten of each digit.

    A program drew them, in several styles and sizes, about as wide and as thick as MNIST's digits
    (tools/generate_drawings.py). They are no person's handwriting.

    Returns:
        100 drawings on a pad of `CANVAS_SIZE` pixels.

    Example:
        >>> recorded = lab.handwriting.load_recorded()
        >>> len(recorded), recorded[43].label
        (100, 3)
    """
    text = files("mnist_lab.handwriting").joinpath("drawings.json").read_text(encoding="utf-8")
    return [Drawing(read_strokes(entry["strokes"]), entry["label"]) for entry in json.loads(text)]
