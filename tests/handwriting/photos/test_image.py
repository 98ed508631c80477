"""Pictures of every mode, held in any way, are read as a person sees them."""

import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image, ImageCms, ImageOps

from mnist_lab.handwriting.photos.image import PictureError, read_image


@pytest.fixture
def scene():
    """A gray slope with a dark mark at its top left, 30 x 20 pixels."""
    picture = np.tile(np.linspace(120, 250, 30).astype(np.uint8), (20, 1))
    picture[2:9, 3:6] = 10
    return Image.fromarray(picture).convert("RGB")


MODES = {
    "tiff": ["1", "L", "P", "RGB", "CMYK", "YCbCr"],
    "png": ["1", "L", "P", "RGB"],
    "jpg": ["L", "RGB", "CMYK", "YCbCr"],
}


@pytest.mark.parametrize(
    ("ending", "mode"), [(ending, mode) for ending, modes in MODES.items() for mode in modes]
)
def test_a_picture_of_any_mode_is_read_as_pillow_shows_it(scene, tmp_path, ending, mode):
    path = tmp_path / f"a.{ending}"
    scene.convert(mode).save(path)
    with Image.open(path) as saved:
        np.testing.assert_array_equal(read_image(path), np.asarray(saved.convert("RGB")))


def test_lightness_and_two_colors_are_read_as_a_color_profile_shows_them(tmp_path):
    color = np.zeros((4, 6, 3), np.uint8)
    color[..., 0], color[:, 3:, 1], color[2:, :, 2] = 200, 90, 60
    profiles = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    there = ImageCms.buildTransform(profiles[0], profiles[1], "RGB", "LAB")
    picture = ImageCms.applyTransform(Image.fromarray(color), there)
    assert picture is not None
    picture.save(tmp_path / "lab.tiff")
    read = read_image(tmp_path / "lab.tiff")
    np.testing.assert_allclose(read.astype(int), color.astype(int), atol=10)


@pytest.mark.parametrize("dtype", [np.uint16, np.int32, np.float32])
def test_many_bits_are_spread_over_eight(tmp_path, dtype):
    levels = np.linspace(1000, 3000, 60).reshape(6, 10).astype(dtype)
    Image.fromarray(levels).save(tmp_path / "deep.tiff")
    read = read_image(tmp_path / "deep.tiff")
    expected = (levels.astype(float) - 1000) / 2000 * 255
    np.testing.assert_allclose(read[..., 0], expected, atol=1)
    assert (read == read[..., :1]).all()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_turned_as_the_camera_noted(scene, tmp_path, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    scene.save(tmp_path / "held.png", exif=exif)
    with Image.open(tmp_path / "held.png") as saved:
        upright = ImageOps.exif_transpose(saved)
        np.testing.assert_array_equal(read_image(tmp_path / "held.png"), np.asarray(upright))


@pytest.mark.parametrize("ink", [0, 255])
def test_ink_drawn_in_transparency_is_seen(tmp_path, ink):
    drawn = np.full((20, 20, 4), ink, np.uint8)
    drawn[..., 3] = 0
    drawn[5:15, 9:11, 3] = 255
    Image.fromarray(drawn, "RGBA").save(tmp_path / "a.png")
    read = read_image(tmp_path / "a.png")
    assert (read[5:15, 9:11] == ink).all()
    assert (read[0] == 255 - ink).all()


def test_a_palette_with_a_transparent_color_lies_on_white(tmp_path):
    picture = Image.fromarray(np.pad(np.ones((4, 2), np.uint8), 6), "P")
    picture.putpalette([90, 90, 90, 0, 0, 200])
    picture.save(tmp_path / "a.gif", transparency=0)
    read = read_image(tmp_path / "a.gif")
    assert (read[0, 0] == 255).all()
    assert tuple(read[8, 7]) == (0, 0, 200)


@given(
    arrays(
        np.uint8,
        st.tuples(st.integers(1, 9), st.integers(1, 9), st.integers(1, 3)).filter(
            lambda shape: shape[2] != 2
        ),
    )
)
@settings(max_examples=30, deadline=None)
def test_an_array_of_bytes_is_read_as_it_is(array):
    expected = array if array.shape[2] == 3 else np.repeat(array, 3, axis=2)
    np.testing.assert_array_equal(read_image(array), expected)


@given(arrays(np.float32, (3, 4), elements=st.floats(0, 1, width=32)))
@settings(max_examples=20, deadline=None)
def test_an_array_of_shares_is_read_in_bytes(array):
    np.testing.assert_array_equal(read_image(array)[..., 0], np.rint(array * 255))


@pytest.mark.parametrize(
    "array",
    [
        np.zeros(5),
        np.zeros((0, 3)),
        np.zeros((3, 3, 5)),
        np.full((3, 3), 2.0),
        np.full((3, 3), np.nan),
        np.zeros((3, 3), complex),
        np.zeros((3, 3), int),
        np.broadcast_to(np.uint8(0), (8000, 8000)),
    ],
)
def test_an_array_that_is_no_picture_is_refused(array):
    with pytest.raises(PictureError, match=r"expected"):
        read_image(array)


@pytest.mark.parametrize("source", [None, 7, "", " ", b"bytes"])
def test_what_is_neither_a_path_nor_an_array_is_refused(source):
    with pytest.raises(PictureError, match="a file's path, or an array"):
        read_image(source)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"7 1 2 0 8\n", "is no picture"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "is a HEIC photo. Run `pip install pillow-heif`"),
    ],
)
def test_a_file_that_is_no_picture_is_refused_in_one_line(tmp_path, content, reason):
    path = tmp_path / "photo.jpg"
    path.write_bytes(content)
    with pytest.raises(PictureError, match=rf"^photo\.jpg: {reason}") as caught:
        read_image(path)
    assert "\n" not in str(caught.value)


def test_a_missing_file_and_a_folder_are_named(tmp_path):
    with pytest.raises(PictureError, match=r"^none\.jpg: there is no such file"):
        read_image(tmp_path / "none.jpg")
    with pytest.raises(PictureError, match="is a folder"):
        read_image(tmp_path)


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_a_damaged_picture_is_read_or_refused(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "damaged.png"
    Image.fromarray(np.arange(300, dtype=np.uint8).reshape(15, 20)).save(path)
    content = bytearray(path.read_bytes())
    cut = data.draw(st.integers(0, len(content)))
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content[:cut])
    try:
        assert read_image(path).shape[2] == 3
    except PictureError as error:
        assert str(error).startswith("damaged.png: ")


def test_a_picture_that_promises_too_many_pixels_is_refused_before_they_are_unpacked(tmp_path):
    def chunk(name, content):
        body = name + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 0, 0, 0, 0)
    path = tmp_path / "bomb.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b""))
    with pytest.raises(PictureError, match="megapixels"):
        read_image(path)
