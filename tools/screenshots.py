"""Takes the screenshots of docs/ from the course in JupyterLab; run by `make screenshots`."""

import tempfile
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

from PIL import Image
from PIL.PngImagePlugin import PngInfo
from playwright.sync_api import Locator, Page, expect

from mnist_lab import handwriting
from tests.helpers import browser
from tools.refresh_notebooks import ROOT, packed

FOLDER = ROOT / "docs" / "images" / "screenshots"
PAD = "09_your_own_digits.ipynb"
DRAWING = 43  # index of the recorded drawing that is drawn


def scroll_to_end(part: Locator) -> None:
    """Bring the end of a part of the page into view."""
    for _ in range(3):  # cells above it are laid out late, and push it down
        part.evaluate("(part) => part.scrollIntoView({block: 'end'})")
        part.page.wait_for_timeout(1000)


def start(page: Page, server: browser.Server) -> None:
    """Show what `make lab` opens."""
    page.goto(f"{server.url}?token={server.token}")
    page.wait_for_selector(".jp-MarkdownViewer h1")


def pad(page: Page, server: browser.Server) -> None:
    """Run the notebook with the pad, and draw a recorded digit with the mouse."""
    browser.make_fresh(server.notebooks / PAD, {})
    browser.open_notebook(page, server, PAD)
    browser.run_all(page)
    expect(page.locator(browser.STDERR)).to_have_count(0)
    scroll_to_end(page.locator(".lab-pad"))
    page.locator(".lab-pad-clear").click()
    size = handwriting.CANVAS_SIZE
    for stroke in handwriting.load_recorded()[DRAWING].strokes:
        browser.draw(page, [(x / size, y / size) for x, y in stroke.points])
    expect(page.locator(".lab-pad-reading")).to_contain_text("reads")
    scroll_to_end(page.locator(".lab-pad"))


SCREENSHOTS = {"start": start, "pad": pad}


def notebooks() -> list[str]:
    """Return the names in JupyterLab's list of files."""
    return sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))


def with_notebooks(png: bytes, names: Iterable[str]) -> bytes:
    """Return a PNG that says in its metadata which notebooks it shows: a test compares."""
    text = PngInfo()
    text.add_text("Notebooks", " ".join(names))
    stream = BytesIO()
    Image.open(BytesIO(png)).save(stream, "PNG", optimize=True, pnginfo=text)
    return stream.getvalue()


def main() -> None:
    """Write the screenshots."""
    path = browser.find_chromium()
    if path is None:
        raise SystemExit(
            "No Chromium: install one, or name it in CHROMIUM, or call"
            " `python -m playwright install chromium`."
        )
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as copy:
        browser.copy_course(ROOT, Path(copy))
        with browser.jupyterlab(Path(copy)) as server, browser.chromium(path) as chromium:
            for name, show in SCREENSHOTS.items():
                page = chromium.new_page(viewport={"width": 1280, "height": 860})
                show(page, server)
                picture = with_notebooks(packed(page.screenshot()), notebooks())
                (FOLDER / f"{name}.png").write_bytes(picture)
                browser.shut_down(page, server)
                page.close()


if __name__ == "__main__":
    main()
