"""Digits come from arrays in memory, and images without labels from any file."""

import numpy as np
import pytest

import mnist_lab as lab
from tests.helpers.stored import made_up_digits

DIGITS = made_up_digits(train=210, test=40)


def test_arrays_with_a_test_set_are_the_digits_of_an_experiment(capsys):
    images, labels, test_images, test_labels = DIGITS.arrays
    found = lab.data.from_arrays(
        images.reshape(-1, 784) / 255, np.eye(10)[labels], test_images, test_labels.astype(str)
    )
    assert found.sizes == {"train": 189, "validation": 21, "test": 40}
    assert found.source == "files"
    assert found.provenance.startswith("Data: digits of yours (not verified as MNIST): 189 train")
    stored = found.test.as_uint8()
    assert stored is not None
    np.testing.assert_array_equal(stored, test_images)
    np.testing.assert_array_equal(found.test.labels, test_labels)
    both = np.concatenate([found.train.images, found.validation.images])
    expected = images.astype(np.float32) / np.float32(255)
    assert {image.tobytes() for image in both} == {image.tobytes() for image in expected}


def test_arrays_without_a_test_set_are_divided_and_a_line_says_so(capsys):
    found = lab.data.from_arrays(DIGITS.train_images, DIGITS.train_labels, train_size=100)
    assert found.sizes == {"train": 100, "validation": 18, "test": 30}
    assert "Notice: arrays: it has no test digits of its own; 30 of its 210" in (
        capsys.readouterr().out
    )


@pytest.mark.parametrize(
    ("images", "labels", "more", "words"),
    [
        (np.zeros((3, 5)), [1, 2, 3], {}, r"arrays: images\.shape=\(3, 5\)"),
        (DIGITS.train_images, [1, 2], {}, r"arrays: 210 images but labels of shape \(2,\)"),
        ([[1], [1, 2]], [1, 2], {}, "images=.*expected an array, or lists of equal length"),
        (DIGITS.train_images, None, {}, "labels are stored as object|labels of shape"),
        (None, [1], {}, r"arrays: images\.shape=\(\)"),
        (
            DIGITS.train_images,
            DIGITS.train_labels,
            {"test_images": DIGITS.test_images},
            "test_images and test_labels go together",
        ),
        (DIGITS.train_images, DIGITS.train_labels, {"seed": -1}, "seed=-1"),
        (DIGITS.train_images, DIGITS.train_labels, {"train_size": 10**6}, "train_size=1000000"),
    ],
)
def test_arrays_that_are_no_digits_are_refused(images, labels, more, words):
    with pytest.raises(ValueError, match=words):
        lab.data.from_arrays(images, labels, **more)


def test_images_of_a_file_are_loaded_without_labels(tmp_path, capsys):
    np.savez(tmp_path / "d.npz", X=DIGITS.test_images)
    images = lab.data.load_images(f" '{tmp_path}/d.npz' ")
    assert images.dtype == np.float32
    np.testing.assert_array_equal(np.rint(images * 255), DIGITS.test_images)
    np.savez(tmp_path / "d.npz", **dict(zip(("x_train", "y_train", "x_test", "y_test"),
                                            DIGITS.arrays, strict=True)))  # fmt: skip
    assert len(lab.data.load_images(tmp_path / "d.npz")) == 40


def test_binary_pale_and_rounded_images_are_remarked_on(capsys):
    labels = DIGITS.train_labels
    for images, words in (
        (DIGITS.train_images > 127, "each pixel is paper or ink"),
        (DIGITS.train_images / 255 / 255, r"the darkest pixel of all digits is 1 of 255"),
        (DIGITS.train_images * 0.9971, "rounded to the 256 gray levels"),
    ):
        lab.data.from_arrays(images, labels)
        assert words in capsys.readouterr().out
