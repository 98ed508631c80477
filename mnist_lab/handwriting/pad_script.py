"""The pad's script: one text of several JavaScript modules, since a widget has one file."""

import re
from collections.abc import Iterable
from pathlib import Path

_FOLDER = Path(__file__).parent
# Each after those that it imports from.
_MODULES = ("elements.js", "connection.js", "camera.js", "photos.js", "pad.js")
_IMPORT = re.compile(r'^import [^;]* from "[\w./]+";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?!default)", re.MULTILINE)


def joined(modules: Iterable[Path]) -> str:
    """Return modules of JavaScript as one: what one imports from another, all see then.

    Args:
        modules: Their files, each after those that it imports from.
    """
    texts = [module.read_text(encoding="utf-8") for module in modules]
    return "\n".join(_EXPORT.sub("", _IMPORT.sub("", text)) for text in texts)


def pad_script() -> str:
    """Return the modules of the pad, joined."""
    return joined(_FOLDER / name for name in _MODULES)
