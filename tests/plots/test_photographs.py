"""Photographs are shown side by side, small, as they are."""

import io

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from mnist_lab import plots
from mnist_lab.plots import photographs
from mnist_lab.plots.style import shrunk
from tests.helpers.figures import assert_drawn, functions_of

GRADIENT = np.tile(np.linspace(0, 1, 90), (60, 1))
COLOR = np.full((300, 400, 3), (200, 40, 40), np.uint8)
CALLS = [("photograph", ([GRADIENT, COLOR], ["gray", "color"]), {})]


def test_every_figure_of_the_file_is_drawn_here():
    assert functions_of(photographs) == {name for name, *_ in CALLS}


@pytest.mark.parametrize(("name", "values", "named"), CALLS)
def test_figures_are_drawn_without_a_warning_labeled_and_closed(name, values, named):
    assert_drawn(getattr(plots, name), values, named, scales=False)


def test_pictures_stand_below_their_titles_four_in_a_row():
    figure = plots.photograph([GRADIENT] * 4 + [COLOR], list("abcde"))
    shown = [axis for axis in figure.axes if axis.images]
    assert [axis.get_title() for axis in shown] == list("abcde")
    tops = [round(axis.get_position().y1, 3) for axis in shown]
    assert len(set(tops[:4])) == 1
    assert tops[4] < tops[0]
    # A frame says where a white picture ends, and nothing is drawn where there is no picture.
    assert all(axis.axison and axis.spines["top"].get_visible() for axis in shown)
    assert not any(axis.axison for axis in figure.axes if axis not in shown)
    colors = shown[4].images[0].get_array().reshape(-1, 3)
    assert np.abs(colors.astype(int) - (200, 40, 40)).max() < 9


def test_a_shrunk_picture_is_that_of_pillow_up_to_the_shades_that_are_left_out():
    rng = np.random.default_rng(0)
    smooth = np.asarray(
        Image.fromarray(rng.integers(0, 255, (9, 12, 3), np.uint8)).resize((1200, 900)), np.uint8
    )
    small = shrunk(smooth, 300)
    assert small.shape == (225, 300, 3)
    gray = np.asarray(Image.fromarray(smooth).convert("L").reduce(4)).astype(float)
    own = np.asarray(Image.fromarray(small).convert("L")).astype(float)
    assert np.abs(own - gray).max() < 14
    assert np.abs(own - gray).mean() < 4


def test_a_small_picture_is_not_enlarged_and_black_and_white_stay():
    picture = np.zeros((20, 30))
    picture[:, 15:] = 1
    small = shrunk(picture, 300)
    np.testing.assert_array_equal(small, np.repeat(255 * picture[..., None], 3, axis=2))


def test_a_grainy_photo_makes_a_small_file():
    rng = np.random.default_rng(0)
    grain = ndimage.gaussian_filter(rng.normal(0, 30, (600, 800, 3)), (1, 1, 0))
    photo = np.clip(190 + grain, 0, 255).astype(np.uint8)
    plain = Image.fromarray(photo)
    plain.thumbnail((450, 450))
    sizes = []
    for picture in (Image.fromarray(shrunk(photo, 450)), plain):
        stream = io.BytesIO()
        picture.save(stream, "PNG")
        sizes.append(len(stream.getvalue()))
    assert sizes[0] < 0.35 * sizes[1]


@pytest.mark.parametrize(
    ("images", "titles", "message"),
    [
        ([], [], "0 images and 0 titles"),
        ([GRADIENT], ["a", "b"], "1 image and 2 titles; expected as many titles as images"),
        ([GRADIENT[0]], ["a"], "image.shape=.*expected .height, width. or .height, width, 3."),
        ([COLOR[..., :2]], ["a"], "image.shape="),
        ([np.zeros((0, 5))], ["a"], "image.shape="),
    ],
)
def test_what_is_no_picture_is_refused_by_its_shape(images, titles, message):
    with pytest.raises(ValueError, match=message):
        plots.photograph(images, titles)
