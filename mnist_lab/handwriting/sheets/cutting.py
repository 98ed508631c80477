"""Cuts a photographed sheet into digits, each labeled by its row."""

from typing import NamedTuple

import numpy as np
from PIL import Image
from scipy import ndimage

from mnist_lab.handwriting.photos.darkness import fine_ink
from mnist_lab.handwriting.photos.digit import digit_image
from mnist_lab.handwriting.photos.view import in_picture, straightened, whole
from mnist_lab.handwriting.sheets import layout
from mnist_lab.handwriting.sheets.marks import find_marks, locate

_SCALE = 6  # pixels per millimeter of a straightened sheet
_SEARCHED = 1600  # pixels of the longer side in which the marks are looked for
_MARGIN = 2.0  # millimeters around the boxes
_PEN = 0.7  # millimeters: the stroke of a usual pen
_LEAST_DIGIT = 3.0  # millimeters of the longer side of a digit's largest piece
_LEAST_PIECE = (_PEN * _SCALE) ** 2 / 2  # pixels; less is a speck
_FRAME_BAND = 0.8  # millimeters to either side of a frame's line, where it is found after all
_LEAST_DARKNESS = 0.2  # of ink, even where the frames can hardly be seen


class SheetDigits(NamedTuple):
    """What a sheet holds.

    Attributes:
        images: What a network takes, float32 (n, 28, 28).
        labels: The digit of each row, int64 (n,).
        joined: How many boxes were left out because their digit reaches into another box.
    """

    images: np.ndarray
    labels: np.ndarray
    joined: int


def cut_sheet(picture: np.ndarray) -> SheetDigits:
    """Cut a photographed sheet into its digits; empty boxes are left out.

    The sheet may be turned, askew and badly lit; all five marks must be seen.

    Args:
        picture: RGB, uint8 (height, width, 3), as `read_image` returns it.

    Returns:
        The digits, row by row.

    Raises:
        ValueError: The marks of a sheet are not all found.
    """
    small = whole(picture, min(_SEARCHED, max(picture.shape)))
    marks = find_marks(small.pixels.mean(axis=2) / 255)
    transform = locate(in_picture(small, marks))
    if transform is None:
        raise ValueError(
            f"{len(marks)} of the 5 marks of a sheet were found. Photograph the whole sheet from"
            " above, flat and sharp, with nothing on its marks."
        )
    boxes = layout.boxes()
    left, top = boxes[0, 0, :2] - _MARGIN
    right, bottom = boxes[-1, -1, 2:] + _MARGIN
    around = np.array([(left, top), (right, top), (right, bottom), (left, bottom)])
    seen = straightened(picture, transform(around), _SCALE * (bottom - top)).pixels
    # Seen from the side, its proportions were others.
    size = round(_SCALE * (right - left)), round(_SCALE * (bottom - top))
    pixels = np.asarray(Image.fromarray(seen).resize(size, Image.Resampling.BICUBIC))
    return _cut(pixels, (boxes - [left, top, left, top]) * _SCALE)


def _cut(pixels: np.ndarray, boxes: np.ndarray) -> SheetDigits:
    """Cut a straightened sheet whose boxes (rows, columns, 4) are left, top, right, bottom."""
    darkness = fine_ink(pixels, _PEN * _SCALE).darkness
    parts, _ = ndimage.label(darkness > _least_ink(darkness, boxes), np.ones((3, 3)))
    places = ndimage.find_objects(parts)
    sides = [max(side.stop - side.start for side in place) for place in places]
    by_box: dict[tuple[int, int], list[int]] = {}
    joined = set()
    for at in np.flatnonzero(np.bincount(parts.ravel())[1:] >= _LEAST_PIECE).tolist():
        touched = _boxes_at(boxes, *places[at])
        if len(touched) == 1:
            by_box.setdefault(touched[0], []).append(at)
        else:
            joined |= set(touched)
    images, labels = [], []
    for box, own in sorted(by_box.items()):
        if box not in joined and max(sides[at] for at in own) >= _LEAST_DIGIT * _SCALE:
            window = _around([places[at] for at in own])
            mask = np.isin(parts[window], np.add(own, 1))
            images.append(digit_image(darkness[window], mask))
            labels.append(box[0])
    stacked = np.array(images, np.float32).reshape(-1, 28, 28)
    return SheetDigits(stacked, np.array(labels, np.int64), len(joined))


def _least_ink(darkness: np.ndarray, boxes: np.ndarray) -> float:
    """Return how dark ink is at least in this photo: clearly darker than the pale frames.

    The edge of a hard shadow is, too, but less than half as dark as most of the ink.
    """
    band = round(_FRAME_BAND * _SCALE)
    frames = [
        darkness[max(0, top - band) : top + band, left:right].max(axis=0)
        for left, top, right, _ in boxes.reshape(-1, 4).round().astype(int)
    ]
    least = max(_LEAST_DARKNESS, 2 * float(np.median(np.concatenate(frames))))
    ink = darkness[darkness > least]
    return max(least, float(np.median(ink)) / 2) if ink.size else least


def _boxes_at(boxes: np.ndarray, down: slice, across: slice) -> list[tuple[int, int]]:
    """Return the boxes that hold a part: that of its middle, and those that it fills well into."""
    left, top, right, bottom = np.moveaxis(boxes, 2, 0)
    shared = np.minimum(right, across.stop) - np.maximum(left, across.start)
    shared_down = np.minimum(bottom, down.stop) - np.maximum(top, down.start)
    deep = (shared > 0.25 * (right - left)) & (shared_down > 0.25 * (bottom - top))
    x, y = (across.start + across.stop) / 2, (down.start + down.stop) / 2
    middle = (left <= x) & (x <= right) & (top <= y) & (y <= bottom)
    return [(int(row), int(column)) for row, column in np.argwhere(deep | middle)]


def _around(places: list[tuple[slice, ...]]) -> tuple[slice, slice]:
    """Return the smallest window around several."""
    down, across = (
        slice(min(place[axis].start for place in places), max(place[axis].stop for place in places))
        for axis in (0, 1)
    )
    return down, across
