"""A figure of paths downhill shows each path, and says where it ends."""

import numpy as np
import pytest

from mnist_lab import plots
from mnist_lab.plots import descent
from tests.helpers.figures import assert_drawn, functions_of

PATHS = {"sgd": [(-8, 1.5), (-6, 0.5), (-5, 0.2)], "adam": [(-8, 1.5), (-7.5, 1)]}
CALLS = [
    ("descent_paths", ([1, 20], PATHS), {}),
    ("descent_paths", ([1, 20], {"sgd": PATHS["sgd"]}), {}),
    ("descent_paths", ([1, 20], dict.fromkeys("abc", PATHS["sgd"])), {}),
]


def test_every_figure_of_the_file_is_drawn_here():
    assert functions_of(descent) == {name for name, *_ in CALLS}


@pytest.mark.parametrize(("name", "values", "named"), CALLS)
def test_figures_are_drawn_without_a_warning_labeled_and_closed(name, values, named):
    assert_drawn(getattr(plots, name), values, named, scales=False)


def test_each_path_has_a_panel_with_its_places_and_the_text_says_where_it_ends():
    figure = plots.descent_paths([1, 20], PATHS)
    first, second = figure.axes
    np.testing.assert_allclose(first.lines[0].get_xydata(), PATHS["sgd"])
    np.testing.assert_allclose(second.lines[0].get_xydata(), PATHS["adam"])
    assert [first.get_title(), second.get_title()] == ["sgd", "adam"]
    ends = "begin at (-8, 1.5) and end here: sgd at (-5, 0.2) and adam at (-7.5, 1)."
    assert ends in figure.get_label()
    assert "20 times as steep across as along, a panel each, 2 steps." in figure.get_label()
