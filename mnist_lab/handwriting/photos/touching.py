"""Cuts digits apart that touch each other, where the network reads the pieces best."""

import numpy as np

from mnist_lab.handwriting.photos import judge
from mnist_lab.handwriting.photos.digit import digit_image
from mnist_lab.handwriting.photos.parts import Part
from mnist_lab.handwriting.photos.ways import cheapest_way

_MAYBE_WIDE = 0.75  # times as wide as high: wider parts may be two digits
_WIDE = 1.1  # times as wide as high: few digits are wider,
_RARER = 5.0  # and e times fewer for each fifth of their height
_STEP = 0.12  # usual heights between two cuts that are tried
_WIDTHS = 0.12, 1.3  # usual heights: how wide the pieces may be
_MOST_CUTS = 24  # in one part; what would need more is no row of digits
_CUT = 0.8  # how probable a cut is that makes the reading no surer
_CROSSED = 1.5  # strokes: a cut between two digits crosses no more ink,
_HARDER = 0.7  # and is e times less probable for each 1 / 0.7 strokes more


def cut_apart(parts: list[Part], stroke: float, dark: np.ndarray) -> list[Part]:
    """Return parts with those cut that are two digits or more.

    Args:
        parts: What may be digits.
        stroke: The usual width of a stroke in pixels.
        dark: The darkness of the page, float (height, width).
    """
    if not parts:
        return []
    height = float(np.median([part.height for part in parts]))
    cut: list[Part] = []
    for part in parts:
        cut += _pieces(part, stroke, dark, height) if _may_be_several(part, height) else [part]
    return cut


def _may_be_several(part: Part, height: float) -> bool:
    return part.width > _MAYBE_WIDE * max(0.6 * height, min(part.height, 1.2 * height))


def _pieces(part: Part, stroke: float, dark: np.ndarray, height: float) -> list[Part]:
    """Return the pieces of a part that read best together, from left to right."""
    height = min(height, part.height)
    ink = np.where(part.mask, part.within(dark), 0)
    columns = np.arange(0.5 * _STEP * height, part.width, _STEP * height)
    if len(columns) > _MOST_CUTS:
        return [part]
    seams = [_seam(ink, column, _STEP * height) for column in columns]
    crossed = [part.mask[np.arange(part.height), seam].sum() / stroke for seam in seams]
    likely = [*_CUT * np.exp(-_HARDER * (np.array(crossed) - _CROSSED).clip(0)), 1.0]
    seams = [np.zeros(part.height, int), *seams, np.full(part.height, part.width)]
    pieces = {}
    for start in range(len(seams) - 1):
        for stop in range(start + 1, len(seams)):
            piece = _between(part, seams[start], seams[stop])
            whole = start == 0 and stop == len(seams) - 1
            if piece is not None and (whole or _is_possible(piece, height)):
                pieces[start, stop] = piece
    images = [digit_image(piece.within(dark), piece.mask) for piece in pieces.values()]
    wide = np.array([piece.width / max(piece.height, height) for piece in pieces.values()])
    chances = judge.confidences(np.array(images)) * np.exp(-_RARER * (wide - _WIDE).clip(0))
    sure = dict(zip(pieces, chances, strict=True))
    best: dict[int, tuple[float, list[tuple[int, int]]]] = {0: (0.0, [])}
    for stop in range(1, len(seams)):
        choices = [
            (best[start][0] + np.log(likely[stop - 1] * sure[start, stop]), [*best[start][1], (start, stop)])
            for start in best
            if (start, stop) in pieces
        ]
        if choices:
            best[stop] = max(choices, key=lambda choice: choice[0])
    return [pieces[key] for key in best[len(seams) - 1][1]]


def _is_possible(piece: Part, height: float) -> bool:
    return _WIDTHS[0] * height < piece.width < _WIDTHS[1] * height and piece.height > 0.5 * height


def _between(part: Part, left: np.ndarray, right: np.ndarray) -> Part | None:
    """Return the ink between two seams, or None if there is none."""
    columns = np.arange(part.width)
    mask = part.mask & (columns >= left[:, None]) & (columns < right[:, None])
    rows, across = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return None
    inner = mask[rows[0] : rows[-1] + 1, across[0] : across[-1] + 1]
    return Part(part.top + int(rows[0]), part.left + int(across[0]), inner)


def _seam(ink: np.ndarray, column: float, reach: float) -> np.ndarray:
    """Return the way from top to bottom that crosses least ink, near a column: (rows,)."""
    low = max(0, int(column - reach))
    band = ink[:, low : int(column + reach) + 1]
    away = np.abs(np.arange(band.shape[1]) + low - column)
    return low + cheapest_way(band + 1e-3 * away / max(reach, 1))
