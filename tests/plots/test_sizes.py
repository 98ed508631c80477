"""Figures of small networks are drawn, labeled and closed, and show the numbers they were given."""

import numpy as np
import pandas as pd
import pytest

from mnist_lab import plots
from mnist_lab.plots import sizes
from tests.helpers.figures import assert_drawn, functions_of

TABLE = pd.DataFrame(
    {
        "weights": [997, 7_850, 29_402],
        "accuracy": [0.98, 0.926, 1.0],
        "from": ["here", "notebook", "notebook"],
    },
    index=["small", "single layer", "cnn"],
)
BITS = {"small": {32: 0.98, 8: 0.979, 2: 0.4}, "cnn": {32: 0.99, 8: 0.99, 2: 0.8}}
CALLS = [
    ("error_by_weights", (TABLE,), {}),
    ("error_by_weights", (TABLE[:1],), {}),
    ("error_by_weights", (TABLE.assign(spread=[0.001, 0.03, np.nan]),), {}),
    ("accuracy_by_bits", (BITS,), {}),
]


def test_every_figure_of_the_file_is_drawn_here():
    assert functions_of(sizes) == {name for name, *_ in CALLS}


@pytest.mark.parametrize(("name", "values", "named"), CALLS)
def test_figures_are_drawn_without_a_warning_labeled_and_closed(name, values, named):
    assert_drawn(getattr(plots, name), values, named, scales=False)


def test_each_network_stands_at_its_weights_and_its_error():
    figure = plots.error_by_weights(TABLE)
    [axis] = figure.axes
    points = np.concatenate([line.get_xydata() for line in axis.lines])
    # No test digit misread would be no point on a logarithmic axis.
    np.testing.assert_allclose(points, [[997, 0.02], [7_850, 0.074], [29_402, 1e-4]])
    assert [text.get_text() for text in axis.texts] == ["small", "single layer", "cnn"]
    words = [text.get_text() for legend in figure.legends for text in legend.get_texts()]
    assert words == ["here", "notebook"]


def test_a_line_through_a_marker_reaches_one_standard_deviation_and_a_single_training_has_none():
    spread = TABLE.assign(spread=[0.001, 0.08, np.nan])
    figure = plots.error_by_weights(spread)
    ends = [lines.get_segments() for lines in figure.axes[0].collections]
    np.testing.assert_allclose(ends[0], [[[997, 0.019], [997, 0.021]]])
    # Below one test digit of 10,000 there is no room on a logarithmic axis.
    np.testing.assert_allclose(ends[1][0], [[7_850, 1e-4], [7_850, 0.154]])
    assert ends[1][1].size == 0
    assert "Lines: spreads over seeds, of at most 8.00%." in str(figure.get_label())
    assert "spreads" not in str(plots.error_by_weights(TABLE).get_label())


def test_names_of_networks_may_repeat():
    table = TABLE.set_axis(["24 epochs"] * len(TABLE))
    [axis] = plots.error_by_weights(table).axes
    assert [text.get_text() for text in axis.texts] == ["24 epochs"] * len(TABLE)


def test_the_bits_stand_side_by_side_with_their_accuracies():
    [axis] = plots.accuracy_by_bits(BITS).axes
    assert [label.get_text() for label in axis.get_xticklabels()] == ["32", "8", "2"]
    small, cnn = (line.get_ydata() for line in axis.lines)
    np.testing.assert_allclose(small, [98, 97.9, 40])
    np.testing.assert_allclose(cnn, [99, 99, 80])


def test_the_text_alternatives_say_where_each_kind_stands_and_every_number_of_bits():
    text = str(plots.error_by_weights(TABLE).get_label())
    assert "here: 2.00% with 997; notebook: 7.40% with 7,850 to 0.00% with 29,402" in text
    kinds = ["this notebook", "stored", "other notebooks", "published"]
    four = pd.concat([TABLE.assign(**{"from": kind}) for kind in kinds])
    text = str(plots.error_by_weights(four).get_label())
    assert text.endswith("published: 2.00% with 997 to 0.00% with 29,402.")
    text = str(plots.accuracy_by_bits(BITS).get_label())
    assert "small 98.0% with 32, 97.9% with 8 and 40.0% with 2; cnn 99.0% with 32" in text
