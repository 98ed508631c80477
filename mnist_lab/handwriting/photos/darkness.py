"""How dark each pixel is against the paper around it, whatever the pen's color and the light."""

from functools import reduce
from typing import NamedTuple

import numpy as np
from PIL import Image
from scipy import ndimage

from mnist_lab.handwriting.photos import threshold

_ROUGH_SIDE = 320  # pixels of the longer side on which paper is estimated roughly
BLURS = (1 / 128, 1 / 64, 1 / 32, 1 / 16, 1 / 8, 1 / 4)  # of the longer side
_CLEARLY = 1.0  # skewness; noise has next to none, a page of thin strokes 5 or more
_FAR = 16  # blurs: strokes are surely narrower than this where a blur sees them
_WIDEST = 5  # a stroke is at most a fifth of the picture's longer side wide
_PAPER_SEEN = 4.0  # the paper is seen beside a stroke within this many of its widths
_SMOOTH, _SMOOTHER = 1 / 8, 1 / 3  # strokes: the blur before ink is looked for, if noise is strong
_LEAST_LIGHT = 0.05  # of the full scale: in deep shadow a camera sees noise only


class Ink(NamedTuple):
    """What of a picture is ink.

    Attributes:
        darkness: float32 (height, width), from 0 (paper) to 1 (nothing of the paper's light).
        mask: Where ink is, bool (height, width).
        stroke: The usual width of a stroke in pixels.
    """

    darkness: np.ndarray
    mask: np.ndarray
    stroke: float


def skew_of_ink(pixels: np.ndarray, blurs: tuple[float, ...] = BLURS) -> tuple[float, float]:
    """Return whether ink is darker or lighter than its paper, and how coarse it is.

    Ink covers little of a page: what differs much from a blurred picture is ink, so that the
    differences are skewed towards it. Shadows and tables are coarser than ink. So the finest of
    some blurs decides on which differences are clearly skewed.

    Args:
        pixels: RGB, uint8 (height, width, 3).
        blurs: Deviations of Gaussian blurs, from fine to coarse, as shares of the longer side.

    Returns:
        The skewness, below 0 for dark ink, and the blur.
    """
    gray = pixels.mean(axis=2, dtype=np.float32)
    skew = share = 0.0
    for share in blurs:
        difference = gray - ndimage.gaussian_filter(gray, share * max(gray.shape))
        spread = float(difference.std())
        # A blank picture has no ink to ask.
        skew = float(((difference / spread) ** 3).mean()) if spread > 0.01 else 0.0
        if abs(skew) > _CLEARLY:
            break
    return skew, share


def channels_of_ink(pixels: np.ndarray, blur: float) -> list[int]:
    """Return the color channels in which ink is dark; all if it is in none.

    Blue ink on yellow paper is lighter than the paper in the blue channel.

    Args:
        pixels: Dark ink on light paper, RGB, (height, width, 3).
        blur: How coarse the ink is, from `skew_of_ink`.
    """
    skews = [skew_of_ink(pixels[..., [channel]], (blur,))[0] for channel in range(3)]
    dark = [channel for channel in range(3) if skews[channel] <= 0]
    return dark or [0, 1, 2]


def rough_ink(pixels: np.ndarray, blur: float) -> Ink:
    """Find ink whose width is not known, against paper that is estimated from far away.

    Args:
        pixels: Dark ink on light paper, uint8 (height, width, channels).
        blur: How coarse the ink is, from `skew_of_ink`.
    """
    far = small(pixels)
    paper = _paper(far, round(max(far.shape) * min(1 / _WIDEST, _FAR * blur))).astype(np.uint8)
    size = pixels.shape[1], pixels.shape[0]
    method = Image.Resampling.BILINEAR
    layers = [
        np.asarray(Image.fromarray(layer).resize(size, method))
        for layer in np.moveaxis(paper, 2, 0)
    ]
    paper = np.stack(layers, axis=2)
    return _ink(_against(pixels.astype(np.float32), paper.astype(np.float32)))


def fine_ink(pixels: np.ndarray, stroke: float) -> Ink:
    """Find ink of a known width, against paper that follows shadows and their edges.

    Args:
        pixels: Dark ink on light paper, uint8 (height, width, channels).
        stroke: The usual width of a stroke in pixels.
    """
    reach = int(np.clip(_PAPER_SEEN * stroke, 9, max(9, max(pixels.shape) // _WIDEST)))
    found = _smoothed_ink(pixels, _SMOOTH * stroke, reach)
    if threshold.is_noisy(found.darkness):
        found = _smoothed_ink(pixels, _SMOOTHER * stroke, reach)
    return found


def _smoothed_ink(pixels: np.ndarray, deviation: float, reach: int) -> Ink:
    """Find the ink of a picture that is first blurred a little, against noise."""
    smooth = ndimage.gaussian_filter(pixels.astype(np.float32), (deviation, deviation, 0))
    return _ink(_against(smooth, _paper(smooth, reach)))


def _ink(darkness: np.ndarray) -> Ink:
    mask = threshold.ink_mask(darkness)
    return Ink(darkness, mask, threshold.stroke_width(mask))


def small(pixels: np.ndarray) -> np.ndarray:
    """Return a picture as float32, made smaller if its longer side has over 320 pixels."""
    factor = -(-max(pixels.shape) // _ROUGH_SIDE)
    layers = np.moveaxis(pixels, 2, 0)
    return np.stack(
        [np.asarray(Image.fromarray(layer).reduce(factor)) for layer in layers], axis=2
    ).astype(np.float32)


def _paper(pixels: np.ndarray, reach: int) -> np.ndarray:
    """Return the paper's light: dark marks narrower than `reach` pixels are filled."""
    reach = max(3, reach) | 1
    closed = ndimage.grey_closing(pixels, (reach, reach, 1), mode="nearest")
    smooth = ndimage.uniform_filter(closed, (reach // 2 | 1, reach // 2 | 1, 1), mode="nearest")
    return np.minimum(closed, smooth)  # a shadow's edge stays sharp on its dark side


def _against(pixels: np.ndarray, paper: np.ndarray) -> np.ndarray:
    """Return how much of the paper's light each pixel lacks, in the channel that lacks most."""
    light = pixels / np.maximum(paper, 255 * _LEAST_LIGHT)
    least = reduce(np.minimum, np.moveaxis(light, 2, 0))
    return (1 - least).clip(0, 1)
