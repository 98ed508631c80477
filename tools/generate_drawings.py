"""Draws the recorded drawings of the course by program, several styles of each digit: run by hand, should they change."""

import json
from pathlib import Path

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.ndimage import gaussian_filter1d

# Each style of a digit is its strokes; each stroke the places its pen passes, x to the right and y downwards from 0 to 1.
# A bar parts the curves of a stroke: the pen turns sharply there.
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
EACH = 10  # drawings of a digit
SPACING = 5  # pixels between two points of a stroke, about what a browser reports of a quick hand


def curve(text: str) -> np.ndarray:
    """Return a stroke of STYLES as many places (n, 2) on smooth curves, from 0 to 1."""
    pieces = []
    for part in text.split("|"):
        knots = (
            np.array([[float(number) for number in knot.split(",")] for knot in part.split()]) / 100
        )
        gaps = np.sqrt(
            np.linalg.norm(np.diff(knots, axis=0), axis=1)
        )  # centripetal: no loops between close knots
        times = np.concatenate([[0], np.cumsum(gaps)])
        pieces.append(CubicSpline(times, knots, bc_type="natural")(np.linspace(0, times[-1], 200)))
    return np.concatenate(pieces)


def evenly(places: np.ndarray, spacing: float) -> np.ndarray:
    """Return places along a line that lie `spacing` apart, its two ends among them."""
    lengths = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(places, axis=0), axis=1))])
    wanted = np.linspace(0, lengths[-1], max(2, round(lengths[-1] / spacing) + 1))
    return np.stack([np.interp(wanted, lengths, column) for column in places.T], axis=1)


def drawing(digit: int, style: list[str], rng: np.random.Generator) -> dict:
    """Return one drawing of a digit: turned, slanted, stretched, bent and shaken at random, somewhere on a pad of 280."""
    tall = rng.uniform(80, 235)
    wide = tall * rng.uniform(0.35, 1.0)
    angle, slant = np.radians(rng.normal(0, 8)), rng.normal(-0.15, 0.3)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    shape = turn @ np.array([[1, slant], [0, 1]]) @ np.diag([wide, tall])
    bend = rng.normal(0, 0.05, (2, 2))  # a slow wave through the whole digit, in shares of its size
    strokes = []
    for text in style:
        places = curve(text)
        places = (
            places
            + np.sin(np.pi * (places[:, ::-1] + 0.5)) * bend[0]
            + np.sin(2 * np.pi * places) * bend[1]
        )
        places = evenly(places @ shape.T, SPACING)
        shake = gaussian_filter1d(rng.normal(0, 1, places.shape), 3, axis=0) * rng.uniform(0.8, 2.2)
        strokes.append(places + shake)
    everything = np.concatenate(strokes)
    shrunk = min(
        1, 244 / np.ptp(everything, axis=0).max()
    )  # a slanted digit may have become wider than the pad
    strokes, everything = [stroke * shrunk for stroke in strokes], everything * shrunk
    low, high = everything.min(axis=0), everything.max(axis=0)
    margin = np.minimum(16, np.maximum(0, (280 - (high - low)) / 2))
    corner = rng.uniform(margin, np.maximum(280 - margin - (high - low), margin + 1e-6))
    width = int(np.clip(round(tall * rng.uniform(0.075, 0.14)), 8, 28))
    moved = [np.rint(stroke - low + corner).astype(int).tolist() for stroke in strokes]
    return {"label": digit, "strokes": [{"width": width, "points": points} for points in moved]}


def main() -> None:
    """Write mnist_lab/drawings.json, one drawing a line."""
    rng = np.random.default_rng(8)
    drawings = [
        drawing(digit, styles[number % len(styles)], rng)
        for number in range(EACH)
        for digit, styles in STYLES.items()
    ]
    lines = ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in drawings)
    target = Path(__file__).resolve().parent.parent / "mnist_lab" / "drawings.json"
    target.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
