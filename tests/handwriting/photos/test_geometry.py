"""Views of a picture remember where their pixels come from; digits stand in reading order."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from skimage.graph import route_through_array
from skimage.measure import label

from mnist_lab.handwriting.photos import view
from mnist_lab.handwriting.photos.lines import in_lines
from mnist_lab.handwriting.photos.parts import Part, connected, merged, usual_side
from mnist_lab.handwriting.photos.sheet import find_sheet
from mnist_lab.handwriting.photos.ways import cheapest_way


def bar(left, top, height=20, width=8):
    return Part(top, left, np.ones((height, width), bool))


def dotted(side=120):
    """A black picture with one white square, whose center is (30, 80)."""
    picture = np.zeros((side, 2 * side, 3), np.uint8)
    picture[78:83, 28:33] = 255
    return picture


def brightest(pixels):
    rows, columns = np.nonzero(pixels[..., 0] > 128)
    return np.array([[columns.mean() + 0.5, rows.mean() + 0.5]])


@pytest.mark.parametrize("quarters", range(4))
@pytest.mark.parametrize("side", [120, 480])
def test_a_point_is_found_again_in_a_view_that_is_scaled_and_turned(quarters, side):
    seen = view.turned(view.whole(dotted(), side), quarters)
    found = view.in_picture(seen, brightest(seen.pixels))
    np.testing.assert_allclose(found, [[30.5, 80.5]], atol=0.6)


def test_a_point_is_found_again_in_a_straightened_quadrilateral():
    corners = np.array([[10, 20], [200, 5], [230, 110], [4, 100]], float)
    seen = view.straightened(dotted(), corners, 240)
    assert max(seen.pixels.shape) == 240
    np.testing.assert_allclose(
        view.in_picture(seen, brightest(seen.pixels)), [[30.5, 80.5]], atol=1
    )
    height, width = seen.pixels.shape[:2]
    ends = np.array([[0, 0], [width, 0], [width, height], [0, height]])
    np.testing.assert_allclose(view.in_picture(seen, ends), corners, atol=1e-6)


def test_a_light_sheet_on_a_dark_table_is_found():
    rng = np.random.default_rng(0)
    rows, columns = np.mgrid[:300, :400]
    inside = (columns > 80 + 0.1 * rows) & (columns < 330) & (rows > 40) & (rows < 250)
    picture = np.where(inside, 200, 50) + rng.normal(0, 5, inside.shape)
    picture = np.repeat(picture.clip(0, 255).astype(np.uint8)[..., None], 3, axis=2)
    corners = find_sheet(picture)
    assert corners is not None
    expected = [[84, 41], [330, 41], [330, 250], [105, 250]]
    np.testing.assert_allclose(corners, expected, atol=8)


def test_no_sheet_is_found_on_paper_alone_or_where_all_is_of_one_color():
    slope = np.tile(np.linspace(150, 220, 300), (200, 1)).astype(np.uint8)
    assert find_sheet(np.repeat(slope[..., None], 3, axis=2)) is None
    assert find_sheet(np.full((50, 60, 3), 255, np.uint8)) is None


@given(arrays(bool, (9, 12)))
@settings(max_examples=40, deadline=None)
def test_connected_parts_are_those_of_scikit_image(mask):
    parts = connected(mask, 0)
    assert len(parts) == label(mask, connectivity=2).max()
    assert sum(part.area for part in parts) == mask.sum()
    if parts:
        whole = merged(parts)
        np.testing.assert_array_equal(whole.within(mask), whole.mask)


def test_a_small_gap_does_not_divide_a_part():
    mask = np.zeros((20, 9), bool)
    mask[2:9, 3:6] = mask[11:18, 3:6] = True
    assert [len(connected(mask, gap)) for gap in (0, 3)] == [2, 1]


def test_half_of_the_ink_lies_in_parts_that_are_no_larger_than_usual():
    parts = [bar(0, 0, 4, 4), bar(0, 0, 20, 2), bar(0, 0, 21, 2), bar(0, 0, 50, 1)]
    assert usual_side(parts) == 21


def test_lines_are_read_from_top_to_bottom_and_each_from_left_to_right():
    upper = [bar(20 * at, 10 + 2 * at) for at in range(6)]  # it falls by 10 pixels
    lower = [bar(20 * at, 50 + 2 * at) for at in range(4)]
    rng = np.random.default_rng(0)
    mixed = [(upper + lower)[at] for at in rng.permutation(10)]
    assert in_lines(mixed) == [upper, lower]


@pytest.mark.parametrize("top", [21, 39, 71, 79])
def test_a_digit_that_stands_less_than_half_a_digit_off_its_line_belongs_to_it(top):
    upper, lower = ([bar(40 * at, top, 20) for at in range(4)] for top in (50, 130))
    off = bar(180, top, 20)
    assert in_lines([off, *lower, *upper]) == [[*upper, off], lower]


def test_of_two_lines_the_nearer_takes_a_digit_that_stands_between_them():
    upper, lower = ([bar(40 * at, top, 20) for at in range(4)] for top in (50, 96))
    between = bar(60, 75, 20)  # 5 pixels below the upper line, 1 pixel above the lower
    assert in_lines([*upper, *lower, between]) == [upper, [*lower[:2], between, *lower[2:]]]


@pytest.mark.parametrize(("left", "top"), [(120, 73), (180, 85), (3, 25)])
def test_a_digit_below_another_or_farther_from_a_line_stays_alone(left, top):
    line, alone = [bar(40 * at, 50, 20) for at in range(4)], bar(left, top, 20)
    assert sorted(in_lines([alone, *line]), key=len) == [[alone], line]


def test_digits_that_stand_alone_make_no_line_together():
    column = [bar(at, 25 * at, 20) for at in range(4)]
    stairs = [bar(12 * at, 25 * at, 20) for at in range(4)]
    for digits in (column, stairs):
        assert in_lines(digits) == [[digit] for digit in digits]
    assert in_lines([]) == []


@given(arrays(float, (7, 5), elements=st.floats(0.01, 1)))
@settings(max_examples=30, deadline=None)
def test_the_cheapest_way_costs_as_little_as_that_of_scikit_image(costs):
    way = cheapest_way(costs)
    assert np.abs(np.diff(way)).max() <= 1
    cost = costs[np.arange(7), way].sum()
    # There, ways may also go sideways and up, so they may be cheaper; from here they are not.
    best = min(
        route_through_array(costs, (0, start), (6, stop), geometric=False)[1]
        for start in range(5)
        for stop in range(5)
    )
    every = [costs[0, start] for start in range(5)]
    for row in range(1, 7):
        every = [costs[row, at] + min(every[max(0, at - 1) : at + 2]) for at in range(5)]
    assert best - 1e-9 <= cost
    assert cost == pytest.approx(min(every), abs=0.01)
