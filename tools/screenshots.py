"""Takes the README's screenshots of the course in JupyterLab: run by `make screenshots`, once the notebooks are executed."""

import tempfile
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from mnist_lab import handwriting
from tests.helpers import browser
from tools.refresh_notebooks import FIGURES, packed

ROOT = Path(__file__).resolve().parent.parent

PAD = "08_your_own_digits.ipynb"


def scroll(part: Locator, block: str) -> None:
    """Bring a part of the page to the start or the end of what is seen."""
    for _ in range(3):  # what comes into view above it takes its place late, and pushes it down
        part.evaluate("(part, block) => part.scrollIntoView({block})", block)
        part.page.wait_for_timeout(1000)


def start(page: Page, server: browser.Server) -> None:
    """Show what `make lab` opens on."""
    page.goto(f"{server.url}?token={server.token}")
    page.wait_for_selector(".jp-MarkdownViewer h1")


def figure(page: Page, server: browser.Server) -> None:
    """Show a page of the course as it is committed, at one of its figures."""
    notebook, line = FIGURES["03_schedule"]
    browser.open_notebook(page, server, f"{notebook}.ipynb")
    cell = page.locator(".jp-CodeCell", has_text=line)
    scroll(cell, "start")


def pad(page: Page, server: browser.Server) -> None:
    """Run the notebook with the pad, and draw one of the recorded digits with the mouse."""
    browser.make_fresh(server.notebooks / PAD, {"records": str(ROOT / "notebooks")})
    browser.open_notebook(page, server, PAD)
    browser.run_all(page)
    expect(page.locator(browser.STDERR)).to_have_count(0)
    scroll(page.locator(".lab-pad"), "end")
    page.locator(".lab-pad-clear").click()
    for stroke in handwriting.load_recorded()[43].strokes:
        browser.draw(page, [(x / 280, y / 280) for x, y in stroke.points])
    expect(page.locator(".lab-pad-reading")).to_contain_text("reads")
    scroll(page.locator(".lab-pad"), "end")


def main() -> None:
    """Write the three pictures into the folder screenshots beside this file, each under 200 kB."""
    path = browser.find_chromium()
    if path is None:
        raise SystemExit(
            "No Chromium: install one, or name it in CHROMIUM, or call `python -m playwright install chromium`."
        )
    folder = ROOT / "docs" / "images" / "screenshots"
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as copy:
        browser.copy_course(ROOT, Path(copy))
        with browser.jupyterlab(Path(copy)) as server, browser.chromium(path) as chromium:
            for show in (start, figure, pad):
                page = chromium.new_page(viewport={"width": 1280, "height": 860})
                show(page, server)
                (folder / f"{show.__name__}.png").write_bytes(packed(page.screenshot()))
                browser.shut_down(page, server)
                page.close()


if __name__ == "__main__":
    main()
