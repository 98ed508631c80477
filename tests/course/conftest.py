"""The browser for the tests of JupyterLab; each of their files has its own fixture `server`."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.helpers import browser as browsing
from tests.helpers.browser import Server, shut_down


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    path = browsing.find_chromium()
    assert path is not None, "mark this test with needs_browser"
    with browsing.chromium(path) as browser:
        yield browser


@pytest.fixture
def complaints() -> list[str]:
    """What a page has complained of so far; it must be nothing in the end."""
    return []


@pytest.fixture
def page(chromium: Browser, server: Server, complaints: list[str]) -> Iterator[Page]:
    """A page of 1280 x 900 pixels that must complain of nothing and ask no other machine."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(60_000)
    page = context.new_page()
    addresses = []
    page.on(
        "console",
        lambda message: complaints.append(message.text) if message.type == "error" else None,
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: addresses.append(request.url))
    page.on("websocket", lambda socket: addresses.append(socket.url))
    yield page
    try:
        shut_down(page, server)
    finally:
        context.close()
    # JupyterLab asks a kernel for the debugger's state, and complains where it ends first.
    assert [text for text in complaints if "debugger state" not in text] == []
    own = (server.url, server.url.replace("http", "ws", 1), "data:", "blob:" + server.url)
    assert [address for address in addresses if not address.startswith(own)] == []
    assert server.outside == []
