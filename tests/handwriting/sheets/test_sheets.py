"""A sheet that a program fills in and photographs comes back as the digits that were written."""

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw
from skimage.transform import ProjectiveTransform

from mnist_lab.data import formats
from mnist_lab.handwriting.sheets import layout
from mnist_lab.handwriting.sheets.cutting import cut_sheet
from mnist_lab.handwriting.sheets.marks import find_marks, locate
from tests.helpers.sheets import SCALE, filled_sheet, photographed

SAMPLE = formats.load_sample()
# Ten of each digit, in the order of the sheet's rows.
TEN = np.concatenate([np.flatnonzero(SAMPLE.test_labels == digit)[:10] for digit in range(10)])
BOXES = [(row, column) for row in range(10) for column in range(10)]
IMAGES = SAMPLE.test_images[TEN] / 255


def as_jpeg(photo: Image.Image, quality: int = 70) -> np.ndarray:
    stream = io.BytesIO()
    photo.save(stream, "JPEG", quality=quality)
    return np.asarray(Image.open(stream).convert("RGB"))


def likeness(one: np.ndarray, other: np.ndarray) -> float:
    """Return the correlation of two digits, at the best shift by up to two pixels."""
    shifted = [
        np.roll(other, (down, across), (0, 1)) for down in range(-2, 3) for across in range(-2, 3)
    ]
    return max(float(np.corrcoef(one.ravel(), each.ravel())[0, 1]) for each in shifted)


def test_boxes_lie_apart_on_the_sheet_and_beside_the_marks():
    boxes = layout.boxes().reshape(-1, 4)
    assert boxes.min() > 0
    assert (boxes[:, 2] < layout.WIDTH).all() and (boxes[:, 3] < layout.HEIGHT).all()
    marks = np.hstack([layout.MARKS - layout.MARK_SIDE / 2, layout.MARKS + layout.MARK_SIDE / 2])
    assert marks.min() > 5  # millimeters that no printer reaches
    everything = np.vstack([boxes, marks])
    for at, one in enumerate(everything):
        others = np.delete(everything, at, axis=0)
        apart = (
            (others[:, 0] > one[2])
            | (others[:, 2] < one[0])
            | (others[:, 1] > one[3])
            | (others[:, 3] < one[1])
        )
        assert apart.all()


@pytest.mark.parametrize("turn", range(4))
def test_all_digits_of_a_photographed_sheet_come_back_with_their_labels(turn: int):
    rng = np.random.default_rng(turn)
    photo = as_jpeg(photographed(filled_sheet(IMAGES, BOXES), turn, rng))
    sheet = cut_sheet(photo)
    assert sheet.labels.tolist() == SAMPLE.test_labels[TEN].tolist()
    assert sheet.joined == 0
    assert sheet.images.dtype == np.float32 and sheet.images.shape == (100, 28, 28)
    alike = np.array(list(map(likeness, sheet.images, IMAGES)))
    assert alike.mean() > 0.9
    assert alike.min() > 0.6


def test_empty_boxes_and_dots_are_left_out():
    chosen = [3, 27, 58, 99]
    sheet = filled_sheet(IMAGES[chosen], [BOXES[at] for at in chosen])
    x, y = layout.boxes()[4, 4, :2] * SCALE + 40
    ImageDraw.Draw(sheet).ellipse((x, y, x + 8, y + 8), fill="black")
    for picture in (sheet, photographed(sheet, 1, np.random.default_rng(5))):
        found = cut_sheet(as_jpeg(picture))
        assert found.labels.tolist() == [0, 2, 5, 9]
        assert min(map(likeness, found.images, IMAGES[chosen])) > 0.6


def test_a_sheet_on_which_nothing_is_written_has_no_digits():
    found = cut_sheet(
        as_jpeg(photographed(filled_sheet(IMAGES[:0], []), 0, np.random.default_rng(1)))
    )
    assert found.images.shape == (0, 28, 28)
    assert (len(found.labels), found.joined) == (0, 0)


def test_digits_that_touch_across_boxes_are_left_out_and_counted():
    sheet = filled_sheet(IMAGES, BOXES)
    boxes = layout.boxes() * SCALE
    (left, top, _, bottom), (_, _, right, _) = boxes[7, 2], boxes[7, 3]
    middle = (top + bottom) / 2
    pen = {"fill": (40, 50, 130), "width": 5}
    ImageDraw.Draw(sheet).line((left + 20, middle, right - 20, middle), **pen)
    ImageDraw.Draw(sheet).line((left + 10, top + 6, left + 40, top + 6), **pen)  # a loose piece
    found = cut_sheet(as_jpeg(sheet))
    assert found.joined == 2
    assert found.labels.tolist() == np.delete(np.repeat(np.arange(10), 10), [72, 73]).tolist()


def test_a_pencil_is_read_as_well_as_a_pen():
    sheet = filled_sheet(IMAGES, BOXES, color=(150, 150, 150))
    found = cut_sheet(as_jpeg(photographed(sheet, 0, np.random.default_rng(2))))
    assert found.labels.tolist() == SAMPLE.test_labels[TEN].tolist()


@pytest.mark.parametrize("hidden", range(5))
def test_a_hidden_mark_is_told_in_a_sentence(hidden: int):
    sheet = filled_sheet(IMAGES[:10], BOXES[:10])
    x, y = layout.MARKS[hidden] * SCALE
    ImageDraw.Draw(sheet).rectangle((x - 40, y - 40, x + 40, y + 40), fill="white")
    with pytest.raises(ValueError, match=r"^4 of the 5 marks of a sheet were found\. Photograph"):
        cut_sheet(np.asarray(sheet))


def test_a_page_of_digits_is_no_sheet():
    page = Image.fromarray(np.uint8(255 - 255 * np.hstack(IMAGES[:10]))).convert("RGB")
    with pytest.raises(ValueError, match="^0 of the 5 marks"):
        cut_sheet(np.asarray(page))


@pytest.mark.parametrize("turn", range(4))
def test_the_marks_tell_where_each_point_of_a_sheet_lies(turn: int):
    side = np.array([[0, 0], [layout.WIDTH, 0], [layout.WIDTH, layout.HEIGHT], [0, layout.HEIGHT]])
    seen = np.array([(100, 80), (900, 130), (860, 1100), (60, 1150)], float)
    true = ProjectiveTransform.from_estimate(side, np.roll(seen, turn, axis=0))
    marks = np.random.default_rng(turn).permutation(true(layout.MARKS))
    found = locate(np.vstack([marks, [[500, 700]]]))  # and one more that is none
    assert found is not None
    np.testing.assert_allclose(found(side), true(side), atol=1e-6)


def test_marks_that_lie_as_no_sheet_has_them_are_no_sheet():
    assert locate(np.array([(0, 0), (100, 0), (100, 130), (0, 130), (50, 65)], float)) is None
    assert locate(layout.MARKS[:4]) is None
    assert locate(np.zeros((0, 2))) is None


def test_marks_are_found_where_they_are_however_dark_it_is():
    sheet = filled_sheet(IMAGES[:10], BOXES[:10])
    for light in (1.0, 0.3):
        found = find_marks(np.asarray(sheet.convert("L")) / 255 * light)
        order = np.lexsort(np.round(found).T)
        expected = layout.MARKS * SCALE
        np.testing.assert_allclose(
            found[order], expected[np.lexsort(np.round(expected).T)], atol=1.5
        )
