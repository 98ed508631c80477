"""HTML pages that need no network: templates filled in, and figures put into them as base64."""

import os
import re
import warnings
from base64 import b64decode, b64encode
from collections.abc import Callable
from hashlib import sha256
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

import matplotlib as mpl
from jinja2 import Environment, PackageLoader, StrictUndefined
from matplotlib.figure import Figure

from mnist_lab.files import atomic_write

_PNG_MAGIC = b"\x89PNG\r\n\x1a\n"


def png(draw: Callable[[], Figure]) -> str:
    """Return a figure as a PNG in base64; dollars in the names of runs are no formulas."""
    stream = BytesIO()
    with mpl.rc_context({"text.parse_math": False}), warnings.catch_warnings():
        # A letter that the font lacks is drawn as a box, and the page has the name as text.
        warnings.filterwarnings("ignore", "Glyph .* missing from", UserWarning)
        draw().savefig(stream, format="png")
    return b64encode(stream.getvalue()).decode()


def is_png(text: str) -> bool:
    """Return whether a text is a PNG in base64, without line breaks."""
    if not re.fullmatch(r"[A-Za-z0-9+/]+={0,2}", text) or len(text) % 4:
        return False
    return b64decode(text[:12]).startswith(_PNG_MAGIC)


def link(path: Path, folder: Path) -> str:
    """Return the address of a file as seen from a page in a folder.

    Its characters are quoted, so that no name is taken for an address such as "javascript:...".
    """
    path, folder = path.resolve(), folder.resolve()
    if not path.is_relative_to(folder):
        return path.as_uri()
    return quote(os.fsencode(path.relative_to(folder).as_posix()))


def _policy(style: str) -> str:
    """Return what a browser may load for a page: its figures and its own style, and no script."""
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return (
        f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none';"
        " form-action 'none'"
    )


def write_page(path: Path, template: str, **values: object) -> None:
    """Fill in a template of the folder templates, and write the page.

    Args:
        path: The page to write, whole or not at all.
        template: The template's file name, such as "course.html.j2".
        **values: What the template names; text is escaped.
    """
    environment = Environment(
        loader=PackageLoader("mnist_lab.runs"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = files("mnist_lab.runs").joinpath("templates", "report.css").read_text("utf-8")
    page = environment.get_template(template).render(**values, style=style, policy=_policy(style))
    with atomic_write(path) as stream:
        # The name of a file may hold bytes that are no text.
        stream.write(page.encode("utf-8", "replace").decode("utf-8"))
