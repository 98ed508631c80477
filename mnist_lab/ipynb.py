"""Cells and outputs of a notebook file, read as they are stored."""

import json
from pathlib import Path
from typing import Any


class NotebookError(ValueError):
    """A file that is no notebook; the message says which file and why."""


def read(path: str | Path) -> dict[str, Any]:
    """Return a notebook's content as it is stored (nbformat 4).

    Sources and texts come joined into one string each. Only what the package looks at is checked, not the whole format.

    Args:
        path: The .ipynb file.

    Returns:
        The content: a dict with "cells", each a dict with "cell_type", "source", and for code "outputs".

    Raises:
        NotebookError: The file cannot be read, or is no notebook.
    """
    path = Path(path)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        for cell in content["cells"]:
            cell["source"] = "".join(cell["source"])
            if cell["cell_type"] == "code":
                for output in cell["outputs"]:
                    for bundle in (output, output.get("data", {})):
                        bundle.update(
                            {
                                key: "".join(value)
                                for key, value in bundle.items()
                                if _is_lines(value)
                            }
                        )
    except OSError as error:
        raise NotebookError(f"{path}: cannot be read ({error.strerror or error}).") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise NotebookError(
            f"{path.name}: not a readable notebook ({type(error).__name__}: {error})."
        ) from error
    return content


def _is_lines(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(line, str) for line in value)


def code_cells(content: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the cells of a notebook that hold code, empty ones included, in order."""
    return [cell for cell in content["cells"] if cell["cell_type"] == "code"]


def outputs(content: dict[str, Any], mime: str) -> list[Any]:
    """Return what a notebook's cells display in one format, such as "image/png" (base64 text), in order."""
    shown = [output.get("data", {}) for cell in code_cells(content) for output in cell["outputs"]]
    return [data[mime] for data in shown if mime in data]


def without_outputs(content: dict[str, Any]) -> dict[str, Any]:
    """Return a notebook as if it had never been run; the one given is left as it is."""
    fresh = [
        {**cell, "outputs": [], "execution_count": None} if cell["cell_type"] == "code" else cell
        for cell in content["cells"]
    ]
    return {**content, "cells": fresh}
