"""A toy notebook for sweeps, the command that runs it, and the processes that work for it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from mnist_lab.ipynb import KERNELSPEC
from mnist_lab.records import read_record

# A notebook that takes half a second, does what it is told to, and leaves a record.
PARAMETERS = """\
what: str = "fine"  # fine, raise, die, or wait for a file of this path to be there
seed: int = 0  # makes one run differ from another
"""
WORK = """\
import os, signal, time
from pathlib import Path
if what == "raise":
    raise RuntimeError("as it was told to")
if what == "die":
    os.kill(os.getpid(), signal.SIGKILL)
if what == "forever":
    time.sleep(600)
if what.startswith("/"):
    while not Path(what).exists():
        time.sleep(0.05)
"""
RECORD = """\
from types import SimpleNamespace
import numpy as np
from mnist_lab.data.dataset import Digits, Dataset
from mnist_lab.records import record
part = Dataset(np.zeros((100, 28, 28), np.float32), np.zeros(100, np.int64))
accuracy = 0.9 + seed / 100
metrics = {
    "test_accuracy": accuracy,
    "test_accuracy_interval": [accuracy - 0.05, accuracy],
}
model = SimpleNamespace(name="none", count_params=lambda: 1)
digits, result = Digits(part, part, part, "sample"), SimpleNamespace(metrics=metrics)
record("toy", model, digits, accuracy, result, 0.5, globals())
"""


def write_toy(folder: Path, work: str = WORK) -> Path:
    """Write the toy notebook, with this source as its middle cell."""
    cells = [
        {
            "cell_type": "code",
            "id": f"c{index}",
            "metadata": {"tags": tags},
            "execution_count": None,
            "outputs": [],
            "source": source,
        }
        for index, (source, tags) in enumerate(
            [(PARAMETERS, ["parameters"]), (work, []), (RECORD, [])]
        )
    ]
    path = folder / "toy.ipynb"
    metadata = {"kernelspec": KERNELSPEC}
    book = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(book))
    return path


def command(notebook: Path, output: Path, *arguments: str) -> list[str]:
    """Return the command line of a sweep on the sample, or on what a cluster's workers find."""
    start = "from mnist_lab.cli.app import app; app()"
    source = [] if "--scheduler" in arguments else ["--source", "sample"]
    options = ["--output", str(output), *source, *arguments]
    return [sys.executable, "-c", start, "sweep", str(notebook), *options]


def good(folder: Path) -> int:
    """Return how many good runs a folder holds."""
    return sum(
        not path.stem.endswith(".failed") and read_record(path) is not None
        for path in folder.glob("*.ipynb")
    )


def of_this_sweep(path: Path) -> list[psutil.Process]:
    """Return the papermill processes of the runs that were told to wait for this file."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        if any(str(path) in part for part in process.info["cmdline"] or []):
            found.append(process)
    return found


def start_sweep(notebook: Path, output: Path, *arguments: str) -> subprocess.Popen:
    """Start a sweep as a process that heeds Ctrl-C."""
    return subprocess.Popen(
        command(notebook, output, *arguments),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # Tests in the background ignore it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


@contextmanager
def dask_process(*words: str, environment: Mapping[str, str] | None = None) -> Iterator[int]:
    """Run `dask scheduler` or `dask worker` during a block; yield its process id."""
    code = f"from distributed.cli.dask_{words[0]} import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", code, *words[1:]],
        env={**os.environ, **(environment or {})},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process.pid
    finally:
        with suppress(psutil.Error):
            children = psutil.Process(process.pid).children(recursive=True)
            for child in (*children, process):
                with suppress(psutil.Error):
                    child.kill()
        process.wait()
