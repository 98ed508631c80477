"""Digits as pictures, in a folder per digit: 0/ to 9/, below train/ and test/ or on their own."""

import io
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

import numpy as np

from mnist_lab import checks, machine
from mnist_lab.data.errors import DataError
from mnist_lab.data.formats.keyed import part_of, words_of
from mnist_lab.data.formats.tidy import Part

ENDINGS = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".pgm", ".webp")
_KINDS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "PPM", "WEBP")  # none that runs another program
_SIDE = 28


def in_folders(files: Iterable[PurePosixPath]) -> dict[str, list[tuple[PurePosixPath, int]]]:
    """Return the pictures that lie in folders named by a digit, with that digit.

    Args:
        files: Relative to the folder that holds them.

    Returns:
        The pictures of each part ("train", "test", "validation", or "" for none).
    """
    found: dict[str, list[tuple[PurePosixPath, int]]] = {}
    for file in files:
        digit = file.parent.name
        if len(digit) == 1 and digit in "0123456789" and file.suffix.lower() in ENDINGS:
            words = [word for folder in file.parts[:-2] for word in words_of(folder)]
            found.setdefault(part_of(words), []).append((file, int(digit)))
    return found


def gray(name: str, content: Path | bytes) -> np.ndarray:
    """Return a picture of 28 x 28 pixels as uint8 gray levels.

    Args:
        name: What the error calls it.
        content: Its file, or the bytes of that.

    Raises:
        DataError: It is no picture, damaged, or of another size.
    """
    from PIL import Image

    try:
        source = io.BytesIO(content) if isinstance(content, bytes) else content
        with Image.open(source, formats=_KINDS) as picture:
            # Before its pixels are unpacked, which may be made to fill memory.
            if picture.size == (_SIDE, _SIDE):
                if "A" in picture.getbands() or "transparency" in picture.info:
                    paper = Image.new("RGBA", picture.size, "white")
                    picture = Image.alpha_composite(paper, picture.convert("RGBA"))
                return np.asarray(picture.convert("L"), np.uint8)
            width, height = picture.size
    except Exception as error:  # damaged pictures raise errors of Pillow, struct, zlib and others
        reason = checks.one_line(error, 120)
        raise DataError(
            f"{name}: no picture that can be read ({reason}). Mend it or take it away."
        ) from error
    raise DataError(
        f"{name}: has {width} x {height} pixels; expected 28 x 28. lab.handwriting.preprocess makes"
        " an image of any size 28 x 28, ink 1 on paper 0."
    )


def read_pictures(
    where: str, root: Path, found: dict[str, list[tuple[PurePosixPath, int]]]
) -> dict[str, Part]:
    """Read the pictures of each part.

    Args:
        where: What errors call the folder.
        root: The folder.
        found: From in_folders.

    Raises:
        DataError: A picture cannot be read, or there are more than this machine can hold.
    """
    count, most = sum(map(len, found.values())), machine.memory_limit() // 8
    if count * _SIDE**2 > most:
        raise DataError(f"{where}: holds {count:,} pictures, too many for this machine.")
    parts = {}
    for part, files in found.items():
        images = np.empty((len(files), _SIDE, _SIDE), np.uint8)
        for at, (file, _) in enumerate(files):
            images[at] = gray(f"{where}: {checks.one_line(file)}", root / file)
        parts[part] = Part(images, np.array([digit for _, digit in files], np.uint8))
    return parts
