"""Digits as the compiled programs read them: as bytes where they were bytes, and held once."""

from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from mnist_lab.backend import tf
from mnist_lab.data.dataset import Dataset

_CHUNK = 2000


class DeviceDigits(NamedTuple):
    """Images and labels as tensors; the pixels are `images / divisor`, float32 in [0, 1].

    The divisor is a tensor because TensorFlow turns a division by a known number into a
    multiplication, which rounds differently.
    """

    images: tf.Tensor
    labels: tf.Tensor
    divisor: tf.Tensor


# Many trainings on the same digits share one copy, which ends with the digits themselves.
_AS_BYTES: WeakKeyDictionary[Dataset, DeviceDigits] = WeakKeyDictionary()


def as_bytes(images: np.ndarray) -> np.ndarray | None:
    """Return the bytes that give these images exactly when divided by 255, or None.

    Args:
        images: float32 (n, 28, 28) in [0, 1].

    Returns:
        uint8 (n, 28, 28), a quarter of the memory; None where a pixel is no whole number / 255.
    """
    stored = np.empty(images.shape, np.uint8)
    for start in range(0, len(images), _CHUNK):  # a few at a time: whole copies would be floats
        pixels, part = images[start : start + _CHUNK], stored[start : start + _CHUNK]
        part[:] = np.rint(pixels * np.float32(255))
        if not np.array_equal(part.astype(np.float32) / np.float32(255), pixels):
            return None
    return stored


def on_device(dataset: Dataset) -> DeviceDigits:
    """Return a dataset's digits as tensors."""
    held = _AS_BYTES.get(dataset)
    if held is None:
        stored = as_bytes(dataset.images)
        images, divisor = (dataset.images, 1.0) if stored is None else (stored, 255.0)
        held = DeviceDigits(
            tf.constant(images), tf.constant(dataset.labels), tf.constant(divisor, tf.float32)
        )
        if stored is not None:
            _AS_BYTES[dataset] = held
    return held
