"""What a pen leaves on paper: its color, and how unevenly it inks."""

import numpy as np

from mnist_lab.handwriting.generated.conditions import PENS, Conditions
from mnist_lab.handwriting.generated.textures import field


def write(sheet: np.ndarray, ink: np.ndarray, page: Conditions, rng: np.random.Generator) -> None:
    """Ink a sheet, in place.

    A pencil leaves the valleys of the paper white; a pen's ink is now a little darker, now lighter.

    Args:
        sheet: What it reflects, float32 (height, width, 3).
        ink: The share of each pixel that the pen has passed, float32 (height, width) in [0, 1].
        page: Whose pen it is.
        rng: Draws how unevenly it inks.
    """
    pencil = page.pen == "pencil"
    grain, unevenness, opacity = (1.5, 0.2, 0.85) if pencil else (6, 0.06, 0.95)
    pressure = 1 + field(ink.shape, 0.8 * page.letter, rng) * np.float32(0.06)
    texture = 1 - np.abs(field(ink.shape, grain, rng)) * np.float32(unevenness)
    cover = np.clip(ink * pressure * texture * np.float32(opacity), 0, 1)
    sheet *= 1 - cover[..., None] * (1 - np.array(PENS[page.pen], np.float32))
