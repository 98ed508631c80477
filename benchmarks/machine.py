"""What a measurement was made on."""

import platform
from pathlib import Path

from mnist_lab.machine import usable_cores
from mnist_lab.wording import counted


def processor() -> str:
    """Return the processor's name and number of cores, such as "AMD EPYC, 2 cores"."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    return f"{names[0] if names else platform.machine()}, {counted(usable_cores(), 'core')}"
