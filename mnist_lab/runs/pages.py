"""HTML pages that need no network: templates filled in, and figures put into them as base64."""

import os
import re
import warnings
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from hashlib import sha256
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

import matplotlib as mpl
import pandas as pd
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from matplotlib.figure import Figure

from mnist_lab.files import atomic_write

_PACKAGE = "mnist_lab.runs"
_PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
# With a unit, and with what follows a mean: "94.50% ± 0.71%", "1,234", "20 s"; "01.1" is a name.
_NUMBER = re.compile(r"[+-]?(0|[1-9][\d,]*)(\.\d+)?(e[+-]?\d+)?( ?%| s)?( ± .+)?")


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


def number_columns(frame: pd.DataFrame) -> list[bool]:
    """Return for each column whether all its texts are numbers; those are sorted as numbers."""
    columns = [frame.iloc[:, index] for index in range(frame.shape[1])]
    known = [[str(value) for value in column if value not in ("", "unknown")] for column in columns]
    return [bool(texts) and all(map(_NUMBER.fullmatch, texts)) for texts in known]


def _read(name: str) -> str:
    return files(_PACKAGE).joinpath("templates", name).read_text("utf-8")


def report_style() -> str:
    """Return the style that all pages have."""
    return _read("report.css")


def _allowed(text: str) -> str:
    """Return the word by which a policy allows just this style or script."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _policy(style: str, script: str) -> str:
    """Return what a browser may load for a page: its figures, its own style and its own script."""
    scripts = f" script-src {_allowed(script)};" if script else ""
    return (
        f"default-src 'none'; img-src data:; style-src {_allowed(style)};{scripts}"
        " base-uri 'none'; form-action 'none'"
    )


def filled_in(
    template: str,
    values: Mapping[str, object],
    style: str,
    script: str = "",
    package: str = _PACKAGE,
) -> str:
    """Fill in a template, and allow its page nothing but its own style, script and figures.

    Args:
        template: The template's file name, such as "course.html.j2".
        values: What the template names; text is escaped.
        style: The page's style sheet.
        script: The one script that may run in the page; "" for a page where none may.
        package: The package whose folder templates has the template; it may extend those of runs.

    Returns:
        The page.
    """
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(package), PackageLoader(_PACKAGE)]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["number_columns"] = number_columns
    return environment.get_template(template).render(
        **values, style=style, script=script, policy=_policy(style, script)
    )


def write_page(path: Path, template: str, script: str = "", **values: object) -> None:
    """Fill in a template of the folder templates, and write the page.

    Args:
        path: The page to write, whole or not at all.
        template: The template's file name, such as "course.html.j2".
        script: The file name of the one script that may run in the page, such as "tables.js"; ""
            for a page where none may.
        **values: What the template names; text is escaped.
    """
    code = _read(script) if script else ""
    page = filled_in(template, values, report_style(), code)
    with atomic_write(path) as stream:
        # The name of a file may hold bytes that are no text.
        stream.write(page.encode("utf-8", "replace").decode("utf-8"))
