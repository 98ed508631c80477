"""How dark each pixel is against the paper around it, whatever the pen's color and the light."""

from typing import NamedTuple

import numpy as np
from scipy import ndimage
from skimage.transform import resize

from mnist_lab.handwriting.photos import threshold

_ROUGH_SIDE = 320  # pixels of the longer side on which the first paper is estimated
_WIDEST = 5  # a stroke is at most a fifth of the picture's longer side wide
_PAPER_SEEN = 4.0  # the paper is seen beside a stroke within this many of its widths
_LEAST_LIGHT = 0.05  # of the full scale: in deep shadow a camera sees noise only


class Ink(NamedTuple):
    """What of a picture is ink.

    Attributes:
        darkness: float32 (height, width), from 0 (paper) to 1 (nothing of the paper's light).
        mask: Where ink is, bool (height, width).
        width: The usual width of a stroke in pixels.
    """

    darkness: np.ndarray
    mask: np.ndarray
    width: float


def ink_is_light(gray: np.ndarray) -> bool:
    """Return whether a picture shows light ink on something dark, such as chalk on a board.

    Ink covers little of a page: what stands out from a blurred picture by much is ink, so that the
    differences are skewed towards it. Three blurs see strokes of any width; the one on which the
    differences are most skewed decides.

    Args:
        gray: float32 (height, width).
    """
    skews = []
    for share in (1 / 64, 1 / 16, 1 / 4):
        difference = gray - ndimage.gaussian_filter(gray, share * max(gray.shape))
        spread = float(difference.std())
        if spread > 1e-4:  # a blank picture has no ink to ask
            skews.append(float(((difference / spread) ** 3).mean()))
    return bool(skews) and max(skews, key=abs) > 0


def find_ink(pixels: np.ndarray) -> Ink:
    """Find the ink of a picture.

    The paper is estimated twice: roughly, to learn how wide strokes are, then by a closing a few
    strokes wide, which follows shadows and their edges.

    Args:
        pixels: RGB, float32 (height, width, 3) in [0, 1].

    Returns:
        The ink, dark on light paper even where the picture is not.
    """
    height, width = pixels.shape[:2]
    scale = min(1.0, _ROUGH_SIDE / max(height, width))
    small = shrink(pixels, scale)
    if ink_is_light(small.mean(axis=2)):
        pixels, small = 1 - pixels, 1 - small
    rough = _paper(small, max(small.shape) // _WIDEST)
    rough = resize(rough, pixels.shape, order=1, mode="edge", anti_aliasing=False)
    first = _against(pixels, rough)
    mask = threshold.ink_mask(first)
    stroke = threshold.stroke_width(mask)
    for _ in range(2):
        reach = int(np.clip(_PAPER_SEEN * stroke, 9, max(height, width) // _WIDEST)) | 1
        smooth = ndimage.gaussian_filter(pixels, (stroke / 8, stroke / 8, 0))
        darkness = _against(smooth, _paper(smooth, reach))
        mask = threshold.ink_mask(darkness)
        stroke = threshold.stroke_width(mask)
    return Ink(darkness, mask, stroke)


def shrink(pixels: np.ndarray, scale: float) -> np.ndarray:
    """Return a picture smaller by a factor, each pixel the mean of those it covers."""
    if scale >= 1:
        return pixels
    shape = tuple(max(1, round(side * scale)) for side in pixels.shape[:2])
    return resize(pixels, (*shape, 3), order=1, mode="edge", anti_aliasing=True).astype(np.float32)


def _paper(pixels: np.ndarray, reach: int) -> np.ndarray:
    """Return the paper's light: dark marks narrower than `reach` pixels are filled."""
    reach = max(3, reach) | 1
    closed = ndimage.grey_closing(pixels, (reach, reach, 1), mode="nearest")
    return ndimage.uniform_filter(closed, (reach // 2 | 1, reach // 2 | 1, 1), mode="nearest")


def _against(pixels: np.ndarray, paper: np.ndarray) -> np.ndarray:
    """Return how much of the paper's light each pixel lacks, in the channel that lacks most."""
    return (1 - pixels / np.maximum(paper, _LEAST_LIGHT)).max(axis=2).clip(0, 1).astype(np.float32)
