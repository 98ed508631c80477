"""Drawings are prepared exactly as MNIST's digits were, strokes become the ink they describe, and collections come back."""

import json
import runpy
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

import mnist_lab as lab
from conftest import MNIST, ROOT
from mnist_lab import handwriting
from mnist_lab.data import formats
from mnist_lab.data.digits import Dataset
from mnist_lab.data.formats import DataError
from mnist_lab.handwriting import CANVAS_SIZE, PEN_WIDTH

SAMPLE = formats.sample()


@pytest.fixture(scope="module")
def digits():
    return lab.load_digits("auto" if MNIST else "sample")


# Preparation


def test_digits_of_mnist_come_out_as_they_went_in():
    images = (MNIST or SAMPLE).test_images[:1000].astype(np.float32) / np.float32(255)
    for image in images:
        np.testing.assert_array_equal(handwriting.preprocess(image), image)


@pytest.mark.parametrize(
    ("factor", "height", "width"), [(6, 200, 333), (9, 600, 280), (12, 400, 400)]
)
def test_digits_written_large_at_odd_places_come_back_bit_for_bit(factor, height, width):
    rng = np.random.default_rng(factor)
    for image in SAMPLE.test_images[:40]:
        large = np.kron(handwriting.crop_to_ink(image / 255), np.ones((factor, factor)))
        canvas = np.zeros((max(height, large.shape[0]), max(width, large.shape[1])))
        top, left = (
            rng.integers(room - size + 1)
            for room, size in zip(canvas.shape, large.shape, strict=True)
        )
        canvas[top : top + large.shape[0], left : left + large.shape[1]] = large
        np.testing.assert_array_equal(np.rint(handwriting.preprocess(canvas) * 255), image)


def test_a_network_reads_digits_written_large_as_well_as_the_originals():
    digits = lab.load_digits("sample")
    model = lab.models.one_hidden_layer(64)
    lab.train(model, digits, epochs=10, learning_rate=3e-3, verbose=False)
    some = Dataset(digits.test.images[:1000], digits.test.labels[:1000])
    rng = np.random.default_rng(1)
    canvases = [handwriting.paste_enlarged(image, rng, side=341) for image in some.images]
    original, prepared, squeezed = (
        lab.evaluate(model, dataset).accuracy
        for dataset in (
            some,
            Dataset(np.stack([handwriting.preprocess(canvas) for canvas in canvases]), some.labels),
            Dataset(
                np.stack([handwriting.resize_only(canvas) for canvas in canvases]), some.labels
            ),
        )
    )
    assert original > 0.8
    assert prepared >= 0.99 * original
    assert squeezed < 0.5 * original


@pytest.mark.slow
def test_all_test_digits_written_large_keep_99_percent_of_the_accuracy(mnist):
    digits = lab.load_digits("auto")
    model = lab.models.mlp()
    lab.train(model, digits, epochs=5, learning_rate=2e-3, schedule="linear", verbose=False)
    rng = np.random.default_rng(2)
    images = np.stack(
        [
            handwriting.preprocess(handwriting.paste_enlarged(image, rng))
            for image in digits.test.images
        ]
    )
    prepared = lab.evaluate(model, Dataset(images, digits.test.labels)).accuracy
    assert prepared >= 0.99 * lab.evaluate(model, digits.test).accuracy


@given(
    st.integers(1, 60),
    st.integers(1, 60),
    st.integers(0, 30),
    st.integers(0, 30),
    st.integers(0, 2**32 - 1),
)
@settings(max_examples=60, deadline=None)
def test_any_ink_is_fitted_into_20_and_balances_at_14(height, width, above, beside, seed):
    ink = np.random.default_rng(seed).uniform(0.2, 1, (height, width))
    canvas = np.pad(ink, ((above, 3), (beside, 1)))
    prepared = handwriting.preprocess(canvas)
    assert prepared.shape == (28, 28)
    assert prepared.dtype == np.float32
    assert prepared.min() >= 0
    assert prepared.max() <= 1
    rows, columns = np.flatnonzero(prepared.any(axis=1)), np.flatnonzero(prepared.any(axis=0))
    extents = np.array([np.ptp(rows) + 1, np.ptp(columns) + 1])
    assert extents.max() == 20
    assert abs(extents.min() - 20 * min(height, width) / max(height, width)) <= 1
    # An even picture never has to be held back at the edge.
    assert np.abs(np.array(ndimage.center_of_mass(prepared)) - 14).max() <= 0.52


def test_resizing_takes_the_mean_of_what_lies_under_each_pixel():
    picture = np.array([[0.0, 0.2, 1.0, 0.6], [0.4, 0.6, 0.0, 0.0]])
    np.testing.assert_allclose(handwriting.resize(picture, 1, 2), [[0.3, 0.4]])
    # Three pixels of four: each new one has one old pixel and a third of the next.
    np.testing.assert_allclose(handwriting.resize(picture[:1], 1, 3), [[0.05, 0.6, 0.7]])
    np.testing.assert_allclose(handwriting.resize(picture[:1, :2], 2, 4), [[0, 0, 0.2, 0.2]] * 2)


def test_the_centre_of_mass_goes_to_the_centre_and_not_the_box():
    heavy_below = np.zeros((16, 10))
    heavy_below[:, 4] = 0.1
    heavy_below[12:] = 1
    centred = handwriting.center_by_mass(heavy_below)
    assert np.abs(np.array(ndimage.center_of_mass(centred)) - 14).max() <= 0.5
    assert (
        np.flatnonzero(centred.any(axis=1))[0] == 1
    )  # the middle of its box lies five pixels higher


def test_ink_that_would_slide_over_the_edge_is_held_back():
    picture = np.zeros((20, 20))
    picture[0, :], picture[19, 10] = 1, 0.01
    centred = handwriting.center_by_mass(picture)
    assert centred.sum() == pytest.approx(picture.sum())
    assert np.flatnonzero(centred.any(axis=1)).tolist() == [8, 27]


def test_squeezing_leaves_a_digit_where_and_how_large_it_is():
    canvas = np.zeros((280, 280))
    canvas[20:40, 200:260] = 1
    small = handwriting.resize_only(canvas)
    assert small[2:4, 20:26].tolist() == [[1] * 6] * 2
    assert small.sum() == 12


@pytest.mark.parametrize(
    ("picture", "words"),
    [
        (np.zeros((280, 280)), "no ink: draw a digit first"),
        (np.full((30, 30), np.nan), "picture runs from nan to nan; expected 0"),
        (np.full((30, 30), 255), "picture runs from 255 to 255.*Divide bytes by 255"),
        (np.full((30, 30), -0.1), "picture runs from -0.1"),
        (np.ones(784), r"picture has the shape \(784,\); expected \(height, width\)"),
        (np.ones((28, 28, 3)), r"picture has the shape \(28, 28, 3\)"),
        (np.ones((0, 28)), r"picture has the shape \(0, 28\)"),
        (np.ones((5000, 2)), r"picture has the shape \(5000, 2\).*from 1 to 4,000"),
        ("a digit", "picture='a digit' cannot be used"),
        ([[1, 2], [3]], "picture=.*cannot be used"),
    ],
)
def test_other_things_than_pictures_are_refused(picture, words):
    with pytest.raises(ValueError, match=words):
        handwriting.preprocess(picture)


def test_a_picture_too_large_for_its_sheet_is_refused():
    with pytest.raises(ValueError, match=r"picture=\(29, 5\) cannot be used: expected .*28 x 28"):
        handwriting.center_by_mass(np.ones((29, 5)))


# Strokes


def test_a_dot_is_a_disc_of_the_pens_width():
    canvas = handwriting.rasterize([{"points": [[100, 50]], "width": 20}])
    assert canvas.sum() == pytest.approx(np.pi * 10**2, rel=0.01)
    np.testing.assert_allclose(
        ndimage.center_of_mass(canvas), [49.5, 99.5], atol=0.01
    )  # place 50 parts pixels 49 and 50


def test_a_line_is_a_bar_with_round_ends():
    canvas = handwriting.rasterize([[[50, 100], [150, 100]]])
    assert canvas.sum() == pytest.approx(100 * PEN_WIDTH + np.pi * (PEN_WIDTH / 2) ** 2, rel=0.01)
    assert (canvas[90:110, 60:140] == 1).all()
    assert not canvas[:88].any()


def test_a_slanted_line_is_as_thick_as_a_straight_one_and_its_edge_is_grey():
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


def test_no_strokes_are_an_empty_sheet():
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
def test_any_strokes_make_a_picture_that_is_prepared_or_has_no_ink(strokes):
    canvas = handwriting.rasterize(strokes, side=100)
    assert canvas.shape == (100, 100)
    assert canvas.min() >= 0
    assert canvas.max() <= 1
    if canvas.any():
        assert handwriting.preprocess(canvas).any()


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
        ([[[1, float("nan")]]], "stroke=.*finite places"),
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
def test_absurd_sheets_are_refused(side):
    with pytest.raises(ValueError, match="side=.*a whole number from 1 to 4,000"):
        handwriting.rasterize([], side)


# Recorded drawings


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


def test_recorded_drawings_are_those_that_their_program_draws(root, tmp_path):
    program = runpy.run_path(str(root / "images" / "draw.py"))
    rng = np.random.default_rng(8)
    first = program["drawing"](0, program["STYLES"][0][0], rng)
    assert (
        first == json.loads((root / "mnist_lab" / "drawings.json").read_text(encoding="utf-8"))[0]
    )


def test_recorded_drawings_are_shipped_with_the_package():
    settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert '"drawings.json"' in settings
    assert '"drawing.js"' in settings


@pytest.mark.slow
def test_recorded_drawings_are_read_by_a_network_that_saw_mnist_only(digits):
    model = lab.recipe("mlp", "quick").model()
    lab.train(model, digits, verbose=False, **lab.recipe("mlp", "quick").training)
    recorded = handwriting.load_recorded()
    images = np.stack(
        [handwriting.preprocess(handwriting.rasterize(drawing.strokes)) for drawing in recorded]
    )
    labels = np.array([drawing.label for drawing in recorded])
    assert lab.evaluate(model, Dataset(images, labels)).accuracy > (0.9 if MNIST else 0.75)


# Collections


def drawn(count, seed=0):
    rng = np.random.default_rng(seed)
    return np.rint(rng.random((count, 28, 28)) * 255).astype(np.float32) / np.float32(
        255
    ), rng.integers(0, 10, count)


def test_a_collection_comes_back_bit_for_bit_in_the_order_saved(tmp_path):
    images, labels = drawn(7)
    path = tmp_path / "new" / "drawings.npz"
    assert handwriting.append_to_collection(path, images[:3], labels[:3]) == 3
    assert handwriting.append_to_collection(str(path), images[3:], labels[3:].tolist()) == 7
    found = handwriting.load_collection(path)
    np.testing.assert_array_equal(found.images, images)
    np.testing.assert_array_equal(found.labels, labels)
    assert found.images.dtype == np.float32
    assert found.labels.dtype == np.int64
    assert [file.name for file in path.parent.iterdir()] == ["drawings.npz"]


def test_a_collection_holds_bytes_and_no_pickle(tmp_path):
    handwriting.append_to_collection(tmp_path / "a.npz", *drawn(3))
    with np.load(tmp_path / "a.npz", allow_pickle=False) as archive:
        assert {key: (archive[key].dtype, archive[key].shape) for key in archive} == {
            "images": (np.uint8, (3, 28, 28)),
            "labels": (np.uint8, (3,)),
        }


@given(st.lists(st.integers(1, 4), min_size=1, max_size=4), st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_what_is_saved_bit_by_bit_is_what_is_saved_at_once(counts, seed):
    images, labels = drawn(sum(counts), seed)
    with tempfile.TemporaryDirectory() as folder:
        for count, stop in zip(counts, np.cumsum(counts), strict=True):
            part = slice(stop - count, stop)
            assert (
                handwriting.append_to_collection(
                    Path(folder, "drawings.npz"), images[part], labels[part]
                )
                == stop
            )
        found = handwriting.load_collection(Path(folder, "drawings.npz"))
    np.testing.assert_array_equal(found.images, images)
    np.testing.assert_array_equal(found.labels, labels)


def test_load_digits_reads_a_collection_half_of_each_digit_to_test(tmp_path):
    images, _ = drawn(40)
    handwriting.append_to_collection(tmp_path / "mine.npz", images, np.arange(40) % 10)
    digits = lab.load_digits(tmp_path / "mine.npz")
    assert digits.sizes == {"train": 18, "validation": 2, "test": 20}
    assert np.bincount(digits.test.labels).tolist() == [2] * 10
    everything = np.concatenate([digits.train.images, digits.validation.images, digits.test.images])
    assert {image.tobytes() for image in everything} == {image.tobytes() for image in images}


@pytest.mark.parametrize("what", ["write", "replace"])
def test_a_failure_while_saving_leaves_the_collection_as_it_was(tmp_path, monkeypatch, what):
    path = tmp_path / "drawings.npz"
    handwriting.append_to_collection(path, *drawn(3))
    before = path.read_bytes()

    def fail(*_, **__):
        raise OSError("disk full")

    monkeypatch.setattr(
        *((np, "savez_compressed") if what == "write" else (handwriting.os, "replace")), fail
    )
    with pytest.raises(OSError, match="disk full"):
        handwriting.append_to_collection(path, *drawn(1))
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["drawings.npz"]


def test_a_foreign_file_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "other.npz"
    np.savez(path, weights=np.zeros(3))
    before = path.read_bytes()
    for act in (
        lambda: handwriting.append_to_collection(path, *drawn(1)),
        lambda: handwriting.load_collection(path),
    ):
        with pytest.raises(
            DataError, match=r"other\.npz: has the keys weights; expected images, labels"
        ):
            act()
    path.write_bytes(b"not an archive")
    with pytest.raises(DataError, match=r"other\.npz: not a readable \.npz"):
        handwriting.append_to_collection(path, *drawn(1))
    assert path.read_bytes() == b"not an archive"
    assert before


@pytest.mark.parametrize(
    ("images", "labels", "words"),
    [
        (np.zeros((28, 28)), [1], r"images have the shape \(28, 28\)"),
        (np.zeros((0, 28, 28)), [], r"images have the shape \(0, 28, 28\)"),
        (np.full((1, 28, 28), 255), [1], "Divide bytes by 255"),
        (
            np.zeros((1, 28, 28)),
            [10],
            "label=10 cannot be used: expected a whole number from 0 to 9",
        ),
        (np.zeros((1, 28, 28)), ["seven"], "label='seven'"),
        (np.zeros((2, 28, 28)), [1], "2 images but 1 labels"),
    ],
)
def test_other_things_are_not_saved(tmp_path, images, labels, words):
    with pytest.raises(ValueError, match=words):
        handwriting.append_to_collection(tmp_path / "a.npz", images, labels)
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_is_no_npz_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"path=.*expected the name of a \.npz file"):
        handwriting.append_to_collection(tmp_path / "drawings", *drawn(1))


def test_on_a_sheet_keeps_the_digit_whole_and_puts_it_elsewhere_each_time():
    image = SAMPLE.test_images[0] / 255
    rng = np.random.default_rng(0)
    boxes = [
        ndimage.find_objects((handwriting.paste_enlarged(image, rng) > 0).astype(int))[0]
        for _ in range(50)
    ]
    heights = [box[0].stop - box[0].start for box in boxes]
    assert min(heights) < 110
    assert max(heights) > 200
    assert len({box[0].start for box in boxes}) > 20
    with pytest.raises(ValueError, match="side=100"):
        handwriting.paste_enlarged(image, rng, side=100)
