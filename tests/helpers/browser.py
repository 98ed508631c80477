"""JupyterLab as `make lab` starts it, in a headless browser."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook
from playwright.sync_api import Browser, Page, expect, sync_playwright

from mnist_lab.cli import workspace

NAMES = ("chromium", "chromium-browser", "google-chrome")
OPTIONS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
]
# Whatever a page asks for, no other machine is found. Chromium's own sandbox does not work for
# root.
OPTIONS += [
    "--disable-sync",
    "--no-sandbox",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost",
]
PATIENCE = 300_000  # milliseconds that a notebook may take: two cores, shared with other tests

# Read by every Python that the server starts, kernels too: writes down each address that is not
# this machine's.
WATCH = """
import os, socket, sys
local = {None, "", "localhost", "127.0.0.1", "::1", "0.0.0.0", "::", socket.gethostname()}
def watch(event, arguments):
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event == "socket.connect":
        if arguments[0].type != socket.SOCK_STREAM or not isinstance(arguments[1], tuple):
            return
        host = arguments[1][0]
    else:
        return
    host = host.decode() if isinstance(host, bytes) else host
    if host not in local:
        with open(os.environ["OUTSIDE"], "a") as file:
            file.write(f"{host} ({os.path.basename(sys.argv[0])})\\n")
sys.addaudithook(watch)
"""


@dataclass(frozen=True)
class Server:
    """A running JupyterLab: its address (http://localhost:port/), its token, and the checkout."""

    url: str
    token: str
    folder: Path

    @property
    def notebooks(self) -> Path:
        """The folder whose files JupyterLab shows."""
        return self.folder / "work"

    @property
    def outside(self) -> list[str]:
        """Addresses beyond this machine that the server or a kernel asked for."""
        return self.folder.joinpath("outside").read_text(encoding="utf-8").splitlines()


def find_chromium() -> str | None:
    """Return the path of a Chromium, or None: from CHROMIUM, or PATH, or it is Playwright's."""
    named = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if named:
        return named
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


@contextmanager
def chromium(path: str) -> Iterator[Browser]:
    """Start a headless browser."""
    expect.set_options(timeout=60_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=OPTIONS)
        yield browser
        browser.close()


def environment_in(folder: Path) -> dict[str, str]:
    """Return this environment with Jupyter's folders, and a watch over connections, in `folder`."""
    (folder / "watch").mkdir(exist_ok=True)
    (folder / "watch" / "sitecustomize.py").write_text(WATCH, encoding="utf-8")
    (folder / "outside").touch()
    plain = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("MAKE", "MFLAGS", "JUPYTER"))
    }
    own = {
        f"JUPYTER_{kind}_DIR": str(folder / kind.lower()) for kind in ("CONFIG", "DATA", "RUNTIME")
    }
    return plain | own | {"PYTHONPATH": str(folder / "watch"), "OUTSIDE": str(folder / "outside")}


def copy_course(root: Path, folder: Path) -> None:
    """Make what `make lab` needs: a checkout whose .venv is this Python, and a learner's copy."""
    for name in ("Makefile", "pyproject.toml", "requirements.txt"):
        shutil.copy(root / name, folder / name)
    workspace.hand_out(folder / "work", workspace.plan(folder / "work"))
    (folder / ".venv").mkdir()
    for entry in Path(sys.prefix).iterdir():
        if entry.name != ".ready":
            (folder / ".venv" / entry.name).symlink_to(entry)
    (folder / ".venv" / ".ready").touch()


@contextmanager
def jupyterlab(folder: Path) -> Iterator[Server]:
    """Run `make lab` in a copy of the course, and stop it together with its kernels."""
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    # So that a test can read a notebook's cells from the model that a learner would save.
    options = f"--no-browser --ServerApp.port={port} --LabApp.expose_app_in_browser=True"
    with (folder / "server.log").open("wb") as log:
        command = ["make", "lab", f"ARGS={options}"]
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdout=log,
            stderr=log,
            env=environment_in(folder),
            start_new_session=True,
        )
    try:
        yield _started(process, folder)
    finally:
        # The server ends its kernels, and make ends with the server.
        with suppress(OSError, ValueError):  # it may have ended by itself
            for found in _servers(folder):
                os.kill(found["pid"], signal.SIGTERM)
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise


def _servers(folder: Path) -> list[dict[str, Any]]:
    """Return what the running server says of itself (url, token, pid and so on)."""
    texts = [
        file.read_text(encoding="utf-8") for file in (folder / "runtime").glob("jpserver-*.json")
    ]
    return [json.loads(text) for text in texts if text]


def _started(process: subprocess.Popen, folder: Path) -> Server:
    """Wait for the server and return it; it may have taken another port than the one asked for."""
    for _ in range(PATIENCE // 100):
        for found in _servers(folder):
            return Server(found["url"], found["token"], folder)
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError(
        "JupyterLab did not start:\n" + (folder / "server.log").read_text(encoding="utf-8")
    )


def make_fresh(notebook: Path, values: Mapping[str, Any]) -> None:
    """Rewrite a notebook with these parameters and without outputs, as if never run."""
    book = parameterize_notebook(load_notebook_node(str(notebook)), dict(values), report_mode=False)
    for cell in book.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    nbformat.write(book, notebook)


def open_file(page: Page, server: Server, name: str) -> None:
    """Open a file in a workspace of its own, where nothing else is open."""
    page.goto(f"{server.url}lab/workspaces/{Path(name).stem}/tree/{name}?token={server.token}")


def open_notebook(page: Page, server: Server, name: str) -> None:
    """Open a notebook; returns when all its cells are on the page and its kernel is idle."""
    open_file(page, server, name)
    cells = len(nbformat.read(server.notebooks / name, as_version=4).cells)
    page.wait_for_function(
        "n => document.querySelectorAll('.jp-Notebook .jp-Cell').length == n",
        arg=cells,
        timeout=PATIENCE,
    )
    expect(page.locator("#jp-main-statusbar")).to_contain_text("| Idle", timeout=PATIENCE)


def choose(page: Page, menu: str, item: str) -> None:
    """Choose an item of a menu by their texts."""
    page.locator("#jp-MainMenu").get_by_text(menu, exact=True).click()
    page.locator(".lm-Menu").get_by_text(item, exact=True).click()


# The numbers beside the code cells that have code; null where a cell is waiting, running or was not
# run.
NUMBERS = """() => [...document.querySelectorAll('.jp-Notebook .jp-CodeCell')]
  .filter(cell => cell.querySelector('.cm-content').textContent.trim())
  .map(cell => cell.querySelector('.jp-InputPrompt').textContent.match(/^\\[(\\d+)\\]:$/))
  .map(match => match && +match[1])"""
# What was written to stderr, and errors too: JupyterLab shows them alike.
STDERR = '.jp-OutputArea [data-mime-type="application/vnd.jupyter.stderr"]'
FINISHED = f"""before => {{
  const numbers = ({NUMBERS})();
  const failed = document.querySelector('{STDERR}');
  const idle = document.querySelector('.jp-Notebook-ExecutionIndicator').dataset.status === 'idle';
  return idle && (failed || numbers.every(number => number > before));
}}"""


def run_all(page: Page) -> list[int | None]:
    """Run all cells by the menu, wait for the end or an error, and return the cells' numbers."""
    before = max(filter(None, page.evaluate(NUMBERS)), default=0)
    choose(page, "Run", "Run All Cells")
    page.wait_for_function(FINISHED, arg=before, timeout=PATIENCE)
    return page.evaluate(NUMBERS)


def draw(page: Page, points: Iterable[tuple[float, float]]) -> None:
    """Draw a stroke with the mouse; points are fractions of the pad: x rightwards, y downwards."""
    box = page.locator(".lab-pad-canvas").bounding_box()
    first, *others = [
        (box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points
    ]
    page.mouse.move(*first)
    page.mouse.down()
    for place in others:
        page.mouse.move(*place, steps=4)
    page.mouse.up()


def shut_down(page: Page, server: Server) -> None:
    """End all kernels of a server, so that the next notebook has the memory to itself."""
    headers = {"Authorization": f"token {server.token}"}
    for kernel in page.request.get(f"{server.url}api/kernels", headers=headers).json():
        page.request.delete(f"{server.url}api/kernels/{kernel['id']}", headers=headers)
