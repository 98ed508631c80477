"""From the darkness of one digit, cut out of a photo, to what a network takes."""

import numpy as np
from PIL import Image
from scipy import ndimage

from mnist_lab.handwriting.preprocessing import crop_to_ink, preprocess

_SIDE = 80  # pixels of the longer side while strokes are thickened, four per pixel of a network
_STROKE = 0.11  # of the digit's longer side: the width of strokes in MNIST
_INK = 75  # percentile of its darkness that counts as full ink: a brush leaves faint strokes


def digit_image(darkness: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Prepare a digit that was cut out of a photo as MNIST's digits were.

    Its darkness is scaled so that ink is 1; strokes thinner than MNIST's are thickened to 0.11 of
    its longer side; then `preprocess`.

    Args:
        darkness: float (height, width) in [0, 1], 0 for paper.
        mask: Where the digit's ink is, bool (height, width), with one pixel at least.

    Returns:
        What a network takes, float32 (28, 28) in [0, 1].
    """
    ink = np.where(ndimage.binary_dilation(mask), darkness, 0)
    ink = (ink / max(float(np.percentile(darkness[mask], _INK)), 1e-6)).clip(0, 1)
    large = _resized(crop_to_ink(ink))
    return preprocess(np.pad(thickened(large), 1))  # a blot without paper around it is refused


def _resized(ink: np.ndarray) -> np.ndarray:
    """Return a digit whose longer side has 80 pixels.

    Pillow takes a tenth of the time of `resize_to_fit`, which matters for each of many cuts.
    """
    scale = _SIDE / max(ink.shape)
    size = max(1, round(ink.shape[1] * scale)), max(1, round(ink.shape[0] * scale))
    method = Image.Resampling.BOX if scale < 1 else Image.Resampling.BICUBIC
    large = Image.fromarray(ink.astype(np.float32)).resize(size, method)
    return np.asarray(large, float).clip(0, 1)


def thickened(ink: np.ndarray) -> np.ndarray:
    """Return a digit with strokes as thick as MNIST's, if its own are thinner.

    Args:
        ink: float (height, width) in [0, 1], its longer side cropped to the ink.

    Returns:
        The digit in [0, 1], with an edge as wide as what the strokes gained.
    """
    solid = ink >= 0.5
    if not solid.any():
        return ink
    missing = _STROKE * max(ink.shape) - _median_width(solid)
    if missing <= 1:
        return ink
    edge = int(np.ceil(missing / 2)) + 1
    away = ndimage.distance_transform_edt(~np.pad(solid, edge))
    # The new edge runs over one pixel, as an anti-aliased one does.
    return (missing / 2 + 1 - away).clip(0, 1)


def _median_width(solid: np.ndarray) -> float:
    """Return the usual width of the strokes: twice the distance of their middle from paper."""
    inner = ndimage.distance_transform_edt(np.pad(solid, 1))
    ridge = (inner == ndimage.maximum_filter(inner, 3)) & (inner > 0)
    return float(2 * np.median(inner[ridge]) - 1)
