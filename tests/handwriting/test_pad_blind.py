"""A blind pad answers only after so many drawings have been collected."""

import numpy as np
import pytest
from playwright.sync_api import expect

from mnist_lab import handwriting
from mnist_lab.handwriting import Pad
from tests.helpers.browser import draw
from tests.helpers.pad import SENT, SEVEN, asked, reading, sent


@pytest.fixture
def blind_pad(networks, digits, tmp_path):
    made = Pad({"single": networks["single"]}, digits, tmp_path / "mine", blind=2)
    yield made
    made.close()


def collect(pad: Pad) -> None:
    """Draw and collect as a browser does."""
    sent(pad, strokes=SENT)
    asked(pad, {"kind": "collect", "label": 7, "strokes": SENT})
    sent(pad, strokes=[])


def test_the_browser_gets_no_answer_until_enough_is_collected(blind_pad):
    for left in (2, 1):
        assert blind_pad.blind == left
        sent(blind_pad, strokes=SENT)
        assert set(blind_pad.answer) == {"number"}
        collect(blind_pad)
        assert set(blind_pad.answer) == {"number"}
    assert blind_pad.blind == 0
    sent(blind_pad, strokes=SENT)
    assert [model["name"] for model in blind_pad.answer["models"]] == ["single"]
    assert len(handwriting.load_collection(blind_pad.collection)) == 2


def test_what_is_drawn_blind_is_collected_as_ever_and_python_may_ask(blind_pad):
    prediction = blind_pad.draw(SEVEN.strokes)
    blind_pad.collect(7)
    kept = handwriting.load_collection(blind_pad.collection)
    np.testing.assert_array_equal(kept.images, prediction.model_input[None])
    assert blind_pad.blind == 1


def test_a_drawing_that_is_taken_back_counts_no_more_but_answers_do_not_end(blind_pad):
    collect(blind_pad)
    asked(blind_pad, {"kind": "take back", "label": 7, "strokes": SENT})
    assert blind_pad.blind == 2
    collect(blind_pad)
    collect(blind_pad)
    asked(blind_pad, {"kind": "take back", "label": 7, "strokes": SENT})
    assert blind_pad.blind == 0


def test_a_drawing_of_an_earlier_pad_that_is_taken_back_asks_for_no_more(blind_pad):
    handwriting.append_to_collection(
        blind_pad.collection, handwriting.preprocess(handwriting.rasterize(SENT))[None], [7]
    )
    asked(blind_pad, {"kind": "take back", "label": 7, "strokes": SENT})
    assert blind_pad.blind == 2


def test_a_pad_is_not_blind_unless_asked(pad):
    assert pad.blind == 0


@pytest.mark.parametrize("blind", [-1, 1.5, "ten", None])
def test_nonsense_is_refused(blind, networks, digits):
    with pytest.raises(ValueError, match="blind="):
        Pad(networks, digits, blind=blind)


@pytest.mark.needs_browser
def test_the_page_says_how_many_drawings_are_missing(page):
    page.evaluate("() => { window.model.set('blind', 3); }")
    page.evaluate("() => { window.model.set('answer', {number: 98}); }")
    expect(reading(page)).to_have_text("Draw a digit. Answers come when 3 more are collected.")
    page.evaluate("() => { window.model.set('blind', 0); }")
    draw(page, [(0.5, 0.2), (0.5, 0.8)])
    expect(reading(page)).to_contain_text("reads")
