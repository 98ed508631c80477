"""A page of the course that is opened and closed untouched asks for no saving."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.helpers import browser as browsing
from tests.helpers.browser import Server, choose, open_notebook
from tests.helpers.machine import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.needs_make, pytest.mark.needs_browser]

NAMES = [path.name for path in sorted((ROOT / "notebooks").glob("*.ipynb"))]


@pytest.fixture(scope="module")
def server(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """JupyterLab over a learner's copy of the course."""
    folder = tmp_path_factory.mktemp("pages")
    browsing.copy_course(root, folder)
    with browsing.jupyterlab(folder) as server:
        yield server


def close_tab(page: Page) -> None:
    choose(page, "File", "Close Tab")


@pytest.mark.parametrize("name", [NAMES[0], NAMES[-1]])
def test_a_page_can_be_closed_untouched(
    name: str, server: Server, page: Page, complaints: list[str]
):
    open_notebook(page, server, name)
    expect(page.locator(".jp-mod-current.jp-mod-dirty")).to_have_count(0)
    close_tab(page)
    expect(page.locator(".jp-NotebookPanel")).to_have_count(0)
    expect(page.locator(".jp-Dialog")).to_have_count(0)
    page.goto("about:blank")


def test_a_changed_page_is_asked_for(server: Server, page: Page):
    """What the test above looks for is there where a page has changed."""
    name = "changed.ipynb"
    content = json.loads((server.notebooks / NAMES[0]).read_text(encoding="utf-8"))
    del content["metadata"]["language_info"]
    (server.notebooks / name).write_text(json.dumps(content), encoding="utf-8")
    open_notebook(page, server, name)
    expect(page.locator(".jp-mod-current.jp-mod-dirty")).to_have_count(1)
    close_tab(page)
    expect(page.locator(".jp-Dialog")).to_contain_text("Save your work")
