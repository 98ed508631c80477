"""Generates the course's recorded drawings, several styles of each digit.

Run it by hand, after a change here: python -m tools.generate_drawings
"""

import json
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.ndimage import gaussian_filter1d

from mnist_lab.handwriting.strokes import CANVAS_SIZE

# Each style of a digit is a list of strokes. A stroke is the points that its pen passes, "x,y" in
# percent, y downwards. A bar separates the curves of a stroke: the pen turns sharply there.
STYLES: dict[int, list[list[str]]] = {
    0: [
        ["55,0 20,12 5,50 20,90 50,100 82,88 95,50 82,12 52,1"],
        ["50,2 25,20 14,55 28,92 55,98 80,75 84,40 70,10 44,4"],
        ["70,6 35,2 8,40 18,88 55,99 90,70 88,28 62,3 48,10"],
    ],
    1: [
        ["50,0 50,50 50,100"],
        ["62,0 52,50 40,100"],
        ["25,28 40,16 54,0 | 54,0 53,50 52,100"],
        ["24,26 40,15 52,2 | 52,2 52,50 51,99", "25,99 50,98 78,99"],
    ],
    2: [
        ["10,26 25,4 60,0 84,20 76,46 45,72 10,98 | 10,98 50,96 92,97"],
        ["16,20 40,1 74,8 80,34 56,66 22,92 12,90 26,80 50,88 74,97 92,90"],
        ["8,16 45,3 82,14 72,44 30,76 8,99 | 8,99 45,97 86,99"],
    ],
    3: [
        ["12,10 45,0 80,14 70,38 38,47 | 38,47 78,54 88,80 56,99 10,90"],
        ["14,4 48,3 84,4 | 84,4 62,24 42,42 | 42,42 80,52 84,82 50,99 12,90"],
        ["18,16 48,1 76,16 66,38 44,46 72,52 86,74 66,96 36,99 12,84"],
    ],
    4: [
        ["22,2 16,32 12,58 | 12,58 50,60 90,56", "70,18 68,60 64,100"],
        ["66,0 38,32 6,66 | 6,66 50,67 94,65", "66,1 65,50 66,100"],
        ["24,4 16,30 22,52 50,56 76,46 | 82,2 76,50 72,100"],
    ],
    5: [
        ["78,3 50,4 26,5 | 26,5 20,40 | 20,40 58,36 86,60 74,90 40,100 10,88"],
        ["28,4 24,24 20,44 | 20,44 54,38 84,62 72,92 38,99 10,88", "28,4 54,5 84,2"],
        ["84,4 54,2 34,8 24,40 48,42 78,58 74,86 42,99 12,86"],
    ],
    6: [
        ["74,2 40,24 14,62 26,94 60,98 80,74 62,52 30,60 18,76"],
        ["56,0 30,40 18,76 38,99 70,92 78,66 54,54 28,68"],
        ["82,6 48,10 18,46 14,82 44,100 78,86 76,60 44,54 20,70"],
    ],
    7: [
        ["8,6 45,5 90,4 | 90,4 64,46 42,100"],
        ["10,5 48,6 88,3 | 88,3 66,40 44,99", "34,48 58,48 82,46"],
        ["8,20 12,6 | 12,6 46,9 90,5 | 90,5 66,34 52,68 48,100"],
    ],
    8: [
        ["76,12 46,0 20,16 34,40 64,54 82,78 56,99 22,88 22,66 50,48 76,30 78,14 60,2"],
        ["50,46 22,34 26,8 54,0 78,14 72,36 48,47 20,64 22,92 52,100 82,88 78,62 50,47"],
        ["84,16 54,1 28,16 40,42 70,60 76,86 50,99 22,86 30,60 62,38 84,18"],
    ],
    9: [
        ["80,16 50,1 20,18 24,44 52,52 78,36 82,12 | 82,12 78,54 70,100"],
        ["76,22 52,2 24,14 22,40 50,48 76,30 80,8 80,50 72,86 44,100 18,88"],
        ["70,10 38,2 18,26 34,50 64,42 74,14 70,50 54,98"],
    ],
}  # fmt: skip
# Of MNIST's 60,000 training digits, by digit: the 10th, 50th and 90th percentile of the width of
# the ink's box as a share of its height, and of the strokes' thickness in pixels, as measured by
# mnist_lab.evaluation.shape_properties. tests/tools/test_generate_drawings.py measures them again.
WIDTHS = {
    0: (0.70, 0.95, 1.11), 1: (0.25, 0.40, 0.75), 2: (0.70, 1.00, 1.18), 3: (0.60, 0.80, 1.00),
    4: (0.60, 0.80, 1.00), 5: (0.70, 1.00, 1.25), 6: (0.60, 0.75, 1.00), 7: (0.60, 0.80, 1.00),
    8: (0.60, 0.80, 1.00), 9: (0.55, 0.70, 0.90),
}  # fmt: skip
THICKNESSES = {
    0: (2.04, 2.76, 3.81), 1: (1.85, 2.48, 3.30), 2: (1.96, 2.62, 3.57), 3: (1.89, 2.44, 3.28),
    4: (1.86, 2.41, 3.21), 5: (1.79, 2.29, 3.06), 6: (1.92, 2.54, 3.64), 7: (1.89, 2.46, 3.30),
    8: (1.93, 2.50, 3.47), 9: (1.86, 2.37, 3.25),
}  # fmt: skip
DRAWINGS_PER_DIGIT = 10
SPACING = 5  # pixels between two points of a stroke, about what a browser reports of a quick hand
FILE = Path(__file__).resolve().parent.parent / "mnist_lab" / "handwriting" / "drawings.json"


class Target(NamedTuple):
    """What the ink of a drawing shall measure, once it is prepared.

    Attributes:
        width: Of its box, as a share of the box's height.
        thickness: Of the strokes, in pixels.
    """

    width: float
    thickness: float


def parse_stroke(text: str) -> np.ndarray:
    """Return a stroke of STYLES as 200 points per curve (n, 2), from 0 to 1, on smooth curves."""
    curves = []
    for curve in text.split("|"):
        knots = np.array([[float(value) for value in knot.split(",")] for knot in curve.split()])
        knots /= 100
        # Centripetal parameters: no loops between close knots.
        gaps = np.sqrt(np.linalg.norm(np.diff(knots, axis=0), axis=1))
        times = np.concatenate([[0], np.cumsum(gaps)])
        curves.append(CubicSpline(times, knots, bc_type="natural")(np.linspace(0, times[-1], 200)))
    return np.concatenate(curves)


def space_evenly(points: np.ndarray, spacing: float) -> np.ndarray:
    """Return points along a line, about `spacing` apart, its two ends among them."""
    lengths = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    targets = np.linspace(0, lengths[-1], max(2, round(lengths[-1] / spacing) + 1))
    return np.stack([np.interp(targets, lengths, column) for column in points.T], axis=1)


def draw(digit: int, style: list[str], target: Target, rng: np.random.Generator) -> dict:
    """Return one drawing, as wide and thick as asked; rotated, slanted, bent, shaken at random."""
    height = rng.uniform(80, 235)
    angle, slant = np.radians(rng.normal(0, 4)), rng.normal(-0.15, 0.3)
    if digit == 1:  # a wide 1 leans
        slant = -target.width
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    transform = height * rotation @ np.array([[1, slant], [0, 1]])
    bend = rng.normal(0, 0.05, (2, 2))  # a slow wave through the whole digit, relative to its size
    strokes = []
    for text in style:
        points = parse_stroke(text)
        wave = np.sin(np.pi * (points[:, ::-1] + 0.5)) * bend[0]
        points = points + wave + np.sin(2 * np.pi * points) * bend[1]
        strokes.append(points @ transform.T)
    size, pen = size_on_pad(target, height)
    extent = np.ptp(np.concatenate(strokes), axis=0)
    strokes = [space_evenly(points * size / extent, SPACING) for points in strokes]
    shaking = rng.uniform(0.8, 2.2)
    for points in strokes:
        points += shaking * gaussian_filter1d(rng.normal(0, 1, points.shape), 3, axis=0)
    strokes = [np.rint(points).astype(int).tolist() for points in place_on_pad(strokes, rng)]
    return {"label": digit, "strokes": [{"width": pen, "points": points} for points in strokes]}


def size_on_pad(target: Target, height: float) -> tuple[np.ndarray, int]:
    """Return width and height of the pen's path, and the width of the pen, in pixels of the pad.

    Args:
        target: What the ink shall measure, once it is prepared.
        height: Of the ink; less where the ink would be too wide for the pad.
    """
    height = min(height, 250 / target.width)
    longer = height * max(1, target.width)
    pen = round(target.thickness / 20 * longer)
    width = max(target.width * height - pen, 1)
    return np.array([width, height - pen]), pen


def place_on_pad(strokes: list[np.ndarray], rng: np.random.Generator) -> list[np.ndarray]:
    """Return strokes at a random position on the pad."""
    points = np.concatenate(strokes)
    low, size = points.min(axis=0), np.ptp(points, axis=0)
    margin = np.minimum(16, np.maximum(0, (CANVAS_SIZE - size) / 2))
    corner = rng.uniform(margin, np.maximum(CANVAS_SIZE - margin - size, margin + 1e-6))
    return [points - low + corner for points in strokes]


def targets(digit: int, rng: np.random.Generator) -> list[Target]:
    """Return what the ink of a digit's drawings shall measure, spread as among MNIST's digits."""
    levels = np.linspace(5, 95, DRAWINGS_PER_DIGIT)
    columns = [
        np.interp(rng.permutation(levels), [5, 50, 95], [low, middle, high])
        for low, middle, high in (WIDTHS[digit], THICKNESSES[digit])
    ]
    return [Target(*map(float, pair)) for pair in zip(*columns, strict=True)]


def generate() -> str:
    """Return the content of drawings.json, one drawing per line."""
    rng = np.random.default_rng(8)
    asked = {digit: targets(digit, rng) for digit in STYLES}
    lines = []
    for index in range(DRAWINGS_PER_DIGIT):
        for digit, styles in STYLES.items():
            style = styles[index // 2 % len(styles)]  # a pair of the same style: split_in_halves
            drawing = draw(digit, style, asked[digit][index], rng)
            lines.append(json.dumps(drawing, separators=(",", ":")))
    return "[\n" + ",\n".join(lines) + "\n]\n"


if __name__ == "__main__":
    FILE.write_text(generate(), encoding="utf-8")
