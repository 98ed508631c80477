"""Digits on pages that these tests draw are found, cut out and read."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

import mnist_lab as lab
from mnist_lab.handwriting.photos import darkness, touching
from mnist_lab.handwriting.photos.digit import digit_image
from mnist_lab.handwriting.photos.find import find_digits
from mnist_lab.handwriting.photos.parts import connected
from mnist_lab.handwriting.photos.reading import read_page
from mnist_lab.handwriting.photos.rules import without_rules
from mnist_lab.handwriting.photos.threshold import ink_mask, stroke_width
from mnist_lab.handwriting.preprocessing import paste_enlarged

ROWS = ((3, 1, 4, 5, 7), (2, 8, 6, 0, 9))


@pytest.fixture(scope="module")
def glyphs():
    """One clearly written digit of each class, (28, 28)."""
    digits = lab.load_digits("sample").train
    clear = [301, 58, 547, 350, 211, 470, 154, 158, 313, 489]
    assert digits.labels[clear].tolist() == list(range(10))
    return digits.images[clear]


def ink_of(glyphs, rows=ROWS, side=56, step=80):
    """Write rows of digits, from 0 (paper) to 1 (ink)."""
    ink = np.zeros((110 * len(rows) + 60, step * max(map(len, rows)) + 80))
    for row, line in enumerate(rows):
        for column, digit in enumerate(line):
            large = np.asarray(Image.fromarray(glyphs[digit]).resize((side, side)))
            top, left = 50 + 110 * row, 40 + step * column
            ink[top : top + side, left : left + side] = np.maximum(
                ink[top : top + side, left : left + side], large
            )
    return ink


def side_by_side(glyphs, pair, apart):
    """Write two digits whose left edges are `apart` pixels from each other."""
    ink = np.zeros((160, 240))
    for at, digit in enumerate(pair):
        large = np.asarray(Image.fromarray(glyphs[digit]).resize((56, 56)))
        where = np.s_[50:106, 60 + at * apart : 116 + at * apart]
        ink[where] = np.maximum(ink[where], large)
    return ink


def on_paper(ink, paper=(215, 210, 195), pen=(40, 40, 90), noise=3.0):
    """Return a photo of ink on paper, uint8."""
    rng = np.random.default_rng(0)
    color = np.array(paper) * (1 - ink[..., None]) + np.array(pen) * ink[..., None]
    return (color + rng.normal(0, noise, color.shape)).clip(0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def page(glyphs):
    return on_paper(ink_of(glyphs))


def test_a_page_is_read_line_by_line(page):
    reading = read_page(page)
    assert reading.lines == ROWS
    assert reading.text == "31457\n28609"
    assert reading.page.turn == 0
    assert reading.page.images.shape == (10, 28, 28)
    assert (reading.confidences >= reading.threshold).all()


def test_boxes_lie_around_the_digits(page):
    boxes = np.array([digit.box for digit in find_digits(page).digits])
    for box, at in zip(boxes, range(10), strict=True):
        left, top = 40 + 80 * (at % 5), 50 + 110 * (at // 5)
        assert left - 3 < box[0] < box[2] < left + 59
        assert top - 3 < box[1] < box[3] < top + 59


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_that_was_turned_is_read_all_the_same(page, turn):
    turned = np.rot90(page, -turn // 90)
    reading = read_page(turned)
    assert reading.page.turn == turn
    assert reading.lines == ROWS
    # The first corner is the digit's own top left, so the way to the second is its writing's.
    way = np.sign(np.diff(reading.page.digits[0].corners[:2], axis=0).round())[0]
    assert tuple(way) == {90: (0, 1), 180: (-1, 0), 270: (0, -1)}[turn]


@pytest.mark.parametrize(
    ("paper", "pen"),
    [
        ((240, 230, 120), (30, 60, 200)),
        ((250, 250, 250), (220, 60, 50)),
        ((20, 30, 25), (230, 230, 220)),
    ],
)
def test_any_pen_is_read_on_any_paper(glyphs, paper, pen):
    assert read_page(on_paper(ink_of(glyphs), paper, pen)).lines == ROWS


def test_a_hard_shadow_is_no_ink(page):
    shaded = page.astype(float)
    rows, columns = np.mgrid[: page.shape[0], : page.shape[1]]
    shaded[columns + rows / 2 > 300] *= 0.45
    assert read_page(shaded.astype(np.uint8)).lines == ROWS


@pytest.mark.parametrize("squared", [False, True])
def test_rules_are_no_ink_and_digits_on_them_stay_whole(glyphs, squared):
    ink = ink_of(glyphs)
    rules = np.zeros_like(ink)
    rules[22::36] = rules[23::36] = 1
    if squared:
        rules[:, 20::36] = rules[:, 21::36] = 1
    assert read_page(on_paper(np.maximum(ink, 0.35 * rules))).lines == ROWS


def test_a_sheet_on_a_table_is_straightened(page):
    picture = Image.fromarray(page)
    width, height = picture.size
    table = picture.transform(
        (width + 200, height + 160),
        Image.Transform.PERSPECTIVE,
        (1.05, 0.12, -130, 0.04, 1.1, -95, 0, 1e-4),
        Image.Resampling.BICUBIC,
        fillcolor=(45, 35, 30),
    )
    assert read_page(np.asarray(table)).lines == ROWS


def test_one_digit_that_fills_the_picture_is_a_page_of_one(glyphs):
    for digit in (2, 5, 8):
        large = np.asarray(Image.fromarray(glyphs[digit]).resize((300, 300)))
        assert read_page(on_paper(large)).digits == (digit,)


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (40, 40), (300, 400)])
@pytest.mark.parametrize("noise", [0.0, 8.0])
def test_nothing_is_read_on_blank_paper(shape, noise):
    reading = read_page(on_paper(np.zeros(shape), noise=noise))
    assert set(reading.digits) <= {None}


def test_a_reading_of_nothing_has_the_shapes_of_any_other():
    reading = read_page(np.full((40, 50), 255, np.uint8))
    assert (reading.digits, reading.lines, reading.text) == ((), (), "")
    assert reading.probabilities.shape == (0, 10)
    assert reading.confidences.shape == (0,)
    assert reading.page.images.shape == (0, 28, 28)


def test_several_pages_are_read_as_each_alone_in_their_order(page, glyphs):
    pages = [page, on_paper(ink_of(glyphs, ((7,),))), np.full((40, 50), 255, np.uint8)]
    together = lab.handwriting.read_pages(pages)
    alone = [read_page(one) for one in pages]
    assert [one.text for one in together] == [one.text for one in alone]
    assert len({one.text for one in alone}) == 3
    for one, other in zip(together, alone, strict=True):
        np.testing.assert_array_equal(one.probabilities, other.probabilities)


def test_what_the_network_is_not_sure_of_is_a_question_mark(page):
    uncertain = lab.keras.Sequential(
        [
            lab.keras.Input((28, 28)),
            lab.keras.layers.Flatten(),
            lab.keras.layers.Dense(10, activation="softmax", kernel_initializer="zeros"),
        ]
    )
    reading = read_page(find_digits(page), uncertain)
    assert reading.lines == ((None,) * 5, (None,) * 5)
    assert reading.text == "?????\n?????"


def test_only_colors_in_which_ink_is_dark_are_looked_at(glyphs):
    blue_on_yellow = on_paper(ink_of(glyphs), (240, 230, 120), (30, 60, 200))
    assert darkness.channels_of_ink(blue_on_yellow, 1 / 64) == [0, 1]
    assert darkness.channels_of_ink(on_paper(ink_of(glyphs)), 1 / 64) == [0, 1, 2]


def test_a_digit_that_is_broken_in_two_is_joined(glyphs):
    ink = ink_of(glyphs, ((3, 5, 2),))
    rows = np.flatnonzero(ink[:, 120:176].any(axis=1))
    cut = rows[0] + round(0.3 * len(rows))
    ink[cut : cut + 5, 120:176] = 0
    assert len(connected(ink > 0.5, 0)) > 3
    reading = read_page(on_paper(ink))
    assert reading.digits == (3, 5, 2)
    top, bottom = reading.page.digits[1].box[1::2]
    assert bottom - top > 0.9 * len(rows)


# The drawings stay when the reader is trained anew: which digits it reads surely then changes.
@pytest.mark.parametrize(
    ("small", "image", "left"),
    [(6, 183, 118), (6, 183, 120), (6, 183, 121), (6, 183, 124), (2, 547, 121), (2, 547, 122)],
)
def test_a_small_digit_is_no_piece_of_the_large_one_beside_it(small, image, left):
    images = lab.load_digits("sample").train.images
    ink = np.zeros((160, 400))
    for index, side, top, start in (
        (350, 64, 50, 20),
        (image, 28, 68, left),
        (211, 64, 50, 140),
        (470, 64, 50, 260),
    ):
        drawing = Image.fromarray(images[index][4:24, 4:24]).resize((side, side))
        where = np.s_[top : top + side, start : start + side]
        ink[where] = np.maximum(ink[where], np.asarray(drawing))
    assert len(connected(ink > 0.3, 0)) == 4
    assert read_page(on_paper(ink)).digits == (3, small, 4, 5)


@pytest.mark.parametrize("kind", ["letters", "scribbles"])
def test_nothing_is_read_on_a_page_of_letters_or_scribbles(kind):
    page = lab.handwriting.make_empty_page(np.random.default_rng(0), kind)
    reading = read_page(page.picture)
    assert len(reading.digits) > 3
    assert set(reading.digits) == {None}
    assert reading.page.turn == 0


def test_ruled_paper_without_writing_is_blank():
    rules = np.zeros((300, 400))
    rules[20::36] = rules[21::36] = 0.4
    rules[:, 60:62] = 0.5
    assert set(read_page(on_paper(rules)).digits) <= {None}


def test_touching_digits_are_cut_apart(glyphs):
    for pair in ((3, 5), (0, 2), (8, 7)):
        apart = next(
            at
            for at in range(56, 20, -1)
            if len(connected(side_by_side(glyphs, pair, at) > 0.5, 0)) == 1
        )
        assert read_page(on_paper(side_by_side(glyphs, pair, apart))).digits == pair


def test_a_single_digit_is_not_cut(glyphs):
    ink = ink_of(glyphs)
    parts = connected(ink > 0.3, 2)
    assert len(touching.cut_apart(parts, np.zeros(len(parts)), 6.0, ink)) == len(parts)


def test_a_digit_is_prepared_as_those_of_mnist_are(glyphs):
    rng = np.random.default_rng(0)
    images = []
    for glyph in glyphs:
        large = paste_enlarged(glyph, rng)
        images.append(digit_image(large / 2, large > 0.2))  # of half the contrast
        rows, columns = np.nonzero(images[-1])
        assert max(np.ptp(rows), np.ptp(columns)) == 19
        assert abs(images[-1].max() - 1) < 0.1
    network = lab.models.pretrained("reader")
    read = lab.evaluation.predict(network, np.array(images)).probabilities.argmax(axis=1)
    assert read.tolist() == list(range(10))


def test_thin_strokes_become_as_thick_as_those_of_mnist():
    ink = np.zeros((200, 120))
    ink[20:180, 60] = ink[20, 40:60] = 1
    image = digit_image(ink, ink > 0.5)
    assert 1.8 <= image[14].sum() <= 3  # 0.11 of 20 pixels are 2.2


def test_strokes_that_are_much_fainter_than_others_stay():
    ink = np.zeros((200, 120))
    ink[20:180, 55:65] = 0.45
    ink[20:30, 30:65] = 1  # the least part of the ink, but more than a tenth
    image = digit_image(ink, ink > 0.3)
    assert np.ptp(np.flatnonzero(image.any(axis=1))) == 19
    assert image[20].sum() > 1


@pytest.mark.parametrize("width", [3, 7, 12])
def test_the_usual_width_of_strokes_is_measured(width):
    picture = Image.new("L", (400, 300))
    draw = ImageDraw.Draw(picture)
    for left in (60, 160, 260):
        draw.line([(left, 50), (left, 250)], fill=255, width=width)
    assert stroke_width(np.asarray(picture) > 0) == pytest.approx(width, abs=1.2)


def test_the_threshold_lies_between_ink_and_paper_however_little_ink_there_is():
    ink = np.zeros((200, 300), np.float32)
    ink[90:110, 100:104] = 0.5
    rng = np.random.default_rng(0)
    noisy = (ink + np.abs(rng.normal(0, 0.02, ink.shape))).astype(np.float32)
    assert (ink_mask(noisy) != (ink > 0)).sum() <= 2


def test_light_ink_is_told_from_dark_ink(page):
    assert darkness.skew_of_ink(page)[0] < 0 < darkness.skew_of_ink(255 - page)[0]
    assert darkness.skew_of_ink(np.full((30, 40, 3), 90, np.uint8))[0] == 0


def test_a_page_without_rules_stays_as_it_is(glyphs):
    ink = ink_of(glyphs)
    found = darkness.Ink(ink.astype(np.float32), ink > 0.3, 6.0)
    np.testing.assert_array_equal(without_rules(found), found.mask)


def test_a_large_photo_is_made_smaller_and_boxes_stay_in_its_pixels(page):
    large = np.asarray(Image.fromarray(page).resize((2400, 1400)).filter(ImageFilter.BoxBlur(2)))
    reading = read_page(large)
    assert reading.lines == ROWS
    last = reading.page.digits[-1].box
    assert last[2] > 0.8 * 2400
