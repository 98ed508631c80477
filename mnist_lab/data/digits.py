"""Loads the digits of the course: finds them, and splits them for training and test."""

import os
import re

import numpy as np
from numpy.typing import ArrayLike

from mnist_lab import checks, machine
from mnist_lab.checks import FloatLike, IntLike
from mnist_lab.data import download, formats
from mnist_lab.data.dataset import Dataset, Digits
from mnist_lab.data.errors import DataError
from mnist_lab.data.formats import RawDigits
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
    name, expected = "source", f"{', '.join(SOURCES)}, or the path of {formats.ACCEPTED}"
    if not isinstance(source, (str, os.PathLike)):
        hint = "" if source is None else "; arrays in memory go to lab.data.from_arrays"
        raise checks.invalid(name, source, expected + hint)
    text = _meant(os.fsdecode(source))
    if text == "auto" and os.environ.get("MNIST_LAB_DATA"):
        name, text = "MNIST_LAB_DATA", _meant(os.environ["MNIST_LAB_DATA"])
    # A string that may be meant as a word; reading says what is wrong with a path.
    word = isinstance(source, str) and re.fullmatch(r"[\w-]+", text)
    if word and text not in SOURCES and not os.path.exists(text):
        raise checks.invalid(name, text, expected + checks.did_you_mean(text, SOURCES))
    return text


def _meant(text: str) -> str:
    """Return a source without the quotes and blanks that came with it; words in small letters."""
    if os.path.lexists(text):
        return text
    bare = text.strip().strip("\"'").strip() or text
    return bare.lower() if bare.lower() in SOURCES and not os.path.lexists(bare) else bare


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
            Anything else is the path of a file or folder: IDX files, a .npz, a table such as
            Kaggle's train.csv, .mat, .parquet, pictures in folders 0 to 9, or a .zip of these.
            Where it has no test digits with labels, one in seven is set aside for testing, and a
            line says so; of a collection of drawings (see `handwriting.append_to_collection`),
            half are test digits.
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
    for notice in raw.notices:
        print(f"Notice: {notice}")
    digits = _divided(raw, title, train_size, seed, fraction)
    del raw
    machine.release_memory()
    return digits


def _divided(
    raw: RawDigits, title: str, train_size: IntLike | None, seed: int, fraction: float
) -> Digits:
    """Return raw digits as those of an experiment, validation digits drawn from the training."""
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
    return Digits(
        train=Dataset.from_bytes(raw.train_images[train], raw.train_labels[train]),
        validation=Dataset.from_bytes(raw.train_images[validation], raw.train_labels[validation]),
        test=Dataset.from_bytes(raw.test_images, raw.test_labels),
        source=title,
    )


def from_arrays(
    images: ArrayLike,
    labels: ArrayLike,
    test_images: ArrayLike | None = None,
    test_labels: ArrayLike | None = None,
    train_size: IntLike | None = None,
    seed: IntLike = 0,
    validation_fraction: FloatLike = 0.1,
) -> Digits:
    """Return arrays of your own as the digits of an experiment, as `load_digits` returns them.

    Args:
        images: (n, 28, 28), (n, 28, 28, 1) or (n, 784), paper 0; ink 255, or 1 in floats.
        labels: One digit per image, as numbers or texts, or one-hot (n, 10).
        test_images: As `images`. None sets one in seven of those aside for testing.
        test_labels: As `labels`; given if `test_images` is.
        train_size: As in `load_digits`.
        seed: As in `load_digits`.
        validation_fraction: As in `load_digits`.

    Returns:
        The training, validation and test digits, rounded to 256 gray levels; source "files".

    Raises:
        DataError: The arrays are not labeled digits of 28 x 28 pixels. It is a ValueError.
        ValueError: Another argument cannot be used.

    Example:
        >>> test = lab.load_digits("sample").test
        >>> lab.data.from_arrays(test.images, test.labels).sizes
        Notice: arrays: it has no test digits of its own; 143 of its 1,000 digits, always the ...
        {'train': 771, 'validation': 86, 'test': 143}
    """
    seed = checks.seed(seed)
    fraction = checks.real("validation_fraction", validation_fraction, 0.0, 0.5, closed="right")
    if (test_images is None) != (test_labels is None):
        raise ValueError("test_images and test_labels go together: give both, or neither.")
    parts = {"": formats.Part(_array("images", images), _array("labels", labels))}
    if test_images is not None:
        parts = {
            "train": parts[""],
            "test": formats.Part(
                _array("test_images", test_images), _array("test_labels", test_labels)
            ),
        }
    raw = formats.remarked("arrays", formats.assembled("arrays", parts))
    for notice in raw.notices:
        print(f"Notice: {notice}")
    return _divided(raw, "files", train_size, seed, fraction)


def _array(name: str, values: ArrayLike | None) -> np.ndarray:
    """Return values as an array of numbers or texts; ValueError where their lengths differ."""
    try:
        return np.asarray(values)
    except (TypeError, ValueError) as error:
        expected = "an array, or lists of equal length"
        raise checks.invalid(name, values, expected) from error


def load_images(path: str | os.PathLike) -> np.ndarray:
    """Load images that need no labels, such as those of Kaggle's test.csv, to be predicted.

    Args:
        path: A file or folder of any kind that `load_digits` reads. Where it has training and test
            digits, these are the test digits; labels are left out.

    Returns:
        float32 (n, 28, 28) from 0 (paper) to 1 (ink), in the order of the file.

    Raises:
        DataError: There is no such file, or it holds no digits. It is a ValueError.

    Example:
        >>> import tempfile
        >>> path = tempfile.mkdtemp() + "/test.csv"
        >>> np.savetxt(path, np.zeros((3, 784)), "%d", ",")
        >>> lab.data.load_images(path).shape
        (3, 28, 28)
    """
    part = formats.read_images(_meant(os.fsdecode(path)))
    for notice in part.notices:
        print(f"Notice: {notice}")
    return part.images.astype(np.float32) / np.float32(255)
