"""Tables in Markdown, from rows of results."""

from collections.abc import Sequence
from typing import Any

# One measurement, as the JSON files hold it.
Row = dict[str, Any]


def table(head: Sequence[str], body: Sequence[Sequence[str]]) -> list[str]:
    """Return the lines of a table."""
    rows = (head, ["---"] * len(head), *body)
    return ["| " + " | ".join(cells) + " |" for cells in rows]
