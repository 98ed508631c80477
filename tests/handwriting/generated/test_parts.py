"""The steps of a generated page: glyphs, layout, paper, camera, light and sensor."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import ndimage
from skimage.morphology import skeletonize
from skimage.transform import ProjectiveTransform

import mnist_lab as lab
from mnist_lab.handwriting.generated.camera import homography, photograph, seen_corners, turned
from mnist_lab.handwriting.generated.conditions import Conditions, usual
from mnist_lab.handwriting.generated.glyphs import write_glyph
from mnist_lab.handwriting.generated.layout import bleed, lay_out, line_lengths
from mnist_lab.handwriting.generated.light import light_on
from mnist_lab.handwriting.generated.paper import print_rules
from mnist_lab.handwriting.generated.sensor import record


@pytest.fixture
def page() -> Conditions:
    return replace(usual(np.random.default_rng(0)), size=(300, 400), letter=40.0, tilt=0.0)


@pytest.fixture(scope="module")
def digits() -> lab.data.Dataset:
    return lab.load_digits("sample").test


@pytest.mark.parametrize("stroke", [0.05, 0.09, 0.13])
def test_strokes_are_as_wide_as_asked(digits, stroke: float):
    ratios = []
    for image in digits.images[::100]:
        glyph = write_glyph(image, 200, stroke)
        path = skeletonize(np.pad(glyph > 0.5, 1))
        to_paper = ndimage.distance_transform_edt(np.pad(glyph > 0.5, 1))[path]
        width = 2 * np.median(to_paper) - 1  # from the middle of a pixel to the middle of one
        ratios.append(width / (200 * stroke))
    assert np.median(ratios) == pytest.approx(1, abs=0.15)


def test_a_thin_pen_breaks_no_stroke(digits):
    for image in digits.images[::100]:
        parts = [
            ndimage.label(write_glyph(image, 80, stroke) > 0.3, np.ones((3, 3)))[1]
            for stroke in (0.04, 0.11)
        ]
        assert parts[0] <= parts[1] + 1


@pytest.mark.parametrize("length", [15, 40, 200])
def test_a_glyph_is_as_long_as_asked(digits, length: int):
    for image in digits.images[::200]:
        glyph = write_glyph(image, length, 0.1)
        assert max(glyph.shape) == pytest.approx(length, abs=0.06 * length + 2)
        assert 0 <= glyph.min() <= glyph.max() <= 1


def test_digits_touch_in_pairs_where_they_shall(page):
    block = np.ones((40, 20), np.float32)
    lines = [[block] * 6]
    for touching, parts in ((0.0, 6), (1.0, 3)):
        layout = lay_out(lines, replace(page, touching=touching), np.random.default_rng(1))
        assert ndimage.label(layout.ink > 0.5)[1] == parts


@pytest.mark.parametrize("count", [30, 300])
def test_what_would_stand_beyond_the_sheet_is_left_out(page, count: int):
    """As scribbles do, which are wider than digits."""
    block = np.ones((500, 20), np.float32)
    layout = lay_out([[block] * count], page, np.random.default_rng(1))
    edge = bleed(page)
    assert layout.ink.shape == (300 + 2 * edge, 400 + 2 * edge)
    assert len(layout.boxes) == count
    assert layout.boxes[-1, 0] > layout.ink.shape[1]
    assert layout.ink[0].max() == layout.ink[:, -60:].max() == 1


def test_lines_are_apart_and_their_digits_stand_on_them(page):
    block = np.ones((40, 20), np.float32)
    layout = lay_out([[block] * 3] * 3, page, np.random.default_rng(1))
    bottoms = layout.boxes[:, 3].reshape(3, 3)
    assert (np.diff(layout.baselines) > 1.5 * page.letter).all()
    np.testing.assert_allclose(bottoms, np.tile(layout.baselines, (3, 1)).T, atol=8)


def test_what_is_planned_fits_on_the_page(page):
    for seed in range(20):
        counts = line_lengths(page, np.random.default_rng(seed))
        assert 1 <= len(counts) <= 4
        assert all(1 <= count <= 400 / 40 for count in counts)


def test_rules_are_where_the_digits_stand_and_squares_run_both_ways(page):
    layout = lay_out([[], []], page, np.random.default_rng(1))
    sheets = {}
    for paper in ("plain", "ruled", "squared"):
        sheet = np.ones((*layout.ink.shape, 3), np.float32)
        print_rules(sheet, layout, replace(page, paper=paper), np.random.default_rng(1))
        sheets[paper] = sheet.mean(axis=2)
    assert sheets["plain"].min() == 1
    rows = np.median(sheets["ruled"], axis=1)
    for baseline in layout.baselines:
        near = rows[int(baseline) - 8 : int(baseline) + 8]
        assert near.min() < 0.95
    assert (rows == 1).mean() > 0.9  # the rest is paper
    assert np.median(sheets["ruled"], axis=0).min() > 0.99
    for axis in (0, 1):
        assert np.median(sheets["squared"], axis=axis).min() < 0.95


def test_the_homography_is_that_of_scikit_image():
    rng = np.random.default_rng(0)
    sources = np.array([[0, 0], [400, 0], [400, 300], [0, 300]]) + rng.normal(0, 20, (4, 2))
    targets = sources + rng.normal(0, 20, (4, 2))
    expected = ProjectiveTransform.from_estimate(sources, targets)
    ours = homography(sources, targets)
    np.testing.assert_allclose(ours, expected.params / expected.params[2, 2], rtol=1e-6)


def test_boxes_go_where_the_camera_shows_them(page):
    tilted = replace(page, tilt=6.0, perspective=0.05)
    edge = bleed(tilted)
    sheet = np.ones((300 + 2 * edge, 400 + 2 * edge, 3), np.float32)
    sheet[200:240, 300:330] = 0
    boxes = np.array([[300.0, 200.0, 330.0, 240.0]])
    picture, moved = photograph(sheet, boxes, tilted, np.random.default_rng(1))
    rows, columns = np.nonzero(picture[..., 0] < 0.5)
    seen = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
    np.testing.assert_allclose(moved[0], seen, atol=1.5)


def test_a_table_is_seen_around_the_sheet_and_not_without(page):
    for table, tilt in ((0.0, 0.0), (0.0, 9.0), (0.0, -9.0), (0.3, 5.0)):
        view = replace(page, table=table, tilt=tilt, perspective=0.05)
        edge = bleed(view)
        sheet = np.ones((300 + 2 * edge, 400 + 2 * edge, 3), np.float32)
        picture, _ = photograph(sheet, np.zeros((0, 4)), view, np.random.default_rng(1))
        for corner in (picture[0, 0], picture[0, -1], picture[-1, 0], picture[-1, -1]):
            assert (corner.mean() > 0.99) == (table == 0)


def test_a_straight_view_sees_the_middle_of_the_sheet(page):
    straight = replace(page, perspective=0.0)
    corners = seen_corners(straight, np.random.default_rng(0)) - bleed(straight)
    np.testing.assert_allclose(corners, [[0, 0], [400, 0], [400, 300], [0, 300]])


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_turning_back_counterclockwise_makes_a_picture_upright(turn: int):
    rng = np.random.default_rng(0)
    picture = rng.integers(0, 200, (30, 50, 3), dtype=np.uint8)
    picture[5:9, 10:20] = 255
    boxes = np.array([[10.0, 5.0, 20.0, 9.0]])
    result, moved = turned(picture, boxes, turn)
    np.testing.assert_array_equal(np.rot90(result, turn // 90), picture)
    left, top, right, bottom = moved[0].astype(int)
    assert (result[top:bottom, left:right] == 255).all()
    assert (right - left) * (bottom - top) == 40


def test_a_vignette_and_a_shadow_take_their_share_of_the_light(page):
    even = replace(page, brightness=1.0, vignette=0.0, shadow=0.0)
    dim = light_on(replace(even, vignette=0.5), np.random.default_rng(0))
    corner, center = dim[[0, 0, -1, -1], [0, -1, 0, -1], 1].mean(), dim[150, 200, 1]
    assert corner / center == pytest.approx(0.5, abs=0.01)
    bright = light_on(even, np.random.default_rng(0))
    shaded = light_on(replace(even, shadow=0.4), np.random.default_rng(0))
    assert (shaded / bright[..., 1:2])[..., 1].min() == pytest.approx(0.6, abs=0.02)
    assert (shaded / bright[..., 1:2])[..., 1].max() == pytest.approx(1.0, abs=0.02)


def test_noise_and_blur_are_as_strong_as_asked(page):
    gray = np.full((200, 200, 3), 0.5, np.float32)
    noisy = record(gray, replace(page, noise=0.05, quality=95), np.random.default_rng(0))
    assert (noisy / 255).std() == pytest.approx(0.05, rel=0.15)
    point = np.zeros((101, 101, 3), np.float32)
    point[50, 50] = 30
    blurred = record(
        point, replace(page, blur=3.0, noise=0.0, quality=95), np.random.default_rng(0)
    )
    columns = np.arange(101) - 50
    weights = blurred[50, :, 1].astype(float)
    spread = np.sqrt((weights * columns**2).sum() / weights.sum())
    assert spread == pytest.approx(3, rel=0.1)


def test_jpeg_of_low_quality_leaves_fewer_gray_levels(page):
    ramp = np.tile(np.linspace(0.3, 0.7, 256, dtype=np.float32)[None, :, None], (64, 1, 3))
    levels = [
        len(np.unique(record(ramp, replace(page, noise=0.0, quality=q), np.random.default_rng(0))))
        for q in (95, 5)
    ]
    assert levels[1] < 0.7 * levels[0]
