"""Which parts of a page's ink are digits: specks dropped, broken pieces joined."""

import numpy as np
from scipy import ndimage

from mnist_lab.handwriting.photos import judge
from mnist_lab.handwriting.photos.digit import digit_image
from mnist_lab.handwriting.photos.parts import Part, merged, usual_side

_GIANT, _LEAST = 3.0, 0.4  # usual sides: digits of one page differ by no more
_BLOT = 3.0  # strokes: where ink is as thick as this, it is a stain, or what is beside the page
_FILLED = 0.55  # of its rectangle, which a stain fills and a digit does not
_SMALL = 0.7  # usual sides: smaller parts may have broken from a digit
_NEAR = 0.15  # usual sides between a piece and what it broke from
_BAR = 2.5  # times as wide as high: a bar of a 5 or a 7, or a dash, but no digit
_SPECK = 0.25  # usual sides: what is smaller is no digit for itself
_ALONE = 0.9  # how probable it is that a small part that reads as a digit is one


def digits_among(parts: list[Part], stroke: float, dark: np.ndarray) -> list[Part]:
    """Return the parts that may be digits; specks and giants dropped, pieces joined.

    Args:
        parts: Connected parts.
        stroke: The usual width of a stroke in pixels.
        dark: The darkness of the page, float (height, width).
    """
    parts = [part for part in parts if part.side > 2 * stroke or part.area > stroke * stroke]
    parts = [part for part in parts if not _lies_on_rim(part, dark.shape)] or parts
    parts = _without_blots(parts, stroke)
    if not parts:
        return []
    side = usual_side(parts)
    parts = [part for part in parts if part.side < _GIANT * side]
    parts = _joined(parts, side, dark)
    return [part for part in parts if part.side >= _LEAST * side and not _is_bar(part)]


def _is_bar(part: Part) -> bool:
    return part.width > _BAR * part.height


def _without_blots(parts: list[Part], stroke: float) -> list[Part]:
    """Drop stains; where most ink is so thick, it is what is written."""
    thin = [part for part in parts if not _is_blot(part, stroke)]
    ink = sum(part.area for part in parts)
    return thin if sum(part.area for part in thin) > 0.5 * ink else parts


def _is_blot(part: Part, stroke: float) -> bool:
    """Return whether a part fills its rectangle and is much thicker than a stroke."""
    thickness = _BLOT * stroke
    if min(part.mask.shape) < thickness or part.mask.mean() < _FILLED:
        return False
    return 2 * float(ndimage.distance_transform_edt(np.pad(part.mask, 1)).max()) > thickness


def _lies_on_rim(part: Part, shape: tuple[int, ...]) -> bool:
    """Return whether a part touches the picture's rim with most of one of its sides."""
    sides = (
        part.top == 0 and part.mask[0].mean(),
        part.left == 0 and part.mask[:, 0].mean(),
        part.bottom == shape[0] and part.mask[-1].mean(),
        part.right == shape[1] and part.mask[:, -1].mean(),
    )
    return max(sides) > 0.5


def _gap(one: Part, other: Part) -> float:
    """Return the distance of two rectangles in pixels."""
    down = max(one.top, other.top) - min(one.bottom, other.bottom)
    right = max(one.left, other.left) - min(one.right, other.right)
    return float(np.hypot(max(down, 0), max(right, 0)))


def _joined(parts: list[Part], side: float, dark: np.ndarray) -> list[Part]:
    """Join small pieces to what they broke from: the nearest part, if both read as one digit."""
    waiting = sorted(parts, key=lambda part: part.side)
    done: list[Part] = []
    while waiting:
        piece = waiting.pop(0)
        near = [other for other in waiting + done if _may_be_one(piece, other, side)]
        near.sort(key=lambda other: _gap(piece, other))
        for other in near[:2]:
            both = merged([piece, other])
            if _read_as_one(piece, other, both, side, dark):
                waiting = [part for part in waiting if part is not other]
                done = [part for part in done if part is not other]
                waiting = sorted([*waiting, both], key=lambda part: part.side)
                break
        else:
            done.append(piece)
    return done


def _may_be_one(piece: Part, other: Part, side: float) -> bool:
    """Return whether two parts are as near, and as large together, as those of one digit."""
    small = min(piece.side, other.side) < _SMALL * side or _is_bar(piece) or _is_bar(other)
    if not small or _gap(piece, other) > _NEAR * side:
        return False
    both = merged([piece, other])
    largest = max(side, piece.side, other.side)
    return both.height < 1.4 * largest and both.width < 1.1 * largest


def _read_as_one(piece: Part, other: Part, both: Part, side: float, dark: np.ndarray) -> bool:
    """Return whether two parts together read better than apart.

    They also do not belong together if they look more like digits alone, on average; where one
    looks like a 1, this says nothing, since any piece of a stroke does.
    """
    small = min(piece, other, key=lambda part: part.side)
    if _is_bar(small) or small.side < _SPECK * side:
        return True
    images = [digit_image(part.within(dark), part.mask) for part in (piece, other, both)]
    shares = judge.probabilities(np.array(images))
    first, second, together = shares.max(axis=1)
    apart = np.delete(shares[:2], 1, axis=1).max(axis=1).mean()
    return bool(together > max(_ALONE * first * second, apart))
