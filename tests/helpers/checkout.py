"""Which files a clone of this repository would have, and a copy of them."""

import shutil
import subprocess
from pathlib import Path

# What a checkout may hold beside what git keeps: anywhere, and at its top.
_ANYWHERE = shutil.ignore_patterns(".*cache*", "__pycache__", ".ipynb_checkpoints", "networks")
_AT_THE_TOP = {".git", ".venv", ".hypothesis", "runs", "work", "build", "dist"}
_AT_THE_TOP |= {"mnist_lab.egg-info"}


def list_files(root: Path, *options: str) -> list[str] | None:
    """Return what `git ls-files` lists; None without git, or outside a checkout."""
    command = ["git", "-C", str(root), "ls-files", "-z", "--exclude-standard", *options]
    if shutil.which("git") is None or not (root / ".git").exists():
        return None
    done = subprocess.run(command, capture_output=True, encoding="utf-8")
    return [name for name in done.stdout.split("\0") if name] if done.returncode == 0 else None


def copy_checkout(root: Path, target: Path) -> None:
    """Copy what a clone has once all changes are committed; without git, all but leftovers."""

    def leftovers(folder: str, names: list[str]) -> set[str]:
        at_the_top = _AT_THE_TOP & set(names) if Path(folder) == root else set()
        return _ANYWHERE(folder, names) | at_the_top

    files = list_files(root, "--cached", "--others")
    if files is None:
        shutil.copytree(root, target, ignore=leftovers)
        return
    for name in files:
        if (root / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, target / name)
