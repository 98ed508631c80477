"""make_page(): a photograph of a page that holds given digits, with the truth about it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mnist_lab import checks
from mnist_lab.data.dataset import Dataset
from mnist_lab.handwriting.generated.camera import photograph, turned
from mnist_lab.handwriting.generated.conditions import KINDS, Conditions, usual
from mnist_lab.handwriting.generated.glyphs import write_glyph
from mnist_lab.handwriting.generated.layout import Layout, lay_out, line_lengths
from mnist_lab.handwriting.generated.light import light_on
from mnist_lab.handwriting.generated.paper import blank_sheet, print_rules
from mnist_lab.handwriting.generated.pen import write
from mnist_lab.handwriting.generated.sensor import record

PAGE_KINDS = tuple(KINDS)


@dataclass(frozen=True, eq=False)
class GeneratedPage:
    """A page made by program.

    Attributes:
        picture: uint8 (height, width, 3), red, green and blue.
        labels: The digits in reading order, per line a tuple of whole numbers from 0 to 9.
        boxes: Where they are in the picture: left, top, right and bottom in pixels, float64 (n, 4).
        kind: A name of PAGE_KINDS.
    """

    picture: np.ndarray
    labels: tuple[tuple[int, ...], ...]
    boxes: np.ndarray
    kind: str


def make_page(
    images: ArrayLike, labels: ArrayLike, rng: np.random.Generator, kind: str = "plain"
) -> GeneratedPage:
    """Make a picture of a page of handwritten digits, as a person photographs it.

    Digits are drawn at random from those given, enlarged, written with a pen of random width and
    color in one to four lines, and photographed with a little blur, noise and tilt. Each kind adds
    one trouble to that.

    Args:
        images: Digits as MNIST has them, float (n, 28, 28) from 0 (paper) to 1 (ink).
        labels: What they are, whole numbers (n,) from 0 to 9.
        rng: Decides everything that is random; the same one makes the same page.
        kind: A name of PAGE_KINDS, such as "plain", "ruled", "shadow" or "touching".

    Returns:
        The picture, with the digits on it and where they are.

    Raises:
        ValueError: `kind` is not a name of PAGE_KINDS, `rng` is no generator, or the arrays are not
            such digits.

    Example:
        >>> test = lab.load_digits("sample").test
        >>> page = lab.handwriting.make_page(test.images, test.labels, np.random.default_rng(0))
        >>> page.picture.dtype, len(page.boxes) == sum(len(line) for line in page.labels)
        (dtype('uint8'), True)
    """
    checks.choice("kind", kind, PAGE_KINDS)
    checks.generator("rng", rng)
    digits = Dataset(np.asarray(images), np.asarray(labels))
    if not len(digits):
        raise ValueError("images holds no digits to write; expected at least one.")
    conditions = KINDS[kind](usual(rng), rng)
    counts = [1] if kind == "single" else line_lengths(conditions, rng)
    chosen = [rng.integers(len(digits), size=count) for count in counts]
    lines = [
        [
            write_glyph(
                digits.images[index], conditions.letter * rng.uniform(0.9, 1.1), conditions.stroke
            )
            for index in line
        ]
        for line in chosen
    ]
    picture, boxes = picture_of(lay_out(lines, conditions, rng), conditions, rng)
    truth = tuple(tuple(int(digits.labels[index]) for index in line) for line in chosen)
    return GeneratedPage(picture, truth, boxes, kind)


def picture_of(
    layout: Layout, page: Conditions, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return a picture of a sheet with writing, and the boxes of its glyphs in it.

    Args:
        layout: The writing.
        page: Pen, paper and camera.
        rng: Draws what is random in them.

    Returns:
        uint8 (height, width, 3), and float64 (n, 4): left, top, right and bottom in pixels.
    """
    if page.inverted:
        sheet = np.repeat(layout.ink[..., None], 3, axis=2)
        picture, boxes = photograph(sheet, layout.boxes, page, rng)
        return np.round(picture * 255).astype(np.uint8), boxes
    sheet = blank_sheet(layout.ink.shape, page, rng)
    print_rules(sheet, layout, page, rng)
    write(sheet, layout.ink, page, rng)
    picture, boxes = photograph(sheet, layout.boxes, page, rng)
    picture = record(picture * light_on(page, rng), page, rng)
    return turned(picture, boxes, page.turn)
