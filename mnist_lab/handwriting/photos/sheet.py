"""Finds a light sheet on a dark table."""

from itertools import combinations

import numpy as np
from scipy import ndimage
from skimage.draw import polygon2mask
from skimage.filters import threshold_otsu
from skimage.measure import approximate_polygon, find_contours
from skimage.morphology import convex_hull_image

from mnist_lab.handwriting.photos import view

_SIDE = 240  # pixels of the longer side on which a sheet is looked for
_INK = 12  # pixels: what is narrower is ink on the sheet, or a thread beside it
_SHARES = 0.1, 0.92  # of the picture that a sheet covers
_RIM = 0.02  # of the longer side: a corner so near the rim is taken to lie on it
_BRIGHTER = 1.5  # times the table's light, at least
_FILLED = 0.9  # of the quadrilateral and of the sheet, which both have in common


def find_sheet(picture: np.ndarray) -> np.ndarray | None:
    """Return the corners of a light sheet that lies on something dark, or None.

    Args:
        picture: uint8 (height, width, 3).

    Returns:
        Its corners in pixels of the picture, float64 (4, 2): x and y, clockwise from the top left.
    """
    small = view.whole(picture, _SIDE)
    gray = small.pixels.mean(axis=2)
    gray = ndimage.grey_closing(gray, (_INK, _INK), mode="nearest")
    if np.ptp(gray) < 1:
        return None
    bright = ndimage.binary_opening(gray > threshold_otsu(gray), np.ones((_INK, _INK)))
    labels, count = ndimage.label(bright)
    if not count:
        return None
    sheet = labels == 1 + np.bincount(labels.ravel())[1:].argmax()
    sheet = ndimage.binary_fill_holes(sheet)
    corners = _corners(sheet)
    if corners is None or not _SHARES[0] <= sheet.mean() <= _SHARES[1]:
        return None
    if np.median(gray[sheet]) < _BRIGHTER * np.median(gray[~sheet]):
        return None
    filled = polygon2mask(sheet.shape, corners[:, ::-1])
    if (filled & sheet).sum() < _FILLED * (filled | sheet).sum():
        return None
    return view.in_picture(small, corners)


def reaches_rim(corners: np.ndarray, picture: np.ndarray) -> bool:
    """Return whether a sheet may be cut off by the picture's rim, or be the light beside a shadow.

    Args:
        corners: Its corners, float (4, 2): x and y.
        picture: uint8 (height, width, 3).
    """
    size = np.array([picture.shape[1], picture.shape[0]])
    margin = _RIM * max(size)
    return bool(((corners < margin) | (corners > size - margin)).any())


def _corners(region: np.ndarray) -> np.ndarray | None:
    """Return the largest quadrilateral of corners of a region's hull, x and y, or None."""
    hull = np.pad(convex_hull_image(region), 1)
    outline = find_contours(hull.astype(float), 0.5)[0][:-1] - 0.5
    points = approximate_polygon(outline, 0.02 * _SIDE)
    if len(points) < 4:
        return None
    rows, columns = points.T
    choices = np.array(list(combinations(range(len(points)), 4)))
    x, y = columns[choices], rows[choices]
    areas = np.abs((x * np.roll(y, -1, axis=1) - y * np.roll(x, -1, axis=1)).sum(axis=1))
    best = choices[areas.argmax()]
    return _clockwise(np.column_stack([columns[best], rows[best]]))


def _clockwise(corners: np.ndarray) -> np.ndarray:
    """Return four corners clockwise on the screen, from the one that is most top left."""
    away = corners - corners.mean(axis=0)
    ordered = corners[np.argsort(np.arctan2(away[:, 1], away[:, 0]))]
    return np.roll(ordered, -int(ordered.sum(axis=1).argmin()), axis=0)
