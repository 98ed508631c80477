"""Figures of attributions and embeddings show the maps and points they were given."""

import numpy as np
import pytest

from mnist_lab import plots
from mnist_lab.plots import interpretability
from tests.helpers.figures import (
    IMAGES,
    LABELS,
    RANDOM,
    RESULT,
    assert_drawn,
    functions_of,
    texts_of,
)

MAPS = {"covered": RANDOM.normal(size=(2, 28, 28)), "slope": RANDOM.normal(size=(2, 28, 28))}

# Each figure of the file with what it is called with, the usual and the edge cases.
CALLS = [
    ("attribution_maps", (IMAGES[:2], MAPS, ["a", "b"]), {}),
    ("attribution_maps", (IMAGES[:1], {"zero": np.zeros((1, 28, 28))}, ["a"]), {}),
    ("embedding_scatter", (RANDOM.normal(size=(300, 2)), RESULT, np.arange(300), "PCA"), {}),
]
# Figures of images without scales.
IMAGES_ONLY = {"attribution_maps"}


def test_every_figure_of_the_file_is_drawn_here():
    assert functions_of(interpretability) == {name for name, *_ in CALLS}


@pytest.mark.parametrize(("name", "values", "named"), CALLS)
def test_figures_are_drawn_without_a_warning_labeled_and_closed(name, values, named):
    assert_drawn(getattr(plots, name), values, named, scales=name not in IMAGES_ONLY)


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


def test_embedding_scatter_marks_the_mistakes():
    points = RANDOM.normal(size=(300, 2))
    axis = plots.embedding_scatter(points, RESULT, np.arange(300), "PCA").axes[0]
    crosses = axis.collections[-1]
    np.testing.assert_allclose(np.asarray(crosses.get_offsets()), points[~RESULT.correct])
    clouds = [tuple(cloud.get_facecolor()[0][:3]) for cloud in axis.collections[:10]]
    labels = RESULT.dataset.labels[~RESULT.correct]
    assert [tuple(color[:3]) for color in crosses.get_facecolor()] == [
        clouds[label] for label in labels
    ]
    assert axis.get_xlabel() == "PCA, first coordinate"
    assert sorted(texts_of(axis)) == [str(digit) for digit in range(10)]
    assert len(LABELS) == sum(len(cloud.get_offsets()) for cloud in axis.collections[:-1])
