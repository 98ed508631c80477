"""What reading a picture gives: digits found on a page, and the page read."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class FoundDigit:
    """One digit on a page.

    Attributes:
        corners: Its corners in pixels of the picture, float64 (4, 2): x and y, clockwise from the
            digit's own top left, so that they tell how it is turned.
        image: What a network takes, float32 (28, 28): the digit as `preprocess` prepares it.
    """

    corners: np.ndarray
    image: np.ndarray

    @property
    def box(self) -> tuple[float, float, float, float]:
        """The upright rectangle around the digit in pixels: left, top, right, bottom."""
        (left, top), (right, bottom) = self.corners.min(axis=0), self.corners.max(axis=0)
        return float(left), float(top), float(right), float(bottom)


@dataclass(frozen=True, eq=False)
class Page:
    """The digits found in a picture.

    Attributes:
        picture: The picture as `read_image` returns it, uint8 (height, width, 3).
        lines: The digits of each line, from left to right; the lines from top to bottom.
        turn: By how many degrees the picture had to be turned counter-clockwise so that the
            writing is upright: 0, 90, 180 or 270.
    """

    picture: np.ndarray
    lines: tuple[tuple[FoundDigit, ...], ...]
    turn: int = 0

    @property
    def digits(self) -> tuple[FoundDigit, ...]:
        """All digits, in reading order."""
        return tuple(digit for line in self.lines for digit in line)

    @property
    def images(self) -> np.ndarray:
        """What a network takes of each digit, float32 (n, 28, 28), in reading order."""
        images = [digit.image for digit in self.digits]
        return np.stack(images) if images else np.zeros((0, 28, 28), np.float32)


@dataclass(frozen=True, eq=False)
class Reading:
    """A page that a network has read.

    Attributes:
        page: Where the digits were found.
        probabilities: The ten probabilities of each digit, float64 (n, 10), in reading order.
        threshold: What the network is less sure of than this is not taken for a digit.
    """

    page: Page
    probabilities: np.ndarray
    threshold: float

    @property
    def confidences(self) -> np.ndarray:
        """The largest probability of each digit, float64 (n,)."""
        return self.probabilities.max(axis=1, initial=0)

    @property
    def digits(self) -> tuple[int | None, ...]:
        """What each digit is read as, in reading order; None for what is no digit."""
        return tuple(
            int(row.argmax()) if row.max() >= self.threshold else None for row in self.probabilities
        )

    @property
    def lines(self) -> tuple[tuple[int | None, ...], ...]:
        """What is read, line by line; None for what is no digit."""
        digits = iter(self.digits)
        return tuple(tuple(next(digits) for _ in line) for line in self.page.lines)

    @property
    def text(self) -> str:
        """What is read, one line of text per line of the page; "?" for what is no digit."""
        return "\n".join(
            "".join("?" if digit is None else str(digit) for digit in line) for line in self.lines
        )
