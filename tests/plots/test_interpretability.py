"""Figures of attributions show the maps they were given."""

import numpy as np
import pytest

from mnist_lab import plots
from mnist_lab.plots import interpretability
from tests.helpers.figures import (
    IMAGES,
    RANDOM,
    assert_drawn,
    functions_of,
)

MAPS = {"covered": RANDOM.normal(size=(2, 28, 28)), "slope": RANDOM.normal(size=(2, 28, 28))}

# Each figure of the file with what it is called with, the usual and the edge cases.
CALLS = [
    ("attribution_maps", (IMAGES[:2], MAPS, ["a", "b"]), {}),
    ("attribution_maps", (IMAGES[:1], {"zero": np.zeros((1, 28, 28))}, ["a"]), {}),
]


def test_every_figure_of_the_file_is_drawn_here():
    assert functions_of(interpretability) == {name for name, *_ in CALLS}


@pytest.mark.parametrize(("name", "values", "named"), CALLS)
def test_figures_are_drawn_without_a_warning_labeled_and_closed(name, values, named):
    assert_drawn(getattr(plots, name), values, named, scales=False)


def test_attribution_maps_have_a_row_per_digit_and_white_at_zero():
    figure = plots.attribution_maps(IMAGES[:2], MAPS, ["a", "b"])
    axes = [axis for axis in figure.axes if axis.get_label() != "<colorbar>"]
    titles = ["a", "covered", "slope", "b", "covered", "slope"]
    assert [axis.get_title() for axis in axes] == titles
    np.testing.assert_array_equal(axes[4].images[0].get_array(), MAPS["covered"][1])
    low, high = axes[4].images[0].get_clim()
    assert low == -high == -np.abs(MAPS["covered"][1]).max()


def test_each_map_has_a_color_bar_of_its_own():
    figure = plots.attribution_maps(IMAGES[:2], MAPS, ["a", "b"])
    bars = [axis for axis in figure.axes if axis.get_label() == "<colorbar>"]
    limits = [np.abs(MAPS[name][row]).max() for row in (0, 1) for name in MAPS]
    np.testing.assert_allclose([bar.get_ylim()[1] for bar in bars], limits)
