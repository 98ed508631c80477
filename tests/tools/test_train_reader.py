"""The reader learns from digits as photos give them, and from what is no digit."""

import numpy as np
import pytest
from scipy import ndimage

import mnist_lab as lab
from mnist_lab.handwriting import preprocess, resize_to_fit
from mnist_lab.handwriting.generated.marks import MARK_KINDS, draw_mark
from mnist_lab.pretrained import record_of
from tools import reader_digits, train_reader


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    return lab.load_digits("sample").train.images[::20]


def likeness(one: np.ndarray, other: np.ndarray) -> float:
    blurred = [ndimage.gaussian_filter(image.astype(float), 1.5).ravel() for image in (one, other)]
    return float(np.corrcoef(*blurred)[0, 1])


def test_a_digit_from_a_photo_is_prepared_and_still_looks_like_itself(images):
    rng = np.random.default_rng(0)
    found = []
    for image, other in zip(images[:40], images[40:80], strict=True):
        made = reader_digits.cut_out_wrongly(image, other, rng)
        assert made.shape == (28, 28)
        assert made.dtype == np.float32
        rows, columns = np.nonzero(made)
        assert max(np.ptp(rows), np.ptp(columns)) + 1 <= 20
        found.append((likeness(made, image), likeness(made, other)))
    own, others = np.array(found).T
    assert np.median(own) > 0.85
    assert (own > others).mean() > 0.9


def test_no_rule_and_no_cut_changes_little_of_a_digit(images):
    rng = np.random.default_rng(0)
    ink = resize_to_fit(images[3], 60)
    assert reader_digits._cut(ink, 0.05, rng).size >= 0.94 * ink.size
    ruled = reader_digits._with_rule(ink, rng)
    assert ruled.shape != ink.shape
    assert likeness(preprocess(ruled), preprocess(ink)) > 0.5


@pytest.mark.parametrize("kind", reader_digits._NO_DIGITS)
def test_every_kind_of_what_is_no_digit_is_prepared(images, monkeypatch, kind: str):
    monkeypatch.setattr(reader_digits, "_NO_DIGITS", {kind: 1.0})
    rng = np.random.default_rng(1)
    first, second = (reader_digits.no_digit(images, rng) for _ in range(2))
    for made in (first, second):
        assert made.shape == (28, 28)
        assert made.max() > 0.5
    assert (first != second).any()


def test_the_shares_of_what_is_no_digit_add_up():
    assert sum(reader_digits._NO_DIGITS.values()) == pytest.approx(1)


def test_the_same_part_makes_the_same_images_and_another_part_others(images, monkeypatch):
    class Here:
        """A pool that works in this process."""

        def __init__(self, workers: int) -> None: ...
        def __enter__(self) -> "Here":
            return self

        def __exit__(self, *error: object) -> None: ...

        map = staticmethod(map)

    monkeypatch.setattr(train_reader, "ProcessPoolExecutor", Here)
    monkeypatch.setattr(train_reader, "_CHUNK", 4)
    first, again, other = (
        train_reader.made(train_reader._photo_digit, images[:6], part) for part in (1, 1, 2)
    )
    assert first.shape == (6, 28, 28)
    assert first.dtype == np.uint8
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_the_threshold_refuses_one_right_digit_in_a_hundred():
    right = np.array([0.2, 0.45, *np.linspace(0.6, 1, 198)])
    assert train_reader.choose_threshold(right) == 0.59 + 0.01
    assert train_reader.choose_threshold(right[1:]) == 0.6
    assert train_reader.choose_threshold(np.array([0.3, 0.31, *right])) == 0.31


def test_pieces_of_ink_stand_side_by_side_or_over_each_other():
    tall, wide = np.ones((6, 2), np.float32), np.ones((3, 5), np.float32)
    assert reader_digits._beside(tall, wide, 1).sum() == 12 + 15
    over = reader_digits._beside(tall, wide, -4)  # more than the first is wide
    assert over.shape == (6, 5)
    assert over.sum() == 12 + 15 - 6


@pytest.mark.parametrize("kind", MARK_KINDS)
def test_the_reader_refuses_most_marks_and_few_digits(images, kind: str):
    """Each as a photo gives it; none of them was learned from."""
    rng = np.random.default_rng(20)
    marks = [reader_digits.as_cut_out(draw_mark(kind, rng), rng) for _ in range(60)]
    digits = [reader_digits.as_cut_out(image, rng) for image in images[:60]]
    sure = lab.models.pretrained("reader").predict(np.stack([*marks, *digits]), verbose=0)
    refused = sure.max(axis=1) < record_of("reader")["threshold"]
    assert refused[:60].mean() > 0.75
    assert refused[60:].mean() < 0.1
