"""What made the results on a page: the command, when, versions, the digits, the machines."""

import platform
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from mnist_lab import requirements
from mnist_lab.records import Record
from mnist_lab.wording import counted

# In the order in which a page shows them, as their makers write them; others follow by name.
_NAMES = {
    "python": "Python",
    "mnist_lab": "mnist_lab",
    "tensorflow": "TensorFlow",
    "keras": "Keras",
    "numpy": "NumPy",
}


def provenance(
    command: str,
    records: Sequence[Record],
    hosts: Iterable[str | None] = (),
    versions: Sequence[Mapping[str, str]] = (),
) -> dict[str, str]:
    """Return what a page says about how its results came about.

    Args:
        command: The command line that made the page; "" if there is none.
        records: The records of the runs.
        hosts: The name of the machine of each run, where it is known.
        versions: Those of each run; by default what the records say.

    Returns:
        Texts by their headings; what is not known is left out.
    """
    machines = Counter(host for host in hosts if host)
    rows = {
        "Command": command,
        "Written": datetime.now().astimezone().strftime("%Y-%m-%d %H:%M %Z"),
        "Versions": versions_text(versions or [record.versions for record in records]),
        "Digits": _digits(records),
        "Machines": ", ".join(
            f"{host} ({counted(count, 'run')})" for host, count in machines.most_common()
        ),
    }
    return {name: text for name, text in rows.items() if text}


def own_versions() -> dict[str, str]:
    """Return the versions of Python and mnist_lab in this process."""
    return {
        "python": platform.python_version(),
        "mnist_lab": requirements.installed("mnist_lab") or "unknown",
    }


def versions_text(versions: Sequence[Mapping[str, str]]) -> str:
    """Return the versions behind several runs; where runs differ, how many had which."""
    found = {name for each in versions for name in each}
    ordered = [name for name in _NAMES if name in found] + sorted(found - set(_NAMES))
    parts = []
    for name in ordered:
        counts = Counter(each[name] for each in versions if name in each)
        known = [
            version if len(counts) == 1 else f"{version} ({counted(count, 'run')})"
            for version, count in counts.most_common()
        ]
        parts.append(f"{_NAMES.get(name, name)} {' and '.join(known)}")
    return ", ".join(parts)


def _digits(records: Sequence[Record]) -> str:
    parts = {
        f"{data.source} ({data.train:,} to learn from, {data.validation:,} to choose by,"
        f" {data.test:,} to test on)"
        for data in (record.data for record in records)
    }
    return "; ".join(sorted(parts))
