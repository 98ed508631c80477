"""The pad's script: one text of several JavaScript modules, since a widget has one file."""

import re
from pathlib import Path

# Each after those that it imports from.
_MODULES = ("elements.js", "connection.js", "camera.js", "photos.js", "pad.js")
_IMPORT = re.compile(r'^import \{[^}]*\} from "\./[\w.]+";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?!default)", re.MULTILINE)


def pad_script() -> str:
    """Return the modules joined: what one imports from another, all see then."""
    folder = Path(__file__).parent
    texts = [(folder / name).read_text(encoding="utf-8") for name in _MODULES]
    return "\n".join(_EXPORT.sub("", _IMPORT.sub("", text)) for text in texts)
