"""Every page can be read, sorted and printed: on a phone, in the dark, by keyboard and by ear."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.helpers import browser as browsing
from tests.helpers.pages import write_all

pytestmark = pytest.mark.needs_browser
KINDS = ("course", "notebook", "sweep", "comparison", "marks", "read")
WIDTHS = (360, 768, 1280)
# What reaches beyond the window, but for what scrolls by itself.
WIDE = """width => [...document.querySelectorAll('body *')]
  .filter(one => one.getBoundingClientRect().right > width + 1 && !one.closest('.scroll, pre'))
  .map(one => one.outerHTML.slice(0, 80))"""
FIRST_CELLS = "table => [...table.tBodies[0].rows].map(row => row.cells[{column}].textContent)"


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return write_all(tmp_path_factory.mktemp("pages"))


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browsing.chromium(browsing.find_chromium() or "") as browser:
        yield browser


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page that has complained of nothing in the end."""
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    page.close()
    assert complaints == []


@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing_serious_at_any_width_in_light_and_in_dark(
    kind: str, pages: dict[str, Path], page: Page
):
    from axe_playwright_python.sync_playwright import Axe

    page.goto(pages[kind].as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    found = set()
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            for one in Axe().run(page).response["violations"]:
                where = one["nodes"][0]["html"][:120]
                found.add((one["impact"], one["id"], f"{width} {scheme}", where))
    assert not found


@pytest.mark.parametrize("kind", KINDS)
def test_no_page_is_wider_than_the_window(kind: str, pages: dict[str, Path], page: Page):
    page.goto(pages[kind].as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(WIDE, width) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_cut_off_in_print(kind: str, pages: dict[str, Path], page: Page):
    page.goto(pages[kind].as_uri())
    page.emulate_media(media="print")
    width = 680  # of A4 between its margins, in pixels
    page.set_viewport_size({"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    clipped = "one => ['auto', 'hidden', 'scroll'].includes(getComputedStyle(one).overflowX)"
    assert page.evaluate(f"[...document.querySelectorAll('.scroll, pre')].filter({clipped})") == []


def test_dark_and_light_look_different(pages: dict[str, Path], page: Page):
    shades = set()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.goto(pages["sweep"].as_uri())
        shades.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert len(shades) == 2


@pytest.mark.parametrize("press", ["click", "Enter", " "])
def test_a_table_is_sorted_by_a_click_and_by_a_key(press: str, pages: dict[str, Path], page: Page):
    page.goto(pages["sweep"].as_uri())
    table = page.get_by_role("region", name="All runs").locator("table")
    heading = table.get_by_role("columnheader", name="neurons")
    expect(heading).not_to_have_attribute("aria-sort", "ascending")
    column = heading.evaluate("one => one.cellIndex")
    expected = ["9"] * 3 + ["50"] * 3 + ["100"] * 3  # as numbers, not as words
    for order, rows in (("ascending", expected), ("descending", expected[::-1])):
        if press == "click":
            heading.get_by_role("button").click()
        else:
            heading.get_by_role("button").focus()
            page.keyboard.press(press)
        expect(heading).to_have_attribute("aria-sort", order)
        assert table.evaluate(FIRST_CELLS.format(column=column)) == rows
    name = table.get_by_role("columnheader", name="run", exact=True)
    name.get_by_role("button").click()
    expect(heading).not_to_have_attribute("aria-sort", "descending")
    names = table.evaluate(FIRST_CELLS.format(column=0))
    assert names[0].endswith("-9-0") and names[-1].endswith("-100-2")


def test_what_is_unknown_comes_last_in_either_order(pages: dict[str, Path], page: Page):
    page.goto(pages["sweep"].as_uri())
    table = page.get_by_role("region", name="All runs").locator("table")
    heading = table.get_by_role("columnheader", name="seconds")
    for _ in range(2):
        heading.get_by_role("button").click()
        column = heading.evaluate("one => one.cellIndex")
        assert table.evaluate(FIRST_CELLS.format(column=column))[-3:] == ["unknown"] * 3


def test_without_scripts_every_row_is_there_and_nothing_seems_to_be_a_button(
    chromium: Browser, pages: dict[str, Path]
):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(pages["sweep"].as_uri())
    expect(page.get_by_role("button")).to_have_count(0)
    rows = page.get_by_role("region", name="All runs").locator("tbody tr")
    expect(rows).to_have_count(9)
    context.close()


def test_failures_stand_first_and_links_lead_to_pages_and_back(pages: dict[str, Path], page: Page):
    page.goto(pages["course"].as_uri())
    expect(page.locator("main h2").first).to_have_text("What failed")
    page.get_by_role("link", name="the notebook up to the error").click()
    expect(page.locator("h1")).to_have_text("02_one_hidden_layer.failed")
    page.get_by_role("link", name="Back to the report").click()
    page.get_by_role("heading", name="01_single_layer").get_by_role("link").click()
    expect(page.locator("h2").first).to_contain_text("A single layer")
    page.get_by_role("link", name="Back to the report").click()
    expect(page.locator("h1")).to_have_text("The course, run")


def test_a_key_leads_to_the_content_and_scrolls_a_table(pages: dict[str, Path], page: Page):
    page.set_viewport_size({"width": 360, "height": 780})
    page.goto(pages["comparison"].as_uri())
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
    region = page.get_by_role("region", name="Setting by setting")
    region.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("one => one.scrollLeft > 0", arg=region.element_handle())
