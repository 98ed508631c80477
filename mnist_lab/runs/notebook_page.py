"""Executed notebooks as pages: a browser shows them, and nothing from a notebook runs in them."""

import copy
import html
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import nh3
from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.exporters import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from traitlets.config import Config

from mnist_lab import ipynb
from mnist_lab.runs.mathml import mathml
from mnist_lab.runs.pages import link, write_page

_FOLDER = "pages"
# nbconvert would print a line on each image without a text.
_SILENT = logging.Logger("pages", level=logging.CRITICAL)
# Widgets and scripts are not among them: of these, a page shows the text that comes with them.
_FORMATS = [
    "text/html",
    "text/markdown",
    "image/png",
    "image/jpeg",
    "image/svg+xml",
    "text/latex",
    "text/plain",
]
_TAGS = nh3.ALLOWED_TAGS - {"map", "area", "header", "footer", "nav", "article", "section"}
_ATTRIBUTES = {
    "*": {"class"},
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "ol": {"start"},
    **{f"h{level}": {"class", "id"} for level in range(1, 7)},
}
# An SVG in an <img> can neither run a script nor load anything.
_IMAGE = re.compile(r"data:image/(png|jpeg|gif|svg\+xml);base64,")
_ADDRESS = re.compile(r"(https?:|mailto:|#)", re.IGNORECASE)


class _Renderer(IPythonRenderer):
    """Markdown with headings one level lower, since the page has a title of its own."""

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        return super().heading(text, min(level + 1, 6), **attrs)

    def inline_math(self, body: str) -> str:
        return f'<code class="math">{html.escape(body)}</code>'

    def block_math(self, body: str) -> str:
        return f'<code class="math block">{html.escape(body)}</code>'

    def latex_environment(self, name: str, body: str) -> str:
        return self.block_math(f"\\begin{{{name}}}{body}\\end{{{name}}}")


class _Exporter(HTMLExporter):
    """nbconvert's exporter without a page around the cells."""

    @property
    def default_config(self) -> Config:
        merged = Config(super().default_config)
        merged.merge(Config({"NbConvertBase": {"display_data_priority": _FORMATS}}))
        return merged

    def default_filters(self) -> Iterator[tuple[str, Any]]:
        yield from super().default_filters()
        # Everything is cleaned in the end, by what is ten times as fast.
        yield "clean_html", lambda markup: markup

    @pass_context
    def markdown2html(self, context: Context, source: str) -> str:
        attachments = context.get("cell", {}).get("attachments", {})
        renderer = _Renderer(escape=False, attachments=attachments, exclude_anchor_links=True)
        return MarkdownWithMath(renderer=renderer).render(source)


def page_of(notebook: Path) -> Path:
    """Return the page of an executed notebook, which lies in the folder `pages` beside it.

    It is made now if it is missing, or older than the notebook.

    Args:
        notebook: The notebook, good or failed.

    Returns:
        The page's path; that of the notebook itself where no page can be made: the notebook is
        damaged, or the folder cannot be written.
    """
    page = notebook.parent / _FOLDER / f"{notebook.stem}.html"
    try:
        if page.exists() and page.stat().st_mtime_ns >= notebook.stat().st_mtime_ns:
            return page
        content = body(ipynb.read(notebook))
        write_page(
            page,
            "notebook.html.j2",
            title=notebook.stem,
            body=content,
            notebook=f"../{link(notebook, notebook.parent)}",
        )
    except Exception:  # nbformat, nbconvert and mistune raise errors of many types
        return notebook
    return page


def body(content: dict[str, Any]) -> str:
    """Return the cells of a notebook as a piece of a page in which nothing runs.

    Args:
        content: The notebook, as `ipynb.read` returns it; it may be a stranger's.

    Returns:
        HTML of allowed tags and attributes only: no scripts, styles, frames or forms, no images
        but those that the notebook holds.
    """
    exporter = _Exporter(template_name="basic", log=_SILENT)
    node: Any = nbformat.from_dict(_prepared(content))
    written, _ = exporter.from_notebook_node(node)
    clean = _clean(written)
    clean = re.sub(r'(<div class="highlight[^>]*>)?<pre', _focusable, clean)
    # A group and no region: landmarks of one name could not be told apart.
    table = '<div class="scroll" role="group" aria-label="Table" tabindex="0"><table'
    clean = clean.replace("<table", table).replace("</table>", "</table></div>")
    return re.sub(
        r'<code class="math( block)?">(.*?)</code>',
        lambda found: mathml(html.unescape(found[2]), display=bool(found[1])),
        clean,
        flags=re.DOTALL,
    )


def _prepared(content: dict[str, Any]) -> dict[str, Any]:
    """Return a notebook with what the exporter expects, and without HTML that shows nothing."""
    book = {"metadata": {}, **copy.deepcopy(content), "nbformat": 4, "nbformat_minor": 5}
    for index, cell in enumerate(book["cells"]):
        cell.setdefault("metadata", {})
        cell["id"] = f"cell-{index}"
        if cell["cell_type"] == "code":
            cell["outputs"] = [output for output in cell["outputs"] if _prepare_output(output)]
    return book


def _prepare_output(output: dict[str, Any]) -> bool:
    """Complete an output; return whether a page can show any of it."""
    output.setdefault("metadata", {})
    if output["output_type"] == "error":
        output.setdefault("traceback", [f"{output['ename']}: {output['evalue']}"])
    if "data" not in output:
        return True
    shown = {name: output["data"][name] for name in _FORMATS if name in output["data"]}
    if "text/html" in shown and not re.sub(r"<(?!img)[^>]*>|\s", "", _clean(shown["text/html"])):
        del shown["text/html"]  # a script's; the text beside it says more
    output["data"] = shown
    return bool(shown)


def _clean(markup: str) -> str:
    """Return HTML of allowed tags, attributes and addresses only."""
    return nh3.clean(
        markup,
        tags=set(_TAGS),
        clean_content_tags={"script", "style", "template", "iframe", "object", "svg", "math"},
        attributes=_ATTRIBUTES,
        attribute_filter=_address,
        url_schemes={"data", "http", "https", "mailto"},
    )


def _address(tag: str, name: str, value: str) -> str | None:
    """Return an attribute's value; None for an address that a page should not have."""
    if name == "src":
        return value if _IMAGE.match(value) else None
    if name == "href":
        return value if _ADDRESS.match(value) else None
    return value


def _focusable(found: re.Match[str]) -> str:
    """Return the start of a text that may be wider than a phone, so that keys can scroll it."""
    return found[0] if found[1] else '<pre tabindex="0" role="group" aria-label="Output"'
