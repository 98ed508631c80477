"""Finds the digits in a picture."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from mnist_lab.handwriting.photos import darkness, judge, lines, parts, pieces, rules, touching, turns, view
from mnist_lab.handwriting.photos.digit import digit_image
from mnist_lab.handwriting.photos.image import read_image
from mnist_lab.handwriting.photos.page import FoundDigit, Page
from mnist_lab.handwriting.photos.parts import Part
from mnist_lab.handwriting.photos.sheet import find_sheet

_SIDES = 300, 1600  # pixels of the longer side in which digits are looked for
_FIRST_SIDE = 800  # pixels of the longer side in which the width of strokes is found
_STROKE = 5.0  # pixels: the width of strokes at which digits are cut out well
_FINE = 1 / 160  # of the longer side: the width of a fine pen's strokes on a page
_ENOUGH = 2.5  # sure digits, after which no other look at the picture is taken
_SURE = 0.9  # mean confidence, at which none is taken either


class _Look(NamedTuple):
    """What one way of looking at a picture finds."""

    found: tuple[tuple[FoundDigit, ...], ...]
    turn: int
    worth: float
    sure: bool


def find_digits(image: str | Path | np.ndarray) -> Page:
    """Find the digits in a picture."""
    picture = read_image(image)
    corners = find_sheet(picture)
    looks = [] if corners is None else [_look(picture, corners, None)]
    if not any(look.sure for look in looks):
        looks.append(_look(picture, None, None))
    if not any(look.sure for look in looks):
        looks.append(_look(picture, None, _FINE))
    best = looks[0]
    for look in looks[1:]:
        if look.worth > best.worth + _ENOUGH:
            best = look
    return Page(picture, best.found, best.turn)


def _view(picture: np.ndarray, corners: np.ndarray | None, side: float) -> view.View:
    if corners is None:
        return view.whole(picture, side)
    return view.straightened(picture, corners, side)


def _seen(
    picture: np.ndarray, corners: np.ndarray | None = None, pen: float | None = None
) -> tuple[view.View, darkness.Ink]:
    """Return a picture in a size in which strokes are some pixels wide, and its ink."""
    first = _view(picture, corners, float(np.clip(max(picture.shape), _SIDES[0], _FIRST_SIDE)))
    side = max(first.pixels.shape)
    skew, blur = darkness.skew_of_ink(first.pixels, darkness.BLURS if pen is None else (pen,))
    light = skew > 0
    pixels = 255 - first.pixels if light else first.pixels
    if pen is None:
        stroke = darkness.rough_ink(pixels, blur).stroke
    else:
        stroke = darkness.fine_ink(pixels, pen * side).stroke
    most = np.clip(max(picture.shape), *_SIDES)
    seen = _view(picture, corners, float(np.clip(side * _STROKE / stroke, _SIDES[0], most)))
    pixels = 255 - seen.pixels if light else seen.pixels
    return seen, darkness.fine_ink(pixels, stroke * max(seen.pixels.shape) / side)


def _look(picture: np.ndarray, corners: np.ndarray | None, pen: float | None) -> _Look:
    """Look for digits in a picture, or in a quadrilateral of it."""
    seen, ink = _seen(picture, corners, pen)
    mask = rules.without_rules(ink.mask, ink.stroke)
    found = _parts(mask, ink)
    images = [digit_image(part.within(ink.darkness), part.mask) for part in found]
    quarters = turns.quarter_turns(np.array(images)) if images else 0
    if quarters:
        seen = view.turned(seen, quarters)
        mask = np.rot90(mask, quarters)
        ink = ink._replace(darkness=np.rot90(ink.darkness, quarters))
        found = _parts(mask, ink)
    found = touching.cut_apart(found, ink.darkness)
    digits = tuple(
        tuple(_digit(part, ink.darkness, seen) for part in line) for line in lines.in_lines(found)
    )
    images = np.array([digit.image for line in digits for digit in line]).reshape(-1, 28, 28)
    shares = judge.probabilities(images)
    worth = judge.worth(shares)
    sure = worth >= _ENOUGH or (len(shares) > 0 and shares.max(axis=1).mean() > _SURE)
    return _Look(digits, 90 * quarters, worth, sure)


def _parts(mask: np.ndarray, ink: darkness.Ink) -> list[Part]:
    whole = parts.connected(mask, round(ink.stroke / 3))
    return pieces.digits_among(whole, ink.stroke, ink.darkness)


def _digit(part: Part, dark: np.ndarray, seen: view.View) -> FoundDigit:
    across, down = (part.left, part.right), (part.top, part.bottom)
    corners = np.array([(across[x], down[y]) for x, y in ((0, 0), (1, 0), (1, 1), (0, 1))])
    return FoundDigit(view.in_picture(seen, corners), digit_image(part.within(dark), part.mask))
