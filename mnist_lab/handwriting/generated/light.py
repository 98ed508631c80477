"""The light on a page: uneven, less in the corners, and shadows of what stands beside it."""

import numpy as np
from scipy import ndimage

from mnist_lab.handwriting.generated.conditions import Conditions
from mnist_lab.handwriting.generated.textures import field


def _shadow(shape: tuple[int, int], darkness: float, rng: np.random.Generator) -> np.ndarray:
    """Return what is left of the light where a hand or a phone is in its way, float32 (h, w).

    Its edge is hard or soft, straight or bent; it falls from one side, or across as a band.
    """
    height, width = shape
    angle = rng.uniform(0, 2 * np.pi)
    rows, columns = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
    along = np.float32(np.cos(angle)) * columns + np.float32(np.sin(angle)) * rows
    along += field(shape, max(shape) / rng.uniform(1.5, 4), rng) * np.float32(rng.uniform(0, 0.12))
    start = rng.uniform(-0.3, 0.4)
    dark = along > start
    if rng.random() < 0.4:
        dark &= along < start + rng.uniform(0.3, 0.7)
    softness = min(shape) * rng.choice([0.002, 0.01, 0.04])
    return 1 - np.float32(darkness) * ndimage.gaussian_filter(dark.astype(np.float32), softness)


def light_on(page: Conditions, rng: np.random.Generator) -> np.ndarray:
    """Return how much light falls on each pixel of a photograph.

    Args:
        page: Brightness, vignette and shadow.
        rng: Draws the lamp's color, the direction of the light and of the shadow.

    Returns:
        float32 (height, width, 3); 1 shows white paper as white.
    """
    rows, columns = np.ogrid[-1 : 1 : page.size[0] * 1j, -1 : 1 : page.size[1] * 1j]
    x, y = rng.normal(0, 0.05, 2)
    light = page.brightness * (1 + x * columns + y * rows)
    light = light * (1 - page.vignette * (rows**2 + columns**2) / 2)
    light = light.astype(np.float32)
    if page.shadow:
        light *= _shadow(page.size, page.shadow, rng)
    warmth = rng.normal(0, 0.03)
    return light[..., None] * np.array([1 + warmth, 1, 1 - warmth], np.float32)
