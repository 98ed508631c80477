"""Makes the course's own photo of a page of digits.

Run it by hand, after a change here: python -m tools.make_photo
"""

import io
from pathlib import Path

import numpy as np
from PIL import Image

from mnist_lab.files import atomic_write
from mnist_lab.handwriting.generated.conditions import Conditions
from mnist_lab.handwriting.generated.glyphs import write_glyph
from mnist_lab.handwriting.generated.layout import lay_out
from mnist_lab.handwriting.generated.page import picture_of
from mnist_lab.handwriting.photo import PHOTO_DIGITS
from mnist_lab.handwriting.strokes import load_recorded, rasterize

FILE = Path(__file__).resolve().parent.parent / "mnist_lab" / "handwriting" / "photo.jpg"
SEED = 1
QUALITY = 85
PAGE = Conditions(
    size=(720, 960),
    letter=72.0,
    pen="blue",
    stroke=0.08,
    paper="plain",
    tint=(0.95, 0.94, 0.90),
    touching=0.0,
    tilt=3.0,
    perspective=0.03,
    table=0.0,
    turn=0,
    brightness=0.9,
    vignette=0.3,
    shadow=0.5,
    blur=0.8,
    noise=0.008,
    quality=90,
    inverted=False,
)


def photo(seed: int = SEED) -> np.ndarray:
    """Return the photo before it is written, uint8 (height, width, 3).

    Args:
        seed: Decides which drawings of each digit are taken, and all else that is random.
    """
    rng = np.random.default_rng(seed)
    drawings: dict[int, list[np.ndarray]] = {digit: [] for digit in range(10)}
    for drawing in load_recorded():
        drawings[drawing.label].append(rasterize(drawing.strokes))
    lines = [
        [
            write_glyph(
                drawings[digit][rng.integers(len(drawings[digit]))],
                PAGE.letter * rng.uniform(0.9, 1.1),
                PAGE.stroke,
            )
            for digit in line
        ]
        for line in PHOTO_DIGITS
    ]
    return picture_of(lay_out(lines, PAGE, rng), PAGE, rng)[0]


def main() -> None:
    """Write the photo."""
    stream = io.BytesIO()
    Image.fromarray(photo()).save(stream, "JPEG", quality=QUALITY, optimize=True)
    with atomic_write(FILE, "wb") as file:
        file.write(stream.getvalue())
    print(f"{FILE.name}: {len(stream.getvalue()) / 1000:.0f} kB")


if __name__ == "__main__":
    main()
