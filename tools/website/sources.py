"""What Sphinx makes the website from: the course's pages in one folder, and files beside them."""

import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from mnist_lab import ipynb
from mnist_lab.cli import workspace
from mnist_lab.export import course_page
from tools.website.lessons import Lesson, read_lessons
from tools.website.notebooks import for_site
from tools.website.reference import PARTS, reference_pages

ROOT = Path(__file__).resolve().parents[2]
_TEMPLATES = Environment(
    loader=FileSystemLoader(ROOT / "docs" / "site" / "pages"),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
# Where a template of these becomes a page of another name.
_NAMES = {"notebooks.md": "notebooks/index.md", "reference.md": "reference/index.md"}
_KINDS = {"notebooks": "", "exercises": "exercises/", "solutions": "solutions/"}
_COPIED = (
    "docs/install.md",
    "docs/instructors.md",
    "docs/teaching.md",
    "docs/images/**/*.png",
    "benchmarks/README.md",
    "benchmarks/*.png",
    "benchmarks/*.jpg",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "notebooks/00_start_here.md",
)


def write_sources(folder: Path) -> None:
    """Write what Sphinx reads into `folder/pages`, and what it copies as it is into `folder/files`.

    Args:
        folder: An empty folder.
    """
    lessons = read_lessons(ROOT / "notebooks")
    pages, files = folder / "pages", folder / "files"
    _copy_texts(pages)
    _write_own_pages(pages, lessons)
    for lesson in lessons:
        _write(files / "figures" / f"{lesson.name}.png", lesson.picture)
        for kind, below in _KINDS.items():
            _write_notebook(pages, files, lesson, kind, below + lesson.name)
    for name, text in reference_pages().items():
        _write(pages / "reference" / f"{name}.rst", text.encode())
    course_page(files / "read.html")


def _copy_texts(pages: Path) -> None:
    """Copy the texts of the repository; for the README stands the first page."""
    for path in (path for pattern in _COPIED for path in ROOT.glob(pattern)):
        content = path.read_bytes()
        if path.suffix == ".md":
            content = content.replace(b"](../README.md)", b"](../index.md)")
        _write(pages / path.relative_to(ROOT), content)


def _write_own_pages(pages: Path, lessons: list[Lesson]) -> None:
    """Write the pages that only the website has."""
    values = {"lessons": lessons, "parts": PARTS, "version": version("mnist_lab")}
    for name in _TEMPLATES.list_templates(["md"]):
        if name != "ways.md":  # a part of two others
            text = _TEMPLATES.get_template(name).render(values)
            _write(pages / _NAMES.get(name, name), text.encode())


def _write_notebook(pages: Path, files: Path, lesson: Lesson, kind: str, name: str) -> None:
    """Write a notebook as a page, with its figures, and as a file to download."""
    path = ROOT / "notebooks" / f"{name}.ipynb"
    pieces: Any = _TEMPLATES.get_template("macros.html").module
    bar = getattr(pieces, f"bar_of_{kind}")(lesson)
    book, figures = for_site(ipynb.read(path), name, bar, pieces.pad("../"))
    if kind == "solutions":  # found from the exercises only
        book["metadata"] |= {"orphan": True, "nosearch": True}
    _write(pages / "notebooks" / f"{name}.ipynb", json.dumps(book).encode())
    _write(files / "notebooks" / f"{name}.ipynb", workspace.content(path, outputs=False))
    for file, png in figures.items():
        _write(files / "figures" / file, png)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
