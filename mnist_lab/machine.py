"""The cores and the memory that this process may use, and giving memory back."""

import ctypes
import math
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil

# Where Linux says which control groups a process belongs to, and what their limits are.
_MEMBERSHIP = Path("/proc/self/cgroup")
_CONTROL_GROUPS = Path("/sys/fs/cgroup")


def _groups(controller: str) -> Iterator[Path]:
    """Yield the folders of this process's control groups of versions 1 and 2, innermost first.

    The limits of all of them count. A container often sees its own group as the root, while the
    path is still the host's: folders that are not there are passed over.
    """
    try:
        lines = _MEMBERSHIP.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:  # not Linux, or hidden
        return
    for line in lines:
        number, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if controller in controllers.split(","):
            mounts = [_CONTROL_GROUPS / controllers, _CONTROL_GROUPS / controller]
        elif number == "0" and not controllers:  # version 2: one tree for all controllers
            mounts = [_CONTROL_GROUPS]
        else:
            continue
        mount = next((folder for folder in mounts if folder.is_dir()), None)
        if mount is None:
            continue
        group = mount / path.strip("/")
        while group != mount and ".." not in group.parts:
            yield group
            group = group.parent
        yield mount


def _numbers(file: Path) -> list[int | None]:
    """Return the numbers in a file; None for the word "max", and nothing where it is unreadable."""
    try:
        words = file.read_text(encoding="ascii").split()
        return [None if word == "max" else int(word) for word in words]
    except (OSError, ValueError):
        return []


def _core_quotas() -> Iterator[float]:
    """Yield how many cores each control group grants per period, where it sets a limit."""
    for group in _groups("cpu"):
        limit = _numbers(group / "cpu.max") or [
            *_numbers(group / "cpu.cfs_quota_us"),
            *_numbers(group / "cpu.cfs_period_us"),
        ]
        match limit:
            case [int(quota), int(period)] if quota > 0 and period > 0:
                yield quota / period


def _cache(group: Path) -> int:
    """Return the bytes of files that a control group keeps in memory and would give back."""
    try:
        lines = (group / "memory.stat").read_text(encoding="ascii").splitlines()
        fields = {name: int(value) for name, value in (line.split() for line in lines)}
    except (OSError, ValueError):
        return 0
    # Version 1 counts the groups inside under names of their own.
    prefix = "total_" if "total_inactive_file" in fields else ""
    return sum(fields.get(f"{prefix}{kind}_file", 0) for kind in ("inactive", "active"))


def _memory_limits() -> Iterator[tuple[Path, int]]:
    """Yield each control group that limits memory, and its limit in bytes."""
    for group in _groups("memory"):
        for name in ("memory.max", "memory.limit_in_bytes"):
            match _numbers(group / name):
                case [int(limit)] if limit > 0:
                    yield group, limit


def host_cores() -> int:
    """Return how many cores the machine has, whoever may use them."""
    return os.cpu_count() or 1


def host_memory() -> int:
    """Return how many bytes of memory the machine has, whoever may use them."""
    return psutil.virtual_memory().total


def usable_cores() -> int:
    """Return how many cores this process may use, at least 1.

    It is the smallest of the machine's cores, the process's affinity, and the quotas of its control
    groups (Linux, as in Docker, Kubernetes and SLURM); part of a core counts as one.
    """
    process = psutil.Process()
    try:
        cores = len(process.cpu_affinity() or []) or host_cores()
    except (AttributeError, OSError, psutil.Error):  # macOS has none
        cores = host_cores()
    return max(1, min([cores, *map(math.ceil, _core_quotas())]))


def memory_limit() -> int:
    """Return how many bytes of memory this process could use at most.

    It is the smaller of the machine's memory and the limits of its control groups.
    """
    return min([host_memory(), *(limit for _, limit in _memory_limits())])


def available_memory() -> int:
    """Return how many bytes of memory this process can still take without swapping, at least 0.

    Files that the system keeps in memory count as free, since it gives them back when needed.
    """
    free = [psutil.virtual_memory().available]
    for group, limit in _memory_limits():
        used = _numbers(group / "memory.current") or _numbers(group / "memory.usage_in_bytes")
        match used:
            case [int(usage)]:
                free.append(limit - max(0, usage - _cache(group)))
            case _:
                free.append(limit - resident_memory())
    return max(0, min(free))


def resident_memory() -> int:
    """Return how many bytes of memory this process holds now."""
    return psutil.Process().memory_info().rss


def release_memory() -> None:
    """Give memory that was freed back to the system, where the C library keeps it (glibc)."""
    if sys.platform == "linux":
        with suppress(AttributeError):  # another C library
            ctypes.CDLL(None).malloc_trim(0)
