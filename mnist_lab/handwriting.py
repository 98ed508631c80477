"""From the pen to 28 x 28 pixels: strokes become a picture, MNIST's preparation fits it, and collections keep the result.

Pictures are float arrays in [0, 1], (height, width), where 0 is paper and 1 is ink. Strokes are in pixels, x to the
right and y downwards from the upper left corner, as a browser counts.
"""

import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy import ndimage

from mnist_lab import checks, sources
from mnist_lab.data import Split

SIDE = 280  # pixels of the drawing pad, ten for each pixel of an MNIST digit
PEN = 20  # pixels; on a digit that fills two thirds of the pad this gives the strokes that MNIST's digits have
_LARGEST = 4000  # pixels a side; beyond that, something else than a digit was handed in
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
        points, width = value, PEN
    try:
        found = np.asarray(points, dtype=float)
    except (TypeError, ValueError, OverflowError):
        found = np.empty(0)
    if found.ndim != 2 or found.shape[1] != 2 or len(found) == 0:
        raise checks.refuse("stroke", points, "a list of points, each x and y in pixels, such as [[10, 20], [12, 25]]")
    if not np.isfinite(found).all() or np.abs(found).max() > 10 * _LARGEST:
        raise checks.refuse("stroke", points, "finite places on or near the pad")
    return Stroke(found, checks.real("width", width, 0.0, 200.0))


def read_strokes(strokes: Any) -> list[Stroke]:
    """Return strokes as Stroke objects; each may be a list of points, or what JSON has, {"width": ..., "points": ...}.

    A list of points alone has the width PEN. Places outside the pad are kept. Raises ValueError for anything else.
    """
    if isinstance(strokes, (str, bytes, Mapping)) or not isinstance(strokes, (Sequence, np.ndarray)):
        raise checks.refuse("strokes", strokes, "a list of strokes, each a list of points")
    found = [_stroke(stroke) for stroke in strokes]
    total = sum(len(stroke.points) for stroke in found)
    if total > _MOST_POINTS:
        raise checks.refuse("strokes", f"{total:,} points", f"at most {_MOST_POINTS:,} points")
    return found


def _distance(rows: np.ndarray, columns: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Return how far each place of a grid is from the straight line between two points."""
    along = end - start
    x, y = columns - start[0], rows - start[1]
    share = np.clip((x * along[0] + y * along[1]) / max(along @ along, 1e-12), 0, 1)
    return np.hypot(x - share * along[0], y - share * along[1])


def picture(strokes: Any, side: Any = SIDE) -> np.ndarray:
    """Draw strokes with a round pen on a sheet: float32 (side, side); what lies outside the sheet is lost.

    strokes: see read_strokes; none leave an empty sheet. The ink fades over one pixel at its edges.
    """
    side = checks.integer("side", side, 1, _LARGEST)
    sheet = np.zeros((side, side), np.float32)
    for points, width in read_strokes(strokes):
        reach = width / 2 + 1
        for start, end in zip(points[:-1], points[1:], strict=True) if len(points) > 1 else [(points[0], points[0])]:
            low = np.clip(np.floor(np.minimum(start, end) - reach), 0, side).astype(int)
            high = np.clip(np.ceil(np.maximum(start, end) + reach), 0, side).astype(int)
            rows, columns = np.arange(low[1], high[1])[:, None] + 0.5, np.arange(low[0], high[0])[None] + 0.5
            ink = np.clip(width / 2 + 0.5 - _distance(rows, columns, start, end), 0, 1)
            place = sheet[low[1] : high[1], low[0] : high[0]]
            np.maximum(place, ink, out=place)
    return sheet


def _checked(picture: Any) -> np.ndarray:
    """Return a picture as float64, or raise ValueError where it is none."""
    try:
        found = np.asarray(picture, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        raise checks.refuse("picture", picture, "an array (height, width) from 0 (paper) to 1 (ink)") from None
    if found.ndim != 2 or not 1 <= min(found.shape) <= max(found.shape) <= _LARGEST:
        raise ValueError(f"picture has the shape {found.shape}; expected (height, width), each from 1 to {_LARGEST:,} pixels.")
    if not np.isfinite(found).all() or found.min() < 0 or found.max() > 1:
        raise ValueError(
            f"picture runs from {found.min():g} to {found.max():g}; expected 0 (paper) to 1 (ink). Divide bytes by 255."
        )
    return found


def crop(picture: np.ndarray) -> np.ndarray:
    """Return the smallest rectangle of a picture that holds all its ink; ValueError where there is none."""
    picture = _checked(picture)
    rows, columns = np.flatnonzero(picture.any(axis=1)), np.flatnonzero(picture.any(axis=0))
    if len(rows) == 0:
        raise ValueError("The picture has no ink: draw a digit first.")
    return picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _means(before: int, after: int) -> np.ndarray:
    """Return the matrix (after, before) that makes `after` pixels of `before`, each the mean of what lies under it."""
    edges = np.linspace(0, before, after + 1)
    pixels = np.arange(before)
    covered = np.minimum(edges[1:, None], pixels + 1) - np.maximum(edges[:-1, None], pixels)
    return np.clip(covered, 0, None) * after / before


def resize(picture: np.ndarray, height: int, width: int) -> np.ndarray:
    """Return a picture with (height, width) pixels, each the mean of those under it: its edges turn grey, not jagged."""
    picture = _checked(picture)
    means = _means(picture.shape[0], height) @ picture @ _means(picture.shape[1], width).T
    return means.clip(0, 1)  # a sum of rounded products may end a hair above 1


def fit(picture: np.ndarray, side: int = 20) -> np.ndarray:
    """Return a picture resized so that its longer side has `side` pixels, its proportions kept."""
    height, width = (max(1, round(side * length / max(picture.shape))) for length in picture.shape)
    return resize(picture, height, width)


def centre(picture: np.ndarray, side: int = 28) -> np.ndarray:
    """Return a picture on a sheet (side, side), its centre of mass at the centre, as near as whole pixels allow.

    It is moved no farther than it can without losing ink. Raises ValueError where it has no ink or is larger than the sheet.
    """
    picture = _checked(picture)
    if max(picture.shape) > side or not picture.any():
        raise checks.refuse("picture", picture.shape, f"a picture with some ink of at most {side} x {side} pixels")
    room = side - np.array(picture.shape)
    # In MNIST's files the mean place of the ink, counting pixels from 0, is 14 to within half a pixel.
    top, left = np.clip(np.round(side / 2 - np.array(ndimage.center_of_mass(picture))), 0, room).astype(int)
    sheet = np.zeros((side, side))
    sheet[top : top + picture.shape[0], left : left + picture.shape[1]] = picture
    return sheet


def _bytes(picture: np.ndarray) -> np.ndarray:
    """Return a picture as float32 in steps of 1/255, the steps that MNIST's files have."""
    return np.round(picture * 255).clip(0, 255).astype(np.float32) / np.float32(255)


def prepare(picture: np.ndarray) -> np.ndarray:
    """Prepare a picture of a digit, of any size, as MNIST's were (LeCun et al. 1998): float32 (28, 28).

    Crop to the ink; fit into 20 x 20 with the proportions kept, edges anti-aliased; put the centre of mass at the
    centre of 28 x 28. MNIST's digits come out as they went in. Raises ValueError for an empty picture and for other things.
    """
    return _bytes(centre(fit(crop(picture))))


def squeeze(picture: np.ndarray) -> np.ndarray:
    """Resize a whole picture to 28 x 28 and do nothing else: float32 (28, 28). What happens to those who skip prepare()."""
    return _bytes(resize(picture, 28, 28))


def on_a_sheet(image: np.ndarray, rng: np.random.Generator, side: int = SIDE) -> np.ndarray:
    """Return a digit (28, 28) as if written large: its ink 4 to 12 times as large, anywhere on a sheet (side, side).

    side: at least 240. Enlarged by linear interpolation. For asking what becomes of known digits that come as drawings do.
    """
    side = checks.integer("side", side, 240, _LARGEST)
    ink = crop(image)
    large = ndimage.zoom(ink, rng.uniform(4, min(12, side / max(ink.shape))), order=1, mode="grid-constant", grid_mode=True)
    top, left = (rng.integers(side - length + 1) for length in large.shape)
    sheet = np.zeros((side, side), np.float32)
    sheet[top : top + large.shape[0], left : left + large.shape[1]] = large.clip(0, 1)
    return sheet


def recorded() -> list[Drawing]:
    """Return the drawings that come with the course, ten of each digit; they were drawn by program, in several styles."""
    content = json.loads(files("mnist_lab").joinpath("drawings.json").read_text(encoding="utf-8"))
    return [Drawing(read_strokes(entry["strokes"]), entry["label"]) for entry in content]


def load(path: str | os.PathLike) -> Split:
    """Return all drawings of a collection as a Split, in the order they were saved.

    Raises DataError (a ValueError) where the file is not a collection. For parts to train and test on: load_digits(path).
    """
    images, labels = sources.read_collection(Path(path).expanduser())
    return Split(images.astype(np.float32) / np.float32(255), labels.astype(np.int64))


def save(path: str | os.PathLike, images: np.ndarray, labels: Any) -> int:
    """Append drawings to a collection, and return how many it holds now; the file and its folder are made where missing.

    path: a .npz file with images, uint8 (n, 28, 28), and labels, uint8 (n,). images: (n, 28, 28) in [0, 1], as prepare()
    returns them. labels: n whole numbers from 0 to 9. The file is replaced in one step, so that it is whole; one process
    at a time may append to it.
    Raises ValueError for other images or labels, and DataError for a file that is not a collection; it is left as it is.
    """
    path = Path(path).expanduser().resolve()
    if path.suffix != ".npz":
        raise checks.refuse("path", str(path), "the name of a .npz file")
    images = np.asarray(images)
    if images.ndim != 3 or images.shape[1:] != (28, 28) or len(images) == 0:
        raise ValueError(f"images have the shape {images.shape}; expected (n, 28, 28), as prepare() returns them.")
    new = np.stack([np.round(_checked(image) * 255) for image in images]).astype(np.uint8)
    marks = [checks.integer("label", label, 0, 9) for label in np.asarray(labels).reshape(-1).tolist()]
    if len(marks) != len(new):
        raise ValueError(f"{len(new)} images but {len(marks)} labels; expected one label an image.")
    marks = np.array(marks, np.uint8)
    if path.exists():
        images_before, marks_before = sources.read_collection(path)
        new, marks = np.concatenate([images_before, new]), np.concatenate([marks_before, marks])
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as part:
        try:
            np.savez_compressed(part, images=new, labels=marks)
            part.close()
            # A temporary file is for its owner only.
            os.chmod(part.name, path.stat().st_mode & 0o777 if path.exists() else 0o644)
            os.replace(part.name, path)
        finally:
            Path(part.name).unlink(missing_ok=True)
    return len(marks)
