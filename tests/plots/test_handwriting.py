"""Figures of handwriting are drawn and labelled, and show the pictures, answers and intervals they were given."""

import numpy as np
import pytest
from matplotlib.colors import to_rgba

from mnist_lab import plots
from mnist_lab.data.digits import Dataset
from mnist_lab.handwriting.pad import PadPrediction
from tests.helpers.figures import IMAGES, PERFECT, RESULT, answers, assert_drawn

ONE = answers([3], [3], sure=0.8)
OTHER = answers([3], [5], sure=0.6)
READING = PadPrediction(
    canvas=np.pad(IMAGES[0], 126),
    model_input=IMAGES[0],
    results={"single": OTHER, "cnn": ONE},
    hidden={"cnn": np.arange(30.0)},
    nearest=Dataset(IMAGES[1:4], np.array([3, 5, 3])),
)

CALLS = [
    ("images_side_by_side", ({"pad": np.pad(IMAGES[0], 100), "cropped": IMAGES[0][:20, :7]},), {}),
    ("images_side_by_side", ({"pad": IMAGES[0]},), {}),
    ("pad_figure", (READING,), {}),
    ("predictions_side_by_side", ({"one": RESULT, "other": PERFECT}, [0, 90, 120]), {}),
    ("predictions_side_by_side", ({"one": RESULT}, range(20)), {}),
    ("accuracy_intervals", ({"prepared": {"one": RESULT, "other": PERFECT}},), {}),
    ("accuracy_intervals", ({way: {"one": PERFECT} for way in "abcdef"},), {}),
]


def test_every_function_of_the_room_is_drawn_here_and_is_among_the_figures_of_the_course():
    room = {
        name
        for name, thing in vars(plots.handwriting).items()
        if getattr(thing, "__module__", "") == plots.handwriting.__name__
    }
    public = {name for name in room if not name.startswith("_")}
    assert public == {name for name, *_ in CALLS}
    assert public <= set(plots.__all__)
    assert all(getattr(plots, name) is getattr(plots.handwriting, name) for name in public)


@pytest.mark.parametrize(
    ("name", "values", "named"),
    CALLS,
    ids=[f"{number}-{name}" for number, (name, *_) in enumerate(CALLS)],
)
def test_figures_are_drawn_without_a_warning_labelled_and_closed(name, values, named):
    assert_drawn(getattr(plots, name), values, named, scales=name == "accuracy_intervals")


def test_pictures_side_by_side_are_whole_and_told_apart_by_title_and_size():
    tall = IMAGES[0][:, :7]
    figure = plots.images_side_by_side({"pad": IMAGES[1], "cropped": tall})
    assert [axis.get_title() for axis in figure.axes] == ["pad\n28 x 28", "cropped\n28 x 7"]
    np.testing.assert_array_equal(figure.axes[1].images[0].get_array(), tall)
    # As large as each other: the longer side fills the square.
    assert [tuple(np.abs(np.diff(axis.get_ylim()))) for axis in figure.axes] == [(28,), (28,)]
    assert figure.axes[1].get_xlim() == (-10.5, 17.5)


def test_the_picture_of_the_pad_shows_all_that_the_pad_shows():
    figure = plots.pad_figure(READING)
    titles = {axis.get_title(): axis for axis in figure.axes if axis.get_title()}
    model_input = {"the pad", "what they see", "like 3", "like 5"}
    assert set(titles) == model_input | {"single\nreads 5 (60%)", "cnn\nreads 3 (80%)", "30 hidden"}
    np.testing.assert_array_equal(titles["the pad"].images[0].get_array(), READING.canvas)
    np.testing.assert_array_equal(
        titles["what they see"].images[0].get_array(), READING.model_input
    )
    bars = titles["cnn\nreads 3 (80%)"].patches
    np.testing.assert_allclose([bar.get_height() for bar in bars], ONE.probabilities[0])
    assert [
        number for number, bar in enumerate(bars) if bar.get_facecolor() != bars[0].get_facecolor()
    ] == [3]
    np.testing.assert_array_equal(
        np.ravel(titles["30 hidden"].images[0].get_array())[:30], np.arange(30)
    )


def test_wrong_answers_stand_in_coloured_fields():
    figure = plots.predictions_side_by_side({"one": RESULT, "other": PERFECT}, [0, 90, 120])
    axis = figure.axes[0]
    assert [text.get_text() for text in axis.texts] == ["0", "0", "5", "3", "9", "4"]
    colours = [patch.get_facecolor() for patch in axis.patches]
    assert [colour != to_rgba("white") for colour in colours] == [
        False,
        False,
        True,
        False,
        True,
        False,
    ]
    assert [label.get_text() for label in axis.get_yticklabels()] == ["drawn", "one", "other"]
    np.testing.assert_array_equal(axis.images[1].get_array(), RESULT.dataset.images[90])


def test_accuracies_stand_at_their_values_between_the_ends_of_their_intervals():
    figure = plots.accuracy_intervals(
        {"prepared": {"one": RESULT, "other": PERFECT}, "bare": {"one": PERFECT, "other": RESULT}}
    )
    first, second = figure.axes[0].containers
    np.testing.assert_allclose(first.lines[0].get_ydata(), [288 / 300, 1])
    np.testing.assert_allclose(second.lines[0].get_ydata(), [1, 288 / 300])
    lows = first.lines[2][0].get_segments()
    np.testing.assert_allclose([lows[0][0][1], lows[0][1][1]], RESULT.interval)
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["prepared", "bare"]
