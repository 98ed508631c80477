"""Removes the rules of ruled and squared paper; digits that they cross stay whole."""

import numpy as np
from scipy import ndimage

from mnist_lab.handwriting.photos import parts

_RUN = 3.0  # strokes: a rule runs on for at least this long in one direction
_LONG = 0.4  # of the page: a rule is at least so long
_THIN = 20.0  # strokes are surely shorter than this many of their widths, unless they are rules
_LONGER = 2.5  # usual sides of digits: no stroke of a digit is so long
_THICK = 1.5  # strokes: a rule is no thicker
_STEEP = 0.15  # rise per length: rules are about level


def without_rules(mask: np.ndarray, stroke: float) -> np.ndarray:
    """Return ink without rules.

    Args:
        mask: Where ink is, bool (height, width).
        stroke: The usual width of a stroke in pixels.

    Returns:
        bool (height, width).
    """
    rules = _level_rules(mask, stroke)
    rules += [(length, (where[1], where[0]), band.T) for length, where, band in _level_rules(mask.T, stroke)]
    if not rules:
        return mask
    left = parts.connected(_without(mask, rules, stroke), round(stroke / 3))
    left = [part for part in left if part.side > 2 * stroke]
    if not left:  # a page with a single 1 that is as high as the picture has no rules
        return mask
    side = parts.usual_side(left)
    return _without(mask, [rule for rule in rules if rule[0] > _LONGER * side], stroke)


def _without(mask: np.ndarray, rules: list, stroke: float) -> np.ndarray:
    """Return ink without some rules, but with what crosses them."""
    ruled = np.zeros_like(mask)
    for _, where, band in rules:
        ruled[where] |= band & mask[where]
    rest = mask & ~ruled
    # What lies between ink on both sides of a rule is ink that crosses it.
    gap = round(2 * stroke) | 1
    padded = np.pad(rest, gap)
    crossing = ndimage.binary_closing(padded, np.ones((gap, 1))) | ndimage.binary_closing(
        padded, np.ones((1, gap))
    )
    return rest | (mask & crossing[gap:-gap, gap:-gap])


def _level_rules(mask: np.ndarray, stroke: float) -> list:
    """Return the level rules of a page: the length of each, its rectangle, and its band there."""
    run = max(5, round(_RUN * stroke)) | 1
    runs = ndimage.binary_opening(ndimage.binary_dilation(mask, np.ones((3, 1))), np.ones((1, run)))
    bridged = ndimage.binary_closing(
        np.pad(runs, ((0, 0), (2 * run, 2 * run))), np.ones((3, 2 * run + 1))
    )[:, 2 * run : -2 * run]
    labels, _ = ndimage.label(bridged, np.ones((3, 3)))
    least = max(_LONG * mask.shape[1], _THIN * stroke)
    rules = []
    for number, where in enumerate(ndimage.find_objects(labels), start=1):
        length = where[1].stop - where[1].start
        if length >= least:
            band = _band((labels[where] == number) & runs[where], stroke)
            if band is not None:
                rules.append((length, where, band))
    return rules


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
