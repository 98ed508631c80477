"""Removes the rules of ruled and squared paper; digits that they cross stay whole."""

import numpy as np
from scipy import ndimage

_RUN = 3.0  # strokes: a rule runs on for at least this long in one direction
_LONG = 0.4  # of the page: a rule is at least so long
_THICK = 1.5  # strokes: a rule is no thicker
_STEEP = 0.15  # rise per length: rules are about level
_LEFT = 0.1  # of the ink must be left; else what looks like a rule is a digit


def without_rules(mask: np.ndarray, stroke: float) -> np.ndarray:
    """Return ink without rules.

    Args:
        mask: Where ink is, bool (height, width).
        stroke: The usual width of a stroke in pixels.

    Returns:
        bool (height, width).
    """
    level = _level_rules(mask, stroke)
    upright = _level_rules(mask.T, stroke).T
    left = mask & ~level & ~upright
    # A page with a single 1 that is as high as the picture has no rules.
    return left if left.sum() > _LEFT * mask.sum() else mask


def _level_rules(mask: np.ndarray, stroke: float) -> np.ndarray:
    """Return which ink belongs to level rules and to nothing that crosses them."""
    run = max(5, round(_RUN * stroke)) | 1
    thick = np.ones((3, 1))
    runs = ndimage.binary_opening(ndimage.binary_dilation(mask, thick), np.ones((1, run)))
    bridged = ndimage.binary_closing(
        np.pad(runs, ((0, 0), (run, run))), np.ones((3, 2 * run + 1))
    )[:, run:-run]
    labels, _ = ndimage.label(bridged, np.ones((3, 3)))
    rules = np.zeros_like(mask)
    for number, where in enumerate(ndimage.find_objects(labels), start=1):
        if where[1].stop - where[1].start >= _LONG * mask.shape[1]:
            own = (labels[where] == number) & runs[where]
            band = _band(own, stroke)
            if band is not None:
                rules[where] |= band & mask[where]
    return rules & ~_crossing(mask, rules)


def _band(own: np.ndarray, stroke: float) -> np.ndarray | None:
    """Return the band of one rule within its rectangle, or None if it is no rule."""
    height, width = own.shape
    columns = np.flatnonzero(own.any(axis=0))
    thickness = own.sum(axis=0)[columns]
    usual = float(np.median(thickness))
    if len(columns) < 0.5 * width or usual - 2 > _THICK * stroke or height > _STEEP * width + 6 * stroke:
        return None
    rows = np.arange(height)[:, None]
    middles = (own * rows).sum(axis=0)[columns] / thickness
    # The median passes by strokes that touch the rule.
    middle = np.interp(np.arange(width), columns, middles)
    middle = ndimage.median_filter(middle, max(3, round(20 * stroke)) | 1, mode="nearest")
    return np.abs(rows - middle) <= usual / 2 + 1


def _crossing(mask: np.ndarray, rules: np.ndarray) -> np.ndarray:
    """Return which pixels of rules lie between ink above and ink below, or beside such."""
    above = ndimage.binary_dilation(mask & ~rules, np.array([[1], [1], [0]]))
    del above
    rest = mask & ~rules
    return ndimage.binary_closing(rest, np.ones((7, 1))) & rules
