"""Makes a collection of photos whose names say what is written on them, and of sheets."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mnist_lab import checks
from mnist_lab.data.dataset import Dataset
from mnist_lab.handwriting.collection import collection_path, load_collection, save_collection
from mnist_lab.handwriting.photos.find import find_digits
from mnist_lab.handwriting.photos.image import read_image
from mnist_lab.handwriting.picture_files import pictures_in
from mnist_lab.handwriting.sheets.cutting import cut_sheet
from mnist_lab.wording import counted

_NAME = "digits.npz"
_COPY = re.compile(r"\s*\(\d+\)$")  # how systems tell files of one name apart
_DIGITS = re.compile(r"[0-9]+(?:[ _]+[0-9]+)*")


@dataclass(frozen=True, eq=False)
class Collected:
    """What `collect` found in a folder.

    Attributes:
        path: The collection, a .npz file that `load_digits` reads.
        digits: The digits in it with their labels, photo by photo.
        left_out: Why a photo was left out, by its name.
    """

    path: Path
    digits: Dataset
    left_out: dict[str, str]

    @property
    def counts(self) -> tuple[int, ...]:
        """How many digits there are of each kind, from 0 to 9."""
        return tuple(np.bincount(self.digits.labels, minlength=10).tolist())


def collect(
    folder: str | os.PathLike, output: str | os.PathLike | None = None, overwrite: bool = False
) -> Collected:
    """Make a collection of photographed digits, such as a test set that a class writes.

    The name of a photo says what is on it, as in "0123456789.jpg"; lines are parted by "_" or " ",
    and " (2)" at the end tells photos of one name apart. Photos of sheets, which `mnist-lab sheet`
    prints, have names that begin with "sheet". Where another number of digits is found than the
    name says, the photo is left out. What was found and what was left out is printed.

    Args:
        folder: The folder of the photos.
        output: The .npz file to write; None takes digits.npz in that folder.
        overwrite: Whether a file that is there may be replaced.

    Returns:
        The digits, and which photos were left out.

    Raises:
        ValueError: There are no such photos, no digits on any, or the file is there already.
        OSError: The folder cannot be read or written.

    Example:
        >>> import tempfile
        >>> folder = tempfile.mkdtemp()
        >>> lab.handwriting.write_sheet(folder + "/sheet.pdf")  # to print, write on, photograph
        >>> lab.handwriting.collect(folder)
        Traceback (most recent call last):
        ValueError: ...: holds no photos. Put some there, named by their digits as 0123456789.jpg.
    """
    folder = Path(folder).expanduser()
    if not folder.is_dir():
        raise checks.invalid("folder", str(folder), "the path of a folder with photos")
    path = Path(output).expanduser() if output is not None else folder / _NAME
    collection_path(path)  # now, since the photos take long
    if path.exists() and not overwrite:
        raise ValueError(f"{path}: is there already. Name another output, or pass overwrite=True.")
    photos = pictures_in(folder)
    if not photos:
        raise ValueError(
            f"{folder}: holds no photos. Put some there, named by their digits as 0123456789.jpg."
        )
    images, labels, left_out = [], [], {}
    for photo in photos:
        try:
            found, written = _labeled(photo)
        except ValueError as error:
            left_out[photo.name] = str(error).removeprefix(f"{photo.name}: ")
            continue
        images.append(found)
        labels.append(written)
    for name, reason in left_out.items():
        print(f"Left out: {name}: {reason}")
    if not sum(map(len, labels)):
        raise ValueError(f"{folder}: no digits were found in {counted(len(photos), 'photo')}.")
    save_collection(path, np.concatenate(images), np.concatenate(labels))
    collected = Collected(path, load_collection(path), left_out)
    used = counted(len(photos) - len(left_out), "photo")
    kinds = ", ".join(f"{count} of {digit}" for digit, count in enumerate(collected.counts))
    print(f"{path}: {counted(len(collected.digits), 'digit')} of {used}; {kinds}")
    return collected


def _labeled(photo: Path) -> tuple[np.ndarray, np.ndarray]:
    """Return the digits of a photo as a network takes them, (n, 28, 28), and their labels (n,).

    Raises:
        ValueError: Its name does not say what is on it, or says something else.
    """
    if photo.stem.lower().startswith("sheet"):
        sheet = cut_sheet(read_image(photo))
        if sheet.joined:
            parts = counted(sheet.joined, "digit")
            print(f"Left out: {photo.name}: {parts} reaching into another box.")
        return sheet.images, sheet.labels
    lines = lines_in_name(photo.stem)
    page = find_digits(photo)
    _compare(lines, [len(line) for line in page.lines])
    return page.images, np.array([int(digit) for digit in "".join(lines)], np.int64)


def lines_in_name(name: str) -> list[str]:
    """Return the lines of digits that the name of a photo says.

    Args:
        name: The name without its ending, such as "012_345 (2)".

    Raises:
        ValueError: It says none.
    """
    bare = _COPY.sub("", name)
    if not _DIGITS.fullmatch(bare):
        raise ValueError(
            "its name says no digits. Call it by what is on it, as 0123456789.jpg, or sheet.jpg."
        )
    return re.split(r"[ _]+", bare)


def _compare(lines: Sequence[str], found: Sequence[int]) -> None:
    """Refuse with a ValueError where other numbers of digits were found than a name says."""
    written = [len(line) for line in lines]
    if sum(written) != sum(found):
        raise ValueError(
            f"its name says {counted(sum(written), 'digit')}; {sum(found):,} found."
            " Correct the name, or take the photo again."
        )
    if len(written) > 1 and written != list(found):
        raise ValueError(
            f"its name says lines of {_listed(written)} digits; lines of {_listed(found)} found."
            " Correct the name, or take the photo again."
        )


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers))
