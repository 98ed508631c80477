"""What a camera's sensor and file do to a picture: blur, noise, and JPEG."""

import io

import numpy as np
from PIL import Image
from scipy import ndimage

from mnist_lab.handwriting.generated.conditions import Conditions


def through_jpeg(picture: np.ndarray, quality: int) -> np.ndarray:
    """Return a picture as it comes back from a JPEG file.

    Args:
        picture: uint8 (height, width, 3).
        quality: From 1 to 95.

    Returns:
        uint8 (height, width, 3).
    """
    stream = io.BytesIO()
    Image.fromarray(picture).save(stream, "JPEG", quality=quality)
    return np.asarray(Image.open(stream)).copy()


def record(picture: np.ndarray, page: Conditions, rng: np.random.Generator) -> np.ndarray:
    """Return a picture as the camera's file holds it.

    Args:
        picture: The light of each pixel, float32 (height, width, 3), 0 for none and 1 for white.
        page: Blur, noise and quality.
        rng: Draws the noise.

    Returns:
        uint8 (height, width, 3).
    """
    blurred = ndimage.gaussian_filter(picture, (page.blur, page.blur, 0))
    gray = rng.standard_normal((*picture.shape[:2], 1), dtype=np.float32)
    color = rng.standard_normal(picture.shape, dtype=np.float32)
    noisy = blurred + np.float32(page.noise) * (0.8 * gray + 0.6 * color)
    return through_jpeg(np.round(noisy * 255).clip(0, 255).astype(np.uint8), page.quality)
