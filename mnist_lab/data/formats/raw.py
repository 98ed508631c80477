"""Training and test digits as bytes, and whether they are MNIST, by their checksum."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mnist_lab.data.formats.tidy import Part, tidied

# SHA-256 over the bytes of MNIST's four arrays (uint8, C order), training images first. The files
# differ from host to host, since gzip keeps a time stamp; the arrays do not.
MNIST_SHA256 = "06b0d1f124c4e5fa796686ade41a9b778edacc8622f2195a352ef479ad44fc16"


@dataclass(frozen=True, eq=False)
class RawDigits:
    """Training and test digits as stored.

    Attributes:
        train_images: uint8 (n, 28, 28) from 0 (paper) to 255 (ink).
        train_labels: uint8 (n,) from 0 to 9.
        test_images: As train_images.
        test_labels: As train_labels.
        from_collection: Whether they are the drawings of a collection, of which there may be few.
        notices: What was done to them or noticed about them, a sentence each.
    """

    train_images: np.ndarray
    train_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray
    from_collection: bool = False
    notices: tuple[str, ...] = ()

    @property
    def arrays(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """The four arrays, in the order of NPZ_KEYS and IDX_NAMES."""
        return self.train_images, self.train_labels, self.test_images, self.test_labels

    @cached_property
    def is_mnist(self) -> bool:
        """Whether these are exactly MNIST's 60,000 and 10,000 digits, by their checksum."""
        digest = hashlib.sha256()
        for array in self.arrays:
            digest.update(np.ascontiguousarray(array).data)
        return digest.hexdigest() == MNIST_SHA256


def digits_from_arrays(where: str, values: Sequence[np.ndarray]) -> RawDigits:
    """Return four arrays as digits.

    Args:
        where: What the error calls them, such as a file's name.
        values: Training images and labels, then test images and labels.

    Returns:
        The same digits as uint8.

    Raises:
        DataError: They are not labeled digits of 28 x 28 pixels.
    """
    train_images, train_labels, test_images, test_labels = values
    train = tidied(f"{where} (training)", Part(train_images, train_labels))
    test = tidied(f"{where} (test)", Part(test_images, test_labels))
    assert train.labels is not None and test.labels is not None
    return RawDigits(train.images, train.labels, test.images, test.labels)
