"""How many runs a machine does at a time, and the cores or the GPU that each of them gets."""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from mnist_lab.machine import available_memory, usable_cores

# A run of one of the course's notebooks at its defaults takes up to this, papermill included, if
# the program code that runs share is counted once (benchmarks/memory.json).
_RUN_BYTES = 2_100_000_000


class Slots(NamedTuple):
    """How many runs to do at a time, and why not one per core; "" where it is one per core."""

    count: int
    reason: str


def runs_that_fit() -> int:
    """Return how many runs fit into the memory that is free, at least 1."""
    return max(1, available_memory() // _RUN_BYTES)


def default_slots(gpus: Sequence[str]) -> Slots:
    """Return how many runs this machine does at a time: one per core, as far as memory goes.

    Args:
        gpus: The GPUs to use. With any, it is one run per GPU: two processes that share a GPU's
            memory get into each other's way.

    Returns:
        The number, at least 1, and a sentence about what limits it.
    """
    wanted, fitting = len(gpus) or usable_cores(), runs_that_fit()
    if fitting < wanted:
        free, most = available_memory() / 1e9, _RUN_BYTES / 1e9
        reason = f"{free:.1f} GB of memory are free, and a run may take {most:.1f} GB"
        return Slots(fitting, reason)
    return Slots(wanted, "one per GPU" if gpus else "")


def threads_of(slots: int) -> int:
    """Return the number of threads per run if `slots` runs at a time share the cores."""
    return max(1, usable_cores() // slots)


def environment_of(threads: int) -> dict[str, str]:
    """Return the variables that limit TensorFlow and BLAS to a number of threads."""
    names = (
        "TF_NUM_INTRAOP_THREADS",
        "TF_NUM_INTEROP_THREADS",
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
    )
    return dict.fromkeys(names, str(threads))


def visible_gpus(environment: Mapping[str, str] = os.environ) -> list[str]:
    """Return the NVIDIA GPUs that a process may use, as CUDA_VISIBLE_DEVICES names them.

    TensorFlow is not asked: importing it here would take seconds and memory of a GPU. So a GPU
    counts even where TensorFlow has no CUDA libraries to use it.

    Args:
        environment: The variables of the process.

    Returns:
        The entries of CUDA_VISIBLE_DEVICES up to the first invalid one; without that variable, the
        numbers of all GPUs that `nvidia-smi -L` lists.
    """
    chosen = environment.get("CUDA_VISIBLE_DEVICES")
    if chosen is not None:
        names = []
        for name in map(str.strip, chosen.split(",")):
            if not name or name.startswith("-"):
                break
            names.append(name)
        return names
    program = shutil.which("nvidia-smi", path=environment.get("PATH"))
    if program is None:
        return []
    try:
        listed = subprocess.run([program, "-L"], capture_output=True, encoding="utf-8", timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return []
    gpus = [line for line in listed.stdout.splitlines() if line.startswith("GPU ")]
    return [str(number) for number in range(len(gpus))] if listed.returncode == 0 else []


def environment_of_gpu(gpus: Sequence[str], worker: object) -> dict[str, str]:
    """Return the variable that gives a worker's runs one GPU.

    Args:
        gpus: The names of the GPUs.
        worker: The worker's name: its number on this machine.

    Returns:
        CUDA_VISIBLE_DEVICES with one GPU, the same for each run of a worker; {} without GPUs.
    """
    if not gpus:
        return {}
    number = int(str(worker)) if str(worker).isdigit() else 0
    return {"CUDA_VISIBLE_DEVICES": gpus[number % len(gpus)]}
