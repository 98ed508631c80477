"""Divides darkness into ink and paper."""

import numpy as np
from scipy import ndimage
from skimage.filters import apply_hysteresis_threshold, threshold_otsu

_BINS = 256
_LEAST = 0.06  # lacking less of the paper's light than this, no pen's mark is seen
_NOISE = 5.0  # deviations of the paper's noise above which a pixel is no noise
_FAINT = 0.6  # of the threshold: what is as dark as this is ink where it touches ink


def ink_mask(darkness: np.ndarray) -> np.ndarray:
    """Return where ink is, by Otsu's threshold (1979) on the pixels at edges.

    Each pixel counts by its gradient: on a page with few digits, paper would else decide alone.

    Args:
        darkness: float32 (height, width) in [0, 1].

    Returns:
        bool (height, width).
    """
    paper, noise = _paper_and_noise(darkness)
    level = max(_otsu(darkness), paper + _LEAST, paper + _NOISE * noise)
    return apply_hysteresis_threshold(darkness, paper + _FAINT * (level - paper), level)


def is_noisy(darkness: np.ndarray) -> bool:
    """Return whether the paper's noise comes near Otsu's threshold, so that it is taken for ink.

    Args:
        darkness: float32 (height, width) in [0, 1].
    """
    paper, noise = _paper_and_noise(darkness)
    return _otsu(darkness) < paper + _NOISE * noise


def _otsu(darkness: np.ndarray) -> float:
    """Return Otsu's threshold of pixels that count by their gradient."""
    gradient = np.hypot(*(ndimage.sobel(darkness, axis) for axis in (0, 1)))
    counts, edges = np.histogram(darkness, _BINS, (0, 1), weights=gradient)
    return (
        float(threshold_otsu(hist=(counts, (edges[1:] + edges[:-1]) / 2))) if counts.any() else 1.0
    )


def _paper_and_noise(darkness: np.ndarray) -> tuple[float, float]:
    """Return the darkness of paper and the deviation of its noise, by medians."""
    paper = float(np.median(darkness))
    return paper, 1.4826 * float(np.median(np.abs(darkness - paper)))


def stroke_width(mask: np.ndarray) -> float:
    """Return the usual width of strokes in pixels: twice the area per length of the outline.

    Half of all outline belongs to parts with wider strokes. A shadow has a short outline for its
    area, so that it hardly counts.

    Args:
        mask: bool (height, width).

    Returns:
        The width, at least 1.
    """
    labels, count = ndimage.label(mask, np.ones((3, 3)))
    if not count:
        return 1.0
    inside = ndimage.binary_erosion(mask, border_value=1)
    areas = np.bincount(labels[mask], minlength=count + 1)[1:]
    outlines = np.bincount(labels[mask & ~inside], minlength=count + 1)[1:].clip(1)
    widths = 2 * areas / outlines
    order = np.argsort(widths)
    middle = np.searchsorted(np.cumsum(outlines[order]), outlines.sum() / 2)
    return max(1.0, float(widths[order[middle]]))
