"""Cells and outputs of a notebook file, read as they are stored."""

import json
import re
import stat
from pathlib import Path
from typing import Any

# What a new notebook says of the kernel that runs it.
KERNELSPEC = {"name": "python3", "display_name": "Python 3", "language": "python"}
# How long papermill waits for a cell's last message after its reply; nbclient's 4 seconds pass on a
# machine that runs many notebooks at once, and a good run would be lost.
IOPUB_SECONDS = 60
_JSON_MIME = re.compile(r"application/(.+\+)?json")
_MAX_BYTES = 64 * 2**20  # a notebook of the course has at most four megabytes
_MAX_LEVELS = 100  # of lists and dicts within each other; reading a notebook needs eight


class NotebookError(ValueError):
    """A file that is no notebook; the message says which file and why."""


def read(path: str | Path) -> dict[str, Any]:
    """Return a notebook's content as it is stored (nbformat 4).

    Sources and texts come joined into one string each. Only what the package looks at is checked,
    not the whole format.

    Args:
        path: The .ipynb file.

    Returns:
        The content: a dict with "cells", each a dict with "cell_type", "source", and for code
        "execution_count" and "outputs".

    Raises:
        NotebookError: The file cannot be read, or is no notebook.
    """
    path = Path(path)
    try:
        return parse(_bytes(path), path.name)
    except OSError as error:
        raise NotebookError(f"{path}: cannot be read ({error.strerror or error}).") from error


def parse(content: bytes, name: str) -> dict[str, Any]:
    """Return the content of a notebook's file, as `read` does.

    Args:
        content: The bytes of the file.
        name: The file's name, for the error.

    Raises:
        NotebookError: They are no notebook.
    """
    try:
        if len(content) > _MAX_BYTES:
            raise ValueError(f"it has more than {_MAX_BYTES:,} bytes")
        book = json.loads(content.decode("utf-8"))
        _check_text(book)
        for cell in _typed(book, "cells", list):
            _join_cell(cell)
    except UnicodeDecodeError as error:
        reason = f"its text is not UTF-8: {error}"
        raise NotebookError(f"{name}: not a readable notebook ({reason}).") from error
    except (ValueError, TypeError, RecursionError) as error:
        raise NotebookError(f"{name}: not a readable notebook ({error}).") from error
    return book


def _bytes(path: Path) -> bytes:
    """Return the content of a file, no more of it than tells that it is too large."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError("it is not a file")
    with path.open("rb") as file:
        return file.read(_MAX_BYTES + 1)


def _check_text(content: Any) -> None:
    """Refuse with a ValueError what Python reads as JSON, but no page and no file could hold."""
    level, values = 0, [content] if isinstance(content, (dict, list)) else []
    while values:
        level += 1
        if level > _MAX_LEVELS:
            raise ValueError(f"nested more than {_MAX_LEVELS} levels deep")
        inner = (value.values() if isinstance(value, dict) else value for value in values)
        values = [item for items in inner for item in items if isinstance(item, (dict, list))]
    json.dumps(content, ensure_ascii=False).encode()  # fails at half a character


def _typed(holder: Any, key: str, *kinds: type) -> Any:
    """Return what a dict holds under a key; TypeError if it is not one of these types."""
    if not isinstance(holder, dict):
        raise TypeError(f"{key!r} is missing, since {type(holder).__name__} is no JSON object")
    # True is an int to Python, but not to a notebook.
    if key not in holder or type(holder[key]) not in kinds:
        state = f"{type(holder[key]).__name__}" if key in holder else "missing"
        raise TypeError(f"{key!r} is {state}")
    return holder[key]


def _join(holder: dict[str, Any], key: str) -> None:
    """Make one string of a text that a notebook stores as a string or as a list of lines."""
    text = _typed(holder, key, str, list)
    holder[key] = text if isinstance(text, str) else "".join(text)


def _join_cell(cell: Any) -> None:
    _typed(cell, "cell_type", str)
    _join(cell, "source")
    if cell["cell_type"] == "code":
        _typed(cell, "execution_count", int, type(None))
        for output in _typed(cell, "outputs", list):
            _join_output(output)


def _join_output(output: Any) -> None:
    kind = _typed(output, "output_type", str)
    if kind == "stream":
        _join(output, "text")
    elif kind == "error":
        _typed(output, "ename", str)
        _typed(output, "evalue", str)
    if "data" in output or kind in ("display_data", "execute_result"):
        data = _typed(output, "data", dict)
        for mime in data:
            if not _JSON_MIME.fullmatch(mime):
                _join(data, mime)


def code_cells(content: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the code cells of a notebook in order, empty ones included."""
    return [cell for cell in content["cells"] if cell["cell_type"] == "code"]


def outputs(content: dict[str, Any], mime: str) -> list[Any]:
    """Return what a notebook's cells display in one format, in order.

    Args:
        content: A notebook, as `read` returns it.
        mime: The format, such as "image/png".

    Returns:
        Text, which of an image is base64; of a JSON format, the JSON value.
    """
    shown = [output.get("data", {}) for cell in code_cells(content) for output in cell["outputs"]]
    return [data[mime] for data in shown if mime in data]


def figures(content: dict[str, Any]) -> list[tuple[str, str]]:
    """Return a notebook's figures in order, each with its text alternative.

    Args:
        content: A notebook, as `read` returns it.

    Returns:
        Each figure as what should be a PNG in base64, and the text, "" where it has none.
    """
    found = []
    for cell in code_cells(content):
        for output in cell["outputs"]:
            if "image/png" in output.get("data", {}):
                about = output.get("metadata", {})
                for key in ("image/png", "alt"):
                    about = about.get(key, "") if isinstance(about, dict) else ""
                found.append((output["data"]["image/png"], about if isinstance(about, str) else ""))
    return found


def without_outputs(content: dict[str, Any]) -> dict[str, Any]:
    """Return a notebook as if it had never been run; the given one is left as it is."""
    fresh = [
        {**cell, "outputs": [], "execution_count": None} if cell["cell_type"] == "code" else cell
        for cell in content["cells"]
    ]
    return {**content, "cells": fresh}
