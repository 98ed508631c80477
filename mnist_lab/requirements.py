"""Compares the installed packages with a lock file, or with what mnist_lab needs."""

import importlib.metadata
import re
from collections.abc import Iterable
from pathlib import Path

from packaging.requirements import Requirement


def read_lock(lock: Path) -> list[Requirement]:
    """Return the lines of a lock file that apply to this machine.

    Raises:
        OSError: The file cannot be read.
        ValueError: It is no list of requirements.
    """
    lines = re.sub(r"#.*", "", lock.read_text(encoding="utf-8")).splitlines()
    return _that_apply(line for line in lines if line.strip())


def needed() -> list[Requirement]:
    """Return what the installed mnist_lab needs; nothing where it runs without being installed."""
    try:
        return _that_apply(importlib.metadata.requires("mnist_lab") or [])
    except importlib.metadata.PackageNotFoundError:
        return []


def _that_apply(lines: Iterable[str]) -> list[Requirement]:
    """Return the requirements for this machine, without those of extras such as dev."""
    requirements = [Requirement(line) for line in lines]
    return [r for r in requirements if not r.marker or r.marker.evaluate({"extra": ""})]


def installed(name: str) -> str | None:
    """Return the installed version of a package; tensorflow-cpu is TensorFlow too."""
    for distribution in (name, f"{name}-cpu") if name == "tensorflow" else (name,):
        try:
            return importlib.metadata.version(distribution)
        except importlib.metadata.PackageNotFoundError:
            continue
    return None


def unmet(requirements: Iterable[Requirement]) -> list[Requirement]:
    """Return the requirements that no installed package fulfills."""
    return [
        r
        for r in requirements
        if (version := installed(r.name)) is None
        or not r.specifier.contains(version, prereleases=True)
    ]
