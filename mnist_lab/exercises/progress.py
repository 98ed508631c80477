"""progress(): which exercises are solved, kept in a small file beside the exercises."""

import json
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mnist_lab.exercises.catalogue import exercises_of, notebooks
from mnist_lab.exercises.judge import UNTOUCHED, Verdict
from mnist_lab.files import atomic_write
from mnist_lab.locks import LockedError, file_lock

if TYPE_CHECKING:
    import pandas as pd

FILE = "progress.json"  # in the folder of the notebook; nothing is sent anywhere
_WAIT = 5.0  # seconds for another notebook that notes something at the same time


def _read() -> dict[str, dict[str, Any]]:
    """Return what is noted in the folder; nothing where there is no file, or none of ours."""
    try:
        content = json.loads(Path(FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    entries = content.items() if isinstance(content, dict) else ()
    return {name: entry for name, entry in entries if isinstance(entry, dict)}


def note(name: str, verdict: Verdict) -> None:
    """Note a try at an exercise; a folder that cannot be written costs no answer."""
    if verdict.kind == UNTOUCHED:
        return
    with suppress(OSError, LockedError), file_lock(Path(f".{FILE}.lock"), _WAIT):
        noted = _read()
        entry = noted.setdefault(name, {})
        tries = entry.get("tries")
        if not entry.get("solved"):
            entry["tries"] = (tries if isinstance(tries, int) else 0) + 1
        if verdict.right:
            entry.setdefault("solved", date.today().isoformat())
        with atomic_write(FILE) as file:
            json.dump(noted, file, indent=1, sort_keys=True)


def progress() -> "pd.DataFrame":
    """Return which exercises are solved in this folder.

    `check` notes it in progress.json, in the folder of the notebook. Nothing is sent anywhere.

    Returns:
        One row per exercise of the course: title, solved (a date, or ""), and tries until then.

    Example:
        >>> lab.progress().columns.to_list()
        0 of ... exercises solved.
        ['exercise', 'solved', 'tries']
    """
    import pandas as pd

    noted = _read()
    rows = [
        (
            name,
            exercise.title,
            noted.get(name, {}).get("solved", ""),
            noted.get(name, {}).get("tries", 0),
        )
        for notebook in notebooks()
        for name, exercise in exercises_of(notebook).items()
    ]
    solved = sum(bool(row[2]) for row in rows)
    print(f"{solved} of {len(rows)} exercises solved.")
    return pd.DataFrame(rows, columns=["name", "exercise", "solved", "tries"]).set_index("name")
