"""Generated pages: what is on them, where it stands, and what each kind does to them."""

import dataclasses

import numpy as np
import pytest

import mnist_lab as lab
from mnist_lab.handwriting.generated.conditions import KINDS, PENS, usual

KINDS_OF_PAGES = lab.handwriting.PAGE_KINDS


@pytest.fixture(scope="module")
def digits() -> lab.data.Dataset:
    return lab.load_digits("sample").test


def page_of(digits: lab.data.Dataset, kind: str, seed: int = 0) -> lab.handwriting.GeneratedPage:
    return lab.handwriting.make_page(
        digits.images, digits.labels, np.random.default_rng(seed), kind
    )


@pytest.mark.parametrize("kind", KINDS_OF_PAGES)
def test_every_kind_is_a_color_picture_with_boxes_inside_it(digits, kind: str):
    page = page_of(digits, kind)
    height, width, channels = page.picture.shape
    assert page.picture.dtype == np.uint8
    assert channels == 3
    assert page.kind == kind
    left, top, right, bottom = page.boxes.T
    assert (left >= 0).all() and (top >= 0).all()
    assert (right <= width).all() and (bottom <= height).all()
    assert (left < right).all() and (top < bottom).all()
    assert len(page.boxes) == sum(len(line) for line in page.labels) >= 1


def test_one_seed_makes_one_page(digits):
    first, again, other = (page_of(digits, "squared", seed) for seed in (5, 5, 6))
    np.testing.assert_array_equal(first.picture, again.picture)
    np.testing.assert_array_equal(first.boxes, again.boxes)
    assert first.labels == again.labels
    assert first.picture.shape != other.picture.shape or (first.picture != other.picture).any()


@pytest.mark.parametrize("kind", ["plain", "perspective", "turned", "touching"])
def test_the_boxes_hold_the_ink(digits, kind: str):
    page = page_of(digits, kind, seed=3)
    darkness = np.median(page.picture, axis=(0, 1)) - page.picture.astype(float)
    dark = darkness.max(axis=2) > 0.5 * darkness.max()
    inside = np.zeros_like(dark)
    for left, top, right, bottom in page.boxes.round().astype(int):
        inside[max(0, top - 2) : bottom + 2, max(0, left - 2) : right + 2] = True
    assert dark.sum() > 500
    assert dark[inside].sum() > 0.99 * dark.sum()


def test_the_digits_are_those_given(digits):
    sevens = digits.subset(digits.labels == 7)
    page = page_of(sevens, "plain")
    assert {label for line in page.labels for label in line} == {7}


def test_a_single_digit_fills_much_of_its_picture(digits):
    page = page_of(digits, "single")
    assert len(page.boxes) == 1
    left, top, right, bottom = page.boxes[0]
    assert max(right - left, bottom - top) > 0.35 * min(page.picture.shape[:2])


def test_a_drawing_in_white_has_black_around_it(digits):
    picture = page_of(digits, "inverted").picture
    assert np.median(picture) == 0
    assert picture.max() > 250


def test_yellow_paper_reflects_little_blue(digits):
    plain, yellow = (
        np.median(page_of(digits, kind).picture, axis=(0, 1)) for kind in ("plain", "yellow")
    )
    assert plain[2] > 0.8 * plain[0]
    assert yellow[2] < 0.75 * yellow[0]


def test_a_sheet_on_a_table_is_lighter_than_what_is_around_it(digits):
    picture = page_of(digits, "table").picture.astype(float)
    height, width = picture.shape[:2]
    corners = picture[[0, 0, -1, -1], [0, -1, 0, -1]]
    assert corners.mean() < 0.6 * picture[height // 3 : -height // 3, width // 3].mean()


@pytest.mark.parametrize("kind", KINDS_OF_PAGES)
def test_a_kind_changes_the_usual_page_and_plain_does_not(kind: str):
    page = usual(np.random.default_rng(2))
    changed = {
        field.name
        for field in dataclasses.fields(page)
        if getattr(page, field.name)
        != getattr(KINDS[kind](page, np.random.default_rng(3)), field.name)
    }
    assert bool(changed) == (kind != "plain")


def test_usual_pages_have_all_pens_and_both_ways_up_and_no_trouble():
    pages = [usual(np.random.default_rng(seed)) for seed in range(100)]
    assert {page.pen for page in pages} == set(PENS)
    assert {page.size[0] > page.size[1] for page in pages} == {True, False}
    for page in pages:
        assert page.shadow == page.touching == page.table == page.turn == 0
        assert not page.inverted


def test_another_kind_is_refused_with_the_list(digits):
    with pytest.raises(ValueError, match="kind='crumpled' cannot be used: expected one of plain"):
        page_of(digits, "crumpled")


def test_what_is_no_digit_is_refused(digits):
    with pytest.raises(ValueError, match=r"images\.shape=\(28, 28\)"):
        lab.handwriting.make_page(digits.images[0], [7], np.random.default_rng(0))
    with pytest.raises(ValueError, match="labels"):
        lab.handwriting.make_page(digits.images[:2], [7, 11], np.random.default_rng(0))
    with pytest.raises(ValueError, match="images holds no digits to write"):
        lab.handwriting.make_page(digits.images[:0], [], np.random.default_rng(0))
    with pytest.raises(ValueError, match="rng=0 cannot be used: expected a generator, such as"):
        lab.handwriting.make_page(digits.images, digits.labels, 0)  # type: ignore[arg-type]
