"""Strokes become the ink they describe, nonsense is refused, and recorded drawings are readable."""

import tomllib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import ndimage

import mnist_lab as lab
from mnist_lab import handwriting
from mnist_lab.data.dataset import Dataset
from mnist_lab.handwriting import CANVAS_SIZE, PEN_WIDTH
from tests.helpers.machine import ROOT
from tools import generate_drawings


def test_a_dot_is_a_disc_of_the_pens_width():
    canvas = handwriting.rasterize([{"points": [[100, 50]], "width": 20}])
    assert canvas.sum() == pytest.approx(np.pi * 10**2, rel=0.01)
    np.testing.assert_allclose(
        ndimage.center_of_mass(canvas), [49.5, 99.5], atol=0.01
    )  # x = 50 separates pixels 49 and 50


def test_a_line_is_a_bar_with_round_ends():
    canvas = handwriting.rasterize([[[50, 100], [150, 100]]])
    assert canvas.sum() == pytest.approx(100 * PEN_WIDTH + np.pi * (PEN_WIDTH / 2) ** 2, rel=0.01)
    assert (canvas[90:110, 60:140] == 1).all()
    assert not canvas[:88].any()


def test_a_slanted_line_is_as_thick_as_a_straight_one_and_its_edge_is_gray():
    canvas = handwriting.rasterize([[[60, 40], [200, 180]]])
    length = np.hypot(140, 140)
    assert canvas.sum() == pytest.approx(
        length * PEN_WIDTH + np.pi * (PEN_WIDTH / 2) ** 2, rel=0.01
    )
    assert ((canvas > 0.1) & (canvas < 0.9)).sum() > length


def test_strokes_that_cross_do_not_add_up():
    canvas = handwriting.rasterize([[[50, 100], [150, 100]], [[100, 50], [100, 150]]])
    assert canvas.max() == 1
    np.testing.assert_array_equal(canvas, canvas.T)


def test_what_lies_outside_the_pad_is_lost():
    canvas = handwriting.rasterize(
        [[[-500, 100], [50, 100]], [[300, 300], [400, 400]], [[140, 279], [140, 5000]]]
    )
    assert (canvas[92:108, :50] == 1).all()
    assert canvas[275:, 135:145].all()
    assert not handwriting.rasterize([[[-500, -100], [-50, -100]]]).any()


def test_no_strokes_are_an_empty_canvas():
    assert handwriting.rasterize([]).shape == (CANVAS_SIZE, CANVAS_SIZE)
    assert not handwriting.rasterize([]).any()


POINTS = st.lists(st.tuples(*[st.floats(-1000, 1000)] * 2), min_size=1, max_size=6)


@given(
    st.lists(
        st.builds(
            lambda points, width: {"points": points, "width": width}, POINTS, st.floats(0.5, 60)
        ),
        max_size=3,
    )
)
@settings(max_examples=60, deadline=None)
@example([{"points": [(15.0, 0.0), (28.0, 88.0)], "width": 60.0}])
@example([{"points": [(-9.999, 50.5)], "width": 20.0}])
def test_any_strokes_make_an_image_that_is_prepared_or_has_no_ink_or_too_much(strokes):
    canvas = handwriting.rasterize(strokes, side=100)
    assert canvas.shape == (100, 100)
    assert canvas.min() >= 0
    assert canvas.max() <= 1
    if canvas.any():
        try:
            assert handwriting.preprocess(canvas).any()
        except ValueError as error:
            if "no ink" in str(error):  # of the palest gray that a byte holds
                assert canvas.max() < 1 / 255
            else:
                assert "mostly ink" in str(error)
                assert canvas.mean() > 0.5


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["points", "width", "x"]), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(JSON)
@settings(max_examples=300, deadline=None)
def test_whatever_a_browser_may_send_is_read_or_refused_with_a_value_error(value):
    try:
        strokes = handwriting.read_strokes(value)
    except ValueError as error:
        assert "cannot be used: expected" in str(error)
    else:
        assert all(
            stroke.points.shape[1:] == (2,) and np.isfinite(stroke.points).all()
            for stroke in strokes
        )


@pytest.mark.parametrize(
    ("strokes", "words"),
    [
        ("scribble", "strokes='scribble' cannot be used: expected a list of strokes"),
        (None, "strokes=None"),
        ({"points": [[1, 2]], "width": 3}, "strokes=.*a list of strokes"),
        ([[1, 2]], "stroke=.*a list of points"),
        ([[]], "stroke=.*a list of points"),
        ([[[1, 2, 3]]], "stroke=.*each x and y"),
        ([[[1, float("nan")]]], "stroke=.*finite points"),
        ([[[1, 1e9]]], "stroke=.*on or near the pad"),
        (
            [{"points": [[1, 2]], "width": 0}],
            "width=0 cannot be used: expected a number above 0 and up to 200",
        ),
        ([{"points": [[1, 2]], "width": float("inf")}], "width=inf"),
        ([[[1, 2]] * 60_000], "at most 50,000 points"),
    ],
)
def test_strokes_that_make_no_sense_are_refused(strokes, words):
    with pytest.raises(ValueError, match=words):
        handwriting.rasterize(strokes)


@pytest.mark.parametrize("side", [0, -5, 1e6, "wide", None, 2.5])
def test_absurd_canvases_are_refused(side):
    with pytest.raises(ValueError, match="side=.*a whole number from 1 to 4,000"):
        handwriting.rasterize([], side)


def test_recorded_drawings_are_ten_of_each_digit_on_the_pad_in_many_sizes():
    recorded = handwriting.load_recorded()
    assert np.bincount([drawing.label for drawing in recorded]).tolist() == [10] * 10
    heights = []
    for drawing in recorded:
        points = np.concatenate([stroke.points for stroke in drawing.strokes])
        assert points.min() >= 0
        assert points.max() <= CANVAS_SIZE
        heights.append(np.ptp(points[:, 1]))
    assert min(heights) < 110
    assert max(heights) > 200
    assert len({stroke.width for drawing in recorded for stroke in drawing.strokes}) > 10


def test_recorded_drawings_are_those_that_their_program_draws():
    assert generate_drawings.FILE.read_text(encoding="utf-8") == generate_drawings.generate()


def test_drawings_script_and_styles_are_shipped_with_the_package():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = settings["tool"]["setuptools"]["package-data"]["mnist_lab.handwriting"]
    folder = Path(handwriting.__file__).parent
    shipped = {path.name for pattern in patterns for path in folder.glob(pattern)}
    assert shipped >= {"drawings.json", "pad.js", "pad.css"}


def test_recorded_drawings_are_read_by_a_network_that_saw_mnist_only():
    recorded = handwriting.load_recorded()
    images = np.stack(
        [handwriting.preprocess(handwriting.rasterize(drawing.strokes)) for drawing in recorded]
    )
    drawings = Dataset(images, np.array([drawing.label for drawing in recorded]))
    assert lab.evaluate(lab.models.pretrained("mlp"), drawings).accuracy > 0.9
