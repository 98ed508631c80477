"""What people write that is no digit: letters, signs and scribbles, drawn by program."""

import numpy as np
from scipy.ndimage import gaussian_filter1d

from mnist_lab.handwriting.strokes import Stroke, rasterize

SIDE = 64  # pixels of a mark's picture
_PEN = 5.0  # pixels; write_glyph makes it what a page needs
_POINTS = 24  # per stroke

# Strokes are separated by bars; each is the points that its pen passes, x,y in percent, y
# downwards. No letter that some people write as they write a digit: a, B, D, G, I, L, O, Q, S, Z.
_LETTERS = {
    "A": "10,100 50,0 90,100|25,65 75,65",
    "C": "90,15 60,0 25,12 8,50 25,88 60,100 92,85",
    "E": "85,0 12,0 12,100 88,100|12,48 70,48",
    "F": "85,2 12,0 12,100|12,48 70,48",
    "H": "10,0 12,100|90,0 88,100|10,50 90,48",
    "K": "12,0 12,100|85,0 14,55|35,45 90,100",
    "M": "5,100 12,0 50,70 88,0 95,100",
    "N": "10,100 12,0 88,100 90,0",
    "P": "12,100 12,0 60,0 85,14 85,38 60,52 12,52",
    "R": "12,100 12,0 60,0 85,14 85,38 60,50 12,50|45,50 90,100",
    "T": "5,2 95,0|50,0 50,100",
    "W": "2,0 25,100 50,30 75,100 98,0",
    "X": "10,0 90,100|90,0 10,100",
    "Y": "8,0 50,50|92,0 50,50 48,100",
    "e": "12,62 85,58 75,28 45,22 15,45 20,85 55,98 88,84",
    "h": "15,0 15,100|15,60 45,38 75,48 78,100",
    "k": "18,0 18,100|75,40 20,70|40,60 82,100",
    "m": "5,35 8,100|8,55 28,35 48,50 48,100|48,55 68,35 90,50 92,100",
    "w": "2,35 22,98 48,45 72,98 98,35",
}
_SIGNS = {
    "+": "50,5 50,95|5,50 95,50",
    "*": "50,5 50,95|10,28 90,72|90,28 10,72",
    "#": "35,0 25,100|75,0 65,100|5,35 98,35|2,68 95,68",
    "->": "0,50 98,50|65,20 98,50 65,80",
    "star": "20,100 50,0 80,100 5,38 95,38 20,100",
    "heart": "50,98 10,45 12,15 35,8 50,30 65,8 88,15 90,45 50,98",
    "house": "15,100 15,45 50,5 85,45 85,100 15,100|15,45 85,45",
}
_SHAPES = {"letters": _LETTERS, "signs": _SIGNS}
MARK_KINDS = ("letters", "signs", "scribbles")


def _spaced(points: np.ndarray) -> np.ndarray:
    """Return points along a line through some others, equally far apart, float64 (_POINTS, 2)."""
    lengths = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    places = np.linspace(0, lengths[-1], _POINTS)
    return np.stack([np.interp(places, lengths, column) for column in points.T], axis=1)


def _written(text: str, rng: np.random.Generator) -> list[np.ndarray]:
    """Return the strokes of a shape as a hand draws them: slanted, rounded, a little bent."""
    angle, slant = rng.normal(0, 0.06), rng.normal(0.1, 0.15)
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    transform = rotation @ np.array([[rng.uniform(0.6, 1.0), -slant], [0, 1]])
    strokes = []
    for stroke in text.split("|"):
        corners = np.array(
            [[float(value) for value in point.split(",")] for point in stroke.split()]
        )
        corners = corners + rng.normal(0, 3, corners.shape)
        points = gaussian_filter1d(_spaced(corners), rng.uniform(0.2, 0.8), axis=0, mode="nearest")
        wobble = gaussian_filter1d(rng.normal(0, 5, points.shape), 3, axis=0)
        strokes.append((points + wobble) @ transform.T)
    return strokes


def _scribbled(rng: np.random.Generator) -> list[np.ndarray]:
    """Return the strokes of a scribble: long lines that turn at random and cross themselves."""
    strokes = []
    for _ in range(rng.integers(1, 3)):
        turning = gaussian_filter1d(rng.normal(0, 1.1, 3 * _POINTS), 4)
        heading = np.cumsum(turning + rng.normal(0, 0.15))
        strokes.append(np.cumsum(np.stack([np.cos(heading), np.sin(heading)], axis=1), axis=0))
        strokes[-1] += rng.normal(0, 8, 2)
    return strokes


def draw_mark(kind: str, rng: np.random.Generator) -> np.ndarray:
    """Draw something that is no digit.

    Args:
        kind: A name of MARK_KINDS.
        rng: Draws what it is, and how it is written.

    Returns:
        float32 (64, 64) from 0 (paper) to 1 (ink).
    """
    if kind == "scribbles":
        strokes = _scribbled(rng)
    else:
        shapes = list(_SHAPES[kind].values())
        strokes = _written(shapes[rng.integers(len(shapes))], rng)
    points = np.concatenate(strokes)
    low, extent = points.min(axis=0), np.ptp(points, axis=0).max()
    scale = (SIDE - 2 * _PEN) / extent
    return rasterize([Stroke((line - low) * scale + _PEN, _PEN) for line in strokes], SIDE)
