"""Finds the digits in a picture."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from mnist_lab.handwriting.photos import (
    darkness,
    judge,
    lines,
    parts,
    pieces,
    rules,
    touching,
    turns,
    view,
)
from mnist_lab.handwriting.photos.digit import digit_image
from mnist_lab.handwriting.photos.image import read_image
from mnist_lab.handwriting.photos.page import FoundDigit, Page
from mnist_lab.handwriting.photos.parts import Part
from mnist_lab.handwriting.photos.sheet import find_sheet, reaches_rim

_SIDES = 300, 1600  # pixels of the longer side in which digits are looked for
_FIRST_SIDE = 800  # pixels of the longer side in which the width of strokes is found
_STROKE = 7.0  # pixels: the width of strokes at which digits are cut out well
_FINE = 1 / 160  # of the longer side: the width of a fine pen's strokes on a page
_MUCH = 1.5  # times as wide: then two estimates of the strokes' width disagree
_BETTER = 2.5  # sure digits more, by which the second look must be better


class _Look(NamedTuple):
    """What one way of looking at a picture finds."""

    lines: tuple[tuple[FoundDigit, ...], ...]
    turn: int
    worth: float


def find_digits(image: str | Path | np.ndarray) -> Page:
    """Find the digits in a picture."""
    picture = read_image(image)
    corners = find_sheet(picture)
    best = _best_look(picture, corners)
    if corners is not None and (best.worth < _BETTER or reaches_rim(corners, picture)):
        best = max(_best_look(picture, None), best, key=lambda look: look.worth)
    return Page(picture, best.lines, best.turn)


def _best_look(picture: np.ndarray, corners: np.ndarray | None) -> _Look:
    """Return the best of two looks at a picture, or at a quadrilateral of it.

    The first takes the largest contrast for ink. Where that may be a hard shadow, since there is
    something much finer, the second looks for strokes of a fine pen.
    """
    first = _view(picture, corners, float(np.clip(max(picture.shape), _SIDES[0], _FIRST_SIDE)))
    pens = _wide_pen(first), _fine_pen(first)
    best = _look(picture, corners, pens[0])
    if pens[0].share > _MUCH * pens[1].share or pens[0].light != pens[1].light:
        other = _look(picture, corners, pens[1])
        best = other if other.worth > best.worth + _BETTER else best
    return best


class _Pen(NamedTuple):
    """What is taken for the pen's strokes."""

    share: float  # of the picture's longer side: their width
    light: bool  # light ink on something dark


def _wide_pen(first: view.View) -> _Pen:
    skew, blur = darkness.skew_of_ink(darkness.small(first.pixels))
    pixels = 255 - first.pixels if skew > 0 else first.pixels
    return _Pen(darkness.rough_ink(pixels, blur).stroke / max(pixels.shape), skew > 0)


def _fine_pen(first: view.View) -> _Pen:
    skew, _ = darkness.skew_of_ink(first.pixels, (_FINE,))
    pixels = 255 - first.pixels if skew > 0 else first.pixels
    side = max(pixels.shape)
    return _Pen(darkness.fine_ink(pixels, _FINE * side).stroke / side, skew > 0)


def _view(picture: np.ndarray, corners: np.ndarray | None, side: float) -> view.View:
    if corners is None:
        return view.whole(picture, side)
    return view.straightened(picture, corners, side)


def _seen(
    picture: np.ndarray, corners: np.ndarray | None, pen: _Pen
) -> tuple[view.View, darkness.Ink]:
    """Return a picture in a size in which strokes are some pixels wide, and its ink."""
    most = np.clip(max(picture.shape), *_SIDES)
    seen = _view(picture, corners, float(np.clip(_STROKE / pen.share, _SIDES[0], most)))
    pixels = 255 - seen.pixels if pen.light else seen.pixels
    return seen, darkness.fine_ink(pixels, pen.share * max(pixels.shape))


def _look(picture: np.ndarray, corners: np.ndarray | None, pen: _Pen) -> _Look:
    """Look for digits in a picture, or in a quadrilateral of it."""
    seen, ink = _seen(picture, corners, pen)
    mask = rules.without_rules(ink)
    found = _parts(mask, ink)
    quarters = turns.quarter_turns(_images(found, ink))
    if quarters:
        seen = view.turned(seen, quarters)
        mask = np.rot90(mask, quarters)
        ink = ink._replace(darkness=np.rot90(ink.darkness, quarters))
        found = _parts(mask, ink)
    sure = judge.confidences(_images(found, ink))
    found = touching.cut_apart(found, sure, ink.stroke, ink.darkness)
    digits = tuple(
        tuple(_digit(part, ink.darkness, seen) for part in line) for line in lines.in_lines(found)
    )
    images = np.array([digit.image for line in digits for digit in line]).reshape(-1, 28, 28)
    return _Look(digits, 90 * quarters, judge.worth(judge.probabilities(images)))


def _images(found: list[Part], ink: darkness.Ink) -> np.ndarray:
    """Return what the network takes of each part, float32 (n, 28, 28)."""
    images = [digit_image(part.within(ink.darkness), part.mask) for part in found]
    return np.array(images, np.float32).reshape(-1, 28, 28)


def _parts(mask: np.ndarray, ink: darkness.Ink) -> list[Part]:
    whole = parts.connected(mask, round(ink.stroke / 3))
    return pieces.digits_among(whole, ink.stroke, ink.darkness)


def _digit(part: Part, dark: np.ndarray, seen: view.View) -> FoundDigit:
    across, down = (part.left, part.right), (part.top, part.bottom)
    corners = np.array([(across[x], down[y]) for x, y in ((0, 0), (1, 0), (1, 1), (0, 1))])
    return FoundDigit(view.in_picture(seen, corners), digit_image(part.within(dark), part.mask))
