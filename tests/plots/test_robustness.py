"""Figures of corruptions show each corruption and its accuracies in a place of their own."""

import numpy as np
import pandas as pd
import pytest

from mnist_lab import plots
from mnist_lab.evaluation.robustness import CORRUPTIONS
from mnist_lab.plots import robustness
from tests.helpers.figures import RESULT, assert_drawn, functions_of, images_of

ACCURACIES = pd.DataFrame(
    [
        (name, severity, model, 0.98 - severity / 300, 0.97 - severity / 400)
        for name in ("rotation", "blur", "noise", "translation")
        for severity in CORRUPTIONS[name].severities
        for model in ("mlp", "cnn")
    ],
    columns=["corruption", "severity", "model", "accuracy", "confidence"],
)


# Each figure of the file with what it is called with, the usual and the edge cases.
CALLS = [
    ("corruption_examples", (RESULT.dataset, {"blur": 2, "noise": 0.3}), {"index": 3}),
    ("corruption_curves", (ACCURACIES,), {}),
    ("corruption_curves", (ACCURACIES[ACCURACIES["corruption"] == "blur"],), {}),
    ("confidence_under_corruption", (ACCURACIES, "cnn"), {}),
]
# Figures of images without scales.
IMAGES_ONLY = {"corruption_examples"}


def test_every_figure_of_the_file_is_drawn_here():
    assert functions_of(robustness) == {name for name, *_ in CALLS}


@pytest.mark.parametrize(("name", "values", "named"), CALLS)
def test_figures_are_drawn_without_a_warning_labeled_and_closed(name, values, named):
    assert_drawn(getattr(plots, name), values, named, scales=name not in IMAGES_ONLY)


def test_corruption_examples_show_the_digit_and_then_each_corruption_by_name():
    figure = plots.corruption_examples(RESULT.dataset, {"inversion": 1.0, "contrast": 0.5}, 7)
    (whole, *titles), *others = ((image.get_array(), title) for image, title in images_of(figure))
    digit = RESULT.dataset.images[7]
    assert titles == ["as it is"]
    assert [title for _, title in others] == ["inversion 1", "contrast 0.5"]
    np.testing.assert_allclose(whole, digit)
    np.testing.assert_allclose(others[0][0], 1 - digit, atol=1e-6)
    np.testing.assert_allclose(others[1][0], digit / 2, atol=1e-6)


def test_corruption_curves_have_a_panel_per_corruption_and_a_line_per_model():
    axes = [axis for axis in plots.corruption_curves(ACCURACIES).axes if axis.axison]
    assert [axis.get_title() for axis in axes] == ["rotation", "blur", "noise", "translation"]
    line = axes[0].lines[0]
    assert line.get_label() == "mlp"
    assert list(line.get_xdata()) == list(CORRUPTIONS["rotation"].severities)
    other = axes[0].lines[1]
    assert (line.get_linestyle(), line.get_marker()) != (other.get_linestyle(), other.get_marker())


def test_confidence_under_corruption_fills_the_space_where_a_model_promises_too_much():
    figure = plots.confidence_under_corruption(ACCURACIES, "mlp")
    axes = [axis for axis in figure.axes if axis.axison]
    assert [axis.get_title() for axis in axes] == ["rotation", "blur", "noise", "translation"]
    sure, right = axes[0].lines
    severities = np.array(CORRUPTIONS["rotation"].severities)
    np.testing.assert_allclose(sure.get_ydata(), 0.97 - severities / 400)
    np.testing.assert_allclose(right.get_ydata(), 0.98 - severities / 300)
    # The confidence is above the accuracy from severity 12 on.
    filled = axes[0].collections[0].get_paths()
    assert min(path.vertices[:, 0].min() for path in filled) == pytest.approx(12)
    with pytest.raises(ValueError, match="model='mpl' cannot be used"):
        plots.confidence_under_corruption(ACCURACIES, "mpl")
