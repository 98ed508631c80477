"""A learner's folder: copies of the course's pages, which a later version never writes over."""

import hashlib
import json
import platform
import re
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from mnist_lab import ipynb
from mnist_lab.files import atomic_write, course_folder

# The pages that are handed out, as patterns in the course's folder.
PAGES = ("*.ipynb", "*.md", "grids/*.yml", "exercises/*.ipynb", "solutions/*.ipynb")
START_PAGE = "00_start_here.md"
# Hidden in a learner's folder: the SHA-256 of each page in the version handed out last.
MANIFEST = ".mnist_lab.json"
# A notebook's metadata names the version of Python that ran it. JupyterLab sets it to its own when
# it opens a page, and would then ask to save a page that nobody has changed.
_PYTHON = re.compile(rb'("pygments_lexer": "ipython3",\s*"version": ")[\d.]+')


class Copy(NamedTuple):
    """One page to hand out: its name in the course, the file to write, and whether that is new."""

    page: str
    target: Path
    kind: str  # "new", "updated", or "beside" where the learner has changed the page


def pages() -> dict[str, Path]:
    """Return the pages of the course: their names, such as grids/07_full_design.yml, and files."""
    course = course_folder()
    files = sorted(file for pattern in PAGES for file in course.glob(pattern))
    return {file.relative_to(course).as_posix(): file for file in files}


def read_manifest(folder: Path) -> dict[str, str] | None:
    """Return name -> SHA-256 of what was handed out; None if there is no manifest.

    A folder without one was not created by `mnist-lab start`. A manifest that cannot be read counts
    as empty: every page is then treated as changed.
    """
    try:
        handed_out = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["pages"]
        return {str(name): str(digest) for name, digest in handed_out.items()}
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def plan(folder: Path) -> list[Copy]:
    """Return the copies that a folder needs to have every page of this version."""
    handed_out = read_manifest(folder) or {}
    copies = []
    for name, file in pages().items():
        target = folder / name
        this_version = {_digest(content(file, outputs)) for outputs in (True, False)}
        if not target.exists():
            copies.append(Copy(name, target, "new"))
            continue
        present = _digest(target.read_bytes())
        if this_version & {present, handed_out.get(name)}:
            continue  # this version is there already, as it was or with the learner's changes
        if present == handed_out.get(name):
            copies.append(Copy(name, target, "updated"))
        else:
            beside = _beside(target, version("mnist_lab"), this_version)
            copies.append(Copy(name, beside, "beside"))
    return copies


def hand_out(folder: Path, copies: list[Copy], outputs: bool = False) -> None:
    """Write the copies of a plan, and note in the manifest that this version was handed out.

    Args:
        folder: The learner's folder.
        copies: From `plan`.
        outputs: Whether notebooks keep the outputs of the course's own run. Without them a reader
            can guess before seeing.
    """
    originals = pages()
    for copy in copies:
        if not copy.target.exists() or copy.kind == "updated":
            _write(copy.target, content(originals[copy.page], outputs))
    _keep(folder, {name: _digest(content(file, outputs)) for name, file in originals.items()})


def find_page(name: str) -> str:
    """Return the page that a number, the beginning of a name, or a name stands for.

    Raises:
        ValueError: No page or several have such a name.
    """
    path = Path(name)
    prefix = path.name.removesuffix(".ipynb")
    prefix = prefix.zfill(2) if prefix.isdigit() else prefix
    if path.parent.name in ("exercises", "solutions") and prefix:
        prefix = f"{path.parent.name}/{prefix}"
    names = [page for page in pages() if page.endswith((".ipynb", ".md"))]
    matching = [page for page in names if page.startswith(prefix)] if prefix else []
    if len(matching) != 1:
        problem = "names several pages" if matching else "is no page of the course"
        raise ValueError(f"{name!r} {problem}. Give one of {', '.join(matching or names)}.")
    return matching[0]


def find_notebook(path: Path) -> Path:
    """Return a notebook to run: a file, or the course's own where there is no file, such as "01".

    Raises:
        ValueError: It is neither.
    """
    if path.is_file():
        return path
    if len(path.parts) != 1:
        raise ValueError(f"{path}: no such notebook. Give a file, or a number such as 01.")
    return pages()[find_page(str(path))]


def reset(folder: Path, page: str) -> Path | None:
    """Restore a page of the course.

    Args:
        folder: The learner's folder.
        page: Its name in the course.

    Returns:
        The file that keeps the learner's version; None if there was none, or it was unchanged.
    """
    original, target = content(pages()[page], outputs=False), folder / page
    kept = None
    if target.exists() and (digest := _digest(target.read_bytes())) != _digest(original):
        kept = _beside(target, "mine", {digest})
        _write(kept, target.read_bytes())
    _write(target, original)
    _keep(folder, {page: _digest(original)})
    return kept


def content(file: Path, outputs: bool) -> bytes:
    """Return a page as JupyterLab saves it under this Python, with or without outputs."""
    page = file.read_bytes()
    if file.suffix == ".ipynb" and not outputs:
        try:
            notebook = ipynb.without_outputs(json.loads(page))
        except (ValueError, TypeError, KeyError):
            return page  # no notebook, so it has no outputs
        page = (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()
    return _PYTHON.sub(rb"\g<1>" + platform.python_version().encode(), page)


def _digest(page: bytes) -> str:
    """Return the SHA-256 of a page, the same under every version of Python."""
    return hashlib.sha256(_PYTHON.sub(rb"\g<1>", page)).hexdigest()


def _beside(target: Path, label: str, digests: set[str]) -> Path:
    """Return a name beside a page: unused, or that of a file with one of these contents."""
    path, count = target.with_stem(f"{target.stem} ({label})"), 1
    while path.exists() and _digest(path.read_bytes()) not in digests:
        count += 1
        path = target.with_stem(f"{target.stem} ({label}, {count})")
    return path


def _write(path: Path, content: bytes) -> None:
    with atomic_write(path, "wb") as file:
        file.write(content)


def _keep(folder: Path, handed_out: dict[str, str]) -> None:
    """Add pages to the manifest."""
    content = {"pages": (read_manifest(folder) or {}) | handed_out}
    with atomic_write(folder / MANIFEST) as file:
        file.write(json.dumps(content, indent=1) + "\n")
