"""make_empty_page(): a photograph of a page without any digit, of which nothing is to be read."""

from dataclasses import replace

import numpy as np
from scipy import ndimage

from mnist_lab import checks
from mnist_lab.handwriting.generated.conditions import Conditions, usual
from mnist_lab.handwriting.generated.glyphs import write_glyph
from mnist_lab.handwriting.generated.layout import lay_out, line_lengths
from mnist_lab.handwriting.generated.marks import MARK_KINDS, draw_mark
from mnist_lab.handwriting.generated.page import GeneratedPage, picture_of

EMPTY_KINDS = ("blank", "dark", "stains", *MARK_KINDS)


def make_empty_page(rng: np.random.Generator, kind: str = "blank") -> GeneratedPage:
    """Make a picture of a page on which there is no digit.

    Args:
        rng: Decides everything that is random; the same one makes the same page.
        kind: A name of EMPTY_KINDS: "blank" paper, plain, ruled or squared; "dark", the noise of a
            camera in the dark; "stains"; or "letters", "signs" and "scribbles" in the place of
            digits.

    Returns:
        A page without labels or boxes.

    Raises:
        ValueError: `kind` is not a name of EMPTY_KINDS, or `rng` no generator.

    Example:
        >>> lab.handwriting.make_empty_page(np.random.default_rng(0), "scribbles").labels
        ()
    """
    checks.choice("kind", kind, EMPTY_KINDS)
    checks.generator("rng", rng)
    page = replace(usual(rng), paper=str(rng.choice(["plain", "ruled", "squared"])))
    lines: list[list[np.ndarray]] = [[]]
    if kind in MARK_KINDS:
        page = replace(page, paper="plain")
        lines = [
            [_glyph(kind, page, rng) for _ in range(count)] for count in line_lengths(page, rng)
        ]
    elif kind == "dark":
        page = replace(page, paper="plain", noise=rng.uniform(0.1, 0.25), brightness=0.4)
    layout = lay_out(lines, page, rng)
    if kind == "stains":
        np.maximum(layout.ink, _stains(layout.ink.shape, page.letter, rng), out=layout.ink)
    picture, _ = picture_of(layout, page, rng)
    return GeneratedPage(picture, (), np.zeros((0, 4)), kind)


def _glyph(kind: str, page: Conditions, rng: np.random.Generator) -> np.ndarray:
    """Return a mark as the page's pen writes it; scribbles are up to thrice as large as digits."""
    size = page.letter * rng.uniform(0.9, 3 if kind == "scribbles" else 1.1)
    return write_glyph(draw_mark(kind, rng), size, page.stroke * page.letter / size)


def _stains(shape: tuple[int, ...], letter: float, rng: np.random.Generator) -> np.ndarray:
    """Return blots of all sizes up to a digit's, some of them faint, float32 (height, width)."""
    stains = np.zeros(shape, np.float32)
    rows, columns = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    for _ in range(rng.integers(3, 15)):
        row, column = rng.uniform(0.2, 0.8, 2) * shape
        radius, squeeze = letter * rng.uniform(0.03, 0.5), rng.uniform(0.6, 1.6)
        distance = np.hypot((rows - row) * squeeze, columns - column)
        edge = max(1.0, radius * rng.uniform(0.1, 1.0))
        blot = np.clip((radius - distance) / edge + 0.5, 0, 1) * np.float32(rng.uniform(0.1, 0.9))
        np.maximum(stains, blot, out=stains)
    return ndimage.gaussian_filter(stains, 1)
