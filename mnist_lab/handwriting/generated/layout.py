"""Where the digits of a page stand: lines of them on a sheet, with a hand's irregularity."""

from dataclasses import dataclass

import numpy as np

from mnist_lab.handwriting.generated.conditions import Conditions

_MARGIN = 0.07  # of the photograph, without writing


@dataclass(frozen=True, eq=False)
class Layout:
    """A sheet with its writing.

    Attributes:
        ink: The share of each pixel that is inked, float32 (height, width) in [0, 1].
        boxes: Left, top, right and bottom of each glyph, in pixels, float64 (n, 4).
        baselines: Where the lines of writing stand, in pixels from the top, from top to bottom.
    """

    ink: np.ndarray
    boxes: np.ndarray
    baselines: tuple[float, ...]


def bleed(page: Conditions) -> int:
    """Return by how many pixels the sheet goes on around an untilted view of it.

    So a tilted camera sees no end of the sheet, unless it shall see the table.
    """
    share = 0.02 + 0.5 * np.sin(np.radians(abs(page.tilt))) + page.perspective
    return int(np.ceil(share * max(page.size)))


def line_lengths(page: Conditions, rng: np.random.Generator) -> list[int]:
    """Return how many digits each line of a page shall have; at least one line with one digit."""
    height, width = (side * (1 - 2 * _MARGIN) for side in page.size)
    most_lines = max(1, min(4, int(height / (2.2 * page.letter))))
    most_digits = max(1, min(9, int(width / (1.5 * page.letter))))
    lines = int(rng.integers(1, most_lines + 1))
    return rng.integers(min(3, most_digits), most_digits + 1, lines).tolist()


def _gap_to_touch(before: np.ndarray, after: np.ndarray, drop: int) -> int:
    """Return the gap between the boxes of two glyphs at which their ink touches, at most 0.

    Args:
        before: Ink of the left glyph.
        after: Ink of the right glyph.
        drop: How many rows lower than the left one's the bottom of the right glyph stands.
    """
    reach = [len(before) - len(after) + drop, 0]
    rows = range(max(0, reach[0]), min(len(before), len(after) + reach[0]))
    gaps = []
    for row in rows:
        left, right = np.flatnonzero(before[row] > 0.5), np.flatnonzero(after[row - reach[0]] > 0.5)
        if left.size and right.size:
            gaps.append(before.shape[1] - 1 - left[-1] + right[0])
    deepest = 0.3 * min(before.shape[1], after.shape[1])  # or a 5 would slip below a 7's bar
    return -round(min(min(gaps, default=0) + 1, deepest))


def lay_out(lines: list[list[np.ndarray]], page: Conditions, rng: np.random.Generator) -> Layout:
    """Write lines of glyphs on an empty sheet.

    Args:
        lines: Per line its glyphs, as `write_glyph` returns them, from left to right.
        page: Size of the photograph and of the digits, and how many of them touch.
        rng: Draws distances, and how far each glyph is off its place.

    Returns:
        The sheet; what would stand beyond its edge is left out of `ink`.
    """
    edge = bleed(page)
    shape = tuple(side + 2 * edge for side in page.size)
    ink = np.zeros(shape, np.float32)
    pitch = page.letter * rng.uniform(1.6, 2.2)
    free = page.size[0] * (1 - 2 * _MARGIN) - pitch * (len(lines) - 1) - page.letter
    top = edge + page.size[0] * _MARGIN + page.letter + rng.uniform(0.2, 0.8) * max(0, free)
    baselines = tuple(top + pitch * index for index in range(len(lines)))
    slope = rng.normal(0, 0.008)
    usual_gap = page.letter * rng.uniform(0.25, 0.6)
    widest = max(sum(glyph.shape[1] + usual_gap for glyph in glyphs) for glyphs in lines)
    slack = max(0, page.size[1] * (1 - 2 * _MARGIN) - widest)
    start = edge + page.size[1] * _MARGIN + rng.uniform(0, 0.9) * slack
    boxes = []
    for baseline, glyphs in zip(baselines, lines, strict=True):
        x = start + abs(rng.normal(0, 0.3)) * page.letter
        before, touches = None, False  # the glyph before, with its bottom
        for glyph in glyphs:
            lower = round(baseline + slope * (x - start) + rng.normal(0, 0.05) * page.letter)
            touches = before is not None and not touches and rng.random() < page.touching
            if before and touches:
                x += _gap_to_touch(before[0], glyph, lower - before[1])
            elif before:
                x += usual_gap * rng.uniform(0.6, 1.5)
            left, upper = round(x), lower - len(glyph)
            _add(ink, glyph, left, upper)
            boxes.append((left, upper, left + glyph.shape[1], lower))
            before, x = (glyph, lower), max(x, left + glyph.shape[1])
    return Layout(ink, np.array(boxes, dtype=float).reshape(-1, 4), baselines)


def _add(ink: np.ndarray, glyph: np.ndarray, left: int, upper: int) -> None:
    """Write one glyph on a sheet, in place; where it crosses ink, the darker value stays.

    What would stand beyond the edge of the sheet is left out.
    """
    part = glyph[max(0, -upper) :, max(0, -left) :]
    target = ink[max(0, upper) :, max(0, left) :][: len(part), : part.shape[1]]
    np.maximum(target, part[: len(target), : target.shape[1]], out=target)
