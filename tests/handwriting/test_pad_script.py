"""The browser's half of the pad needs no Jupyter: a stand-in for the widget's model drives it."""

import re
import shutil
import subprocess
from pathlib import Path

import playwright
import pytest
from playwright.sync_api import expect

from mnist_lab import handwriting
from tests.helpers.browser import draw
from tests.helpers.pad import SCRIPT, STYLE, pixels, reading, strokes

# Red, green, blue and opacity of the pixels in a box: left, top, width, height.
COLORS = "(canvas, box) => [...canvas.getContext('2d').getImageData(...box).data]"


def test_its_script_is_javascript():
    driver = Path(playwright.__file__).parent / "driver"
    node = shutil.which("node") or next(
        str(path) for path in driver.glob("node*") if path.is_file()
    )
    command = [node, "--input-type=module", "--check"]
    done = subprocess.run(command, input=SCRIPT.encode(), capture_output=True)
    assert done.returncode == 0, done.stderr.decode()


def test_its_script_names_only_traits_and_messages_that_exist(shown_pad):
    named = set(re.findall(r'model\.(?:get|set)\("(\w+)"', SCRIPT))
    named |= set(re.findall(r'"change:(\w+)"', SCRIPT))
    assert named == {"canvas_size", "pen_width", "blind", "strokes", "answer", "status"}
    assert named <= set(shown_pad.keys)
    kinds = re.findall(r'kind: (?:/\*\*.*?\*/ \()?"([\w ]+)"', SCRIPT)
    assert set(kinds) == {"collect", "take back", "hello", "reply", "photo"}
    assert "http" not in SCRIPT


def test_its_script_reads_only_keys_that_an_answer_has(shown_pad):
    shown_pad.draw(handwriting.load_recorded()[43].strokes)
    for keys, name in (
        (shown_pad.answer, "Answer"),
        (shown_pad.answer["models"][0], "ModelAnswer"),
        (shown_pad.answer["nearest"][0], "Neighbor"),
    ):
        fields = re.search(rf"@typedef \{{{{ (.*) \}}}} {name}\b", SCRIPT).group(1)
        assert set(re.findall(r"(\w+)\??:", fields)) == set(keys)


def test_every_class_that_is_styled_is_one_that_the_script_makes():
    styled = set(re.findall(r"\.(lab-pad[\w-]*)", STYLE))
    assert styled <= set(re.findall(r"lab-pad[\w-]*", SCRIPT))
    assert "var(--jp-" in STYLE
    assert re.findall(r"var\(--jp-[\w-]+\)", STYLE) == []  # each has a fallback outside JupyterLab


@pytest.mark.needs_browser
def test_a_stroke_of_the_mouse_is_sent_once_and_its_answer_shown(page, shown_pad):
    draw(page, [(0.5, 0.2), (0.5, 0.8)])
    expect(reading(page)).to_contain_text("dense reads")
    (stroke,) = strokes(page)
    assert stroke["width"] == handwriting.PEN_WIDTH
    assert stroke["points"][0] == pytest.approx([140, 56], abs=1)
    assert stroke["points"][-1] == pytest.approx([140, 224], abs=1)
    results = shown_pad.prediction.results
    for name, result in results.items():
        card = page.locator(f".lab-pad-model[data-model={name}]")
        expect(card).to_have_attribute("data-reads", str(result.predictions[0]))
        assert card.locator(".lab-pad-bar").count() == 10
        assert card.locator(".lab-pad-bar.is-answer").count() == 1
    assert page.locator(".lab-pad-nearest").count() == 5
    assert page.locator(".lab-pad-hidden").count() == 1
    colors = page.locator(".lab-pad-model-input").evaluate(COLORS, [0, 0, 28, 28])
    assert colors[3::4] == shown_pad.answer["model_input"]


@pytest.mark.needs_browser
def test_the_keyboard_draws_and_escape_drops_the_stroke(page):
    page.locator(".lab-pad-canvas").focus()
    for key in ("ArrowLeft", " ", "ArrowDown", "Shift+ArrowDown", " "):
        page.keyboard.press(key)
    expected = [[130, 140], [130, 150], [130, 152]]
    assert [stroke["points"] for stroke in strokes(page)] == [expected]
    before = strokes(page)
    for key in (" ", "ArrowUp", "Escape"):
        page.keyboard.press(key)
    assert strokes(page) == before
    for key in (" ", "ArrowUp"):
        page.keyboard.press(key)
    page.get_by_text("elsewhere").focus()  # leaving the pad lifts the pen
    assert len(strokes(page)) == 2


@pytest.mark.needs_browser
def test_undo_goes_back_over_strokes_and_clearing_but_not_over_what_others_drew(page):
    undo, clear = page.locator(".lab-pad-undo"), page.locator(".lab-pad-clear")
    empty = pixels(page)
    draw(page, [(0.2, 0.2), (0.8, 0.2)])
    one, first = pixels(page), strokes(page)
    draw(page, [(0.2, 0.5), (0.8, 0.5)])
    undo.click()
    assert (pixels(page), strokes(page)) == (one, first)
    clear.click()
    assert (pixels(page), strokes(page)) == (empty, [])
    undo.click()
    assert (pixels(page), strokes(page)) == (one, first)
    other = [{"width": 9, "points": [[5, 5], [99, 99]]}]
    page.evaluate("strokes => window.model.set('strokes', strokes)", other)
    undo.click()
    assert strokes(page) == other


@pytest.mark.needs_browser
def test_collecting_asks_for_the_digit_and_then_keeps_the_drawing(page, shown_pad):
    draw(page, [(0.5, 0.2), (0.5, 0.8)])
    status = page.locator(".lab-pad-status")
    page.locator(".lab-pad-collect").click()
    expect(status).to_have_text("Choose which digit it is, then collect it.")
    assert not shown_pad.collection.exists()
    page.locator(".lab-pad-label").select_option("1")
    page.locator(".lab-pad-collect").click()
    expect(status).to_contain_text("Saved drawing 1, labeled 1, in")
    assert strokes(page) == []
    assert handwriting.load_collection(shown_pad.collection).labels.tolist() == [1]


@pytest.mark.needs_browser
def test_a_late_answer_leaves_the_hint_and_the_next_stroke_takes_it_away(page):
    draw(page, [(0.5, 0.2), (0.5, 0.8)])
    expect(reading(page)).to_contain_text("reads")
    status = page.locator(".lab-pad-status")
    page.locator(".lab-pad-collect").click()
    page.evaluate("window.model.set('answer', {...window.model.get('answer'), number: 99})")
    expect(status).to_have_text("Choose which digit it is, then collect it.")
    draw(page, [(0.4, 0.2), (0.4, 0.8)])
    expect(status).to_have_text("")


@pytest.mark.needs_browser
def test_screen_readers_are_told_what_is_what(page):
    draw(page, [(0.5, 0.2), (0.5, 0.8)])
    expect(reading(page)).to_contain_text("reads")
    canvas = page.get_by_role("application")
    expect(canvas).to_have_attribute("aria-label", re.compile("^Drawing area, 280 by 280"))
    for role, count in (("group", 1), ("status", 1), ("slider", 1), ("combobox", 1)):
        assert page.get_by_role(role).count() == count
    assert page.locator("[aria-live=polite]").count() == 1
    images = page.get_by_role("img").all()
    assert (
        len(images) == 1 + 5 + 1 + 2
    )  # the input, the nearest, hidden units, bars of two networks
    assert all(image.get_attribute("aria-label") for image in images)


@pytest.mark.needs_browser
def test_a_change_of_theme_repaints_the_ink(page):
    draw(page, [(0.5, 0.2), (0.5, 0.8)])
    before = pixels(page)
    page.evaluate("document.body.style.setProperty('--jp-ui-font-color0', 'rgb(200, 0, 0)')")
    page.evaluate("document.body.dataset.jpThemeName = 'another'")
    expect(reading(page)).to_contain_text("reads")
    color = page.locator(".lab-pad-canvas").evaluate(COLORS, [140, 140, 1, 1])
    assert color == [200, 0, 0, 255]
    assert pixels(page) != before


@pytest.mark.needs_browser
def test_a_pad_that_is_taken_away_no_longer_listens(page):
    assert page.evaluate("window.count()") == 5
    page.evaluate("window.end()")
    assert page.evaluate("window.count()") == 0
    draw(page, [(0.5, 0.2), (0.5, 0.8)])
    page.locator(".lab-pad-canvas").press(" ")
    assert strokes(page) == []
