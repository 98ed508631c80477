"""A page that was read is shown with a box around each digit, where it is."""

import numpy as np
import pytest
from matplotlib.colors import to_hex

from mnist_lab import plots
from mnist_lab.plots import pages
from mnist_lab.plots.style import COLORS
from tests.helpers.figures import assert_drawn, functions_of, texts_of
from tests.helpers.readings import reading_of

PAPER = np.tile(np.linspace(180, 240, 300)[:, None], (240, 1, 3)).astype(np.uint8)
READING = reading_of(PAPER, (7, None), (4,))
CALLS = [("page", (READING,), {}), ("page", (READING.page,), {})]


def test_every_figure_of_the_file_is_drawn_here():
    assert functions_of(pages) == {name for name, *_ in CALLS}


@pytest.mark.parametrize(("name", "values", "named"), CALLS)
def test_figures_are_drawn_without_a_warning_labeled_and_closed(name, values, named):
    assert_drawn(getattr(plots, name), values, named, scales=False)


def test_each_digit_has_its_box_and_what_is_refused_a_dashed_one():
    axis = plots.page(READING).axes[0]
    assert texts_of(axis) == ["7", "?", "4"]
    boxes = [patch.get_xy()[:4] for patch in axis.patches]
    np.testing.assert_allclose(boxes, [digit.corners for digit in READING.page.digits])
    assert [patch.get_linestyle() for patch in axis.patches] == ["-", "--", "-"]
    colors = [to_hex(patch.get_edgecolor()) for patch in axis.patches]
    assert colors == [COLORS[0], COLORS[3], COLORS[0]]
    assert texts_of(plots.page(READING.page).axes[0]) == ["", "", ""]


def test_boxes_stay_on_their_digits_where_a_photo_is_made_smaller():
    large = reading_of(np.repeat(np.repeat(PAPER, 5, axis=0), 5, axis=1), (7,))
    axis = plots.page(large).axes[0]
    [image] = axis.images
    assert image.get_array().shape == (360, 450, 3)
    assert image.get_extent() == [0, 450, 360, 0]
    np.testing.assert_allclose(axis.patches[0].get_xy()[:4], large.page.digits[0].corners * 0.3)


def test_its_text_says_what_was_read():
    assert plots.page(READING).get_label() == (
        "A photograph with a box around each of 3 digits in 2 lines, read as 7? and 4."
    )
    assert plots.page(READING.page).get_label() == (
        "A photograph with a box around each of 3 digits in 2 lines."
    )
    assert plots.page(reading_of(PAPER)).get_label() == (
        "A photograph in which no digits were found."
    )
