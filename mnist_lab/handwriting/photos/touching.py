"""Cuts digits apart that touch each other, where the network reads the pieces best."""

from collections.abc import Iterator
from typing import NamedTuple

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
_SOLID = 0.7  # of its rectangle: what is so full of ink is a stain, of which a piece looks like a 1
_SURELY_ONE = 0.85  # confidence: a rather wide part of which the network is so sure is one digit
_MOST_PIECES = 800  # on one page; scribbles would take long
_MOST_CUTS = 24  # in one part; what would need more is no row of digits
_CUT = 0.8  # how probable a cut is that makes the reading no surer
_CROSSED = 1.5  # strokes: a cut between two digits crosses no more ink,
_HARDER = 0.7  # and is e times less probable for each 1 / 0.7 strokes more


class _Cuts(NamedTuple):
    """How a part may be cut.

    Attributes:
        likely: How probable each cut is by the ink it crosses; the last is the part's end.
        pieces: The ink between two cuts, by their numbers.
    """

    likely: list[float]
    pieces: dict[tuple[int, int], Part]


def cut_apart(parts: list[Part], sure: np.ndarray, stroke: float, dark: np.ndarray) -> list[Part]:
    """Return parts with those cut that are two digits or more.

    Args:
        parts: What may be digits.
        sure: How sure the network is of each, (n,).
        stroke: The usual width of a stroke in pixels.
        dark: The darkness of the page, float (height, width).
    """
    if not parts:
        return []
    height = float(np.median([part.height for part in parts]))
    cuts, count = {}, 0
    # Where there is much to try, parts as high as most come first.
    order = np.argsort([abs(np.log(part.height / height)) for part in parts], kind="stable")
    for part, confidence in ((parts[at], sure[at]) for at in order):
        if count < _MOST_PIECES and _may_be_several(part, float(confidence), height):
            cuts[part] = _cuts(part, stroke, dark, min(height, part.height))
            count += len(cuts[part].pieces)
    pieces = [piece for tried in cuts.values() for piece in tried.pieces.values()]
    chances = iter(_chances(pieces, dark, height))
    best = {part: _best(tried, chances) for part, tried in cuts.items()}
    return [piece for part in parts for piece in best.get(part, [part])]


def _may_be_several(part: Part, sure: float, height: float) -> bool:
    """Return whether a part is too wide for one digit, or rather wide and not surely one."""
    if part.mask.mean() > _SOLID:
        return False
    wide = part.width / max(0.6 * height, min(part.height, 1.2 * height))
    return wide > _WIDE or (wide > _MAYBE_WIDE and sure < _SURELY_ONE)


def _cuts(part: Part, stroke: float, dark: np.ndarray, height: float) -> _Cuts:
    """Return the cuts of a part that are tried, and the pieces they make."""
    ink = np.where(part.mask, part.within(dark), 0)
    columns = np.arange(0.5 * _STEP * height, part.width, _STEP * height)
    columns = columns if len(columns) <= _MOST_CUTS else columns[:0]
    seams = [_seam(ink, column, _STEP * height) for column in columns]
    crossed = [part.mask[np.arange(part.height), seam].sum() / stroke for seam in seams]
    likely = _CUT * np.exp(-_HARDER * (np.array(crossed) - _CROSSED).clip(0))
    seams = [np.zeros(part.height, int), *seams, np.full(part.height, part.width)]
    pieces = {(0, len(seams) - 1): part}
    for start in range(len(seams) - 1):
        for stop in range(start + 1, len(seams)):
            piece = _between(part, seams[start], seams[stop])
            if piece is not None and _is_possible(piece, height):
                pieces.setdefault((start, stop), piece)
    return _Cuts([*likely.tolist(), 1.0], pieces)


def _chances(pieces: list[Part], dark: np.ndarray, height: float) -> np.ndarray:
    """Return how probable it is that each piece is one digit, (n,)."""
    images = [digit_image(piece.within(dark), piece.mask) for piece in pieces]
    wide = np.array([piece.width / max(piece.height, height) for piece in pieces])
    sure = judge.confidences(np.array(images).reshape(-1, 28, 28))
    return sure * np.exp(-_RARER * (wide - _WIDE).clip(0))


def _best(cuts: _Cuts, chances: Iterator[float]) -> list[Part]:
    """Return the pieces of a part that read best together, from left to right.

    Args:
        cuts: How the part may be cut.
        chances: How probable it is that a piece is one digit, for each piece in order.
    """
    chance = {key: next(chances) for key in cuts.pieces}
    best: dict[int, tuple[float, list[tuple[int, int]]]] = {0: (0.0, [])}
    for stop, likely in enumerate(cuts.likely, start=1):
        choices = [
            (so_far + np.log(likely * chance[start, stop]), [*cut, (start, stop)])
            for start, (so_far, cut) in best.items()
            if (start, stop) in cuts.pieces
        ]
        if choices:
            best[stop] = max(choices, key=lambda choice: choice[0])
    return [cuts.pieces[key] for key in best[len(cuts.likely)][1]]


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
