"""Smooth random fields: the irregularities of paper, ink, wood and light."""

import numpy as np
from PIL import Image


def field(shape: tuple[int, int], grain: float, rng: np.random.Generator) -> np.ndarray:
    """Return smooth noise of mean 0 and standard deviation about 1.

    Args:
        shape: Height and width in pixels.
        grain: The size of its spots, in pixels, at least 1.
        rng: Draws it.

    Returns:
        float32 of that shape.
    """
    rows, columns = (max(2, round(side / grain) + 1) for side in shape)
    coarse = rng.standard_normal((rows, columns), dtype=np.float32)
    if grain <= 1:
        return coarse[: shape[0], : shape[1]]
    image = Image.fromarray(coarse).resize((shape[1], shape[0]), Image.Resampling.BICUBIC)
    return np.asarray(image) / np.float32(0.8)  # interpolated values spread less
