"""Digits that lie or are inked in another way than MNIST's are noticed, and good ones are not."""

import numpy as np
import pytest

from mnist_lab.data import formats
from mnist_lab.data.orientation import _VIEWS, remark
from mnist_lab.mnist_reference import reference
from tests.helpers.machine import MNIST

SAMPLE = MNIST or formats.load_sample()
IMAGES, LABELS = SAMPLE.test_images[:1000], SAMPLE.test_labels[:1000]
NAMED = [view for view in _VIEWS if view[0]]


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize(("view", "name", "code"), NAMED, ids=[view[0] for view in NAMED])
@pytest.mark.parametrize("inverted", [False, True])
def test_a_hundred_digits_in_another_view_are_named_and_the_line_turns_them(
    known, view, name, code, inverted
):
    rng = np.random.default_rng(0)
    for _ in range(5):
        some = rng.choice(len(IMAGES), 100, replace=False)
        stored, labels = IMAGES[some], LABELS[some] if known else None
        stored = stored if not inverted else 255 - stored
        # A quarter turn back is another one, so the stored view is found by what turns it.
        for undone in [eval(back, {"images": stored}) for _, _, back in NAMED]:
            if np.array_equal(eval(code, {"images": undone}), stored):
                break
        [line] = remark("x", undone, labels)
        assert f"x: the digits look {name}" in line
        assert ("inverted" in line) == inverted
        change = line.split("They were left so; ")[1].split(" turns them")[0]
        np.testing.assert_array_equal(eval(change, {"images": undone}), IMAGES[some])


@pytest.mark.parametrize("known", [True, False])
def test_digits_of_mnist_are_not_remarked_on(known):
    rng = np.random.default_rng(1)
    for count in (100, 100, 100, 300, 1000):
        some = rng.choice(len(IMAGES), count, replace=False)
        assert remark("x", IMAGES[some], LABELS[some] if known else None) == ()


@pytest.mark.parametrize("classes", [[1, 7], [0, 8], [3, 8], [6, 9], [0, 1, 8]])
def test_digits_of_a_few_classes_are_not_remarked_on(classes):
    some = np.isin(LABELS, classes)
    assert remark("x", IMAGES[some][:100], LABELS[some][:100]) == ()


def test_few_digits_are_not_judged():
    assert remark("x", 255 - IMAGES[:49], LABELS[:49]) == ()


def test_noise_and_blank_images_are_taken_for_no_digits_or_let_be():
    noise = np.random.default_rng(2).integers(0, 256, (100, 28, 28), dtype=np.uint8)
    assert remark("x", noise, LABELS[:100]) == (
        "x: these images do not look like MNIST's digits. Look at a few of them.",
    )
    assert remark("x", np.zeros_like(noise), LABELS[:100]) == ()


@pytest.mark.needs_mnist
def test_the_stored_reference_is_what_the_program_makes_of_mnist(mnist):
    for digit in range(10):
        members = mnist.train_images[mnist.train_labels == digit].astype(np.float64)
        means = reference().means[digit].astype(np.float64)
        assert np.abs(means - members.mean(axis=0)).max() <= 0.5001
        assert (members == reference().typical[digit]).all(axis=(1, 2)).any()
