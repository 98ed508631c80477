"""Named arrays as digits: which name means images or labels, of training or of test."""

import math
import re
from collections.abc import Callable, Iterable, Mapping

import numpy as np

from mnist_lab import checks
from mnist_lab.data.arrays import ArrayHeader
from mnist_lab.data.errors import DataError
from mnist_lab.data.formats.tidy import Part, check_form

# The arrays of a .npz file as Keras has it, and of a collection of drawings.
NPZ_KEYS = ("x_train", "y_train", "x_test", "y_test")
COLLECTION_KEYS = ("images", "labels")

_IMAGES = {"x", "images", "image", "imgs", "img", "data", "pixels", "features", "digits", "inputs"}
# What a column or an array of labels is called, in small letters, the likeliest first; and columns
# that only number the rows.
LABEL_NAMES = ("label", "labels", "class", "classes", "target", "targets", "y", "digit", "number")
INDEX_NAMES = ("", "id", "index", "imageid", "image_id", "idx", "row", "unnamed: 0")
_LABELS = {*LABEL_NAMES, "t"}
_TITLES = {"train": "training", "test": "test", "validation": "validation"}
_PARTS = {
    "train": "train",
    "training": "train",
    "trn": "train",
    "test": "test",
    "testing": "test",
    "tst": "test",
    "t10k": "test",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "dev": "validation",
}


def title(where: str, part: str) -> str:
    """Return what errors call a part of a file or folder."""
    return f"{where} ({_TITLES[part]})" if part else where


def part_of(words: Iterable[str]) -> str:
    """Return the part that words name: "train", "test", "validation", or "" for none."""
    return next((_PARTS[word] for word in words if word in _PARTS), "")


def words_of(name: str) -> list[str]:
    """Return the words of a name in small letters: "X_train", "trainX" and "Xtrain" have two."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).lower()
    parted = re.sub(r"^([xy])(?=train|test|val)", r"\1 ", parted)
    parted = re.sub(r"^(train|test|val)(?=[xy]$)", r"\1 ", parted)
    return [word for word in re.split(r"[^a-z0-9]+", parted) if word]


def _meaning(name: str) -> tuple[str, str] | None:
    """Return the part and the role, "images" or "labels", that a name says; None for others."""
    words = words_of(name)
    rest = [word for word in words if word not in _PARTS and word not in ("mnist", "set")]
    roles = {
        "images" if word in _IMAGES else "labels" for word in rest if word in _IMAGES | _LABELS
    }
    if len(roles) != 1 or len(rest) > 2:
        return None
    return part_of(words), roles.pop()


def roles_of(
    where: str, names: Iterable[str], numbered: Mapping[str, ArrayHeader]
) -> dict[str, dict[str, str]]:
    """Return the name of the images and of the labels of each part.

    Args:
        where: What the error calls the file.
        names: Those of its arrays.
        numbered: The headers of arrays without names, as numpy.savez(file, a, b) writes them; the
            images are those with 784 pixels each.

    Returns:
        {"train": {"images": name, "labels": name}, ...}; the part is "" where none is named.

    Raises:
        DataError: There are no images, or labels without images.
    """
    names = list(names)
    roles: dict[str, dict[str, str]] = {}
    for name in names:
        if meaning := _meaning(name):
            roles.setdefault(meaning[0], {}).setdefault(meaning[1], name)
    if not roles:
        roles = _roles_by_shape(numbered)
    missing = [part for part, found in roles.items() if "images" not in found]
    if missing or not roles:
        shown = checks.one_line(", ".join(names)) or "(none)"
        lacks = f" (missing: {_wanted(missing[0])})" if missing else ""
        raise DataError(
            f"{where}: has the keys {shown}; expected {', '.join(NPZ_KEYS)}, or images and labels,"
            f" X and y, data and target{lacks}."
        )
    return roles


def _roles_by_shape(headers: Mapping[str, ArrayHeader]) -> dict[str, dict[str, str]]:
    """Return the roles of arrays without names: labels have one axis, or ten columns."""
    images = [name for name, header in headers.items() if math.prod(header.shape[1:]) > 10]
    labels = [name for name in headers if name not in images]
    parts = ("",) if len(images) == 1 else ("train", "test", "validation")
    roles = {part: {"images": name} for part, name in zip(parts, images, strict=False)}
    for part, name in zip(roles, labels, strict=False):
        roles[part]["labels"] = name
    return roles


def _wanted(part: str) -> str:
    return f"x_{part}" if part else "images"


def parts_of(
    where: str,
    roles: Mapping[str, Mapping[str, str]],
    headers: Mapping[str, ArrayHeader],
    read: Callable[[list[str]], Mapping[str, np.ndarray]],
) -> dict[str, Part]:
    """Return the parts of a file whose arrays have these roles.

    Args:
        where: What errors call the file.
        roles: From roles_of.
        headers: Of the arrays named there; they are checked before any values are read.
        read: Reads arrays by name.

    Returns:
        The parts by name.
    """
    for part, found in roles.items():
        labels = headers[found["labels"]] if "labels" in found else None
        check_form(title(where, part), headers[found["images"]], labels)
    values = read([name for found in roles.values() for name in found.values()])
    return {
        part: Part(values[found["images"]], values[found["labels"]] if "labels" in found else None)
        for part, found in roles.items()
    }
