"""Pages without digits, and the marks on them."""

import numpy as np
import pytest

import mnist_lab as lab
from mnist_lab.handwriting.generated.marks import MARK_KINDS, SIDE, draw_mark


@pytest.mark.parametrize("kind", lab.handwriting.EMPTY_KINDS)
def test_a_page_without_digits_has_no_labels_and_no_boxes(kind: str):
    page, again = (
        lab.handwriting.make_empty_page(np.random.default_rng(4), kind) for _ in range(2)
    )
    assert page.picture.dtype == np.uint8
    assert page.picture.shape[2] == 3
    assert page.labels == ()
    assert page.boxes.shape == (0, 4)
    assert page.kind == kind
    np.testing.assert_array_equal(page.picture, again.picture)


def test_a_blank_page_has_no_ink_and_a_scribbled_one_has():
    def spread(kind: str) -> float:
        page = lab.handwriting.make_empty_page(np.random.default_rng(0), kind)
        gray = page.picture.astype(float).mean(axis=2)
        return np.median(gray) - np.percentile(gray, 0.1)

    assert spread("scribbles") > 3 * spread("blank")


@pytest.mark.parametrize("kind", MARK_KINDS)
def test_marks_have_ink_differ_and_stay_on_their_picture(kind: str):
    rng = np.random.default_rng(0)
    marks = [draw_mark(kind, rng) for _ in range(5)]
    for mark in marks:
        assert mark.shape == (SIDE, SIDE)
        assert mark.max() == 1
        edge = np.concatenate([mark[0], mark[-1], mark[:, 0], mark[:, -1]])
        assert edge.max() == 0
        rows, columns = np.nonzero(mark > 0.5)
        assert max(np.ptp(rows), np.ptp(columns)) > 0.8 * SIDE
    assert (marks[0] != marks[1]).any()


def test_another_kind_is_refused_with_the_list():
    with pytest.raises(ValueError, match="kind='plain' cannot be used: expected one of blank"):
        lab.handwriting.make_empty_page(np.random.default_rng(0), "plain")
    with pytest.raises(ValueError, match="rng=0 cannot be used: expected a generator, such as"):
        lab.handwriting.make_empty_page(0)  # type: ignore[arg-type]


def test_no_kind_has_the_name_of_a_kind_with_digits():
    assert not set(lab.handwriting.EMPTY_KINDS) & set(lab.handwriting.PAGE_KINDS)
