"""Pages made by program are read as well as they were."""

import numpy as np
import pytest

import mnist_lab as lab
from mnist_lab.handwriting.photos.alignment import score
from mnist_lab.handwriting.photos.reading import read_page

# Per kind the errors that are allowed on its page, about twice those that there are: another
# processor may see one digit otherwise. benchmarks/photos.py measures on many pages.
ALLOWED = {"plain": 1, "ruled": 2, "shadow": 3}


@pytest.fixture(scope="module")
def digits() -> lab.data.Dataset:
    return lab.load_digits("sample").test


def errors_on(digits: lab.data.Dataset, kind: str) -> tuple[int, int]:
    """Return the errors on a page of a kind, and how many digits are on it."""
    rng = np.random.default_rng(11)
    page = lab.handwriting.make_page(digits.images, digits.labels, rng, kind)
    truth = [digit for line in page.labels for digit in line]
    return score(read_page(page.picture).digits, truth).errors, len(truth)


@pytest.mark.parametrize("kind", ALLOWED)
def test_a_page_is_read_with_few_errors(digits, kind: str):
    errors, count = errors_on(digits, kind)
    assert count >= 8
    assert errors <= ALLOWED[kind]


@pytest.mark.slow
def test_most_digits_of_all_other_kinds_are_read(digits):
    """A page of each, half a minute."""
    found = [errors_on(digits, kind) for kind in lab.handwriting.PAGE_KINDS if kind not in ALLOWED]
    errors, count = np.sum(found, axis=0)
    assert errors <= 0.12 * count


def test_nothing_is_read_in_the_noise_of_a_camera():
    page = lab.handwriting.make_empty_page(np.random.default_rng(2), "dark")
    assert not [digit for digit in read_page(page.picture).digits if digit is not None]


def test_the_courses_own_photo_is_read():
    truth = [digit for line in lab.handwriting.PHOTO_DIGITS for digit in line]
    assert score(read_page(lab.handwriting.load_photo()).digits, truth).errors <= 1
