"""A sheet that a program fills in, and photographs of it."""

import functools
import io

import numpy as np
from PIL import Image, ImageFilter

from mnist_lab.handwriting.sheets import layout
from mnist_lab.handwriting.sheets.printing import draw_sheet

SCALE = 5  # pixels per millimeter


@functools.cache
def blank_sheet() -> Image.Image:
    """Return a scan of the sheet, drawn once; change a copy of it."""
    stream = io.BytesIO()
    draw_sheet().savefig(stream, format="png", dpi=25.4 * SCALE)
    return Image.open(stream).convert("RGB")


def filled_sheet(
    images: np.ndarray,
    boxes: list[tuple[int, int]],
    color: tuple[int, int, int] = (40, 50, 130),
) -> Image.Image:
    """Return a scan of a sheet with digits (n, 28, 28) in these boxes, by a blue or another pen."""
    sheet = blank_sheet().copy()
    for image, (row, column) in zip(images, boxes, strict=True):
        left, top, right, bottom = layout.boxes()[row, column]
        side = 14 * SCALE
        ink = Image.fromarray(np.uint8(255 * image)).resize((side, side), Image.Resampling.BICUBIC)
        corner = (
            round(SCALE * (left + right) / 2) - side // 2,
            round(SCALE * (top + bottom) / 2) - side // 2,
        )
        sheet.paste(color, corner, ink)
    return sheet


def photographed(sheet: Image.Image, turn: int, rng: np.random.Generator) -> Image.Image:
    """Return a photo of a sheet on a dark table: askew, in a shadow, a little blurred and noisy."""
    sheet = sheet.rotate(90 * turn, expand=True)
    width, height = sheet.size
    corners = np.array([(0, 0), (0, height), (width, height), (width, 0)])
    corners = 0.88 * corners + 0.06 * np.array([width, height])
    corners += rng.uniform(-0.05, 0.05, (4, 2)) * width
    # Pillow asks where each pixel of the photo lies on the sheet.
    matrix = []
    for (x, y), (u, v) in zip(
        corners, [(0, 0), (0, height), (width, height), (width, 0)], strict=True
    ):
        matrix += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
    sides = np.array([(0, 0), (0, height), (width, height), (width, 0)], float).ravel()
    photo = sheet.transform(
        (width, height),
        Image.Transform.PERSPECTIVE,
        np.linalg.solve(np.array(matrix), sides).tolist(),
        Image.Resampling.BICUBIC,
        fillcolor=(70, 50, 40),
    ).filter(ImageFilter.GaussianBlur(1))
    down, across = np.mgrid[:height, :width] / max(width, height)
    light = 0.95 - 0.35 * across - 0.2 * down
    light[across + 0.5 * down > 0.7] *= 0.7  # a hard shadow
    grain = rng.normal(0, 4, (height, width, 3))
    return Image.fromarray(np.uint8((np.asarray(photo) * light[..., None] + grain).clip(0, 255)))
