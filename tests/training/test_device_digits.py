"""Digits that were bytes are held as bytes, once, and are the same numbers to the last bit."""

import gc
import weakref

import numpy as np
import pytest

import mnist_lab as lab
from mnist_lab.backend import tf
from mnist_lab.data.dataset import Dataset, Digits
from mnist_lab.training.device_digits import on_device
from tests.helpers.training import network, same_weights

# Most of these compile networks; `make test-fast` leaves the file out.
pytestmark = pytest.mark.slow

ALL_BYTES = np.arange(784, dtype=np.uint16).reshape(1, 28, 28) % 256


@pytest.mark.parametrize("place", [0, 2500])
def test_one_pixel_that_was_no_byte_leaves_all_images_as_they_are(place):
    images = np.zeros((2501, 28, 28), np.float32)
    images[place, 3, 4] = np.nextafter(np.float32(7 / 255), np.float32(1))
    dataset = Dataset(images, np.zeros(2501, int))
    assert dataset.as_uint8() is None
    digits = on_device(dataset)
    np.testing.assert_array_equal(digits.images / digits.divisor, images)


@pytest.mark.parametrize("xla", [True, False])
def test_a_program_reads_each_byte_as_numpy_divides_it(xla):
    digits = on_device(Dataset.from_bytes(ALL_BYTES, [0]))
    assert digits.images.dtype == tf.uint8
    pixels = tf.function(
        lambda images, divisor: tf.cast(tf.gather(images, [0]), tf.float32) / divisor,
        jit_compile=xla,
        autograph=False,
    )(digits.images, digits.divisor)
    np.testing.assert_array_equal(pixels, ALL_BYTES.astype(np.float32) / np.float32(255))


@pytest.mark.parametrize("build", [network, lambda: lab.models.cnn([4])], ids=["mlp", "cnn"])
def test_training_on_bytes_gives_the_weights_of_training_on_floats(few, build, monkeypatch):
    def fresh() -> Digits:
        train = Dataset(few.train.images, few.train.labels)
        return Digits(train, few.validation, few.test, few.source)

    by_bytes, by_floats = build(), build()
    lab.train(by_bytes, fresh(), epochs=2, verbose=False)
    monkeypatch.setattr(Dataset, "as_uint8", lambda dataset: None)
    lab.train(by_floats, fresh(), epochs=2, verbose=False)
    assert same_weights(by_bytes, by_floats)


def test_many_trainings_share_one_copy_of_the_digits_and_it_goes_with_them(few):
    digits = Digits(few.train.subset(slice(0, 200)), few.validation, few.test, few.source)
    for seed in range(2):
        lab.train(network(seed=seed), digits, epochs=1, verbose=False)
    held = on_device(digits.train)
    assert on_device(digits.train) is held
    copy = weakref.ref(held.images)
    del digits, held
    gc.collect()
    assert copy() is None
