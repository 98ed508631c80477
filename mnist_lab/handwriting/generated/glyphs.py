"""One digit as a pen writes it: a small picture of it becomes strokes of a given size and width."""

import numpy as np
from scipy import ndimage
from skimage.morphology import skeletonize

from mnist_lab.handwriting.preprocessing import crop_to_ink, resize

_INK = 0.45  # the share of ink from which a pixel belongs to a stroke
_FEWEST_PIXELS = 48  # of a digit's longer side, while its strokes are changed


def write_glyph(image: np.ndarray, length: float, stroke: float) -> np.ndarray:
    """Return a digit as a pen of some width writes it.

    The picture is enlarged by cubic splines. Its strokes are then made thinner or thicker from both
    sides; a line along their middle stays, so that none breaks.

    Args:
        image: (height, width) from 0 (paper) to 1 (ink), such as a digit of MNIST.
        length: Of the digit's longer side, in pixels.
        stroke: Width of most strokes, as a share of `length`.

    Returns:
        The share of each pixel that is inked, float32 in [0, 1], cropped to the ink.

    Raises:
        ValueError: The image has no ink.
    """
    ink = np.pad(crop_to_ink(image), 1)
    rows, columns = np.nonzero(ink > _INK * ink.max())
    extent = max(np.ptp(rows), np.ptp(columns)) + 1
    large = max(length, extent, _FEWEST_PIXELS)
    zoomed = ndimage.zoom(ink, large / extent, order=3, mode="nearest", grid_mode=True)
    body = zoomed > _INK * zoomed.max()
    middle = skeletonize(body)
    inside = ndimage.distance_transform_edt(body)
    outside = ndimage.distance_transform_edt(~body)
    radius = stroke * large / 2
    excess = np.median(inside[middle]) - radius  # how much is to come off each side
    room = int(max(0, -excess) + radius + 2)
    from_middle = ndimage.distance_transform_edt(~np.pad(middle, room))
    depth = np.pad(inside - outside, room, mode="linear_ramp", end_values=-room - large)
    line = radius - ndimage.gaussian_filter(from_middle, 0.7)
    drawn = np.clip(np.maximum(line, depth - excess) + 0.5, 0, 1)
    if length < large:
        height, width = (max(1, round(side * length / large)) for side in drawn.shape)
        drawn = resize(drawn, height, width)
    return crop_to_ink(np.where(drawn > 0.02, drawn, 0)).astype(np.float32)
