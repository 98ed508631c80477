"""Figures of networks and of learning are drawn, and show the numbers they were given."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.quiver import Quiver

from mnist_lab import plots
from mnist_lab.plots import learning
from tests.helpers.figures import RANDOM, assert_drawn, functions_of, texts_of

KERNEL = RANDOM.normal(size=(784, 10))
CALLS = [
    ("network_diagram", ([784, 10],), {}),
    ("network_diagram", ([784, 100, 10], ["pixels", "hidden neurons", "digits"]), {}),
    ("network_diagram", ([784, 500, 200, 2, 1],), {}),
    ("activation_curves", (["sigmoid"],), {}),
    ("activation_curves", (["sigmoid", "tanh", "relu", "gelu", "elu", "selu"],), {}),
    ("descent_on_one_weight", (np.square, [1, 0.6, 0.36]), {}),
    ("descent_on_one_weight", (np.cosh, [0.5]), {}),
    ("weight_history", ({"0 steps": KERNEL, "1,000 steps\n92 %": 3 * KERNEL},), {}),
    ("weight_history", ({"only": KERNEL[:, :1]},), {}),
]
NO_SCALES = {"network_diagram", "weight_history"}


def circles_of(axis):
    """Return the heights of a drawing's circles by column; the dots between are smaller."""
    circles = [line for line in axis.lines if line.get_markersize() > 5]
    return {line.get_xdata()[0]: list(line.get_ydata()) for line in circles}


def test_every_figure_of_the_file_is_drawn_here():
    assert functions_of(learning) == {name for name, *_ in CALLS}


@pytest.mark.parametrize(("name", "values", "named"), CALLS)
def test_figures_are_drawn_without_a_warning_labeled_and_closed(name, values, named):
    assert_drawn(getattr(plots, name), values, named, scales=name not in NO_SCALES)


def test_a_small_layer_has_all_its_circles_and_a_large_one_dots_in_the_middle():
    axis = plots.network_diagram([784, 3, 10]).axes[0]
    assert [len(heights) for heights in circles_of(axis).values()] == [8, 3, 10]
    dots = [line for line in axis.lines if line.get_markersize() < 5]
    assert [line.get_xdata()[0] for line in dots] == [0]


def test_names_and_counts_stand_beneath_the_layers_and_digits_in_the_last():
    axis = plots.network_diagram([784, 10], labels=["pixels", "neurons"]).axes[0]
    assert texts_of(axis) == ["pixels\n784", *"0123456789", "neurons\n10"]
    usual = plots.network_diagram([1200, 100, 2]).axes[0]
    assert texts_of(usual) == ["input\n1,200", "hidden layer\n100", "output\n2"]


def test_an_arrow_leads_from_the_edge_of_each_circle_to_that_of_each_in_the_next_column():
    axis = plots.network_diagram([3, 2]).axes[0]
    (left, tails), (right, heads) = circles_of(axis).items()
    arrows = next(part for part in axis.collections if isinstance(part, Quiver))
    assert len(arrows.U) == len(tails) * len(heads)
    start, end = arrows.XY, arrows.XY + np.column_stack([arrows.U, arrows.V])
    np.testing.assert_allclose(start[:, 0] - left, right - end[:, 0])
    # Prolonged by what the circles cover, an arrow meets their centers.
    slope = arrows.V / arrows.U
    met = {
        (round(float(y0 - m * (x0 - left)), 6), round(float(y1 + m * (right - x1)), 6))
        for (x0, y0), (x1, y1), m in zip(start, end, slope, strict=True)
    }
    assert met == {(a, b) for a in tails for b in heads}


@pytest.mark.parametrize(
    ("sizes", "labels", "message"),
    [
        ([784], None, "two layers or more"),
        ([784, 0], None, "sizes="),
        ([784, 10], ["pixels"], "2 labels, one per layer"),
    ],
)
def test_a_network_that_cannot_be_drawn_is_refused(sizes, labels, message):
    with pytest.raises(ValueError, match=message):
        plots.network_diagram(sizes, labels)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


@pytest.mark.parametrize(
    ("name", "function", "slope"),
    [
        ("sigmoid", sigmoid, lambda x: sigmoid(x) * (1 - sigmoid(x))),
        ("tanh", np.tanh, lambda x: 1 - np.tanh(x) ** 2),
        ("relu", lambda x: np.maximum(x, 0), lambda x: (x > 0).astype(float)),
        ("linear", lambda x: x, np.ones_like),
    ],
)
def test_activation_curves_show_a_function_and_its_derivative(name, function, slope):
    left, right = plots.activation_curves([name]).axes
    x, values = left.lines[0].get_data()
    np.testing.assert_allclose(values, function(x), atol=1e-6)
    np.testing.assert_allclose(right.lines[0].get_ydata(), slope(x), atol=1e-6)
    assert (x.min(), x.max()) == (-5, 5)


def test_several_activations_differ_in_color_and_in_style_and_have_a_legend():
    left, _ = plots.activation_curves(["sigmoid", "tanh", "relu"]).axes
    curves = left.lines[:3]
    assert len({line.get_color() for line in curves}) == 3
    assert len({line.get_linestyle() for line in curves}) == 3
    assert [text.get_text() for text in left.get_legend().get_texts()] == [
        "sigmoid",
        "tanh",
        "relu",
    ]


def test_an_activation_that_keras_does_not_know_is_refused():
    with pytest.raises(ValueError, match="sigmoidal"):
        plots.activation_curves(["relu", "sigmoidal"])
    assert plt.get_fignums() == []


def test_a_descent_shows_the_curve_and_each_step_on_it():
    axis = plots.descent_on_one_weight(lambda weight: weight**2 / 4, [2.0, 1.0, 0.5]).axes[0]
    curve, steps = (line.get_data() for line in axis.lines)
    np.testing.assert_allclose(curve[1], np.square(curve[0]) / 4)
    assert (curve[0].min(), curve[0].max()) == (0.5 - 0.75, 2 + 0.75)
    np.testing.assert_allclose(steps, [[2, 1, 0.5], [1, 0.25, 0.0625]])
    assert {text.get_text(): text.xy[0] for text in axis.texts} == {"0": 2, "1": 1, "2": 0.5}


def test_steps_too_close_to_be_told_apart_have_no_number():
    axis = plots.descent_on_one_weight(np.square, [4, 2, 1.99, 1.98, 1]).axes[0]
    assert texts_of(axis) == ["0", "1", "4"]


def test_a_descent_without_a_start_is_refused():
    with pytest.raises(ValueError, match="path is empty"):
        plots.descent_on_one_weight(np.square, [])


def test_a_weight_history_has_a_row_per_time_in_colors_of_its_own_with_red_above_zero():
    figure = plots.weight_history({"0 steps": KERNEL[:, :3], "9 steps": 5 * KERNEL[:, :3]})
    images = figure.axes[0].images
    assert len(images) == 6
    tops = [image.get_extent()[3] for image in images]
    assert tops[:3] == [tops[0]] * 3 and tops[3:] == [tops[3]] * 3 and tops[3] >= tops[0] + 28
    for index, image in enumerate(images):
        expected = KERNEL[:, index % 3] * (1 if index < 3 else 5)
        np.testing.assert_array_equal(image.get_array().ravel(), expected)
        low, high = image.get_clim()
        assert low == -high
        red, _, blue, _ = image.cmap(0.9)
        assert red > blue
    np.testing.assert_allclose(images[3].get_clim()[1], 5 * images[0].get_clim()[1])
    assert {"0 steps", "9 steps", "0", "1", "2"} == set(texts_of(figure.axes[0]))


def test_a_weight_history_without_a_row_is_refused():
    with pytest.raises(ValueError, match="kernels is empty"):
        plots.weight_history({})
