"""Half of the digits change paper and ink; nothing else changes."""

import numpy as np

import mnist_lab as lab


def test_every_second_image_of_each_part_is_inverted_and_the_rest_is_as_it_was():
    digits = lab.load_digits("sample", train_size=200)
    mixed = lab.data.half_inverted(digits)
    for part in ("train", "validation", "test"):
        before, after = getattr(digits, part), getattr(mixed, part)
        np.testing.assert_array_equal(after.images[::2], before.images[::2])
        np.testing.assert_allclose(after.images[1::2] + before.images[1::2], 1)
        np.testing.assert_array_equal(after.labels, before.labels)
    assert mixed.source == digits.source


def test_the_inverted_digits_are_bytes_divided_by_255_as_the_others_are():
    """A training keeps such digits as bytes, in a quarter of the memory."""
    digits = lab.load_digits("sample", train_size=200)
    stored = np.rint(255 * digits.train.images).astype(np.uint8)
    stored[1::2] = 255 - stored[1::2]
    expected = lab.data.Dataset.from_bytes(stored, digits.train.labels)
    np.testing.assert_array_equal(lab.data.half_inverted(digits).train.images, expected.images)


def test_images_that_were_no_bytes_are_inverted_too():
    images = np.random.default_rng(0).random((3, 28, 28), dtype=np.float32)
    part = lab.data.Dataset(images, [0, 1, 2])
    after = lab.data.half_inverted(lab.data.Digits(part, part, part, "files")).train.images
    np.testing.assert_array_equal(after[::2], images[::2])
    np.testing.assert_array_equal(after[1], 1 - images[1])
