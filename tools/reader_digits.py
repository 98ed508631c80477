"""What the network for photos learns from: digits as they are cut out of photos, and other marks.

Nothing is photographed. A digit is written with a pen of another width, blurred, cut out a little
wrongly, and prepared by the function that prepares what `find_digits` finds.
"""

import numpy as np
from scipy import ndimage

from mnist_lab.handwriting.generated.glyphs import write_glyph
from mnist_lab.handwriting.generated.marks import MARK_KINDS, draw_mark
from mnist_lab.handwriting.generated.textures import field
from mnist_lab.handwriting.photos.digit import digit_image

# Shares of the digits that are cut out with an error of each kind.
_CUT_OFF = 0.15  # a little of one side is missing
_RULE = 0.15  # with a piece of a rule, that was not removed
_NEIGHBOR = 0.10  # with a piece of the digit beside it
# What is no digit, and the share of each kind.
_NO_DIGITS = {
    "letters": 0.25,
    "signs": 0.11,
    "scribbles": 0.28,
    "pair": 0.22,
    "dash": 0.06,
    "blot": 0.08,
}


def as_cut_out(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return a digit as it comes out of a photo.

    Args:
        image: One of MNIST, (28, 28) from 0 (paper) to 1 (ink), or any other picture of ink.
        rng: Draws the pen, the camera and the errors.

    Returns:
        What a network takes, float32 (28, 28).
    """
    return _prepared(_written(image, rng), rng)


def _written(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return the ink of a digit in the size in which photos are looked at: strokes 3 to 7 wide."""
    stroke = rng.uniform(0.035, 0.15)
    return write_glyph(image, float(np.clip(rng.uniform(3, 7) / stroke, 20, 150)), stroke)


def _prepared(ink: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return ink as a camera sees it, cut out, and prepared for a network."""
    canvas = np.pad(ink, 4)
    texture = 1 - np.abs(field(canvas.shape, rng.uniform(1.5, 6), rng)) * rng.uniform(0, 0.25)
    seen = ndimage.gaussian_filter(canvas * texture, rng.uniform(0.3, 1.3))
    noise = rng.normal(0, rng.uniform(0, 0.06), seen.shape)
    darkness = (seen + noise).clip(0, 1) * rng.uniform(0.3, 1)
    mask = darkness > rng.uniform(0.35, 0.55) * np.percentile(darkness[canvas > 0.5], 75)
    mask &= ndimage.binary_dilation(canvas > 0.1, iterations=2)  # what is away from it was dropped
    return digit_image(darkness, mask)


def cut_out_wrongly(image: np.ndarray, other: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return a digit as it comes out of a photo, in most cases with no error.

    Args:
        image: The digit, (28, 28) in [0, 1].
        other: The digit that stands beside it, (28, 28) in [0, 1].
        rng: Draws all that is random.

    Returns:
        What a network takes, float32 (28, 28).
    """
    ink = _written(image, rng)
    kind = rng.random()
    if kind < _CUT_OFF:
        ink = _cut(ink, rng.uniform(0.03, 0.1), rng)
    elif kind < _CUT_OFF + _RULE:
        ink = _with_rule(ink, rng)
    elif kind < _CUT_OFF + _RULE + _NEIGHBOR:
        ink = _with_neighbor(ink, write_glyph(other, max(ink.shape), 0.1), rng)
    return _prepared(ink, rng)


def _cut(ink: np.ndarray, share: float, rng: np.random.Generator) -> np.ndarray:
    """Return ink without a share of one side."""
    turns = rng.integers(4)
    turned = np.rot90(ink, turns)
    return np.rot90(turned[int(np.ceil(share * len(turned))) :], -turns)


def _with_rule(ink: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return ink with a thin line across it, or up or down it, that ends a little beside it."""
    upright = rng.random() < 0.3
    turned = ink.T if upright else ink
    ends = [int(rng.uniform(0, 0.2) * max(ink.shape)) for _ in range(2)]
    wide = np.pad(turned, ((2, 2), ends))
    row = int(rng.choice([rng.uniform(0, 1), rng.uniform(0.9, 1)]) * (len(wide) - 2))
    wide[row : row + rng.integers(1, 3)] = np.maximum(wide[row : row + 1], rng.uniform(0.5, 0.9))
    return wide.T if upright else wide


def _with_neighbor(ink: np.ndarray, other: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return ink with a strip of another digit's beside it; a narrow digit would be whole in it."""
    if other.shape[1] < 0.6 * len(other):
        return ink
    strip = int(np.ceil(rng.uniform(0.05, 0.15) * other.shape[1]))
    if rng.random() < 0.5:
        return _beside(ink, other[:, :strip], 0)
    return _beside(other[:, -strip:], ink, 0)


def _beside(left: np.ndarray, right: np.ndarray, gap: int) -> np.ndarray:
    """Return two pieces of ink side by side on one line; `gap` pixels apart, or over each other."""
    height = max(len(left), len(right))
    width = max(left.shape[1] + right.shape[1] + gap, left.shape[1], right.shape[1])
    both = np.zeros((height, width), np.float32)
    both[height - len(left) :, : left.shape[1]] = left
    place = both[height - len(right) :, width - right.shape[1] :]
    np.maximum(place, right, out=place)
    return both


def no_digit(images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return something that is no digit, as it comes out of a photo.

    Args:
        images: Digits to make some of it from, (n, 28, 28) in [0, 1].
        rng: Draws what it is.

    Returns:
        What a network takes, float32 (28, 28): a letter, a sign, a scribble, two digits, a dash, or
        a blot. Not half of a digit, which often is another digit.
    """
    kind = str(rng.choice(list(_NO_DIGITS), p=list(_NO_DIGITS.values())))
    if kind in MARK_KINDS:
        return as_cut_out(draw_mark(kind, rng), rng)
    first = _written(images[rng.integers(len(images))], rng)
    if kind == "pair":
        second = write_glyph(images[rng.integers(len(images))], max(first.shape), 0.1)
        return _prepared(_beside(first, second, int(rng.uniform(-0.1, 0.05) * len(first))), rng)
    if kind == "dash":
        dash = np.zeros((60, 60), np.float32)
        dash[26 : 26 + rng.integers(3, 12), 3:57] = 1
        return as_cut_out(ndimage.rotate(dash, rng.uniform(-25, 25), reshape=False, order=1), rng)
    rows, columns = np.mgrid[-1:1:48j, -1:1:48j]
    edge = rng.normal(0, 0.1) * np.cos(3 * np.arctan2(rows, columns)) + 0.85
    return _prepared((np.hypot(rows, columns * rng.uniform(1, 1.5)) < edge).astype(np.float32), rng)
