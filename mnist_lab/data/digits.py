"""Loads the digits of the course: finds them, and splits them for training and test."""

import os
import re

import numpy as np

from mnist_lab import checks, machine
from mnist_lab.checks import FloatLike, IntLike
from mnist_lab.data import download, formats
from mnist_lab.data.dataset import Dataset, Digits
from mnist_lab.data.formats import DataError, RawDigits
from mnist_lab.data.stratified import random_split, stratified_split

# The words that load_digits takes in place of a path.
SOURCES = ("auto", "mnist", "sample")


def resolve_source(source: str | os.PathLike = "auto") -> str:
    """Return what a source means here: "auto", "mnist", "sample", or the path of a file or folder.

    The environment variable MNIST_LAB_DATA takes the place of "auto", if it is set.

    Args:
        source: One of these words, or a path.

    Returns:
        The word, or the path as a string.

    Raises:
        ValueError: `source` is neither, such as a misspelled word.

    Example:
        >>> lab.data.resolve_source("sample")
        'sample'
    """
    name, expected = "source", f"{', '.join(SOURCES)}, or the path of a folder or of a .npz file"
    if not isinstance(source, (str, os.PathLike)):
        raise checks.invalid(name, source, expected)
    text = os.fsdecode(source)
    if text == "auto" and os.environ.get("MNIST_LAB_DATA"):
        name, text = "MNIST_LAB_DATA", os.environ["MNIST_LAB_DATA"]
    # A string that may be meant as a word; reading says what is wrong with a path.
    word = isinstance(source, str) and re.fullmatch(r"[\w-]+", text)
    if word and text not in SOURCES and not os.path.exists(text):
        raise checks.invalid(name, text, expected + checks.did_you_mean(text, SOURCES))
    return text


def _find(source: str | os.PathLike) -> tuple[RawDigits, str]:
    """Return the raw digits of a source and what they are: "mnist", "sample" or "files"."""
    source = resolve_source(source)
    if source == "sample":
        return formats.load_sample(), "sample"
    if source not in SOURCES:
        raw = formats.read_path(source)
        return raw, "mnist" if raw.is_mnist else "files"
    cached = download.cached()
    if cached:
        return cached[0], "mnist"
    try:
        return download.fetch(download.cache_file()), "mnist"
    except DataError:
        if source == "mnist":
            raise
        print(
            "Notice: MNIST could not be downloaded; going on with the sample of 5,000 digits."
            " Why: mnist-lab data --source mnist"
        )
        return formats.load_sample(), "sample"


def _stratified(
    labels: np.ndarray, count: int, seed: int, name: str
) -> tuple[np.ndarray, np.ndarray]:
    """Return sorted indices of `count` digits, each class in proportion, and of the rest."""
    if count == len(labels):
        return np.arange(count), np.arange(0)
    classes = len(np.unique(labels))
    message = f"{name}: {count:,} of {len(labels):,} digits cannot be drawn in proportion"
    if count < classes:
        raise DataError(f"{message} to {classes} classes.")
    # A rest of fewer digits than classes cannot be in proportion, and need not be.
    if len(labels) - count < classes:
        drawn, rest = random_split(len(labels), count, seed)
    else:
        try:
            drawn, rest = stratified_split(labels, count, seed)
        except ValueError as error:
            raise DataError(f"{message} ({error}).") from error
    return np.sort(drawn), np.sort(rest)


def _stratified_if_possible(
    labels: np.ndarray, count: int, seed: int, name: str
) -> tuple[np.ndarray, np.ndarray]:
    """Return what _stratified does; too few digits for it are drawn regardless of their classes."""
    try:
        return _stratified(labels, count, seed, name)
    except DataError:
        order = np.random.default_rng(seed).permutation(len(labels))
        return np.sort(order[:count]), np.sort(order[count:])


def load_digits(
    source: str | os.PathLike = "auto",
    train_size: IntLike | None = None,
    seed: IntLike = 0,
    validation_fraction: FloatLike = 0.1,
) -> Digits:
    """Load handwritten digits, ready to train on.

    Args:
        source: "auto" takes what the environment variable MNIST_LAB_DATA names, if it is set (a
            path, or one of the words here). Else it takes MNIST from Keras's cache, from an earlier
            download, or from a download now; without a network it takes the sample, with a notice.
            "mnist" is the same without the sample. "sample" is 5,000 digits that need no download.
            Anything else is the path of a folder of IDX files, of a .npz file as Keras has it, or
            of a collection of drawings (see `handwriting.append_to_collection`), half of which are
            test digits.
        train_size: How many training digits to use, at least 100, drawn in proportion to the
            classes. None takes all.
        seed: Decides which digits are drawn for validation. The test digits are always the same.
        validation_fraction: Share of the training digits that is set aside to make choices on, in
            (0, 0.5]. The default leaves 54,000 of MNIST to train on and 6,000 to choose on.

    Returns:
        The training, validation and test digits; images float32 in [0, 1], labels int64.

    Raises:
        DataError: The digits cannot be read or downloaded. It is a ValueError.
        ValueError: An argument cannot be used.

    Example:
        >>> lab.load_digits("sample").sizes
        {'train': 3600, 'validation': 400, 'test': 1000}
    """
    seed = checks.seed(seed)
    fraction = checks.real("validation_fraction", validation_fraction, 0.0, 0.5, closed="right")
    raw, title = _find(source)
    count = max(1, round(fraction * len(raw.train_labels)))
    if count == len(raw.train_labels):
        raise DataError(
            "validation set: a single training digit cannot be split into training and validation."
        )
    draw = _stratified_if_possible if raw.from_collection else _stratified
    validation, train = draw(raw.train_labels, count, seed, "validation set")
    size = checks.optional_integer("train_size", train_size, min(100, len(train)), len(train))
    if size is not None:
        train = train[_stratified(raw.train_labels[train], size, seed, "train_size")[0]]
    digits = Digits(
        train=Dataset.from_bytes(raw.train_images[train], raw.train_labels[train]),
        validation=Dataset.from_bytes(raw.train_images[validation], raw.train_labels[validation]),
        test=Dataset.from_bytes(raw.test_images, raw.test_labels),
        source=title,
    )
    del raw
    machine.release_memory()
    return digits
