"""Finds the IDX files of a set of digits in a folder, however they are called and nested."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from mnist_lab import checks
from mnist_lab.data.errors import DataError

IDX_NAMES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)
_NAME = re.compile(r"(.*?)(train|t10k|test)-(images|labels)(-idx\d-(ubyte|int))?")
# Of several sets in one folder, the first of these; "" is MNIST's own names.
_PREFERRED = ("", "mnist-", "emnist-digits-", "emnist-mnist-", "qmnist-")
_COPY = re.compile(r"\s*(\(\d+\)|- copy)")  # as browsers and Windows name a second copy


@dataclass
class IdxSet:
    """The IDX files of one set.

    Attributes:
        folder: Where they are, relative to the folder that was searched.
        prefix: What their names begin with, in small letters: "", "emnist-digits-", "qmnist-".
        files: The file of each part ("train", "test") and role ("images", "labels").
    """

    folder: PurePosixPath
    prefix: str
    files: dict[tuple[str, str], Path] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """What a notice calls the set."""
        name = f"{self.prefix}train-images"
        return name if str(self.folder) == "." else f"{self.folder}/{name}"


def _plain(name: str) -> str:
    """Return a file's name as it was first published, in small letters."""
    name = _COPY.sub("", name.lower()).replace("_", "-")
    return name.removesuffix(".gz").replace(".idx", "-idx")


def _likeness(file: PurePosixPath) -> tuple[bool, bool, bool, int]:
    """Return the order of preference among several copies of one file."""
    name = file.name.lower()
    return bool(_COPY.search(name)), ".idx" in name, name.endswith(".gz"), len(file.parts)


def sets_in(root: Path, files: Iterable[PurePosixPath]) -> list[IdxSet]:
    """Return the sets of IDX files among the files of a folder.

    Args:
        root: The folder.
        files: All its files, relative to it.

    Returns:
        The sets, those with the most files first.
    """
    sets: dict[tuple[PurePosixPath, str], IdxSet] = {}
    for file in sorted(files, key=_likeness):
        found = _NAME.fullmatch(_plain(file.name))
        if found is None:
            continue
        # Kaggle keeps each file in a folder of the same name.
        inside = file.parent
        folder = inside.parent if _NAME.fullmatch(_plain(inside.name)) else inside
        prefix, part = found[1], "train" if found[2] == "train" else "test"
        one = sets.setdefault((folder, prefix), IdxSet(folder, prefix))
        one.files.setdefault((part, found[3]), root / file)
    return sorted(sets.values(), key=lambda one: (-len(one.files), len(one.folder.parts)))


def chosen(where: str, sets: list[IdxSet]) -> IdxSet:
    """Return the set of digits to read.

    Args:
        where: What the error calls the folder.
        sets: From sets_in, at least one.

    Raises:
        DataError: They are letters, or several sets among which there is no choosing.
    """
    whole = [one for one in sets if len(one.files) == len(sets[0].files)]
    digits = [one for one in whole if one.prefix in _PREFERRED]
    if not digits:
        shown = checks.one_line(", ".join(one.title for one in whole))
        raise DataError(
            f"{where}: holds {shown}, which are more than the ten digits or unknown here."
            f" Expected {IDX_NAMES[0]} and the like, EMNIST digits or QMNIST."
        )
    best = min(_PREFERRED.index(one.prefix) for one in digits)
    digits = [one for one in digits if one.prefix == _PREFERRED[best]]
    # Fashion-MNIST and KMNIST have the same names, and lie beside MNIST in torchvision's folder.
    named = [one for one in digits if "mnist" in [part.lower() for part in one.folder.parts]]
    if len(digits) > 1 and len(named) != 1:
        shown = checks.one_line(", ".join(str(one.folder) for one in digits))
        raise DataError(f"{where}: holds several sets of digits: {shown}. Name one of them.")
    return digits[0] if len(digits) == 1 else named[0]


def missing(where: str, one: IdxSet) -> DataError | None:
    """Return the error for a set that lacks a file; None for a whole one, or for a part alone."""
    parts = {part for part, _ in one.files}
    wanted = {"train", *parts}
    for name in IDX_NAMES:
        part, role = ("train" if name.startswith("train") else "test"), name.split("-")[1]
        if part in wanted and (part, role) not in one.files:
            published = one.prefix + name.replace("t10k", "test" if one.prefix else "t10k")
            if one.prefix == "qmnist-":
                published = published.replace("labels-idx1-ubyte", "labels-idx2-int")
            return DataError(
                f"{where}: has no {published} or {published}.gz. A folder needs"
                f" {', '.join(IDX_NAMES)}, each gzipped or not."
            )
    return None
