"""shares_read() counts the errors of a reading, per kind of page and in all."""

import numpy as np
import pytest

import mnist_lab as lab

shares_read = lab.handwriting.shares_read


def page(kind, *lines):
    boxes = np.zeros((sum(map(len, lines)), 4))
    return lab.handwriting.GeneratedPage(np.zeros((9, 9, 3), np.uint8), lines, boxes, kind)


def test_each_kind_has_its_share_and_all_pages_theirs():
    pages = [page("plain", (1, 2), (3, 4)), page("squared", (5, 6)), page("plain", (7,))]
    shares = shares_read([[1, 2, 3, 9], (5, None), np.array([7])], pages)
    assert dict(shares) == pytest.approx({"plain": 4 / 5, "squared": 1 / 2, "all": 5 / 7})
    assert list(shares.index) == ["plain", "squared", "all"]


def test_what_is_read_and_not_written_is_an_error_so_that_a_share_can_be_negative():
    assert dict(shares_read([[1, 1, 1, 1]], [page("plain", (1,))])) == {"plain": -2.0, "all": -2.0}


def test_nothing_read_of_any_page_is_a_share_of_0():
    assert dict(shares_read([[]], [page("plain", (1, 2))])) == {"plain": 0, "all": 0}


def test_another_number_of_readings_and_no_pages_are_refused():
    with pytest.raises(ValueError, match="1 readings of 2 pages"):
        shares_read([[]], [page("plain", (1,))] * 2)
    with pytest.raises(ValueError, match="one page at least"):
        shares_read([], [])
