"""Digits as the compiled programs read them: as bytes where they were bytes, and held once."""

from typing import NamedTuple
from weakref import WeakKeyDictionary

from mnist_lab.backend import tf
from mnist_lab.data.dataset import Dataset


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


def on_device(dataset: Dataset) -> DeviceDigits:
    """Return a dataset's digits as tensors."""
    held = _AS_BYTES.get(dataset)
    if held is None:
        stored = dataset.as_uint8()
        images, divisor = (dataset.images, 1.0) if stored is None else (stored, 255.0)
        held = DeviceDigits(
            tf.constant(images), tf.constant(dataset.labels), tf.constant(divisor, tf.float32)
        )
        if stored is not None:
            _AS_BYTES[dataset] = held
    return held
