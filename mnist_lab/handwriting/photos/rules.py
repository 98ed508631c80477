"""Removes the rules of ruled and squared paper; digits that they cross stay whole."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from scipy import ndimage
from skimage.segmentation import clear_border

from mnist_lab.handwriting.photos import parts
from mnist_lab.handwriting.photos.darkness import Ink
from mnist_lab.handwriting.photos.ways import cheapest_way

_RUN = 3.0  # strokes: a rule runs on for at least this long in one direction
_LONG = 0.4  # of the page: a rule is at least so long
_THIN = 20.0  # strokes are surely shorter than this many of their widths, unless they are rules
_LONGER = 2.5  # usual sides of digits: no stroke of a digit is so long
_THICK = 1.5  # strokes: a rule is no thicker
_WRITTEN = 90  # percentile of the darkness of what is not ruled: that of a pen
_DARKER = 1.4  # times as dark as rules: then writing is told from them by darkness alone
_BETWEEN = 0.3  # of the way from the rules' darkness to the pen's
_COVERED = 0.6  # of a rule's length, where it is seen
_ON_RULES = 0.6  # of a part: if so much lies on rules, it is what is left of them
_STEEP = 0.15  # rise per length: rules are about level


class Rule(NamedTuple):
    """A level or upright line that is printed on paper.

    Attributes:
        length: Pixels.
        where: Its rectangle in the picture.
        band: Where in the rectangle it is, bool.
    """

    length: int
    where: tuple[slice, slice]
    band: np.ndarray


def without_rules(ink: Ink) -> np.ndarray:
    """Return where ink is that does not belong to rules.

    Args:
        ink: The ink of a page.

    Returns:
        bool (height, width).
    """
    mask, stroke = ink.mask, ink.stroke
    rules = _rules(mask, stroke)
    left = [
        part
        for part in parts.connected(_without(mask, rules, stroke), round(stroke / 3))
        if part.side > 2 * stroke
    ]
    if not left and len(rules) <= 1:  # a single 1 that is as high as the picture is no rule
        return mask
    side = parts.usual_side(left) if left else 0.0
    rules = [rule for rule in rules if rule.length > _LONGER * side]
    if not rules:
        return mask
    return _darker_than(rules, _without(mask, rules, stroke), ink)


def _without_rests(mask: np.ndarray, ruled: np.ndarray) -> np.ndarray:
    """Return ink without parts that lie mostly where rules are."""
    labels, _ = ndimage.label(mask, np.ones((3, 3)))
    on_rules = np.bincount(labels[ruled], minlength=labels.max() + 1)
    kept = on_rules < _ON_RULES * np.bincount(labels.ravel())
    kept[0] = False
    return kept[labels]


def _darker_than(rules: list[Rule], rest: np.ndarray, ink: Ink) -> np.ndarray:
    """Return what is darker than rules, or all the rest where pens are not darker."""
    ruled = _marked(rules, ink.mask)
    apart = clear_border(rest & ~ndimage.binary_dilation(ruled, np.ones((3, 3))))
    written = float(np.percentile(ink.darkness[apart], _WRITTEN)) if apart.any() else 0.0
    printed = float(np.median(ink.darkness[ruled]))
    beside = ndimage.binary_dilation(ruled, iterations=round(ink.stroke))
    if written < _DARKER * printed:
        return _without_rests(rest, beside)
    least = np.full(ink.mask.shape, printed + _BETWEEN * (written - printed))
    for rule in rules:  # a margin may be darker than the others
        band = rule.band & ink.mask[rule.where]
        own = float(np.median(ink.darkness[rule.where][band]))
        level = own + _BETWEEN * (written - own) if written > _DARKER * own else 1.0
        least[rule.where][band] = np.maximum(least[rule.where][band], level)
    dark = ink.mask & (ink.darkness > least)
    # The edges of strokes are lighter.
    grown = ndimage.binary_dilation(dark, iterations=max(1, round(ink.stroke)), mask=rest) | dark
    return _without_rests(grown, beside & (ink.darkness < (printed + written) / 2))


def _marked(rules: list[Rule], mask: np.ndarray) -> np.ndarray:
    """Return which ink lies in the bands of rules."""
    ruled = np.zeros_like(mask)
    for rule in rules:
        ruled[rule.where] |= rule.band & mask[rule.where]
    return ruled


def _without(mask: np.ndarray, rules: list[Rule], stroke: float) -> np.ndarray:
    """Return ink without some rules, but with what crosses them."""
    rest = mask & ~_marked(rules, mask)
    # What lies between ink on both sides of a rule is ink that crosses it.
    gap = round(2 * stroke) | 1
    padded = np.pad(rest, gap)
    crossing = ndimage.binary_closing(padded, np.ones((gap, 1))) | ndimage.binary_closing(
        padded, np.ones((1, gap))
    )
    return rest | (mask & crossing[gap:-gap, gap:-gap])


def _rules(mask: np.ndarray, stroke: float) -> list[Rule]:
    """Return the level and the upright rules of a page."""
    upright = [
        Rule(rule.length, (rule.where[1], rule.where[0]), rule.band.T)
        for rule in _level_rules(mask.T, stroke)
    ]
    return _level_rules(mask, stroke) + upright


def _level_rules(mask: np.ndarray, stroke: float) -> list[Rule]:
    """Return the level rules of a page."""
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
            own = (labels[where] == number) & runs[where]
            rules += [Rule(length, where, band) for band in _bands(own, stroke)]
    return rules


def _bands(own: np.ndarray, stroke: float) -> Iterator[np.ndarray]:
    """Yield the bands of rules in connected ink: digits between two may connect them."""
    own = own.copy()
    height, width = own.shape
    rows = np.arange(height)[:, None]
    reach = _THICK * stroke + 1
    while True:
        way = cheapest_way(1.0 - own.T)
        middle = ndimage.median_filter(way, max(3, round(20 * stroke)) | 1, mode="nearest")
        near = own & (np.abs(rows - middle) <= reach + 1)
        thickness = near.sum(axis=0)
        covered = thickness > 0
        if covered.mean() < _COVERED or np.ptp(middle) > _STEEP * width:
            return
        usual = float(np.median(thickness[covered])) - 2  # which the dilation added
        band = np.abs(rows - middle) <= usual / 2 + 1
        if usual <= reach:
            yield band
        own &= np.abs(rows - middle) > reach + 1
