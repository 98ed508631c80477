"""Figures of convolutions show the maps and fields that they were given, 0 as white."""

import numpy as np
import pytest

from mnist_lab import plots
from mnist_lab.plots import convolution
from tests.helpers.figures import IMAGES, RANDOM, assert_drawn, functions_of, images_of

MAPS = {"left edges": RANDOM.normal(size=(2, 28, 28)), "upper": RANDOM.normal(size=(2, 28, 28))}
FIELD = np.zeros((28, 28), bool)
FIELD[3:13, 5:9] = True

# Each figure of the file with what it is called with, the usual and the edge cases.
CALLS = [
    ("convolution_maps", (IMAGES[:2], MAPS, ["before", "after"]), {"grid": 7}),
    ("convolution_maps", (IMAGES[:1], {"zero": np.zeros((1, 28, 28))}, ["a"]), {}),
    ("feature_maps", (RANDOM.normal(size=(14, 14, 6)),), {"titles": list("abcdef")}),
    ("feature_maps", (RANDOM.random((7, 7, 30)),), {"columns": 10}),
    ("feature_maps", (np.zeros((1, 1, 1)),), {}),
    ("receptive_fields", (IMAGES[0], {"block 1": FIELD, "block 2": FIELD.T}), {}),
    ("receptive_fields", (IMAGES[0], {"all": FIELD | True}), {}),
    ("digit_rows", ({"filter 1": IMAGES[:9], "filter 2": IMAGES[3:5]},), {}),
    ("digit_rows", ({"one": IMAGES[:1]},), {}),
]


def test_every_figure_of_the_file_is_drawn_here():
    assert functions_of(convolution) == {name for name, *_ in CALLS}


@pytest.mark.parametrize(("name", "values", "named"), CALLS)
def test_figures_are_drawn_without_a_warning_labeled_and_closed(name, values, named):
    assert_drawn(getattr(plots, name), values, named, scales=False)


def test_all_maps_of_a_convolution_share_one_scale_with_white_at_zero():
    figure = plots.convolution_maps(IMAGES[:2], MAPS, ["before", "after"])
    titles = [axis.get_title() for axis in figure.axes[:6]]
    assert titles == ["before", "left edges", "upper", "after", "left edges", "upper"]
    largest = max(np.abs(values).max() for values in MAPS.values())
    for axis in (figure.axes[index] for index in (1, 2, 4, 5)):
        assert axis.images[0].get_clim() == (-largest, largest)
        red, _, blue, _ = axis.images[0].cmap(0.9)
        assert red > blue
    np.testing.assert_array_equal(figure.axes[4].images[0].get_array(), MAPS["left edges"][1])
    assert figure.axes[0].images[0].get_clim() == (0, 1)
    assert figure.axes[6].get_label() == "<colorbar>"


@pytest.mark.parametrize(("grid", "lines"), [(0, []), (7, [6.5, 13.5, 20.5])])
def test_the_grid_lies_between_pixels(grid, lines):
    axis = plots.convolution_maps(IMAGES[:2], MAPS, "ab", grid=grid).axes[1]
    horizontal = [line.get_ydata()[0] for line in axis.lines if len(set(line.get_ydata())) == 1]
    vertical = [line.get_xdata()[0] for line in axis.lines if len(set(line.get_xdata())) == 1]
    assert horizontal == vertical == lines


def test_feature_maps_are_shown_one_by_one_in_one_scale():
    maps = RANDOM.normal(size=(14, 14, 3))
    shown = images_of(plots.feature_maps(maps, titles="abc"))
    assert [title for _, title in shown] == ["a", "b", "c"]
    limit = np.abs(maps).max()
    for index, (image, _) in enumerate(shown):
        np.testing.assert_array_equal(image.get_array(), maps[:, :, index])
        assert image.get_clim() == (-limit, limit)


def test_what_a_neuron_does_not_see_is_covered_and_the_rest_is_counted():
    figure = plots.receptive_fields(IMAGES[0], {"block 1": FIELD, "block 2": FIELD.T})
    assert [axis.get_title() for axis in figure.axes] == ["block 1: 10 x 4", "block 2: 4 x 10"]
    digit, cover = figure.axes[0].images
    np.testing.assert_array_equal(digit.get_array(), IMAGES[0])
    np.testing.assert_array_equal(np.ma.getmaskarray(cover.get_array()), FIELD)


def test_rows_of_digits_stand_beside_their_names():
    axis = plots.digit_rows({"filter 1": IMAGES[:9], "filter 2": IMAGES[3:5]}).axes[0]
    assert [label.get_text() for label in axis.get_yticklabels()] == ["filter 1", "filter 2"]
    places = [(image.get_extent()[0] // 1, image.get_extent()[3] // 1) for image in axis.images]
    assert places == [(column, 0) for column in range(9)] + [(0, 1), (1, 1)]
    np.testing.assert_array_equal(axis.images[9].get_array(), IMAGES[3])
    left, right, bottom, top = axis.images[0].get_extent()
    assert left < right and top < bottom and axis.yaxis_inverted()
