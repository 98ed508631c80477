"""The pad on a page without Jupyter: its keys, undo, labels, and words when nobody answers."""

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from mnist_lab import handwriting
from mnist_lab.handwriting import Pad
from tests.helpers.browser import draw
from tests.helpers.pad import SCRIPT, STYLE, reading, strokes

ONE = [(0.5, 0.2), (0.5, 0.8)]

pytestmark = pytest.mark.needs_browser


def status(page: Page) -> Locator:
    return page.locator(".lab-pad-status")


def collect(page: Page, label: int) -> None:
    page.locator(".lab-pad-label").select_option(str(label))
    page.locator(".lab-pad-collect").click()


def labels(pad: Pad) -> list[int]:
    return handwriting.load_collection(pad.collection).labels.tolist()


@pytest.mark.parametrize("control", ["canvas", "undo", "clear", "width", "label", "collect"])
def test_only_the_key_that_saves_leaves_the_pad(page: Page, control: str):
    page.evaluate(
        "window.keys = []; addEventListener('keydown', (event) => window.keys.push(event.key))"
    )
    page.locator(f".lab-pad-{control}").focus()
    for key in ("x", "d", "ArrowDown", "Shift+Enter", "Escape", "Control+z", "Control+Backspace"):
        page.keyboard.press(key)
    assert page.evaluate("window.keys.filter((key) => !/Shift|Control/.test(key))") == []
    page.evaluate("addEventListener('keydown', (event) => event.preventDefault())")
    page.keyboard.press("Control+s")
    assert "s" in page.evaluate("window.keys")


@pytest.mark.parametrize("keys", ["Control+z", "Meta+z"])
def test_a_key_undoes_a_stroke_wherever_the_focus_is_on_the_pad(page: Page, keys: str):
    for control in ("canvas", "collect"):
        draw(page, ONE)
        page.locator(f".lab-pad-{control}").focus()
        page.keyboard.press(keys)
        assert strokes(page) == []


def test_the_label_is_chosen_anew_for_each_drawing(page: Page, shown_pad: Pad):
    draw(page, ONE)
    collect(page, 1)
    expect(status(page)).to_contain_text("Saved drawing 1")
    expect(page.locator(".lab-pad-label")).to_have_value("")
    draw(page, ONE)
    page.locator(".lab-pad-collect").click()
    expect(status(page)).to_have_text("Choose which digit it is, then collect it.")
    assert labels(shown_pad) == [1]


def test_undo_takes_a_saved_drawing_back_and_collecting_it_again_saves_it_once(
    page: Page, shown_pad: Pad
):
    draw(page, ONE)
    drawn = strokes(page)
    collect(page, 1)
    expect(status(page)).to_contain_text("Saved drawing 1")
    assert strokes(page) == []
    page.locator(".lab-pad-undo").click()
    expect(status(page)).to_contain_text("Took the 1 back. 0 drawings are left")
    assert strokes(page) == drawn
    assert not shown_pad.collection.exists()
    expect(page.locator(".lab-pad-label")).to_have_value("1")
    page.locator(".lab-pad-collect").click()
    expect(status(page)).to_contain_text("Saved drawing 1")
    assert labels(shown_pad) == [1]
    for expected in (drawn, []):  # the drawing again, and then its stroke
        page.locator(".lab-pad-undo").click()
        page.wait_for_function("n => window.model.get('strokes').length === n", arg=len(expected))
    assert not shown_pad.collection.exists()


def test_a_drawing_that_cannot_be_saved_stays_on_the_pad(page: Page, shown_pad: Pad):
    shown_pad.collection.write_bytes(b"not an archive")
    draw(page, ONE)
    drawn = strokes(page)
    collect(page, 1)
    expect(status(page)).to_contain_text("not a readable .npz")
    assert strokes(page) == drawn
    expect(page.locator(".lab-pad-label")).to_have_value("1")


def test_a_pad_that_is_cut_off_says_so_at_once_and_shows_no_earlier_answer(page: Page):
    draw(page, ONE)
    expect(reading(page)).to_contain_text("reads")
    page.evaluate("window.lose()")
    expect(reading(page)).to_contain_text("Not connected any more")
    expect(page.locator(".lab-pad-model, .lab-pad-images figure")).to_have_count(0)
    draw(page, ONE)
    page.evaluate("document.body.dataset.jpThemeName = 'another'")
    expect(reading(page)).to_contain_text("Run the pad's cell again")
    collect(page, 1)
    expect(status(page)).to_contain_text("Not saved. Not connected any more")
    assert len(strokes(page)) == 2


def test_a_drawing_on_its_way_when_the_pad_is_cut_off_is_not_saved(page: Page):
    draw(page, ONE)
    expect(reading(page)).to_contain_text("reads")
    page.evaluate("window.silent = true")
    collect(page, 1)
    page.evaluate("window.lose()")
    expect(status(page)).to_contain_text("Not saved. Not connected any more")
    assert len(strokes(page)) == 1


def test_a_closed_connection_is_noticed_when_no_answer_comes(page: Page):
    """Simulated: sending fails, as it does after JupyterLab has restarted a killed kernel."""
    page.evaluate("window.cutOff = window.silent = true")
    page.clock.install()
    draw(page, ONE)
    page.clock.run_for(1_500)
    expect(reading(page)).to_contain_text("Not connected any more")
    collect(page, 1)
    expect(status(page)).to_contain_text("Not saved. Not connected any more")


def test_a_kernel_that_does_not_answer_is_waited_for_and_then_named(page: Page):
    draw(page, ONE)
    expect(reading(page)).to_contain_text("reads")
    page.clock.install(time=0)
    page.clock.pause_at(1_000)  # or it would go on by itself while a busy machine looks
    page.evaluate("window.silent = true")
    draw(page, [(0.2, 0.5), (0.8, 0.5)])
    page.clock.run_for(1_500)
    expect(reading(page)).to_have_text("Waiting for the kernel …")
    expect(page.locator(".lab-pad-model")).to_have_count(0)
    collect(page, 4)
    page.clock.run_for(6_000)
    expect(reading(page)).to_contain_text("If a cell is running, wait.")
    expect(status(page)).to_contain_text("Not saved yet. No answer from the kernel.")
    page.evaluate("window.silent = false; window.model.save_changes()")
    expect(reading(page)).to_contain_text("reads")


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0, "0 %"),
        (0.426, "43 %"),
        (0.99, "99 %"),
        (0.994, "99.4 %"),
        (0.996, "99.6 %"),
        (0.999, "99.9 %"),
        (0.9991, "over 99.9 %"),
        (1.0, "over 99.9 %"),
    ],
)
def test_no_share_below_all_is_shown_as_100_percent(page: Page, share: float, text: str):
    shares = [share, *[(1 - share) / 9] * 9]
    card = {"name": "made up", "prediction": 0, "probabilities": shares, "hidden": []}
    page.evaluate("answer => window.model.set('answer', answer)", {"number": -1, "models": [card]})
    expect(reading(page)).to_have_text(f"made up reads 0 ({text})")
    expect(page.locator(".lab-pad-model")).to_contain_text(f"reads 0 ({text})")


def test_its_captions_can_be_understood_without_the_text_around(page: Page):
    draw(page, ONE)
    expect(reading(page)).to_contain_text("reads")
    text = page.locator(".lab-pad-right").inner_text()
    for words in (
        "what the networks see",
        "most similar training digits",
        "its 20 hidden neurons",
        "always names one of the ten digits",
    ):
        assert words in text


@pytest.mark.parametrize("width", [390, 320])
def test_on_a_phone_nothing_is_cut_and_everything_can_be_touched(
    chromium: Browser, page: Page, shown_pad: Pad, width: int
):
    draw(page, ONE)
    expect(reading(page)).to_contain_text("reads")
    answer = shown_pad.answer
    phone = chromium.new_context(viewport={"width": width, "height": 800}, has_touch=True)
    small = phone.new_page()
    small.emulate_media(reduced_motion="reduce")
    # The page of a notebook leaves about 80 of 390 pixels to its margins.
    small.set_content(
        f"<meta name='viewport' content='width=device-width'><style>{STYLE}</style>"
        f"<main style='width: {width - 80}px; overflow: hidden'></main>"
    )
    state = {"canvas_size": 280, "pen_width": 20, "strokes": [], "answer": answer, "status": ""}
    small.evaluate(
        """async ({script, state}) => {
          const model = {get: (name) => state[name], on() {}, off() {}, send() {}};
          const url = URL.createObjectURL(new Blob([script], {type: "text/javascript"}));
          (await import(url)).default.render({model, el: document.querySelector("main")});
        }""",
        {"script": SCRIPT, "state": state},
    )
    expect(reading(small)).to_contain_text("reads")
    assert small.evaluate("matchMedia('(pointer: coarse)').matches")
    room = width - 80
    for element in small.locator(".lab-pad *").all():
        box = element.bounding_box()
        if box:
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 8 + room + 1, element.get_attribute("class")
    canvas = small.locator(".lab-pad-canvas").bounding_box()
    assert canvas["width"] == pytest.approx(canvas["height"], abs=1)
    for control in ("undo", "clear", "width", "label", "collect"):
        box = small.locator(f".lab-pad-{control}").bounding_box()
        assert min(box["width"], box["height"]) >= 44, control
    # The answer stands below the canvas, before the buttons.
    tops = [
        small.locator(f".lab-pad-{name}").bounding_box()["y"]
        for name in ("canvas", "reading", "drawing", "collecting", "images", "models", "hint")
    ]
    assert tops == sorted(tops)
    phone.close()
