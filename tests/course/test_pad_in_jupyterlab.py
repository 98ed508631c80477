"""The drawing pad in a real JupyterLab: its keys are its own, and it says when it is cut off."""

import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.helpers import browser as browsing
from tests.helpers.browser import (
    PATIENCE,
    Server,
    choose,
    draw,
    open_notebook,
    run_all,
)
from tests.helpers.pad import paste
from tests.helpers.readings import page_of

NAME = "pad.ipynb"
PAD = """
import os, time
import mnist_lab as lab
digits = lab.load_digits("sample", train_size=500)
print("process", os.getpid())
lab.handwriting.Pad({"single_layer": lab.models.single_layer()}, digits, "mine")
"""
STROKE = [(0.5, 0.2), (0.5, 0.8)]
CONTROLS = ("canvas", "undo", "clear", "width", "label", "collect", "choose")
# Keys with which JupyterLab inserts, cuts, deletes, merges and converts cells, and more.
EDITING = ["b", "a", "x", "v", "m", "y", "r", "1", "l", "o", "j", "k", "d", "d", "0", "0"]
EDITING += ["Delete", "Shift+M", "Control+Backspace"]

pytestmark = [pytest.mark.slow, pytest.mark.needs_make, pytest.mark.needs_browser]


@pytest.fixture(scope="module")
def server(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """JupyterLab over a folder with a notebook that shows a pad, and has a cell to run later."""
    folder = tmp_path_factory.mktemp("pad")
    browsing.copy_course(root, folder)
    with browsing.jupyterlab(folder) as server:
        yield server


@pytest.fixture
def pad(server: Server, page: Page) -> Locator:
    """The pad on the page of a notebook that has been run; its networks know nothing."""
    cells = [nbformat.v4.new_code_cell(source) for source in ("# A pad", PAD, "time.sleep(1)")]
    book = nbformat.v4.new_notebook(cells=cells)
    book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(book, server.notebooks / NAME)
    open_notebook(page, server, NAME)
    run_all(page)
    pad = page.locator(".lab-pad")
    pad.scroll_into_view_if_needed()
    expect(pad.locator(".lab-pad-reading")).to_have_text("Draw a digit.")
    return pad


def _cells(page: Page) -> list[Any]:
    """Return which cell of the notebook is active, and kind, number and text of each cell.

    They are read from JupyterLab's own model: the page has no text of a cell it does not show.
    """
    return page.evaluate(
        "() => { const notebook = window.jupyterapp.shell.currentWidget.content;"
        " return [notebook.activeCellIndex, ...notebook.model.toJSON().cells.map("
        "cell => [cell.cell_type, cell.execution_count, cell.source])]; }"
    )


def _answered(pad: Locator) -> None:
    expect(pad.locator(".lab-pad-reading")).to_contain_text("reads")


def test_keys_pressed_on_the_pad_leave_the_notebook_as_it_is(pad: Locator, page: Page):
    draw(page, STROKE)
    _answered(pad)
    before = _cells(page)
    # First, since a list takes keys that follow each other within a second for one word.
    pad.locator(".lab-pad-label").focus()
    for key, label in (("ArrowDown", "0"), ("ArrowDown", "1"), ("ArrowUp", "0"), ("7", "7")):
        page.keyboard.press(key)
        expect(pad.locator(".lab-pad-label")).to_have_value(label)
    for control in CONTROLS:
        place = pad.locator(f".lab-pad-{control}")
        place.focus()
        for key in EDITING:
            page.keyboard.press(key)
        assert _cells(page) == before, control
        expect(place).to_be_focused()
        expect(page.locator(".jp-Dialog")).to_have_count(0)
    pad.locator(".lab-pad-hint").click()  # no control, but the pad
    for key in [*EDITING, "ArrowDown", "ArrowUp"]:
        page.keyboard.press(key)
    assert _cells(page) == before

    # They move what they should move.
    pad.locator(".lab-pad-width").focus()
    for key, width in (("ArrowUp", "21"), ("ArrowLeft", "20")):
        page.keyboard.press(key)
        expect(pad.locator(".lab-pad-width")).to_have_value(width)
    pad.locator(".lab-pad-canvas").focus()
    page.keyboard.press("Control+z")
    expect(pad.locator(".lab-pad-reading")).to_have_text("Draw a digit.")
    assert _cells(page) == before
    page.keyboard.press("Control+s")  # the only key that is still JupyterLab's
    expect(page.locator(".jp-mod-current.jp-mod-dirty")).to_have_count(0)


def test_a_photo_that_is_chosen_or_pasted_is_read_and_leaves_the_notebook_as_it_is(
    pad: Locator, page: Page, tmp_path: Path
):
    path = tmp_path / "mine.png"
    Image.fromarray(page_of("3071")).save(path)
    pad.locator(".lab-pad-file").set_input_files(path)
    expect(pad.locator(".lab-pad-photo-line")).to_have_text(["3071"])
    pad.get_by_role("button", name="Close the photo").click()
    before = _cells(page)
    paste(page, path)
    expect(pad.locator(".lab-pad-status")).to_contain_text("mine.png: 3071 (4 digits in 1 line)")
    assert _cells(page) == before


def test_a_pad_says_when_its_kernel_was_restarted_but_waits_for_a_cell(
    pad: Locator, page: Page, server: Server
):
    reading, status = pad.locator(".lab-pad-reading"), pad.locator(".lab-pad-status")
    page.locator(".jp-Notebook .jp-Cell .cm-content").last.click()
    page.keyboard.press("Control+a")
    page.keyboard.type("while not os.path.exists('go'): time.sleep(0.1)")
    page.keyboard.press("Control+Enter")
    prompt = page.locator(".jp-Notebook .jp-CodeCell .jp-InputPrompt").last
    expect(prompt).to_have_text("[*]:")
    pad.scroll_into_view_if_needed()
    draw(page, STROKE)
    _answered(pad)
    expect(prompt).to_have_text("[*]:")
    (server.notebooks / "go").touch()
    expect(prompt).not_to_have_text("[*]:")

    choose(page, "Kernel", "Restart Kernel…")
    page.locator(".jp-Dialog .jp-mod-accept").click()
    expect(reading).to_contain_text("Not connected any more")
    expect(pad.locator(".lab-pad-model")).to_have_count(0)  # no answer to an earlier drawing
    draw(page, STROKE)
    pad.locator(".lab-pad-label").select_option("1")
    pad.locator(".lab-pad-collect").click()
    expect(status).to_contain_text("Not saved. Not connected any more")
    assert not (server.notebooks / "mine").exists()
    choose(page, "Run", "Run All Cells")
    expect(reading).to_have_text("Draw a digit.", timeout=PATIENCE)
    expect(prompt).to_have_text(re.compile(r"\[\d+\]:"), timeout=PATIENCE)
    pad.scroll_into_view_if_needed()
    draw(page, STROKE)
    _answered(pad)


def test_a_pad_whose_kernel_was_killed_says_so_when_it_is_used(
    pad: Locator, page: Page, complaints: list[str]
):
    draw(page, STROKE)
    _answered(pad)
    text = page.locator(".jp-OutputArea").filter(has_text="process").first.text_content()
    os.kill(int(re.search(r"process (\d+)", text).group(1)), signal.SIGKILL)
    page.locator(".jp-Dialog .jp-mod-accept").click()  # the kernel has died, and restarts
    draw(page, STROKE)
    expect(pad.locator(".lab-pad-reading")).to_contain_text("Not connected any more")
    pad.locator(".lab-pad-label").select_option("1")
    pad.locator(".lab-pad-collect").click()
    expect(pad.locator(".lab-pad-status")).to_contain_text("Not saved")
    expect(page.locator("#jp-main-statusbar")).to_contain_text("| Idle", timeout=PATIENCE)
    complaints.clear()  # JupyterLab's, of a kernel that died
