"""Photos that were read: each with boxes drawn over it, and one page over all of them."""

import io
from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from PIL import Image, ImageDraw, ImageFont

from mnist_lab.handwriting.photos.page import Reading
from mnist_lab.plots.style import COLORS
from mnist_lab.runs.pages import write_page
from mnist_lab.runs.provenance import own_versions, provenance
from mnist_lab.wording import counted

_LARGEST = 1600  # pixels of the longer side of an annotated photo
_ON_PAGE = 800  # pixels of the longer side on the page: a class hands in many
_READ, _REFUSED = COLORS[0], COLORS[3]


class PhotoOnPage(NamedTuple):
    """What the page shows of a photo that was read; it takes far less memory than the photo.

    Attributes:
        name: What the page calls it.
        file: The name of the annotated photo beside the page.
        lines: What was read, "?" for what is no digit.
        jpeg: The annotated photo, small, as base64.
        least: How sure the network is of the digit that it is least sure of; None without digits.
    """

    name: str
    file: str
    lines: tuple[str, ...]
    jpeg: str
    least: float | None

    @property
    def digits(self) -> int:
        """How many digits were read."""
        return sum(character != "?" for line in self.lines for character in line)

    @property
    def found(self) -> int:
        """How many were found, those that could not be read among them."""
        return sum(map(len, self.lines))

    @property
    def description(self) -> str:
        """The text alternative of the annotated photo."""
        if not self.found:
            return "The photo."
        return f"The photo with a box around each of {counted(self.found, 'digit')}."


def annotated(reading: Reading) -> Image.Image:
    """Return a photo with a box around each digit and what was read above it, "?" for none.

    Args:
        reading: The photo, read.

    Returns:
        The photo, at most 1,600 pixels long.
    """
    photo = Image.fromarray(reading.page.picture)
    photo.thumbnail((_LARGEST, _LARGEST))
    scale = np.divide(photo.size, reading.page.picture.shape[1::-1])
    unit = max(photo.size) / 400
    font = ImageFont.load_default(12 * unit)
    draw = ImageDraw.Draw(photo)
    for found, digit in zip(reading.page.digits, reading.digits, strict=True):
        color = _REFUSED if digit is None else _READ
        corners = found.corners * scale
        draw.polygon(corners.ravel().tolist(), outline=color, width=max(1, round(unit)))
        left, top = corners.min(axis=0)
        place = float(left), max(12 * unit, float(top) - 2 * unit)
        text = "?" if digit is None else str(digit)
        edge = {"stroke_width": max(1, round(unit)), "stroke_fill": "white"}
        draw.text(place, text, fill=color, font=font, anchor="ls", **edge)
    return photo


def jpeg(picture: Image.Image) -> bytes:
    """Return a picture as a JPEG file."""
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=85)
    return stream.getvalue()


def photo_on_page(name: str, file: str, reading: Reading, picture: Image.Image) -> PhotoOnPage:
    """Return what the page shows of a photo.

    Args:
        name: What the page calls it.
        file: The name of the annotated photo beside the page.
        reading: The photo, read.
        picture: From `annotated`.
    """
    small = picture.copy()
    small.thumbnail((_ON_PAGE, _ON_PAGE))
    least = float(reading.confidences.min()) if reading.digits else None
    encoded = b64encode(jpeg(small)).decode()
    return PhotoOnPage(name, file, tuple(reading.text.splitlines()), encoded, least)


def write_reading_page(
    path: Path, photos: Sequence[PhotoOnPage], failed: Sequence[str], command: str
) -> None:
    """Write one HTML page over photos that were read; it needs no network.

    Args:
        path: The page to write.
        photos: Those that were read.
        failed: A sentence for each that could not be read.
        command: The command that made it.
    """
    write_page(
        path,
        "read.html.j2",
        script="tables.js",
        title=f"{counted(len(photos), 'photo')} read",
        failed=failed,
        digits=sum(photo.digits for photo in photos),
        table=_table(photos),
        photos=photos,
        made=provenance(command, [], versions=[own_versions()]),
    )


def _table(photos: Sequence[PhotoOnPage]) -> pd.DataFrame:
    """Return a row per photo: how many digits it has, and how sure the network is of them."""
    rows = [
        {
            "photo": photo.name,
            "lines": len(photo.lines),
            "digits": photo.digits,
            "no digit, or not sure": photo.found - photo.digits,
            "least confidence": "" if photo.least is None else f"{photo.least:.0%}",
        }
        for photo in photos
    ]
    return pd.DataFrame(rows)
