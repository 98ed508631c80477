"""The course in a real JupyterLab: notebooks run by its menu, the others as they are committed."""

import base64
import re
import shutil
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import nbformat
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

import mnist_lab as lab
from mnist_lab.ipynb import KERNELSPEC
from mnist_lab.runs.notebook import quick_values
from tests.helpers import browser as browsing
from tests.helpers.browser import (
    PATIENCE,
    STDERR,
    Server,
    choose,
    draw,
    make_fresh,
    open_file,
    open_notebook,
    run_all,
)
from tests.helpers.course import NOTEBOOKS, PAD, VARIATIONS, assert_quick_run_reads_digits

START = "00_start_here.md"
# Strokes of the mouse, x to the right and y downwards from 0 to 1.
SHAPES = {
    "1": [(0.5, 0.2), (0.5, 0.8)],
    "0": [
        (0.5 + 0.2 * np.sin(angle), 0.5 - 0.3 * np.cos(angle))
        for angle in np.linspace(0, 2 * np.pi, 25)
    ],
}
# Written by a reader who stops a training that would go on for an hour.
STOPPED = (
    "import mnist_lab as lab\ndigits = lab.load_digits('sample')",
    "model = lab.models.single_layer()",
    "history = lab.train(model, digits, epochs=100_000, batch_size=32, on_interrupt='keep')",
    "print('epochs:', len(history.epoch), 'accuracy:', lab.evaluate(model, digits.test).accuracy)",
)

# The gate runs all notebooks at their defaults, and the whole course with another seed; in the
# browser run those that do something of their own: the first, and the pad's, which is long.
RUN = [path for path in NOTEBOOKS if path.stem[:2] in {"01", "09"}]
AS_COMMITTED = [path for path in NOTEBOOKS if path not in RUN]

pytestmark = [pytest.mark.slow, pytest.mark.needs_make, pytest.mark.needs_browser]


@pytest.fixture(scope="module")
def server(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """JupyterLab over a copy of the course; what runs has other parameters and no outputs."""
    folder = tmp_path_factory.mktemp("jupyterlab")
    browsing.copy_course(root, folder)
    for notebook in AS_COMMITTED:
        shutil.copy(notebook, folder / "work")
    for notebook in (folder / "work" / path.name for path in RUN):
        values = {"data_source": "sample", "records": str(root / "notebooks")}
        values |= {"drawings": str(folder / "my_digits")} if notebook.stem == PAD else {}
        make_fresh(notebook, quick_values(notebook) | VARIATIONS[notebook.stem] | values)
    with browsing.jupyterlab(folder) as server:
        yield server


def _pictures(page: Page) -> list[Image.Image]:
    """Return the figures on the page, each as the browser shows it."""
    shown = page.locator(".jp-Notebook .jp-OutputArea img")
    assert all(
        shown.evaluate_all(
            "images => Promise.all(images.map(async i => (await i.decode(), i.naturalWidth > 0)))"
        )
    )
    sources = shown.evaluate_all("images => images.map(image => image.src)")
    return [
        Image.open(BytesIO(base64.b64decode(source.removeprefix("data:image/png;base64,"))))
        for source in sources
    ]


def _too_wide(page: Page) -> list[str]:
    """Return which parts of the notebook scroll sideways, with the beginning of their text.

    What formulas hold for screen readers alone is never seen, and in another font: left out.
    """
    page.add_style_tag(content="mjx-assistive-mml { display: none !important }")
    return page.locator(".jp-NotebookPanel").evaluate(
        """panel => [panel, ...panel.querySelectorAll('*')]
          .filter(e => e.scrollWidth > e.clientWidth + 1)
          .filter(e => /auto|scroll/.test(getComputedStyle(e).overflowX))
          .map(e => [e.className, e.scrollWidth, e.clientWidth, e.textContent.trim().slice(0, 80)])
          .map(parts => parts.join(' '))"""
    )


def _headings(notebook: Path) -> list[tuple[int, str]]:
    """Return level and text of the headings in a notebook's source."""
    book = nbformat.read(notebook, as_version=4)
    lines = [
        line
        for cell in book.cells
        if cell.cell_type == "markdown"
        for line in cell.source.splitlines()
    ]
    return [
        (len(mark), text.strip())
        for mark, text in (re.match("((?:#+(?= ))?)(.*)", line).groups() for line in lines)
        if mark
    ]


def _table_of_contents(page: Page) -> list[str]:
    """Open JupyterLab's table of contents and return its entries."""
    page.locator(".jp-SideBar").get_by_role("tab", name="Table of Contents").click()
    entries = page.locator(".jp-TableOfContents .jp-tocItem-content")
    expect(entries.first).to_be_visible()
    return entries.all_inner_texts()


def _assert_it_reads_well(notebook: Path, page: Page) -> None:
    """Look at all of a notebook's page: its outputs, figures, widths and headings."""
    assert page.locator(STDERR).all_text_contents() == []
    wide = _too_wide(page)
    for _ in range(PATIENCE // 500):  # formulas take their final width when they are set
        if not wide:
            break
        page.wait_for_timeout(500)
        wide = _too_wide(page)
    assert wide == []
    pictures = _pictures(page)
    assert len(pictures) >= 3
    assert [
        picture.size for picture in pictures if picture.convert("RGB").getcolors(1) is not None
    ] == []
    headings = _headings(notebook)
    assert _table_of_contents(page) == [text for _, text in headings]
    levels = [level for level, _ in headings]
    assert levels[0] == 1
    assert 1 not in levels[1:]
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False))


def _runs_and_reads_well(notebook: Path, server: Server, page: Page) -> list[int | None]:
    """Run all cells of a notebook by the menu, look at all of its page; return their numbers."""
    open_notebook(page, server, notebook.name)
    numbers = run_all(page)
    assert numbers == list(range(1, len(numbers) + 1))
    _assert_it_reads_well(notebook, page)
    page.keyboard.press("Control+s")
    expect(page.locator(".jp-mod-current.jp-mod-dirty")).to_have_count(0)
    assert_quick_run_reads_digits(server.notebooks / notebook.name, VARIATIONS[notebook.stem])
    return numbers


def test_the_first_notebook_runs_and_reads_well_and_runs_again_without_a_new_kernel(
    server: Server, page: Page
):
    first = _runs_and_reads_well(NOTEBOOKS[0], server, page)
    second = run_all(page)
    assert second == [len(first) + number for number in first if number]
    assert page.locator(STDERR).all_text_contents() == []


@pytest.mark.parametrize("notebook", AS_COMMITTED, ids=lambda path: path.stem)
def test_a_notebook_as_it_is_committed_reads_well(notebook: Path, server: Server, page: Page):
    open_notebook(page, server, notebook.name)
    _assert_it_reads_well(notebook, page)


def test_the_pad_reads_what_the_mouse_draws_and_collects_it(server: Server, page: Page):
    _runs_and_reads_well(server.notebooks / f"{PAD}.ipynb", server, page)
    canvas, reading, status = (
        page.locator(f".lab-pad-{name}") for name in ("canvas", "reading", "status")
    )
    canvas.scroll_into_view_if_needed()
    page.locator(".lab-pad-clear").click()
    expect(reading).to_have_text("Draw a digit.")
    empty = canvas.evaluate("canvas => canvas.toDataURL()")
    for number, digit in enumerate("1010", start=1):
        draw(page, SHAPES[digit])
        expect(reading).to_contain_text(f"reads {digit}")
        expect(page.locator(".lab-pad-model[data-model=cnn]")).to_have_attribute(
            "data-reads", digit
        )
        expect(page.locator(".lab-pad-model .lab-pad-bar")).to_have_count(
            10 * page.locator(".lab-pad-model").count()
        )
        assert float(page.locator(".lab-pad").get_attribute("data-answer-ms")) > 0
        drawn = canvas.evaluate("canvas => canvas.toDataURL()")
        draw(page, [(0.1, 0.9), (0.9, 0.9)])
        page.locator(".lab-pad-undo").click()
        assert canvas.evaluate("canvas => canvas.toDataURL()") == drawn != empty
        expect(reading).to_contain_text(f"reads {digit}")
        page.locator(".lab-pad-label").select_option(digit)
        page.locator(".lab-pad-collect").click()
        expect(status).to_contain_text(f"Saved drawing {number}, labeled {digit}")
        page.locator(".lab-pad-clear").click()
        expect(reading).to_have_text("Draw a digit.")
        assert canvas.evaluate("canvas => canvas.toDataURL()") == empty
    path = server.folder / "my_digits" / "drawings.npz"
    with np.load(path, allow_pickle=False) as file:
        assert file["images"].shape == (4, 28, 28)
        assert file["images"].dtype == file["labels"].dtype == np.uint8
        assert file["labels"].tolist() == [1, 0, 1, 0]
        middle = file["images"][:, 14, 14]
        assert (middle[[0, 2]] > 200).all()
        assert (middle[[1, 3]] == 0).all()
    own = lab.load_digits(path)
    assert sorted([*own.train.labels, *own.validation.labels, *own.test.labels]) == [0, 0, 1, 1]


def test_the_stop_button_ends_a_training_and_the_next_cell_runs(server: Server, page: Page):
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in STOPPED])
    book.metadata["kernelspec"] = KERNELSPEC
    nbformat.write(book, server.notebooks / "stopped.ipynb")
    open_notebook(page, server, "stopped.ipynb")
    choose(page, "Run", "Run All Cells")
    outputs = page.locator(".jp-Notebook .jp-OutputArea")
    expect(outputs).to_contain_text([re.compile(r"epoch [1-9]\d* of 100000")], timeout=PATIENCE)
    page.locator('.jp-NotebookPanel-toolbar [data-jp-item-name="interrupt"]').click()
    expect(outputs).to_contain_text(["the model keeps the weights it has"])
    expect(outputs).to_contain_text([re.compile(r"epochs: \d+ accuracy: 0\.[89]")])
    assert page.locator(STDERR).all_text_contents() == []


def test_the_first_page_says_where_to_start(server: Server, page: Page):
    page.goto(f"{server.url}?token={server.token}")
    text = page.locator(".jp-MarkdownViewer")
    expect(text.get_by_role("heading", level=1)).to_contain_text("Start here")
    listed = [
        link.get_attribute("href").split("/")[-1].split("?")[0]
        for link in text.locator("ol li a").all()
    ]
    assert listed[1:] == [notebook.name for notebook in NOTEBOOKS]
    expect(page.locator(".jp-toast, .Toastify__toast")).to_have_count(0)
    text.get_by_role("link", name="1. A single layer").click()
    expect(page.locator(".jp-Notebook h1").first).to_contain_text("A single layer")
    # A server that is told to stop while a kernel starts takes over a minute.
    expect(page.locator("#jp-main-statusbar")).to_contain_text("| Idle", timeout=PATIENCE)


def test_what_the_first_page_names_is_in_the_menus(server: Server, page: Page):
    open_file(page, server, "01_single_layer.ipynb")
    expect(page.locator("#jp-main-statusbar")).to_contain_text("| Idle", timeout=PATIENCE)
    source = (server.notebooks / START).read_text(encoding="utf-8")
    named = re.findall(r"\*\*(\w+) > ([^*]+)\*\*", source)
    assert len(named) >= 4
    for menu, item in named:
        *between, last = item.split(" > ")
        page.locator("#jp-MainMenu").get_by_text(menu, exact=True).click()
        for name in between:
            page.locator(".lm-Menu").get_by_text(name, exact=True).hover()
        expect(
            page.locator(".lm-Menu").get_by_text(re.compile(f"^{re.escape(last)}…?$"))
        ).to_be_visible()
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
