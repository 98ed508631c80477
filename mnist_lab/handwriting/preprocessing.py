"""MNIST's preparation: from an image of a digit, of any size, to 28 x 28 pixels."""

import numpy as np
from numpy.typing import ArrayLike
from scipy import ndimage

from mnist_lab import checks
from mnist_lab.handwriting.strokes import CANVAS_SIZE, MAX_SIDE

_NO_INK = "The image has no ink: draw a digit first."


def check_grayscale(image: ArrayLike) -> np.ndarray:
    """Return an image of one digit, of any size, as float64 (height, width).

    Args:
        image: (height, width) from 0 (paper) to 1 (ink), 1 to 4,000 pixels per side.

    Returns:
        The image as an array.

    Raises:
        ValueError: It is not a 2-D array of 1 to 4,000 pixels per side with values in [0, 1].
    """
    try:
        array = np.asarray(image, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        expected = "an array (height, width) from 0 (paper) to 1 (ink)"
        raise checks.invalid("image", image, expected) from None
    if array.ndim != 2 or not 1 <= min(array.shape) <= max(array.shape) <= MAX_SIDE:
        expected = f"(height, width), each from 1 to {MAX_SIDE:,} pixels{_shape_advice(array)}"
        raise checks.invalid("image.shape", array.shape, expected)
    if not np.isfinite(array).all():
        count = np.count_nonzero(~np.isfinite(array))
        raise ValueError(
            f"image has {count:,} pixels that are NaN or infinite; expected 0 (paper) to 1 (ink)."
            " np.nan_to_num(image) makes NaN paper."
        )
    if array.min() < 0 or array.max() > 1:
        raise ValueError(
            f"image runs from {array.min():g} to {array.max():g};"
            " expected 0 (paper) to 1 (ink). Divide bytes by 255."
        )
    return array


def _shape_advice(array: np.ndarray) -> str:
    """Return how an image of another shape becomes one of (height, width)."""
    if array.ndim == 3 and array.shape[2] in (3, 4):
        return "; it is in color: turn it to gray with image[..., :3].mean(axis=2)"
    if array.ndim == 3 and 1 in (array.shape[0], array.shape[2]):
        return "; image.squeeze() takes the axis of length 1 away"
    return "; give one image at a time" if array.ndim > 2 else ""


def _check_paper(image: np.ndarray) -> None:
    """Refuse an image that is mostly ink, as one with dark ink on light paper is.

    Half of it is ink, and so is most of its edge. No digit of MNIST is so that is not narrow, even
    when it is cropped to its ink; a 1 that is cropped may be a bar full of ink.
    """
    height, width = image.shape
    edge = np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]])
    narrow = min(height, width) <= max(height, width) / 2
    if image.mean() > 0.5 and (edge > 0.5).mean() > 0.5 and not narrow:
        raise ValueError(
            f"image is mostly ink ({image.mean():.0%} on average); expected 0 for paper and 1 for"
            " ink. For dark ink on light paper, take 1 - image."
        )


def crop_to_ink(image: np.ndarray) -> np.ndarray:
    """Crop an image to the smallest rectangle that holds all its ink.

    Args:
        image: (height, width) from 0 (paper) to 1 (ink); every value above 0 is ink.

    Returns:
        That rectangle of the image, float64.

    Raises:
        ValueError: The image has no ink.
    """
    image = check_grayscale(image)
    boxes = ndimage.find_objects((image > 0).astype(np.uint8))
    if not boxes:
        raise ValueError(_NO_INK)
    return image[boxes[0]]


def _averaging_matrix(before: int, after: int) -> np.ndarray:
    """Return the matrix (after, before) that averages `before` pixels into `after` pixels."""
    edges = np.linspace(0, before, after + 1)
    pixels = np.arange(before)
    overlap = np.minimum(edges[1:, None], pixels + 1) - np.maximum(edges[:-1, None], pixels)
    return np.clip(overlap, 0, None) * after / before


def resize(image: np.ndarray, height: int, width: int) -> np.ndarray:
    """Resize an image; each new pixel is the mean of the area it covers, so edges are anti-aliased.

    Pixels that are covered in part count in part. Pillow's box filter counts them fully or not at
    all, hence these few lines.

    Args:
        image: (any height, any width) in [0, 1].
        height: Pixels of the result, at least 1.
        width: Pixels of the result, at least 1.

    Returns:
        The resized image, float64 (height, width) in [0, 1].

    Example:
        >>> lab.handwriting.resize(np.array([[0.0, 0.3, 0.9]]), 1, 2)
        array([[0.1, 0.7]])
    """
    image = check_grayscale(image)
    rows, columns = (
        _averaging_matrix(before, checks.integer(name, after, 1, MAX_SIDE))
        for before, name, after in zip(
            image.shape, ("height", "width"), (height, width), strict=True
        )
    )
    # Rounding may leave a sum just above 1.
    return (rows @ image @ columns.T).clip(0, 1)


def resize_to_fit(image: np.ndarray, side: int = 20) -> np.ndarray:
    """Resize an image so that its longer side has `side` pixels, with its proportions kept.

    A smaller image is enlarged by cubic splines: by `resize`, its pixels would become squares with
    sharp edges, which no pen draws.

    Args:
        image: (height, width) in [0, 1].
        side: Pixels of the longer side; MNIST's digits were fitted into 20 x 20.

    Returns:
        The resized image, float64 in [0, 1], at least one pixel high and wide.
    """
    height, width = (max(1, round(side * length / max(image.shape))) for length in image.shape)
    if side <= max(image.shape):
        return resize(image, height, width)
    factors = height / image.shape[0], width / image.shape[1]
    large = ndimage.zoom(check_grayscale(image), factors, order=3, mode="nearest", grid_mode=True)
    return large.clip(0, 1)


def _without_last_bits(values: np.ndarray) -> np.ndarray:
    """Return values to nine decimals: a sum's last bits depend on the processor.

    So halves, which are frequent here, are rounded alike everywhere.
    """
    return np.round(values, 9)


def center_by_mass(image: np.ndarray, side: int = 28) -> np.ndarray:
    """Paste an image on an empty canvas so that its center of mass is at the canvas's center.

    The image moves by whole pixels, and only as far as all its ink stays on the canvas.

    Args:
        image: (height, width) in [0, 1], with some ink and at most `side` pixels per side.
        side: Pixels per side of the canvas.

    Returns:
        The canvas, float64 (side, side).

    Raises:
        ValueError: The image has no ink or is larger than the canvas.
    """
    image = check_grayscale(image)
    if max(image.shape) > side:
        raise checks.invalid("image.shape", image.shape, f"at most {side} x {side} pixels")
    if not image.any():
        raise ValueError(_NO_INK)
    # In MNIST's files the mean index of the ink's rows and columns is 14, to within half a pixel.
    shift = np.round(_without_last_bits(side / 2 - np.array(ndimage.center_of_mass(image))))
    top, left = np.clip(shift, 0, side - np.array(image.shape)).astype(int)
    canvas = np.zeros((side, side))
    canvas[top : top + image.shape[0], left : left + image.shape[1]] = image
    return canvas


def _round_to_bytes(image: np.ndarray) -> np.ndarray:
    """Return an image as float32 in steps of 1/255, the gray levels of MNIST's files."""
    levels = np.floor(_without_last_bits(image * 255) + 0.5)  # halves up
    return levels.clip(0, 255).astype(np.float32) / np.float32(255)


def preprocess(image: np.ndarray) -> np.ndarray:
    """Prepare an image of one digit as MNIST's digits were prepared (LeCun et al. 1998).

    Three steps: crop to the ink; resize to fit 20 x 20 pixels with the proportions kept and edges
    anti-aliased, or enlarged smoothly; put the center of mass at the center of 28 x 28 pixels.
    Digits of MNIST come out unchanged.

    Args:
        image: (height, width) from 0 (paper) to 1 (ink), 1 to 4,000 pixels per side.

    Returns:
        What a network takes, float32 (28, 28) in steps of 1/255.

    Raises:
        ValueError: The image has no ink, is mostly ink, or is not an image.

    Example:
        >>> canvas = lab.handwriting.rasterize([[[30, 30], [30, 110]]])
        >>> lab.handwriting.preprocess(canvas).shape
        (28, 28)
    """
    image = check_grayscale(image)
    _check_paper(image)
    prepared = _round_to_bytes(center_by_mass(resize_to_fit(crop_to_ink(image))))
    if not prepared.any():  # all of it paler than one step of a byte
        raise ValueError(_NO_INK)
    return prepared


def resize_only(image: np.ndarray) -> np.ndarray:
    """Resize the whole image to 28 x 28 without cropping or centering.

    This is the baseline that `preprocess` is compared with.

    Args:
        image: (height, width) from 0 (paper) to 1 (ink).

    Returns:
        The resized image, float32 (28, 28) in steps of 1/255.

    Example:
        >>> lab.handwriting.resize_only(np.ones((280, 280))).mean().item()
        1.0
    """
    return _round_to_bytes(resize(image, 28, 28))


def paste_enlarged(
    image: np.ndarray, rng: np.random.Generator, side: checks.IntLike = CANVAS_SIZE
) -> np.ndarray:
    """Enlarge a digit and paste it at a random position on an empty canvas.

    This makes labeled digits that arrive as drawings do, so that the preparation can be tested.
    The ink is enlarged by a random factor from 4 to 12, with linear interpolation.

    Args:
        image: One digit, (28, 28) in [0, 1].
        rng: Draws the factor and the position.
        side: Pixels per side of the canvas, 240 to 4,000.

    Returns:
        The canvas, float32 (side, side) in [0, 1].

    Raises:
        ValueError: The image has no ink, or `side` is out of range.

    Example:
        >>> seven = np.zeros((28, 28))
        >>> seven[4:6, 10:20] = seven[4:24, 18:20] = 1
        >>> canvas = lab.handwriting.paste_enlarged(seven, np.random.default_rng(0))
        >>> canvas.shape
        (280, 280)
    """
    side = checks.integer("side", side, 240, MAX_SIDE)
    ink = crop_to_ink(image)
    factor = rng.uniform(4, min(12, side / max(ink.shape)))
    large = ndimage.zoom(ink, factor, order=1, mode="grid-constant", grid_mode=True).clip(0, 1)
    top, left = (rng.integers(side - length + 1) for length in large.shape)
    canvas = np.zeros((side, side), np.float32)
    canvas[top : top + large.shape[0], left : left + large.shape[1]] = large
    return canvas
