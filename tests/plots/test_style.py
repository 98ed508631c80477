"""The parts that several figures share do what they say."""

import numpy as np
import seaborn as sns

from mnist_lab.plots.style import COLORS, STYLE, error_bars


def test_error_bars_reach_from_the_value_to_both_limits():
    np.testing.assert_allclose(
        error_bars([0.5, 0.9], [0.4, 0.8], [0.7, 0.95]), [[0.1, 0.1], [0.2, 0.05]]
    )
    np.testing.assert_allclose(error_bars(0.5, 0.4, 0.7), [[0.1], [0.2]])


def test_an_error_bar_is_not_negative_where_a_value_is_outside_its_interval_by_rounding():
    np.testing.assert_array_equal(error_bars(1.0, 0.9999, 1 - 1e-16)[1], [0])
    assert error_bars(-1e-17, 0.0, 0.1).min() == 0


def test_the_style_is_seaborns_with_the_courses_own_settings():
    theirs = sns.axes_style("whitegrid")
    # A colormap that only seaborn has; every image of the course names its own.
    del theirs["image.cmap"]
    ours = {"grid.color"}
    assert {name: STYLE[name] for name in theirs if name not in ours} == {
        name: value for name, value in theirs.items() if name not in ours
    }


def test_the_colors_are_those_of_seaborns_palette_for_color_blind_readers():
    assert list(COLORS) == sns.color_palette("colorblind").as_hex()
    assert STYLE["axes.prop_cycle"].by_key()["color"] == list(COLORS)
