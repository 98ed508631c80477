"""shares_read() counts the errors of a reading, per kind of page and in all."""

import numpy as np
import pytest

import mnist_lab as lab

shares_read = lab.handwriting.shares_read


class _Answers:
    """A stand-in for predict(): each image says in its first pixel what it is read as."""

    def __init__(self, model, images):
        self.predictions = np.rint(10 * np.asarray(images)[:, 0, 0]).astype(int)


@pytest.fixture(autouse=True)
def _predict_by_first_pixel(monkeypatch):
    monkeypatch.setattr("mnist_lab.handwriting.generated.shares.predict", _Answers)


def page(kind, *lines):
    boxes = np.zeros((sum(map(len, lines)), 4))
    return lab.handwriting.GeneratedPage(np.zeros((9, 9, 3), np.uint8), lines, boxes, kind)


def read_as(*digits):
    return [np.full((28, 28), digit / 10) for digit in digits]


def test_each_kind_has_its_share_and_all_pages_theirs():
    pages = [page("plain", (1, 2), (3, 4)), page("squared", (5, 6)), page("plain", (7,))]
    shares = shares_read(None, [read_as(1, 2, 3, 9), read_as(5), read_as(7)], pages)
    assert dict(shares) == pytest.approx({"plain": 4 / 5, "squared": 1 / 2, "all": 5 / 7})
    assert list(shares.index) == ["plain", "squared", "all"]


def test_what_is_read_and_not_written_is_an_error_so_that_a_share_can_be_negative():
    shares = shares_read(None, [read_as(1, 1, 1, 1)], [page("plain", (1,))])
    assert dict(shares) == {"plain": -2.0, "all": -2.0}


def test_nothing_read_of_any_page_is_a_share_of_0():
    assert dict(shares_read(None, [[]], [page("plain", (1, 2))])) == {"plain": 0, "all": 0}


def test_pages_without_images_and_no_pages_are_refused():
    with pytest.raises(ValueError, match="images of 1 pages, and 2 pages"):
        shares_read(None, [[]], [page("plain", (1,))] * 2)
    with pytest.raises(ValueError, match="one at least"):
        shares_read(None, [], [])
