"""Photos that a browser sends to the pad: decoded, and what was read in the form it gets."""

import io
import re
from base64 import b64decode
from typing import Any

import numpy as np
from PIL import Image

from mnist_lab.handwriting.photos.page import Reading

_ADDRESS = re.compile(r"data:image/(?:jpeg|png);base64,(?P<content>[A-Za-z0-9+/]+={0,2})")


def decode_photo(address: object) -> np.ndarray:
    """Return a picture that a browser sent.

    Args:
        address: A JPEG or PNG as browsers write it, "data:image/jpeg;base64,...".

    Returns:
        Its pixels, uint8 (height, width, 3), or 4 where they are transparent.

    Raises:
        ValueError: It is anything else.
    """
    match = _ADDRESS.fullmatch(address) if isinstance(address, str) else None
    try:
        if match is None:
            raise ValueError("no JPEG or PNG")
        content = io.BytesIO(b64decode(match["content"]))
        with Image.open(content, formats=("JPEG", "PNG")) as picture:
            mode = "RGBA" if picture.has_transparency_data else "RGB"
            return np.asarray(picture.convert(mode))
    except Exception as error:  # damaged pictures raise errors of Pillow, struct, zlib and others
        raise ValueError(
            "The picture did not arrive whole. Save it as JPEG or PNG, and try again."
        ) from error


def answer_to_photo(reading: Reading) -> list[list[dict[str, Any]]]:
    """Return the lines of a reading in plain numbers: the digit, None for none, and its corners."""
    return [
        [
            {"digit": digit, "corners": found.corners.round(1).tolist()}
            for digit, found in zip(digits, line, strict=True)
        ]
        for digits, line in zip(reading.lines, reading.page.lines, strict=True)
    ]
