"""The figure of the drawing pad shows the drawing, the predictions and their probabilities."""

import numpy as np
import pytest

from mnist_lab import plots
from mnist_lab.data.dataset import Dataset
from mnist_lab.evaluation.metrics import Prediction
from mnist_lab.handwriting.predictor import PadPrediction
from mnist_lab.plots import handwriting
from tests.helpers.figures import IMAGES, assert_drawn, functions_of


def prediction(digit, confidence):
    probabilities = np.full((1, 10), (1 - confidence) / 9)
    probabilities[0, digit] = confidence
    return Prediction(IMAGES[:1], probabilities)


ONE, OTHER = prediction(3, 0.8), prediction(5, 0.6)
PREDICTION = PadPrediction(
    canvas=np.pad(IMAGES[0], 126),
    model_input=IMAGES[0],
    results={"single": OTHER, "cnn": ONE},
    hidden={"cnn": np.arange(30.0)},
    nearest=Dataset(IMAGES[1:4], np.array([3, 5, 3])),
)
CALLS = [("pad_figure", (PREDICTION,), {})]


def test_every_figure_of_the_file_is_drawn_here():
    assert functions_of(handwriting) == {name for name, *_ in CALLS}


@pytest.mark.parametrize(("name", "values", "named"), CALLS)
def test_figures_are_drawn_without_a_warning_labeled_and_closed(name, values, named):
    assert_drawn(getattr(plots, name), values, named, scales=False)


def test_the_pad_figure_shows_all_that_the_pad_shows():
    figure = plots.pad_figure(PREDICTION)
    titles = {axis.get_title(): axis for axis in figure.axes if axis.get_title()}
    model_input = {"the pad", "what they see", "like 3", "like 5"}
    assert set(titles) == model_input | {"single\nreads 5 (60%)", "cnn\nreads 3 (80%)", "30 hidden"}
    np.testing.assert_array_equal(titles["the pad"].images[0].get_array(), PREDICTION.canvas)
    np.testing.assert_array_equal(
        titles["what they see"].images[0].get_array(), PREDICTION.model_input
    )
    bars = titles["cnn\nreads 3 (80%)"].patches
    np.testing.assert_allclose([bar.get_height() for bar in bars], ONE.probabilities[0])
    assert [
        index for index, bar in enumerate(bars) if bar.get_facecolor() != bars[0].get_facecolor()
    ] == [3]
    np.testing.assert_array_equal(
        np.ravel(titles["30 hidden"].images[0].get_array())[:30], np.arange(30)
    )
