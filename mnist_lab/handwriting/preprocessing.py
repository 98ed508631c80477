"""MNIST's preparation: from an image of a digit, of any size, to 28 x 28 pixels."""

from typing import Any

import numpy as np
from scipy import ndimage

from mnist_lab import checks
from mnist_lab.handwriting.strokes import CANVAS_SIZE, MAX_SIDE


def check_image(picture: Any) -> np.ndarray:
    """Return a picture as float64, or raise ValueError where it is none."""
    try:
        found = np.asarray(picture, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        raise checks.invalid(
            "picture", picture, "an array (height, width) from 0 (paper) to 1 (ink)"
        ) from None
    if found.ndim != 2 or not 1 <= min(found.shape) <= max(found.shape) <= MAX_SIDE:
        raise ValueError(
            f"picture has the shape {found.shape}; expected (height, width), each from 1 to {MAX_SIDE:,} pixels."
        )
    if not np.isfinite(found).all() or found.min() < 0 or found.max() > 1:
        raise ValueError(
            f"picture runs from {found.min():g} to {found.max():g}; expected 0 (paper) to 1 (ink). Divide bytes by 255."
        )
    return found


def crop_to_ink(picture: np.ndarray) -> np.ndarray:
    """Return the smallest rectangle of a picture that holds all its ink; ValueError where there is none."""
    picture = check_image(picture)
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
    picture = check_image(picture)
    means = _means(picture.shape[0], height) @ picture @ _means(picture.shape[1], width).T
    return means.clip(0, 1)  # a sum of rounded products may end a hair above 1


def resize_to_fit(picture: np.ndarray, side: int = 20) -> np.ndarray:
    """Return a picture resized so that its longer side has `side` pixels, its proportions kept."""
    height, width = (max(1, round(side * length / max(picture.shape))) for length in picture.shape)
    return resize(picture, height, width)


def center_by_mass(picture: np.ndarray, side: int = 28) -> np.ndarray:
    """Return a picture on a canvas (side, side), its centre of mass at the centre, as near as whole pixels allow.

    It is moved no farther than it can without losing ink. Raises ValueError where it has no ink or is larger than the canvas.
    """
    picture = check_image(picture)
    if max(picture.shape) > side or not picture.any():
        raise checks.invalid(
            "picture", picture.shape, f"a picture with some ink of at most {side} x {side} pixels"
        )
    room = side - np.array(picture.shape)
    # In MNIST's files the mean place of the ink, counting pixels from 0, is 14 to within half a pixel.
    top, left = np.clip(
        np.round(side / 2 - np.array(ndimage.center_of_mass(picture))), 0, room
    ).astype(int)
    canvas = np.zeros((side, side))
    canvas[top : top + picture.shape[0], left : left + picture.shape[1]] = picture
    return canvas


def _bytes(picture: np.ndarray) -> np.ndarray:
    """Return a picture as float32 in steps of 1/255, the steps that MNIST's files have."""
    return np.round(picture * 255).clip(0, 255).astype(np.float32) / np.float32(255)


def preprocess(picture: np.ndarray) -> np.ndarray:
    """Prepare a picture of a digit, of any size, as MNIST's were (LeCun et al. 1998): float32 (28, 28).

    Crop to the ink; fit into 20 x 20 with the proportions kept, edges anti-aliased; put the centre of mass at the
    centre of 28 x 28. MNIST's digits come out as they went in. Raises ValueError for an empty picture and for other things.
    """
    return _bytes(center_by_mass(resize_to_fit(crop_to_ink(picture))))


def resize_only(picture: np.ndarray) -> np.ndarray:
    """Resize a whole picture to 28 x 28 and do nothing else: float32 (28, 28). What happens to those who skip preprocess()."""
    return _bytes(resize(picture, 28, 28))


def paste_enlarged(
    image: np.ndarray, rng: np.random.Generator, side: int = CANVAS_SIZE
) -> np.ndarray:
    """Return a digit (28, 28) as if written large: its ink 4 to 12 times as large, anywhere on a canvas (side, side).

    side: at least 240. Enlarged by linear interpolation. For asking what becomes of known digits that come as drawings do.
    """
    side = checks.integer("side", side, 240, MAX_SIDE)
    ink = crop_to_ink(image)
    large = ndimage.zoom(
        ink,
        rng.uniform(4, min(12, side / max(ink.shape))),
        order=1,
        mode="grid-constant",
        grid_mode=True,
    )
    top, left = (rng.integers(side - length + 1) for length in large.shape)
    canvas = np.zeros((side, side), np.float32)
    canvas[top : top + large.shape[0], left : left + large.shape[1]] = large.clip(0, 1)
    return canvas
