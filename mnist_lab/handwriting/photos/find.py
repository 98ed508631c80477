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
from mnist_lab.handwriting.photos.threshold import stroke_width

_SIDES = 300, 1600  # pixels of the longer side in which digits are looked for
_FIRST_SIDE = 800  # pixels of the longer side in which the width of strokes is found
_STROKE = 7.0  # pixels: the width of strokes at which digits are cut out well
_FINE = 1 / 160  # of the longer side: the width of a fine pen's strokes on a page
_MUCH = 1.5  # times as wide: then two estimates of the strokes' width disagree
_BETTER = 2.5  # sure digits more, by which the second look must be better


class _Pen(NamedTuple):
    """What is taken for the strokes of a pen."""

    share: float  # their width, of the picture's longer side
    light: bool  # whether they are light, on something dark
    channels: list[int]  # of color, in which they are seen

    def dark(self, pixels: np.ndarray) -> np.ndarray:
        """Return a picture in the pen's channels, its negative if the pen is light."""
        return (255 - pixels if self.light else pixels)[..., self.channels]


class _Look(NamedTuple):
    """What one way of looking at a picture finds."""

    lines: tuple[tuple[FoundDigit, ...], ...]
    turn: int
    worth: float


def find_digits(image: str | Path | np.ndarray) -> Page:
    """Find the digits in a photo of a page, a scan, or a drawing, and cut them out.

    Ink is what is darker than the paper beside it (or lighter, on a board), in any color. Rules,
    shadows and the table below a sheet are left out; a page that stands on its side or on its head
    is turned. Digits that touch are cut apart, and broken ones joined, as the course's network for
    photos reads them best. One digit that fills the picture is a page of one.

    Args:
        image: A file, or an array, as `read_image` takes it. Digits should be 20 pixels high or
            more. A photo with a longer side of over 1,600 pixels is made smaller first.

    Returns:
        The digits in reading order, each with its place in the picture and as 28 x 28 pixels. What
        is no digit may be among them: `read_page` finds that out.

    Raises:
        PictureError: The picture cannot be read (a ValueError).

    Example:
        >>> page = lab.handwriting.find_digits(lab.handwriting.load_photo())
        >>> page.images.shape[1:], page.turn
        ((28, 28), 0)
    """
    picture = read_image(image)
    corners = find_sheet(picture)
    best = _best_look(picture, corners)
    if corners is not None and (best.worth < _BETTER or reaches_rim(corners, picture)):
        best = max(_best_look(picture, None), best, key=lambda look: look.worth)
    return Page(picture, best.lines, best.turn)


def _best_look(picture: np.ndarray, corners: np.ndarray | None) -> _Look:
    """Return the best of two looks at a picture, or at a quadrilateral of it.

    The first takes the largest contrast for ink. Where there is something much finer, so that this
    may be a hard shadow, the second looks for the strokes of a fine pen.
    """
    first = _view(picture, corners, float(np.clip(max(picture.shape), _SIDES[0], _FIRST_SIDE)))
    pens = _wide_pen(first), _fine_pen(first)
    best = _look(picture, corners, pens[0])
    if pens[0].share > _MUCH * pens[1].share or pens[0].light != pens[1].light:
        other = _look(picture, corners, pens[1])
        best = other if other.worth > best.worth + _BETTER else best
    return best


def _wide_pen(first: view.View) -> _Pen:
    """Return the pen that makes the largest contrast, whatever its width."""
    small = darkness.small(first.pixels)
    skew, blur = darkness.skew_of_ink(small)
    channels = darkness.channels_of_ink(255 - small if skew > 0 else small, blur)
    pen = _Pen(1.0, skew > 0, channels)
    stroke = darkness.rough_ink(pen.dark(first.pixels), blur).stroke
    return pen._replace(share=stroke / max(first.pixels.shape))


def _fine_pen(first: view.View) -> _Pen:
    """Return the pen that is seen where all that is coarse counts as paper."""
    pixels, side = first.pixels, max(first.pixels.shape)
    light = darkness.skew_of_ink(pixels, (_FINE,))[0] > 0
    channels = darkness.channels_of_ink(255 - pixels if light else pixels, _FINE)
    pen = _Pen(_FINE, light, channels)
    stroke = darkness.fine_ink(pen.dark(pixels), _FINE * side).stroke
    return pen._replace(share=stroke / side)


def _view(picture: np.ndarray, corners: np.ndarray | None, side: float) -> view.View:
    """Return a picture, or a quadrilateral of it, with a longer side of about `side` pixels."""
    if corners is None:
        return view.whole(picture, side)
    return view.straightened(picture, corners, side)


def _seen(
    picture: np.ndarray, corners: np.ndarray | None, pen: _Pen
) -> tuple[view.View, darkness.Ink]:
    """Return a picture in a size in which strokes are some pixels wide, and its ink."""
    most = np.clip(max(picture.shape), *_SIDES)
    seen = _view(picture, corners, float(np.clip(_STROKE / pen.share, _SIDES[0], most)))
    return seen, darkness.fine_ink(pen.dark(seen.pixels), pen.share * max(seen.pixels.shape))


def _look(picture: np.ndarray, corners: np.ndarray | None, pen: _Pen) -> _Look:
    """Look for digits in a picture, or in a quadrilateral of it."""
    seen, ink = _seen(picture, corners, pen)
    mask = rules.without_rules(ink)
    # Pens and rules differ in width; specks alone would make it too small.
    ink = ink._replace(mask=mask, stroke=max(stroke_width(mask), ink.stroke / 2))
    found = _parts(ink)
    quarters = turns.quarter_turns(_images(found, ink))
    if quarters:
        seen = view.turned(seen, quarters)
        dark, mask = np.rot90(ink.darkness, quarters), np.rot90(ink.mask, quarters)
        ink = ink._replace(darkness=dark, mask=mask)
        found = _parts(ink)
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


def _parts(ink: darkness.Ink) -> list[Part]:
    """Return what may be digits."""
    whole = parts.connected(ink.mask, round(ink.stroke / 3))
    return pieces.digits_among(whole, ink.stroke, ink.darkness)


def _digit(part: Part, dark: np.ndarray, seen: view.View) -> FoundDigit:
    """Return a digit with its place in the picture."""
    across, down = (part.left, part.right), (part.top, part.bottom)
    corners = np.array([(across[x], down[y]) for x, y in ((0, 0), (1, 0), (1, 1), (0, 1))])
    return FoundDigit(view.in_picture(seen, corners), digit_image(part.within(dark), part.mask))
