"""The sheet itself: its color, its grain, and the rules or squares printed on it."""

import numpy as np

from mnist_lab.handwriting.generated.conditions import Conditions
from mnist_lab.handwriting.generated.layout import Layout
from mnist_lab.handwriting.generated.textures import field

# What printed rules reflect of red, green and blue: light blue, gray, violet.
_RULES = ((0.55, 0.70, 0.90), (0.65, 0.65, 0.68), (0.68, 0.62, 0.85))
_MARGIN_LINE = (0.90, 0.45, 0.50)


def _lines(length: int, positions: np.ndarray, width: float) -> np.ndarray:
    """Return the share of each of `length` pixels that lines at these positions cover, float32."""
    pixels = np.arange(length, dtype=np.float32) + 0.5
    distance = np.abs(pixels[:, None] - positions[None, :].astype(np.float32)).min(axis=1)
    return np.clip(width / 2 + 0.5 - distance, 0, 1).astype(np.float32)


def _positions(first: float, spacing: float, length: int) -> np.ndarray:
    """Return positions from 0 to `length`, equally spaced, one of them at `first`."""
    return np.arange(first % spacing, length, spacing)


def print_rules(
    sheet: np.ndarray, layout: Layout, page: Conditions, rng: np.random.Generator
) -> None:
    """Print the rules or squares of a page on a sheet, in place; on plain paper, nothing.

    The digits stand on the rules; squares are about half as high as the digits, or higher.

    Args:
        sheet: What it reflects, float32 (height, width, 3).
        layout: Where the lines of writing stand.
        page: Whose paper it is.
        rng: Draws colors, distances and widths.
    """
    if page.paper == "plain":
        return
    height, width = sheet.shape[:2]
    color = np.array(_RULES[rng.integers(len(_RULES))], np.float32)
    strength = np.float32(rng.uniform(0.5, 1.0))
    line = min(rng.uniform(0.025, 0.04) * page.letter, 0.6 * page.stroke * page.letter)
    line = max(line, 0.6)
    first = layout.baselines[0] + rng.normal(0, 0.04) * page.letter
    if page.paper == "ruled":
        pitch = np.diff(layout.baselines[:2])
        spacing = float(pitch[0]) if pitch.size else page.letter * rng.uniform(1.4, 2.2)
        rows = _lines(height, _positions(first, spacing, height), line)
        cover = np.broadcast_to(rows[:, None], (height, width))
    else:
        spacing = page.letter / rng.uniform(0.8, 1.8)
        rows = _lines(height, _positions(first, spacing, height), line)
        columns = _lines(width, _positions(rng.uniform(0, spacing), spacing, width), line)
        cover = np.maximum(rows[:, None], columns[None, :])
    sheet *= 1 - strength * cover[..., None] * (1 - color)
    if page.paper == "ruled" and rng.random() < 0.3:
        place = np.array([width * rng.uniform(0.2, 0.25)])
        sheet *= 1 - strength * _lines(width, place, line)[None, :, None] * (
            1 - np.array(_MARGIN_LINE, np.float32)
        )


def blank_sheet(shape: tuple[int, int], page: Conditions, rng: np.random.Generator) -> np.ndarray:
    """Return a sheet without writing or rules.

    Args:
        shape: Height and width in pixels.
        page: Whose paper it is.
        rng: Draws its grain.

    Returns:
        What it reflects, float32 (height, width, 3) in [0, 1].
    """
    fine = field(shape, 2, rng) * np.float32(rng.uniform(0.004, 0.012))
    coarse = field(shape, 30, rng) * np.float32(rng.uniform(0.002, 0.008))
    return np.clip((1 + fine + coarse)[..., None] * np.array(page.tint, np.float32), 0, 1)
