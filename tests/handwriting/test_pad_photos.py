"""Photos on the pad: chosen, dropped, pasted or taken by a camera, they are read and shown."""

import base64
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from mnist_lab.handwriting import Pad, pad_photos
from mnist_lab.handwriting.photos.page import Reading
from tests.helpers.pad import SCRIPT, SHOW, asked, drop, paste
from tests.helpers.readings import reading_of


def encoded(picture: np.ndarray, kind: str = "png") -> str:
    stream = io.BytesIO()
    Image.fromarray(picture).save(stream, kind)
    return f"data:image/{kind};base64,{base64.b64encode(stream.getvalue()).decode()}"


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[np.ndarray]:
    """The pictures that the pad was asked to read; red ones have no digits, wide ones two."""
    pictures: list[np.ndarray] = []

    def read_page(picture: np.ndarray, model: Any = None) -> Reading:
        pictures.append(picture)
        red, green, _ = picture[..., :3].reshape(-1, 3).mean(axis=0)
        if red > green + 100:
            return reading_of(picture)
        return (
            reading_of(picture, (7, None)) if picture.shape[1] > 200 else reading_of(picture, (4,))
        )

    monkeypatch.setattr("mnist_lab.handwriting.pad.read_page", read_page)
    return pictures


# Python's half


@pytest.fixture
def replies(shown_pad: Pad, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = []
    monkeypatch.setattr(shown_pad, "send", lambda content, buffers=None: messages.append(content))
    return messages


@pytest.mark.parametrize("kind", ["png", "jpeg"])
def test_a_browser_gets_the_digits_of_its_photo_and_their_corners(
    shown_pad: Pad, replies: list, read: list, kind: str
):
    sent = np.full((100, 300, 3), 200, np.uint8)
    asked(shown_pad, {"kind": "photo", "number": 3, "picture": encoded(sent, kind)})
    [picture] = read
    np.testing.assert_allclose(picture.astype(int), sent, atol=3)
    [reply] = replies
    assert {name: reply[name] for name in ("kind", "number", "problem")} == {
        "kind": "photo",
        "number": 3,
        "problem": "",
    }
    [line] = reply["lines"]
    assert [entry["digit"] for entry in line] == [7, None]
    assert line[1]["corners"] == [[110, 20], [150, 20], [150, 90], [110, 90]]
    assert shown_pad.reading is not None
    assert shown_pad.reading.page.picture is picture


def test_a_transparent_picture_arrives_with_its_transparency(read: list, replies, shown_pad: Pad):
    sent = np.zeros((20, 30, 4), np.uint8)
    sent[5:9, 5:9, 3] = 255
    asked(shown_pad, {"kind": "photo", "number": 1, "picture": encoded(sent)})
    np.testing.assert_array_equal(read[0], sent)


@given(
    st.none()
    | st.integers()
    | st.text()
    | st.binary().map(lambda content: "data:image/png;base64," + base64.b64encode(content).decode())
)
@example("data:image/gif;base64,R0lGODlhAQABAAAAACw=")
@example(encoded(np.zeros((50, 50, 3), np.uint8))[:-40])
@settings(max_examples=30, deadline=None)
def test_whatever_is_no_picture_is_answered_in_a_sentence(content: object):
    with pytest.raises(ValueError, match=r"^The picture did not arrive whole\. Save it as"):
        pad_photos.decode_photo(content)


def test_a_photo_that_cannot_be_read_is_answered_with_the_reason(
    shown_pad: Pad, replies: list, monkeypatch: pytest.MonkeyPatch
):
    def refuse(*_: object) -> None:
        raise ValueError("The picture is all black.")

    monkeypatch.setattr("mnist_lab.handwriting.pad.read_page", refuse)
    asked(
        shown_pad, {"kind": "photo", "number": 5, "picture": encoded(np.zeros((9, 9, 3), np.uint8))}
    )
    asked(shown_pad, {"kind": "photo", "number": 6})
    assert [(reply["number"], reply["lines"]) for reply in replies] == [(5, []), (6, [])]
    assert replies[0]["problem"] == "The picture is all black."
    assert replies[1]["problem"].startswith("The picture did not arrive whole.")


def test_a_network_of_ones_own_reads_the_photos(
    networks, digits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    used = []
    monkeypatch.setattr(
        "mnist_lab.handwriting.pad.read_page",
        lambda picture, model: used.append(model) or reading_of(picture),
    )
    pad = Pad({"single": networks["single"]}, digits, tmp_path, reader=networks["cnn"])
    asked(pad, {"kind": "photo", "number": 1, "picture": encoded(np.zeros((9, 9, 3), np.uint8))})
    pad.close()
    assert used == [networks["cnn"]]


# The browser's half

browser = pytest.mark.needs_browser


def status(page: Page) -> Locator:
    return page.locator(".lab-pad-status")


def picture(path: Path, size: tuple[int, int] = (300, 120), color: str = "gray") -> Path:
    path.parent.mkdir(exist_ok=True)
    Image.new("RGB", size, color).save(path)
    return path


def choose(page: Page, path: Path) -> None:
    page.locator(".lab-pad-file").set_input_files(path)


@browser
@pytest.mark.parametrize("bring", [choose, drop, paste])
def test_a_photo_is_read_and_shown_with_its_digits(
    page: Page, read: list, tmp_path: Path, bring: Callable[[Page, Path], None]
):
    bring(page, picture(tmp_path / "mine.png"))
    expect(status(page)).to_have_text(
        "mine.png: 7? (2 digits in 1 line; ? stands for what is no digit, or cannot be read)"
    )
    shown = page.get_by_role("region", name="Photo that was read")
    expect(shown.locator(".lab-pad-photo-line")).to_have_text(["7?"])
    expect(shown.get_by_role("img")).to_have_attribute(
        "aria-label", "mine.png, with a box around each of 2 digits in 1 line"
    )
    assert read[0].shape == (120, 300, 3)
    expect(page.locator(".is-over")).to_have_count(0)
    # On the box stands its color, blue for a digit and orange for none; beside it the photo is.
    colors = shown.locator("canvas").evaluate(
        "(canvas, points) => points.map(([x, y]) =>"
        " [...canvas.getContext('2d').getImageData(x, y, 1, 1).data].slice(0, 3))",
        [[30, 60], [50, 60]],
    )
    assert colors[0][2] > colors[0][0] + 50
    assert colors[1] == [128, 128, 128]
    page.get_by_role("button", name="Close the photo").click()
    expect(shown).to_have_count(0)
    expect(page.get_by_role("button", name="Photo …")).to_be_focused()
    expect(status(page)).to_have_text("")


@browser
@pytest.mark.parametrize("order", ["held", "held.reverse()"])
def test_the_second_of_two_photos_is_the_one_shown_whichever_is_answered_last(
    page: Page, read: list, tmp_path: Path, order: str
):
    page.evaluate(
        """() => {
          const send = window.model.send, held = [];
          window.model.send = (message) => held.push(message);
          window.release = () => ORDER.forEach((message) => send(message));
        }""".replace("ORDER", order)
    )
    choose(page, picture(tmp_path / "wide.png"))
    expect(status(page)).to_have_text("Reading wide.png …")
    choose(page, picture(tmp_path / "narrow.png", (100, 120)))
    expect(status(page)).to_have_text("Reading narrow.png …")
    page.evaluate("window.release()")
    expect(status(page)).to_have_text("narrow.png: 4 (1 digit in 1 line)")
    assert sorted(one.shape[1] for one in read) == [100, 300]
    expect(page.locator(".lab-pad-photo-line")).to_have_text(["4"])


@browser
def test_the_same_photo_can_be_chosen_again(page: Page, read: list, tmp_path: Path):
    path = picture(tmp_path / "a.png")
    for count in (1, 2):
        choose(page, path)
        expect(status(page)).to_contain_text("a.png: 7?")
        assert len(read) == count
        page.get_by_role("button", name="Close the photo").click()


@browser
def test_a_file_that_is_no_picture_is_named_and_the_next_photo_read(
    page: Page, read: list, tmp_path: Path
):
    (tmp_path / "letter.txt").write_text("Dear pad", encoding="utf-8")
    choose(page, tmp_path / "letter.txt")
    expect(status(page)).to_have_text(
        "letter.txt: no picture that this browser opens. Save it as JPEG or PNG."
    )
    choose(page, picture(tmp_path / "a.png"))
    expect(status(page)).to_contain_text("a.png: 7?")


@browser
def test_a_photo_without_digits_is_answered_in_a_sentence(page: Page, read: list, tmp_path: Path):
    choose(page, picture(tmp_path / "red.png", color="red"))
    expect(status(page)).to_have_text("red.png: no digits were found. Go nearer, with more light.")
    expect(page.locator(".lab-pad-photo")).to_be_hidden()


@browser
def test_a_large_photo_is_made_smaller_and_turned_as_the_camera_was_held(
    page: Page, read: list, tmp_path: Path
):
    colors = np.full((1000, 2000, 3), 200, np.uint8)
    colors[:, :1000] = 100  # the dark half is left in the file, and above as the camera was held
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(colors).save(tmp_path / "large.jpg", exif=exif)
    choose(page, tmp_path / "large.jpg")
    expect(status(page)).to_contain_text("large.jpg: 7?")
    [sent] = read
    assert sent.shape == (1600, 800, 3)
    assert sent[:700].mean() == pytest.approx(100, abs=2)
    assert sent[900:].mean() == pytest.approx(200, abs=2)


@browser
def test_ink_on_nothing_stays_on_nothing(page: Page, read: list, tmp_path: Path):
    Image.new("RGBA", (300, 120), (0, 0, 0, 0)).save(tmp_path / "clear.png")
    choose(page, tmp_path / "clear.png")
    expect(status(page)).to_contain_text("clear.png: 7?")
    assert read[0].shape == (120, 300, 4)
    assert not read[0][..., 3].any()


@browser
def test_a_clipboard_without_a_picture_is_told_and_text_that_is_dragged_left_alone(
    page: Page, read: list
):
    page.evaluate(
        """() => {
          const pad = document.querySelector(".lab-pad-canvas"), transfer = new DataTransfer();
          transfer.setData("text/plain", "7");
          const data = {dataTransfer: transfer, clipboardData: transfer};
          const all = {bubbles: true, cancelable: true, ...data};
          window.left = pad.dispatchEvent(new DragEvent("drop", all));
          pad.dispatchEvent(new ClipboardEvent("paste", all));
        }"""
    )
    assert page.evaluate("window.left") is True
    expect(status(page)).to_have_text("There is no picture in the clipboard.")
    assert read == []


@browser
def test_a_pad_that_is_cut_off_says_that_a_photo_was_not_read(page: Page, tmp_path: Path):
    page.evaluate("window.lose()")
    choose(page, picture(tmp_path / "a.png"))
    expect(status(page)).to_contain_text("Not read. Not connected any more")


@browser
def test_a_kernel_that_does_not_answer_a_photo_is_named(page: Page, tmp_path: Path):
    page.evaluate("window.silent = true")
    page.clock.install()
    choose(page, picture(tmp_path / "a.png"))
    expect(status(page)).to_have_text("Reading a.png …")
    page.clock.run_for(6_000)
    expect(status(page)).to_contain_text("a.png is not read yet. No answer from the kernel.")


@browser
def test_the_file_is_chosen_by_the_keyboard(page: Page, read: list, tmp_path: Path):
    with page.expect_file_chooser() as opened:
        page.get_by_role("button", name="Photo …").focus()
        page.keyboard.press("Enter")
    opened.value.set_files(picture(tmp_path / "a.png"))
    expect(status(page)).to_contain_text("a.png: 7?")


@browser
def test_without_a_camera_there_is_no_button_for_one(page: Page):
    expect(page.get_by_role("button", name="Camera")).to_have_count(0)


CAMERA = """() => {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, {width: 300, height: 120});
  const context = canvas.getContext("2d");
  context.fillStyle = "rgb(0, 200, 0)";
  context.fillRect(0, 0, 300, 120);
  window.stream = canvas.captureStream(10);
  setInterval(() => context.fillRect(0, 0, 300, 120), 50);
  const devices = {
    enumerateDevices: async () => [{kind: "audioinput"}, {kind: "videoinput"}],
    getUserMedia: async () => {
      if (window.refuse) throw new DOMException("Permission denied", "NotAllowedError");
      return window.stream;
    },
  };
  Object.defineProperty(navigator, "mediaDevices", {value: devices, configurable: true});
  window.end();
  document.querySelector(".lab-pad").remove();
}"""
LIVE = "window.stream.getTracks().filter((track) => track.readyState === 'live').length"


@pytest.fixture
def camera(page: Page, shown_pad: Pad) -> Page:
    """The page with a simulated camera, which sees green."""
    page.evaluate(CAMERA)
    names = ("canvas_size", "pen_width", "blind", "strokes", "answer", "status")
    state = {name: getattr(shown_pad, name) for name in names}
    page.evaluate(SHOW, {"script": SCRIPT, "state": state})
    page.get_by_role("button", name="Camera").click()
    return page


@browser
def test_a_picture_of_the_camera_is_read_and_the_camera_turned_off(camera: Page, read: list):
    expect(camera.get_by_role("button", name="Take the picture")).to_be_focused()
    assert camera.evaluate(LIVE) == 1
    camera.keyboard.press("Enter")
    expect(status(camera)).to_contain_text("the camera's picture: 7?")
    assert camera.evaluate(LIVE) == 0
    expect(camera.locator("video")).to_have_count(0)
    assert read[0].shape == (120, 300, 3)
    assert read[0].mean(axis=(0, 1)) == pytest.approx([0, 200, 0], abs=12)


@browser
@pytest.mark.parametrize("leave", ["cancel", "close"])
def test_a_camera_that_is_left_is_turned_off(camera: Page, leave: str):
    expect(camera.get_by_role("button", name="Take the picture")).to_be_enabled()
    if leave == "cancel":
        camera.get_by_role("button", name="Cancel").click()
        expect(camera.get_by_role("button", name="Camera")).to_be_focused()
    else:
        camera.evaluate("window.end()")
    assert camera.evaluate(LIVE) == 0


@browser
def test_a_browser_that_does_not_give_the_camera_is_answered_in_a_sentence(camera: Page):
    camera.get_by_role("button", name="Cancel").click()
    camera.evaluate("window.refuse = true")
    camera.get_by_role("button", name="Camera").click()
    expect(status(camera)).to_have_text(
        "The browser does not give the camera. Choose a photo instead."
    )


@browser
def test_axe_finds_nothing_on_a_pad_with_a_photo(page: Page, read: list, tmp_path: Path):
    from axe_playwright_python.sync_playwright import Axe

    choose(page, picture(tmp_path / "a.png"))
    expect(status(page)).to_contain_text("a.png: 7?")
    page.add_style_tag(content="html { color-scheme: light dark; background: Canvas }")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = Axe().run(page, context=".lab-pad").response["violations"]
        assert [(one["id"], one["nodes"][0]["html"][:100]) for one in found] == []
