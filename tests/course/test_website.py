"""The website in a browser without a network: from a disk, and from a server below some path."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal, NamedTuple
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, Request, expect

from mnist_lab import ipynb
from tests.helpers.course import NOTEBOOKS, PAD
from tests.helpers.machine import ROOT
from tests.helpers.website import Links

pytestmark = [pytest.mark.slow, pytest.mark.needs_sphinx, pytest.mark.needs_browser]
KINDS = ("index", "notebooks/index", "exercises", "run", "docs/teaching", "reference/checks")
KINDS += ("search", "notebooks/02_one_hidden_layer", "notebooks/exercises/02_one_hidden_layer")
KINDS += ("notebooks/solutions/02_one_hidden_layer",)
LOOKS: tuple[tuple[int, Literal["light", "dark"]], ...] = ((360, "dark"), (1280, "light"))
LARGEST = 2_500_000  # bytes
UNFOLD = "document.querySelectorAll('details').forEach(one => one.open = true)"
# What reaches beyond the window, but for what scrolls by itself.
SCROLLS = "pre, .scroll, .formula, .pst-scrollable-table-container"
WIDE = f"""width => [...document.querySelectorAll('main *')]
  .filter(one => one.checkVisibility() && one.getBoundingClientRect().right > width + 1)
  .filter(one => !one.closest('{SCROLLS}')).map(one => one.outerHTML.slice(0, 80))"""
WIDTH = "document.documentElement.scrollWidth"


class Site(NamedTuple):
    """The built website."""

    folder: Path
    pages: dict[str, Links]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The website as `make site` builds it: a warning would fail."""
    folder = tmp_path_factory.mktemp("served") / "below" / "site"
    done = subprocess.run(
        [sys.executable, "-m", "tools.website", str(folder)],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    pages = {path.relative_to(folder).as_posix(): Links(path) for path in folder.rglob("*.html")}
    # Of the theme, a template that it copies with its scripts.
    return Site(folder, {name: one for name, one in pages.items() if name[0] != "_"})


@pytest.fixture(scope="module")
def served(site: Site) -> Iterator[str]:
    """The address of the website on a server that has it below a path."""

    class Silent(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    handler = partial(Silent, directory=str(site.folder.parent.parent))
    with ThreadingHTTPServer(("localhost", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}/below/site/"
        server.shutdown()


@pytest.fixture
def page(chromium: Browser, site: Site) -> Iterator[Page]:
    """A page that has complained of nothing in the end, and has asked for nothing but the site."""
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(60_000)
    complaints: list[str] = []
    asked: list[str] = []
    page.on(
        "console",
        lambda message: complaints.append(message.text) if message.type == "error" else None,
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("requestfailed", lambda request: complaints.extend(failed(request)))
    page.on("request", lambda request: asked.append(request.url))
    yield page
    page.close()
    assert complaints == []
    own = (site.folder.as_uri(), "http://localhost:", "data:", "blob:")
    assert [address for address in asked if not address.startswith(own)] == []


def failed(request: Request) -> list[str]:
    """Return what failed; pictures that still came when the next page was opened did not."""
    return [] if request.failure == "net::ERR_ABORTED" else [f"{request.url}: {request.failure}"]


def drawing_page(page: Page) -> FrameLocator:
    return page.frame_locator(".pad iframe")


def draw_a_one(page: Page) -> None:
    """Draw on the pad with the mouse."""
    page.locator(".pad iframe").scroll_into_view_if_needed()
    canvas = drawing_page(page).locator(".lab-pad-canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    middle = box["x"] + box["width"] / 2
    page.mouse.move(middle, box["y"] + 0.2 * box["height"])
    page.mouse.down()
    page.mouse.move(middle, box["y"] + 0.8 * box["height"], steps=8)
    page.mouse.up()


# Its files


def test_every_notebook_with_its_exercises_and_solutions_is_a_page_and_a_file(site: Site):
    for notebook in NOTEBOOKS:
        for below in ("", "exercises/", "solutions/"):
            name = f"notebooks/{below}{notebook.stem}"
            assert f"{name}.html" in site.pages
            book = ipynb.read(site.folder / f"{name}.ipynb")
            assert not any(cell["outputs"] for cell in ipynb.code_cells(book))


def test_every_link_leads_to_a_page_and_to_a_place_on_it(site: Site):
    dead = []
    for name, links in site.pages.items():
        for target in (*links.targets, *links.loaded):
            parts = urlsplit(target)
            if parts.scheme:
                continue
            path = (site.folder / name).parent / unquote(parts.path)
            path = path if parts.path else site.folder / name
            leads = path.is_file() and not parts.path.startswith("/")
            if leads and parts.fragment and path.suffix == ".html":
                there = site.pages[path.resolve().relative_to(site.folder.resolve()).as_posix()]
                leads = unquote(parts.fragment) in there.ids
            if not leads:
                dead.append((name, target))
    assert dead == []


def test_no_page_loads_anything_from_another_host(site: Site):
    loaded = {target for links in site.pages.values() for target in links.loaded}
    assert {target for target in loaded if urlsplit(target).netloc} == set()


def test_every_figure_has_the_text_that_its_notebook_gives_it(site: Site):
    for notebook in NOTEBOOKS:
        texts = [text for _, text in ipynb.figures(ipynb.read(notebook))]
        assert len(texts) >= 3
        assert site.pages[f"notebooks/{notebook.name[:-6]}.html"].alternatives == texts


def test_pages_are_small(site: Site):
    sizes = {path: path.stat().st_size for path in site.folder.rglob("*") if path.is_file()}
    assert {path.name: size for path, size in sizes.items() if size > LARGEST} == {}
    assert sum(sizes.values()) < 20_000_000


def test_solutions_are_found_from_their_exercises_only(site: Site):
    for name, links in site.pages.items():
        leading = [target for target in links.targets if "solutions/" in target]
        assert bool(leading) == name.startswith("notebooks/exercises/"), name
    index = (site.folder / "searchindex.js").read_text(encoding="utf-8")
    titles = json.loads(index.removeprefix("Search.setIndex(").removesuffix(")"))["titles"]
    assert "Exercises to notebook 2" in titles
    assert "Solutions to notebook 2" not in titles


# In a browser


def test_every_page_opens_from_a_disk_and_fits_every_width(site: Site, page: Page):
    wide = []
    for name in site.pages:
        page.goto((site.folder / name).as_uri())
        page.evaluate(UNFOLD)
        for width in (360, 768, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            wide += [(name, width, one) for one in page.evaluate(WIDE, width)]
            if page.evaluate(WIDTH) > width:
                wide.append((name, width, "the page"))
    assert wide == []


@pytest.mark.parametrize("name", [f"{name}.html" for name in KINDS])
def test_axe_finds_nothing_in_a_page_of_each_kind(name: str, site: Site, page: Page):
    from axe_playwright_python.sync_playwright import Axe

    # The code of a notebook looks as that of its solutions, and there is much of it.
    context = {"exclude": [[".highlight"]]} if name.startswith("notebooks/0") else None
    found = set()
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.goto((site.folder / name).as_uri())
        page.evaluate(UNFOLD)
        # A page on a disk may not read its styles as text, which axe would try.
        answer = Axe().run(page, context=context, options={"preload": False}).response
        for one in answer["violations"]:
            found.add((one["impact"], one["id"], width, scheme, one["nodes"][0]["html"][:120]))
    assert found == set()


def test_every_page_opens_from_a_server_below_a_path(site: Site, served: str, page: Page):
    for name in site.pages:
        answer = page.goto(served + name)
        assert answer is not None and answer.ok


@pytest.mark.parametrize("where", ["disk", "server"])
def test_the_search_finds_backpropagation(where: str, site: Site, served: str, page: Page):
    page.goto((site.folder / "index.html").as_uri() if where == "disk" else served + "index.html")
    page.get_by_role("button", name="Search").first.click()
    page.locator("dialog input[type=search]").fill("backpropagation")
    page.keyboard.press("Enter")
    found = page.locator("#search-results li", has_text="One hidden layer").first
    expect(found).to_be_visible()
    # The words around what was found are read from the page, which a disk does not allow.
    expect(found.locator("p.context")).to_have_count(int(where == "server"))
    found.get_by_role("link").click()
    expect(page.locator("h1")).to_contain_text("One hidden layer")


@pytest.mark.parametrize("name", ["index.html", f"notebooks/{PAD}.html"])
def test_the_networks_read_what_is_drawn_on_a_page(name: str, site: Site, page: Page):
    page.goto((site.folder / name).as_uri())
    draw_a_one(page)
    expect(drawing_page(page).locator(".lab-pad-reading")).to_contain_text("reads 1")


def test_a_result_is_folded_until_the_reader_has_guessed_and_keys_reach_its_end(
    site: Site, page: Page
):
    page.set_viewport_size({"width": 360, "height": 900})
    page.goto((site.folder / f"notebooks/{NOTEBOOKS[0].stem}.html").as_uri())
    result = page.locator("pre", has_text="11.2% of the validation digits")
    expect(result).to_be_hidden()
    page.get_by_text("Guess, then show the result").first.click()
    expect(result).to_be_visible()
    expect(result).to_have_attribute("tabindex", "0")


def test_paper_shows_every_result_and_cuts_nothing(site: Site, page: Page):
    page.goto((site.folder / f"notebooks/{NOTEBOOKS[0].stem}.html").as_uri())
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 680, "height": 900})  # A4 between its margins
    expect(page.locator("pre", has_text="11.2% of the validation digits")).to_be_visible()
    expect(page.locator(".bd-header, .bd-sidebar-primary, .actions").first).to_be_hidden()
    assert page.evaluate(WIDTH) <= 680
    clipped = "one => ['auto', 'hidden', 'scroll'].includes(getComputedStyle(one).overflowX)"
    assert page.evaluate(f"[...document.querySelectorAll('pre')].filter({clipped}).length") == 0


def test_pages_of_notebooks_lead_on_and_back_and_to_where_they_run(site: Site, page: Page):
    page.goto((site.folder / "index.html").as_uri())
    page.get_by_role("link", name="Begin with notebook 1").click()
    for notebook in NOTEBOOKS[1:]:
        page.locator(".right-next").click()
        page.wait_for_url(f"**/{notebook.stem}.html")
    page.locator(".left-prev").click()
    page.wait_for_url(f"**/{NOTEBOOKS[-2].stem}.html")
    for name in ("make", "a wheel", "Colab", "a JupyterHub"):
        link = page.locator(".bar").get_by_role("link", name=name, exact=True)
        assert "run.html#" in (link.get_attribute("href") or "")
    page.locator(".bar").get_by_role("link", name="Exercises").click()
    expect(page.locator("h1")).to_contain_text(f"Exercises to notebook {len(NOTEBOOKS) - 1}")


def test_the_first_page_shows_every_notebook_with_its_picture_and_its_minutes(
    site: Site, page: Page
):
    page.goto((site.folder / "index.html").as_uri())
    cards = page.locator(".cards li")
    expect(cards).to_have_count(len(NOTEBOOKS))
    for card in cards.all():
        assert "minute" in card.inner_text()
        picture = card.locator("img")
        picture.scroll_into_view_if_needed()
        page.wait_for_function("one => one.naturalWidth > 0", arg=picture.element_handle())
