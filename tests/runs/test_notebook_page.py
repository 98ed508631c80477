"""A notebook's page shows all that the notebook shows, and nothing from it runs or loads."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from xml.etree import ElementTree

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_lab import ipynb
from mnist_lab.record_schema import parse_record
from mnist_lab.runs import notebook_page
from mnist_lab.runs.mathml import mathml
from mnist_lab.runs.notebook import NotebookRun
from mnist_lab.runs.notebook_page import body, page_of
from mnist_lab.runs.report import write_report
from tests.helpers.runs import record_content

HACK = "window.hacked=1"
ATTACKS = [
    f"<script>{HACK}</script>",
    f"<img src=x onerror='{HACK}'>",
    f"<svg onload='{HACK}'></svg>",
    f'<iframe srcdoc="<script>parent.{HACK}</script>"></iframe>',
    f"<a id=hack href='javascript:{HACK}'>here</a>",
    f"<a id=hack href='JaVaScRiPt&colon;{HACK}'>here</a>",
    f"<details open ontoggle='{HACK}'><summary>x</summary></details>",
    f"<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1"
    f" onerror={HACK}&gt;'>",
    "<img src='http://localhost:9/spy.png'><link rel=stylesheet href='http://localhost:9/spy.css'>",
    "<style>@import 'http://localhost:9/spy.css'; body { display: none }</style>",
    "<meta http-equiv=refresh content='0; url=http://localhost:9/'>",
    "<base href='http://localhost:9/'><form action='http://localhost:9/'><input></form>",
    f"[here](javascript:{HACK})",
    "![spy](http://localhost:9/spy.png)",
    f"$\\text{{<img src=x onerror='{HACK}'>}}$ $\\href{{javascript:{HACK}}}{{x}}$",
    f"<code class='math'>\\text{{&lt;img src=x onerror='{HACK}'&gt;}}</code>",
    f'<code class="math">&lt;script&gt;{HACK}&lt;/script&gt;</code>',
    f"</div></main></body><script>{HACK}</script>",
]


def book(*outputs: dict[str, Any], markdown: str = "", source: str = "x") -> dict[str, Any]:
    """Return the content of a notebook with some text, and a cell with these outputs."""
    shown = [
        nbformat.v4.new_output("display_data", data=data, metadata=metadata)
        for data, metadata in (
            (output, output.pop("metadata", {})) for output in map(dict, outputs)
        )
    ]
    cells = [
        nbformat.v4.new_markdown_cell(markdown),
        nbformat.v4.new_code_cell(source, execution_count=1, outputs=shown),
    ]
    return json.loads(json.dumps(nbformat.v4.new_notebook(cells=cells)))


def hostile() -> dict[str, Any]:
    outputs = [{"text/html": attack, "text/plain": attack} for attack in ATTACKS]
    outputs += [{"text/markdown": attack} for attack in ATTACKS]
    outputs += [{"text/latex": attack} for attack in ATTACKS]
    outputs += [{"image/svg+xml": f"<svg xmlns='http://www.w3.org/2000/svg'>{ATTACKS[0]}</svg>"}]
    outputs += [{"application/javascript": HACK, "text/plain": "a script"}]
    outputs += [{"text/html": ATTACKS[0], "metadata": {"text/html": {"isolated": True}}}]
    quote = f"x' onerror='{HACK}' \" onerror=\"{HACK}"
    outputs += [{"image/png": quote, "metadata": {"image/png": {"alt": quote, "width": quote}}}]
    return book(*outputs, markdown="\n\n".join(ATTACKS), source=ATTACKS[0])


def save(content: dict[str, Any], path: Path) -> Path:
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


@contextmanager
def listening() -> Iterator[tuple[int, list[str]]]:
    """Run a server on this machine; yield its port, and what it is asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port, asked
        server.shutdown()


class Found(HTMLParser):
    """The tags of a piece of a page with their attributes, and its text."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_hostile_cells_leave_no_tag_and_no_address_that_does_anything():
    found = Found(body(hostile()))
    names = {tag for tag, _ in found.tags}
    assert not names & {"script", "style", "svg", "iframe", "object", "embed", "link", "meta"}
    assert not names & {"base", "form", "input", "button", "template", "main", "header"}
    attributes = [(name, value or "") for _, each in found.tags for name, value in each.items()]
    assert not [name for name, _ in attributes if name.startswith("on") or name == "style"]
    assert all(value.startswith("data:image/") for name, value in attributes if name == "src")
    assert not [value for name, value in attributes if "href" in name]


@pytest.mark.needs_browser
def test_each_of_two_guards_alone_keeps_hostile_cells_from_running_and_from_asking(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    from tests.helpers.browser import chromium, find_chromium

    path = save(hostile(), tmp_path / "x.ipynb")
    cleaned = page_of(path).read_text(encoding="utf-8")
    monkeypatch.setattr(notebook_page, "_clean", lambda markup: markup)
    page_of(path).unlink()
    # A policy cannot keep a page from sending its reader elsewhere; only the cleaning can.
    raw = page_of(path).read_text(encoding="utf-8").replace('http-equiv="refresh"', "")
    policy = "Content-Security-Policy"
    assert policy in raw and policy in cleaned
    guarded = {"neither": raw.replace(policy, ""), "policy": raw}
    guarded["cleaning"] = cleaned.replace(policy, "")
    with listening() as (port, asked), chromium(find_chromium() or "") as browser:
        for guard, text in guarded.items():
            page, opened = browser.new_page(), tmp_path / f"{guard}.html"
            asked.clear()
            opened.write_text(text.replace("localhost:9/", f"localhost:{port}/"), encoding="utf-8")
            page.goto(opened.as_uri(), wait_until="domcontentloaded")
            page.evaluate("document.querySelectorAll('#hack').forEach(link => link.click())")
            page.wait_for_timeout(300)
            hacked = page.evaluate("window.hacked")
            assert (hacked == 1, bool(asked)) == (guard == "neither",) * 2, guard
            page.close()


def test_a_page_allows_no_script_and_no_request(tmp_path: Path):
    page = page_of(save(book(markdown="x"), tmp_path / "x.ipynb")).read_text(encoding="utf-8")
    (policy,) = [each["content"] for tag, each in Found(page).tags if "http-equiv" in each]
    assert policy
    assert "default-src 'none'" in policy
    assert "script" not in policy and "http" not in policy
    assert "<script" not in page


def test_what_a_page_cannot_show_is_there_as_its_text():
    widget = {"application/vnd.jupyter.widget-view+json": {"model_id": "a"}, "text/plain": "Pad(1)"}
    script = {"application/javascript": "x()", "text/html": "<script>x()</script>"}
    found = Found(body(book(widget, script | {"text/plain": "what it drew"}, {"a/b": "c"})))
    assert "Pad(1)" in found.text
    assert "what it drew" in found.text
    assert "x()" not in found.text


def test_figures_keep_their_text_and_tables_their_cells():
    figure = {"image/png": "iVBORw0KGgo=", "metadata": {"image/png": {"alt": 'a "line"'}}}
    table = {"text/html": "<table border=1><tr><th>a<td style='x'>7</table>", "text/plain": "no"}
    found = Found(body(book(figure, table)))
    assert ("img", {"alt": 'a "line"', "src": "data:image/png;base64,iVBORw0KGgo="}) in found.tags
    assert ("td", {}) in found.tags
    (group,) = [each for tag, each in found.tags if each.get("aria-label") == "Table"]
    assert group["tabindex"] == "0" and group["role"] == "group"
    assert "7" in found.text and "no" not in found.text


def test_a_notebooks_titles_stand_below_the_pages_own(tmp_path: Path):
    path = save(book(markdown="# One\n\n## Two\n\n###### Six"), tmp_path / "x.ipynb")
    tags = [tag for tag, _ in Found(page_of(path).read_text(encoding="utf-8")).tags]
    assert [tag for tag in tags if tag[0] == "h" and tag[1:].isdigit()] == ["h1", "h2", "h3", "h6"]


def test_formulas_are_drawn_and_unreadable_ones_stay_as_they_are_written():
    markdown = "It is $e^{-z}$ and $\\frac{$ here.\n\n$$\\sqrt{p}$$"
    tags = [tag for tag, _ in Found(body(book(markdown=markdown))).tags]
    assert "msup" in tags and "msqrt" in tags
    assert "<code>\\frac{</code>" in body(book(markdown=markdown))


def test_signs_of_a_formula_are_the_characters_that_are_meant():
    text = "".join(ElementTree.fromstring(mathml("a < b \\times c & d", display=False)).itertext())
    assert text.startswith("a<b×c")


@given(st.text(alphabet="\\{}^_&<>'\"# abxfracqtleimg=onrd0", max_size=40))
def test_any_formula_gives_well_formed_mathml_or_its_source(latex: str):
    element = ElementTree.fromstring(mathml(latex, display=False))
    if element.tag == "code":
        assert element.text == (latex or None)
    names = {part.tag.rpartition("}")[2] for part in element.iter()}
    assert names <= {"code"} or all(name[0] == "m" or name == "none" for name in names)
    assert not {name for part in element.iter() for name in part.attrib} & {
        "href",
        "style",
        "onload",
    }


def test_a_page_is_made_once_and_anew_only_for_a_newer_notebook(tmp_path: Path):
    path = save(book(markdown="before"), tmp_path / "x.ipynb")
    page = page_of(path)
    assert page == tmp_path / "pages" / "x.html"
    page.write_text("kept", encoding="utf-8")
    assert page_of(path).read_text(encoding="utf-8") == "kept"
    save(book(markdown="after"), path)
    later = page.stat().st_mtime + 1
    os.utime(path, (later, later))
    assert "after" in page_of(path).read_text(encoding="utf-8")


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"cells": [{"cell_type": "x", "source": 1}]}'])
def test_a_damaged_notebook_costs_only_its_page(text: str, tmp_path: Path):
    good = save(book(markdown="fine"), tmp_path / "good.ipynb")
    bad = tmp_path / "bad.ipynb"
    bad.write_text(text, encoding="utf-8")
    record = parse_record(record_content({}))
    runs = [NotebookRun(path.stem, path, record, "", 1.0) for path in (bad, good)]
    write_report(runs, tmp_path / "report.html", "t")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert 'href="bad.ipynb"' in page and 'href="pages/good.html"' in page


def test_pages_that_cannot_be_written_leave_links_to_the_notebooks(tmp_path: Path):
    path = save(book(markdown="fine"), tmp_path / "x.ipynb")
    (tmp_path / "pages").write_text("a file where the folder should be", encoding="utf-8")
    assert page_of(path) == path


def test_a_page_leads_back_to_the_report_and_to_the_notebooks_file(tmp_path: Path):
    path = save(book(markdown="fine"), tmp_path / "a b#1.ipynb")
    page = page_of(path).read_text(encoding="utf-8")
    assert 'href="../report.html"' in page
    assert 'href="../a%20b%231.ipynb"' in page


@pytest.mark.parametrize("name", ["01_single_layer", "09_your_own_digits"])
def test_a_page_of_the_course_has_every_figure_and_every_heading(name: str, root: Path):
    content = ipynb.read(root / "notebooks" / f"{name}.ipynb")
    found = Found(body(content))
    texts = [each["alt"] for tag, each in found.tags if tag == "img"]
    assert texts == [text for _, text in ipynb.figures(content)]
    headings = [
        line.lstrip("# ")
        for cell in content["cells"]
        if cell["cell_type"] == "markdown"
        for line in cell["source"].splitlines()
        if line.startswith("#")
    ]
    assert headings
    assert all(heading.replace("`", "") in found.text for heading in headings)
    assert "$" not in found.text
