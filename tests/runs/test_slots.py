"""Slots, threads and GPUs: each run gets its share of what this process may use."""

import os
from pathlib import Path

import psutil
import pytest

from mnist_lab.runs import slots
from mnist_lab.runs.slots import (
    Slots,
    default_slots,
    environment_of,
    environment_of_gpu,
    threads_of,
    visible_gpus,
)


def machine(monkeypatch: pytest.MonkeyPatch, cores: int, gigabytes: float) -> None:
    """Simulate a machine by what mnist_lab.machine says about it."""
    monkeypatch.setattr(slots, "usable_cores", lambda: cores)
    monkeypatch.setattr(slots, "available_memory", lambda: int(gigabytes * 1e9))


def test_threads_share_the_cores(monkeypatch: pytest.MonkeyPatch):
    machine(monkeypatch, 8, 64)
    assert [threads_of(count) for count in (1, 2, 3, 80)] == [8, 4, 2, 1]
    assert set(environment_of(3).values()) == {"3"}


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system has no affinity")
def test_a_process_bound_to_one_core_has_one_slot():
    process = psutil.Process()
    before = process.cpu_affinity()
    assert before
    process.cpu_affinity(before[:1])
    try:
        assert default_slots([]).count == 1
        assert threads_of(1) == 1
    finally:
        process.cpu_affinity(before)


@pytest.mark.parametrize(
    ("cores", "gigabytes", "gpus", "count"),
    [(8, 64, 0, 8), (64, 8.5, 0, 4), (2, 0.3, 0, 1), (16, 64, 2, 2), (16, 1.9, 4, 1)],
)
def test_slots_are_one_per_core_or_gpu_as_far_as_memory_goes(
    monkeypatch: pytest.MonkeyPatch, cores: int, gigabytes: float, gpus: int, count: int
):
    machine(monkeypatch, cores, gigabytes)
    found = default_slots([str(number) for number in range(gpus)])
    assert found.count == count
    assert bool(found.reason) == (count != cores)
    if count < (gpus or cores):
        assert found.reason == (f"{gigabytes} GB of memory are free, and a run may take 2.1 GB")


def test_a_machine_with_gpus_says_why_it_does_fewer_runs(monkeypatch: pytest.MonkeyPatch):
    machine(monkeypatch, 16, 64)
    assert default_slots(["0", "1"]) == Slots(2, "one per GPU")


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("0,1", ["0", "1"]),
        ("GPU-1a2b, GPU-3c4d", ["GPU-1a2b", "GPU-3c4d"]),
        ("1,-1,0", ["1"]),
        ("-1", []),
        ("", []),
    ],
)
def test_chosen_gpus_are_read_as_cuda_reads_them(value: str, names: list[str]):
    assert visible_gpus({"CUDA_VISIBLE_DEVICES": value, "PATH": ""}) == names


@pytest.mark.skipif(os.name == "nt", reason="the simulated program is a shell script")
@pytest.mark.parametrize(
    ("script", "names"),
    [
        ("echo 'GPU 0: NVIDIA A100 (UUID: GPU-1)'; echo 'GPU 1: NVIDIA A100 (UUID: GPU-2)'", 2),
        ("echo 'NVIDIA-SMI has failed'; exit 9", 0),
        ("echo 'No devices were found'", 0),
    ],
)
def test_other_gpus_are_those_that_a_simulated_nvidia_smi_lists(
    tmp_path: Path, script: str, names: int
):
    program = tmp_path / "nvidia-smi"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    assert visible_gpus({"PATH": str(tmp_path)}) == [str(number) for number in range(names)]


def test_a_machine_without_nvidia_smi_has_no_gpus(tmp_path: Path):
    assert visible_gpus({"PATH": str(tmp_path)}) == []


def test_workers_take_gpus_in_turn():
    taken = [environment_of_gpu(["0", "GPU-3"], worker) for worker in range(3)]
    assert taken == [{"CUDA_VISIBLE_DEVICES": name} for name in ("0", "GPU-3", "0")]
    assert environment_of_gpu([], 0) == {}
