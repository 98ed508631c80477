"""The page of drawings in a browser: it reads while one draws, as Python does, and asks nobody."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

import mnist_lab as lab
from mnist_lab.evaluation import predict
from mnist_lab.export import course_page, with_rounded_weights
from mnist_lab.handwriting import Drawing, load_recorded, preprocess, rasterize
from tests.helpers import browser as browsing
from tests.helpers.browser import draw
from tests.helpers.pad import reading

pytestmark = pytest.mark.needs_browser
ONE = [(0.5, 0.2), (0.5, 0.8)]
WIDTHS = (360, 768, 1280)
# Shows a drawing on the pad as a pointer would have left it.
SHOW = """strokes => {
  const canvas = document.querySelector(".lab-pad-canvas");
  const box = canvas.getBoundingClientRect();
  const width = document.querySelector(".lab-pad-width");
  for (const stroke of strokes) {
    width.value = stroke.width;
    const at = ([x, y]) => ({ clientX: box.left + 1 + x * (box.width - 2) / 280,
      clientY: box.top + 1 + y * (box.height - 2) / 280, button: 0, pointerId: 1 });
    canvas.setPointerCapture = () => {};
    const send = (kind, point) => canvas.dispatchEvent(new PointerEvent(kind, at(point)));
    send("pointerdown", stroke.points[0]);
    stroke.points.slice(1).forEach((point) => send("pointermove", point));
    send("pointerup", stroke.points.at(-1));
  }
}"""
BYTES = """canvas => [...canvas.getContext("2d").getImageData(0, 0, 28, 28).data]
  .filter((_, at) => at % 4 === 3)"""


def as_sent(drawing: Drawing) -> list[dict[str, Any]]:
    return [{"width": one.width, "points": one.points.tolist()} for one in drawing.strokes]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "read.html"
    course_page(path)
    return path


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browsing.chromium(browsing.find_chromium() or "") as browser:
        yield browser


@pytest.fixture
def page(chromium: Browser, file: Path) -> Iterator[Page]:
    """The page, which in the end has complained of nothing and asked for nothing but itself."""
    page = chromium.new_page(viewport={"width": 1000, "height": 900})
    page.set_default_timeout(20_000)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: complaints.append(request.url))
    page.goto(file.as_uri())
    expect(reading(page)).to_have_text("Draw a digit.")
    yield page
    page.close()
    asked = {url for url in complaints if not url.startswith(("data:,", "blob:"))}
    assert asked == {file.as_uri()}


def test_it_reads_a_drawing_as_python_does(page: Page):
    drawing = load_recorded()[43]
    page.evaluate(SHOW, as_sent(drawing))
    expect(reading(page)).to_contain_text(f"CNN reads {drawing.label}")
    expected = preprocess(rasterize(drawing.strokes))
    seen = page.locator(".lab-pad-model-input").evaluate(BYTES)
    assert seen == np.round(expected * 255).astype(int).reshape(-1).tolist()
    for name, shown in (("single_layer", "single layer"), ("cnn", "CNN")):
        model = with_rounded_weights(lab.models.pretrained(name))
        [shares] = predict(model, expected[None]).probabilities
        card = page.locator(f".lab-pad-model[data-model='{shown}']")
        expect(card).to_have_attribute("data-reads", str(shares.argmax()))
        heights = card.locator(".lab-pad-bar").evaluate_all(
            "bars => bars.map((bar) => parseFloat(bar.style.height))"
        )
        np.testing.assert_allclose(heights, 100 * shares, atol=0.01)


def test_it_answers_while_the_pen_is_down(page: Page):
    box = page.locator(".lab-pad-canvas").bounding_box()
    page.mouse.move(box["x"] + 140, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 140, box["y"] + 220, steps=5)
    expect(reading(page)).to_contain_text("CNN reads 1")
    assert page.locator(".lab-pad-nearest, .lab-pad-alike").count() == 0
    page.mouse.up()
    expect(reading(page)).to_contain_text("CNN reads 1")
    page.locator(".lab-pad-clear").click()
    expect(reading(page)).to_have_text("Draw a digit.")


def test_the_keyboard_draws_and_a_finger_does_not_scroll(chromium: Browser, file: Path):
    context = chromium.new_context(
        has_touch=True, is_mobile=True, viewport={"width": 360, "height": 640}
    )
    page = context.new_page()
    page.goto(file.as_uri())
    canvas = page.locator(".lab-pad-canvas")
    assert canvas.evaluate("one => getComputedStyle(one).touchAction") == "none"
    canvas.focus()
    for key in ["ArrowUp"] * 6 + [" "] + ["ArrowDown"] * 12 + [" "]:
        page.keyboard.press(key)
    expect(reading(page)).to_contain_text("CNN reads 1")
    context.close()


def test_collected_drawings_come_as_a_file_that_load_digits_reads(page: Page, tmp_path: Path):
    button = page.get_by_role("button", name="Download drawings")
    expect(button).to_be_disabled()
    recorded = load_recorded()[:20]
    for count, drawing in enumerate(recorded, 1):
        page.evaluate(SHOW, as_sent(drawing))
        page.locator(".lab-pad-label").select_option(str(drawing.label))
        page.locator(".lab-pad-collect").click()
        expect(page.locator(".lab-pad-status")).to_contain_text(f"Kept drawing {count}, labeled ")
    page.locator(".lab-pad-undo").click()
    expect(page.locator(".lab-pad-status")).to_contain_text("19 drawings are left")
    with page.expect_download() as download:
        button.click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    assert path.name == "drawings.npz"
    kept = lab.handwriting.load_collection(path)
    assert kept.labels.tolist() == [drawing.label for drawing in recorded[:19]]
    expected = [preprocess(rasterize(drawing.strokes)) for drawing in recorded[:19]]
    np.testing.assert_array_equal(kept.images, np.array(expected))
    digits = lab.load_digits(path)
    assert sum(digits.sizes.values()) == 19


def test_an_empty_pad_is_not_collected(page: Page):
    page.locator(".lab-pad-label").select_option("1")
    page.locator(".lab-pad-collect").click()
    expect(page.locator(".lab-pad-status")).to_contain_text("The pad is empty")
    expect(page.get_by_role("button", name=re.compile("Download"))).to_be_disabled()


def test_a_photo_that_is_dropped_is_answered_by_a_sentence(page: Page):
    page.evaluate(
        """() => {
          const dropped = new DataTransfer();
          dropped.items.add(new File(["any"], "photo.jpg", { type: "image/jpeg" }));
          const event = { dataTransfer: dropped, bubbles: true, cancelable: true };
          document.querySelector(".lab-pad").dispatchEvent(new DragEvent("drop", event));
        }"""
    )
    expect(page.locator(".lab-pad-status")).to_contain_text("This page reads drawings only")
    assert page.locator("input[type=file], .lab-pad-choose").count() == 0


def test_axe_finds_nothing_and_nothing_is_wider_than_the_window(page: Page):
    from axe_playwright_python.sync_playwright import Axe

    draw(page, ONE)
    expect(reading(page)).to_contain_text("reads")
    page.locator("summary").click()
    found = set()
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            for one in Axe().run(page).response["violations"]:
                where = one["nodes"][0]["html"][:120]
                found.add((one["impact"], one["id"], f"{width} {scheme}", where))
    assert not found
