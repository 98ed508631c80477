"""The connected parts of a page's ink, and which of them make up one digit."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage


@dataclass(frozen=True, eq=False)
class Part:
    """Connected ink, or several pieces that belong to one digit.

    Attributes:
        top: The first row in the picture.
        left: The first column in the picture.
        mask: Where its ink is within its rectangle, bool (height, width).
    """

    top: int
    left: int
    mask: np.ndarray

    @property
    def height(self) -> int:
        """Rows of its rectangle."""
        return self.mask.shape[0]

    @property
    def width(self) -> int:
        """Columns of its rectangle."""
        return self.mask.shape[1]

    @property
    def bottom(self) -> int:
        """The row after the last."""
        return self.top + self.height

    @property
    def right(self) -> int:
        """The column after the last."""
        return self.left + self.width

    @property
    def area(self) -> int:
        """Pixels of ink."""
        return int(self.mask.sum())

    @property
    def side(self) -> int:
        """The longer side of its rectangle."""
        return max(self.mask.shape)

    def within(self, pixels: np.ndarray) -> np.ndarray:
        """Return the part's rectangle of an array (height, width, ...) of the picture."""
        return pixels[self.top : self.bottom, self.left : self.right]


def merged(parts: list[Part]) -> Part:
    """Return several parts as one."""
    top, left = min(part.top for part in parts), min(part.left for part in parts)
    bottom, right = max(part.bottom for part in parts), max(part.right for part in parts)
    mask = np.zeros((bottom - top, right - left), bool)
    whole = Part(top, left, mask)
    for part in parts:
        inner = mask[part.top - top : part.bottom - top, part.left - left : part.right - left]
        inner |= part.mask
    return whole


def connected(mask: np.ndarray, gap: int) -> list[Part]:
    """Return the connected parts of ink; gaps of up to `gap` pixels do not divide them.

    Args:
        mask: bool (height, width).
        gap: Pixels.
    """
    bridged = mask
    if gap > 0:
        side = gap | 1
        bridged = (
            mask
            | ndimage.binary_closing(np.pad(mask, side), np.ones((side, side)))[
                side:-side, side:-side
            ]
        )
    labels, _ = ndimage.label(bridged, np.ones((3, 3)))
    parts = []
    for number, where in enumerate(ndimage.find_objects(labels), start=1):
        own = (labels[where] == number) & mask[where]
        if own.any():
            parts.append(Part(where[0].start, where[1].start, own))
    return parts


def usual_side(parts: list[Part]) -> float:
    """Return the longer side of the part at which half of the ink lies in smaller ones."""
    order = sorted(parts, key=lambda part: part.side)
    areas = np.cumsum([part.area for part in order])
    return float(order[int(np.searchsorted(areas, areas[-1] / 2))].side)
