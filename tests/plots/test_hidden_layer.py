"""Figures of a hidden layer are drawn, labeled and closed, and show the numbers they were given."""

import numpy as np
import pytest

from mnist_lab import plots
from mnist_lab.plots import hidden_layer
from tests.helpers.figures import RANDOM, assert_drawn, functions_of, texts_of

KERNEL, OUTGOING = RANDOM.normal(size=(784, 12)), RANDOM.normal(size=(12, 10))
X = np.linspace(-1, 1, 21)

# Each figure of the file with what it is called with, the usual and the edge cases.
CALLS = [
    ("backpropagation_flow", (), {}),
    ("backpropagation_flow", (), {"hidden": "1000"}),
    ("added_outputs", (X, {"up": X.clip(0), "down": (-X).clip(0)}, "input"), {}),
    ("added_outputs", (list(X), {"alone": list(X)}, "input"), {}),
    ("hidden_neurons", (KERNEL, OUTGOING, range(10)), {}),
    ("hidden_neurons", (KERNEL, OUTGOING, np.array([11, 3, 5])), {"columns": 2}),
    ("hidden_neurons", (KERNEL[:, :1], OUTGOING[:1], [0]), {}),
    ("neuron_digit_heatmap", (RANDOM.random((10, 100)),), {}),
    ("neuron_digit_heatmap", (np.zeros((10, 1)),), {}),
]


def test_every_figure_of_the_file_is_drawn_here():
    assert functions_of(hidden_layer) == {name for name, *_ in CALLS}


@pytest.mark.parametrize(("name", "values", "named"), CALLS)
def test_figures_are_drawn_without_a_warning_labeled_and_closed(name, values, named):
    assert_drawn(getattr(plots, name), values, named, scales=False)


def test_the_flow_names_every_array_of_both_ways_with_its_size():
    texts = texts_of(plots.backpropagation_flow(30).axes[0])
    forward = ["pixels\n784", "sums\n30", "hidden\n30", "scores\n10", "probabilities\n10"]
    assert [text for text in texts if text in forward] == forward
    assert {"error of\nscores", "error of\nhidden", "error of\nsums"} <= set(texts)
    assert {"slopes of\nw1 and b1", "slopes of\nw2 and b2"} <= set(texts)


def test_added_outputs_show_each_neuron_and_at_the_right_their_sum_on_one_scale():
    figure = plots.added_outputs(X, {"up": X.clip(0), "down": (-X).clip(0)}, "input")
    assert [axis.get_title() for axis in figure.axes] == ["up", "down", "added"]
    for axis, expected in zip(figure.axes, (X.clip(0), (-X).clip(0), abs(X)), strict=True):
        np.testing.assert_array_equal(axis.lines[0].get_xdata(), X)
        np.testing.assert_array_equal(axis.lines[0].get_ydata(), expected)
    assert len({axis.get_ylim() for axis in figure.axes}) == 1
    assert figure.get_label().endswith("their sum, which is 1 at -1, 0 at 0 and 1 at 1.")


def test_hidden_neurons_show_incoming_weights_as_an_image_above_outgoing_ones_as_bars():
    axes = plots.hidden_neurons(KERNEL, OUTGOING, [7, 2, 4], columns=3).axes
    for image, bars, neuron in zip(axes[:3], axes[3:6], [7, 2, 4], strict=True):
        assert image.get_title() == f"neuron {neuron}"
        shown = image.images[0].get_array()
        np.testing.assert_array_equal(np.ravel(shown), KERNEL[:, neuron])
        heights = [bar.get_height() for bar in bars.patches]
        np.testing.assert_allclose(heights, OUTGOING[neuron])
        red = [bar.get_facecolor()[0] > bar.get_facecolor()[2] for bar in bars.patches]
        assert red == list(OUTGOING[neuron] > 0)
    assert len({axis.get_ylim() for axis in axes[3:6]}) == 1
    assert len({axis.images[0].get_clim() for axis in axes[:3]}) == 1


def test_hidden_neurons_name_a_neuron_that_there_is_not():
    with pytest.raises(ValueError, match="neurons=12 cannot be used: expected .* 0 to 11"):
        plots.hidden_neurons(KERNEL, OUTGOING, [3, 12])


def test_neurons_stand_in_the_order_of_the_digit_they_answer_most():
    shares = np.zeros((10, 4))
    shares[[7, 2, 7, 0], range(4)] = 0.3, 0.9, 0.8, 0.1
    image = plots.neuron_digit_heatmap(shares).axes[0].images[0]
    np.testing.assert_array_equal(image.get_array(), shares[:, [3, 1, 2, 0]])
    assert image.get_clim() == (0, 1)


def test_the_text_of_the_heat_map_counts_the_neurons_that_answer_most_digits_of_a_kind():
    shares = np.full((10, 5), 0.2)
    shares[4, :3], shares[1:4, 0], shares[5:, 0], shares[0, :2] = 0.7, 0.6, 0.6, 0.9
    text = plots.neuron_digit_heatmap(shares).get_label()
    assert "the fewest neurons, 1, for the 1, the most, 3, for the 4." in text
