"""Finds the five marks of a sheet in a photo, and from them where each point of the sheet lies."""

from collections.abc import Iterator
from itertools import combinations

import numpy as np
from skimage.filters import threshold_sauvola
from skimage.measure import label, regionprops
from skimage.transform import ProjectiveTransform

from mnist_lab.handwriting.sheets import layout

# Areas and sides of a mark's square and ring, as they are printed.
_AREAS = (7**2 - 5**2) / 3**2
_SIDES = 3 / 7
_MOST = 9  # marks that are looked at: more are a pattern of something else
_OFF = 0.02  # how far a mark may lie from where the others put it, as a share of the sheet's height


def find_marks(gray: np.ndarray) -> np.ndarray:
    """Find squares inside of square rings, however they are turned or lit.

    Args:
        gray: A photo, float (height, width) from 0 (black) to 1 (white).

    Returns:
        Their centers, float64 (n, 2): x and y in pixels.
    """
    # A window wider than a mark, so that each mark has paper in it.
    window = max(15, max(gray.shape) // 10 | 1)
    parts = regionprops(label(gray < threshold_sauvola(gray, window), connectivity=2))
    least = (max(gray.shape) / 500) ** 2  # specks
    parts = [part for part in parts if part.area > least]
    boxes = np.array([part.bbox for part in parts], dtype=float).reshape(-1, 4)
    sizes = np.array([part.area for part in parts], dtype=float)
    heights, widths = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    middles = np.column_stack([boxes[:, 1] + boxes[:, 3], boxes[:, 0] + boxes[:, 2]]) / 2
    centers = []
    for ring in np.flatnonzero(np.maximum(heights, widths) < 2 * np.minimum(heights, widths)):
        side = max(heights[ring], widths[ring])
        apart = np.abs(middles - middles[ring]).max(axis=1)
        inside = (apart < 0.1 * side) & (sizes < sizes[ring])
        for square in np.flatnonzero(inside):
            alike = _near(sizes[ring] / sizes[square], _AREAS, 1.8) and all(
                _near(length[square] / length[ring], _SIDES, 1.35) for length in (heights, widths)
            )
            if alike:
                row, column = parts[square].centroid
                centers.append((column, row))
    return np.array(centers, dtype=np.float64).reshape(-1, 2)


def _near(value: float, expected: float, factor: float) -> bool:
    return expected / factor < value < expected * factor


def locate(marks: np.ndarray) -> ProjectiveTransform | None:
    """Find where a sheet lies in a photo, by its marks.

    Args:
        marks: The centers of what may be marks, float (n, 2), x and y in pixels.

    Returns:
        What takes millimeters on the sheet to pixels of the photo; None where no five marks lie as
        those of a sheet do.
    """
    if not len(layout.MARKS) <= len(marks) <= _MOST:
        return None
    fits = [fit for five in combinations(marks, len(layout.MARKS)) for fit in _fits(np.array(five))]
    off, best = min(fits, key=lambda fit: fit[0], default=(np.inf, None))
    return best if off < _OFF else None


def _fits(five: np.ndarray) -> Iterator[tuple[float, ProjectiveTransform]]:
    """Yield each way to hold a sheet over five marks, and how far off its fifth mark is then."""
    for fifth in range(5):
        corners = np.delete(five, fifth, axis=0)
        around = corners - corners.mean(axis=0)
        clockwise = corners[np.argsort(np.arctan2(around[:, 1], around[:, 0]))]
        for turn in range(4):
            held = np.roll(clockwise, turn, axis=0)
            transform = ProjectiveTransform.from_estimate(layout.MARKS[:4], held)
            if isinstance(transform, ProjectiveTransform):
                height = np.linalg.norm(held[3] - held[0])
                off = np.linalg.norm(transform(layout.MARKS[4:])[0] - five[fifth])
                yield float(off / height), transform
