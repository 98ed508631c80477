"""What a generated page is like, from paper to camera; and its kinds, each with one trouble."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

# Colors of pens, as shares of the light that their ink reflects (red, green, blue).
PENS = {
    "black": (0.10, 0.10, 0.12),
    "blue": (0.13, 0.20, 0.58),
    "red": (0.72, 0.14, 0.18),
    "green": (0.12, 0.42, 0.24),
    "pencil": (0.36, 0.36, 0.38),
}


@dataclass(frozen=True)
class Conditions:
    """One page and its photograph. Lengths are in pixels of the photograph.

    Attributes:
        size: Height and width of the photograph.
        letter: Height of the digits.
        pen: A name of PENS.
        stroke: Width of the strokes, as a share of the digits' height.
        paper: "plain", "ruled" or "squared".
        tint: What the paper reflects of red, green and blue, each from 0 to 1.
        touching: Probability that a digit's ink touches that of the digit before, where that one
            does not yet touch the one before it.
        tilt: Degrees by which the camera is turned about its axis.
        perspective: How far the corners of the view are off, as a share of its size.
        table: Width of the table seen around the sheet, as a share of the sheet's; 0 for none.
        turn: Degrees by which the photograph stands turned, counterclockwise: 0, 90, 180 or 270.
        brightness: Of the light, in (0, 1].
        vignette: Share of the light that is lost in the corners, in [0, 1).
        shadow: Share of the light that a shadow takes away, in [0, 1); 0 for no shadow.
        blur: Standard deviation of the blur.
        noise: Standard deviation of the noise, as a share of white.
        quality: Of the JPEG file, from 1 to 95.
        inverted: Whether it is a drawing in white on black, and no photograph of paper.
    """

    size: tuple[int, int]
    letter: float
    pen: str
    stroke: float
    paper: str
    tint: tuple[float, float, float]
    touching: float
    tilt: float
    perspective: float
    table: float
    turn: int
    brightness: float
    vignette: float
    shadow: float
    blur: float
    noise: float
    quality: int
    inverted: bool


Change = Callable[[Conditions, np.random.Generator], Conditions]


def usual(rng: np.random.Generator) -> Conditions:
    """Draw a page that gives a reader no trouble: a clear photograph of plain, white paper."""
    longer = int(rng.integers(640, 1000))
    shorter = int(0.75 * longer)
    white = rng.uniform(0.88, 0.98)
    return Conditions(
        size=(longer, shorter) if rng.random() < 0.4 else (shorter, longer),
        letter=rng.uniform(30, 75),
        pen=str(
            rng.choice(["black", "blue", "red", "green", "pencil"], p=[0.4, 0.3, 0.1, 0.1, 0.1])
        ),
        stroke=rng.uniform(0.05, 0.13),
        paper="plain",
        tint=(white, white * rng.uniform(0.97, 1), white * rng.uniform(0.92, 1)),
        touching=0.0,
        tilt=rng.normal(0, 0.8),
        perspective=0.01,
        table=0.0,
        turn=0,
        brightness=rng.uniform(0.65, 1.0),
        vignette=rng.uniform(0, 0.15),
        shadow=0.0,
        blur=rng.uniform(0.4, 0.9),
        noise=rng.uniform(0.004, 0.015),
        quality=int(rng.integers(80, 96)),
        inverted=False,
    )


def _yellow(page: Conditions, rng: np.random.Generator) -> Conditions:
    """Return the page on a yellow pad, with rules or without."""
    tint = (rng.uniform(0.93, 0.99), rng.uniform(0.85, 0.93), rng.uniform(0.45, 0.65))
    return replace(page, tint=tint, paper=str(rng.choice(["plain", "ruled"])))


def _fine(page: Conditions, rng: np.random.Generator) -> Conditions:
    """Return large digits, written with a fine pen."""
    letter = rng.uniform(0.14, 0.2) * min(page.size)
    return replace(page, letter=letter, stroke=rng.uniform(0.015, 0.025))


def _single(page: Conditions, rng: np.random.Generator) -> Conditions:
    """Return a photograph that one digit fills."""
    height, width = rng.integers(240, 640, 2).tolist()
    return replace(page, size=(height, width), letter=rng.uniform(0.45, 0.75) * min(height, width))


def _small(page: Conditions, rng: np.random.Generator) -> Conditions:
    """Return a photograph of few pixels."""
    size = (240, 320) if page.size[0] < page.size[1] else (320, 240)
    stroke = max(page.stroke, 0.09)
    return replace(page, size=size, letter=rng.uniform(14, 20), stroke=stroke, blur=0.4)


def _either_way(low: float, high: float, rng: np.random.Generator) -> float:
    """Return a number between the limits, with either sign."""
    return float(rng.uniform(low, high) * rng.choice([-1, 1]))


# Each kind is one trouble on an otherwise usual page.
KINDS: dict[str, Change] = {
    "plain": lambda page, rng: page,
    "ruled": lambda page, rng: replace(page, paper="ruled"),
    "squared": lambda page, rng: replace(page, paper="squared"),
    "yellow": _yellow,
    "fine": _fine,
    "pencil": lambda page, rng: replace(page, pen="pencil", noise=rng.uniform(0.01, 0.02)),
    "shadow": lambda page, rng: replace(page, shadow=rng.uniform(0.3, 0.55)),
    "vignette": lambda page, rng: replace(page, vignette=rng.uniform(0.4, 0.65)),
    "tilt": lambda page, rng: replace(page, tilt=_either_way(3, 9, rng)),
    "perspective": lambda page, rng: replace(page, perspective=rng.uniform(0.05, 0.09)),
    "blur": lambda page, rng: replace(page, blur=rng.uniform(0.025, 0.045) * page.letter),
    "noise": lambda page, rng: replace(page, noise=rng.uniform(0.04, 0.08)),
    "jpeg": lambda page, rng: replace(page, quality=int(rng.integers(8, 25))),
    "touching": lambda page, rng: replace(page, touching=rng.uniform(0.3, 0.6)),
    "table": lambda page, rng: replace(page, table=rng.uniform(0.1, 0.3), tilt=rng.normal(0, 4)),
    "turned": lambda page, rng: replace(page, turn=int(rng.choice([90, 180, 270]))),
    "small": _small,
    "single": _single,
    "inverted": lambda page, rng: replace(page, inverted=True),
}
