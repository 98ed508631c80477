"""Figures of images are drawn, labeled and closed, and show the numbers they were given."""

import numpy as np
import pytest

from mnist_lab import plots
from mnist_lab.plots import images
from tests.helpers.figures import (
    IMAGES,
    RANDOM,
    assert_drawn,
    functions_of,
    images_of,
    pixels_of,
)

# Each figure of the file with what it is called with, the usual and the edge cases.
CALLS = [
    ("digit_grid", (IMAGES,), {}),
    ("digit_grid", (IMAGES,), {"titles": list("abcdefghijkl"), "columns": 5}),
    ("digit_grid", (IMAGES[:1],), {"titles": ["one"]}),
    ("weight_images", (RANDOM.normal(size=(784, 10)),), {"titles": range(10)}),
    ("weight_images", (RANDOM.normal(size=(784, 1)),), {}),
    ("weight_images", (RANDOM.normal(size=(3, 3, 16)),), {"columns": 8}),
    ("images_side_by_side", ({"pad": np.pad(IMAGES[0], 100), "cropped": IMAGES[0][:20, :7]},), {}),
    ("images_side_by_side", ({"pad": IMAGES[0]},), {}),
]


def test_every_figure_of_the_file_is_drawn_here():
    assert functions_of(images) == {name for name, *_ in CALLS}


@pytest.mark.parametrize(("name", "values", "named"), CALLS)
def test_figures_are_drawn_without_a_warning_labeled_and_closed(name, values, named):
    assert_drawn(getattr(plots, name), values, named, scales=False)


def test_figures_are_as_wide_as_a_notebook_page():
    for figure in (plots.images_side_by_side({"pad": IMAGES[0]}), plots.digit_grid(IMAGES)):
        assert 600 <= pixels_of(figure).shape[1] <= 700
    assert pixels_of(plots.digit_grid(IMAGES[:1])).shape[1] < 150


def test_digit_grid_shows_each_image_once_as_dark_ink_under_its_title():
    figure = plots.digit_grid(IMAGES[:7], titles=list("abcdefg"), columns=5)
    shown = images_of(figure)
    assert [title for _, title in shown] == list("abcdefg")
    assert len({drawn.get_extent()[3] for drawn, _ in shown}) == 2  # rows
    for (drawn, _), image in zip(shown, IMAGES[:7], strict=True):
        np.testing.assert_array_equal(drawn.get_array(), image)
        assert drawn.get_clim() == (0, 1)
        assert drawn.cmap(1.0)[:3] == (0, 0, 0)


def test_images_stand_upright_beside_each_other_within_the_figure():
    axis = plots.digit_grid(IMAGES, columns=5).axes[0]
    positions = {tuple(image.get_extent()) for image in axis.images}
    assert len(positions) == len(IMAGES)
    for left, right, bottom, top in positions:
        assert 0 <= left < right <= axis.get_xlim()[1]
        assert 0 <= top < bottom <= axis.get_ylim()[0]
    assert axis.yaxis_inverted()
    overlaps = [
        (a, b)
        for a in positions
        for b in positions
        if a < b and a[0] < b[1] and b[0] < a[1] and a[3] < b[2] and b[3] < a[2]
    ]
    assert overlaps == []


@pytest.mark.parametrize("columns", [0, "many"])
def test_a_grid_without_columns_is_refused(columns):
    with pytest.raises(ValueError, match=f"columns={columns!r} cannot be used"):
        plots.digit_grid(IMAGES, columns=columns)


def test_a_grid_without_images_is_refused():
    with pytest.raises(ValueError, match="images is empty; expected at least one image"):
        plots.digit_grid(IMAGES[:0])


def test_weight_images_put_white_at_zero_and_red_above():
    kernel = RANDOM.normal(size=(784, 3)) + 0.5
    shown = plots.weight_images(kernel).axes[0].images
    assert len(shown) == 3
    for index, image in enumerate(shown):
        low, high = image.get_clim()
        assert low == -high
        np.testing.assert_array_equal(image.get_array().ravel(), kernel[:, index])
        red, _, blue, _ = image.cmap(0.9)
        assert red > blue


def test_filters_are_shown_one_by_one():
    filters = RANDOM.normal(size=(5, 5, 3))
    for index, image in enumerate(plots.weight_images(filters).axes[0].images):
        np.testing.assert_array_equal(image.get_array(), filters[:, :, index])


def test_images_side_by_side_are_whole_and_told_apart_by_title_and_size():
    tall = IMAGES[0][:, :7]
    figure = plots.images_side_by_side({"pad": IMAGES[1], "cropped": tall})
    assert [axis.get_title() for axis in figure.axes] == ["pad\n28 x 28", "cropped\n28 x 7"]
    np.testing.assert_array_equal(figure.axes[1].images[0].get_array(), tall)
    # As large as each other: the longer side fills the square.
    assert [tuple(np.abs(np.diff(axis.get_ylim()))) for axis in figure.axes] == [(28,), (28,)]
    assert figure.axes[1].get_xlim() == (-10.5, 17.5)
