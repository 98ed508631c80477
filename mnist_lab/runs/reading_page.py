"""Photos that were read: each with boxes drawn over it, and one page over all of them."""

import io
from base64 import b64encode
from collections.abc import Mapping, Sequence
from pathlib import Path

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


def write_reading_page(
    path: Path, readings: Mapping[str, Reading], failed: Sequence[str], command: str
) -> None:
    """Write one HTML page over photos that were read; it needs no network.

    Args:
        path: The page to write.
        readings: The photos by the names that they have on the page.
        failed: A sentence for each that could not be read.
        command: The command that made it.
    """
    write_page(
        path,
        "read.html.j2",
        script="tables.js",
        title=f"{counted(len(readings), 'photo')} read",
        failed=failed,
        digits=sum(digit is not None for one in readings.values() for digit in one.digits),
        table=_table(readings),
        photos=[
            (name, reading.text.splitlines(), _small(reading), _description(reading))
            for name, reading in readings.items()
        ],
        made=provenance(command, [], versions=[own_versions()]),
    )


def _small(reading: Reading) -> str:
    """Return an annotated photo as base64, of the size that the page shows."""
    photo = annotated(reading)
    photo.thumbnail((_ON_PAGE, _ON_PAGE))
    return b64encode(jpeg(photo)).decode()


def _description(reading: Reading) -> str:
    count = counted(len(reading.digits), "digit")
    return f"The photo with a box around each of {count}." if reading.digits else "The photo."


def _table(readings: Mapping[str, Reading]) -> pd.DataFrame:
    """Return a row per photo: how many digits it has, and how sure the network is of them."""
    rows = []
    for name, reading in readings.items():
        read = [digit for digit in reading.digits if digit is not None]
        row = {
            "photo": name,
            "lines": len(reading.lines),
            "digits": len(read),
            "no digit, or not sure": len(reading.digits) - len(read),
        }
        least = reading.confidences.min() if len(reading.digits) else None
        rows.append(row | {"least confidence": "" if least is None else f"{least:.0%}"})
    return pd.DataFrame(rows)
