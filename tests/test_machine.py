"""Cores and memory are those that this process may use; control groups are made-up folders here."""

import mmap
import os
import platform
import subprocess
import sys
from types import SimpleNamespace

import psutil
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mnist_lab import machine

GB = 10**9
HOST_CORES, HOST_MEMORY, HOST_AVAILABLE = 64, 256 * GB, 200 * GB


@pytest.fixture
def host(tmp_path, monkeypatch):
    """Return a function that makes a host of 64 cores and 256 GB with control groups as given."""
    monkeypatch.setattr(machine, "_MEMBERSHIP", tmp_path / "membership")
    monkeypatch.setattr(machine, "_CONTROL_GROUPS", tmp_path / "cgroup")
    monkeypatch.setattr(os, "cpu_count", lambda: HOST_CORES)
    monkeypatch.setattr(
        psutil,
        "virtual_memory",
        lambda: SimpleNamespace(total=HOST_MEMORY, available=HOST_AVAILABLE),
    )
    monkeypatch.setattr(
        psutil,
        "Process",
        lambda: SimpleNamespace(
            cpu_affinity=lambda: list(range(HOST_CORES)),
            memory_info=lambda: SimpleNamespace(rss=GB),
        ),
    )

    def make(membership, files):
        if membership is not None:
            (tmp_path / "membership").write_text(membership, encoding="utf-8")
        for name, content in files.items():
            file = tmp_path / "cgroup" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content, encoding="utf-8")

    return make


# Cores

CORES = {
    "version 2, a container that sees its group as the root": (
        "0::/\n",
        {"cpu.max": "200000 100000\n"},
        2,
    ),
    "version 2, without a limit": ("0::/\n", {"cpu.max": "max 100000\n"}, 64),
    "version 2, half a core": ("0::/\n", {"cpu.max": "50000 100000\n"}, 1),
    "version 2, a core and a half": ("0::/\n", {"cpu.max": "150000 100000\n"}, 2),
    "version 2, the limit stands on a group around it": (
        "0::/slurm/job_7/step_0\n",
        {"slurm/job_7/cpu.max": "400000 100000\n", "slurm/job_7/step_0/cpu.max": "max 100000\n"},
        4,
    ),
    "version 2, the smaller of two limits": (
        "0::/pod/kernel\n",
        {"pod/cpu.max": "300000 100000\n", "pod/kernel/cpu.max": "800000 100000\n"},
        3,
    ),
    "version 2, a process from outside the container's namespace": (
        "0::/../../elsewhere\n",
        {"cpu.max": "200000 100000\n"},
        2,
    ),
    "version 1, Docker: the path is the host's, the root is the container's": (
        "4:memory:/docker/abc\n3:cpu,cpuacct:/docker/abc\n0::/docker/abc\n",
        {
            "cpu,cpuacct/cpu.cfs_quota_us": "300000\n",
            "cpu,cpuacct/cpu.cfs_period_us": "100000\n",
        },
        3,
    ),
    "version 1, the folder has the controller's name": (
        "3:cpu:/jobs/7\n",
        {"cpu/jobs/7/cpu.cfs_quota_us": "100000\n", "cpu/jobs/7/cpu.cfs_period_us": "50000\n"},
        2,
    ),
    "version 1, no limit": (
        "3:cpu,cpuacct:/\n",
        {"cpu,cpuacct/cpu.cfs_quota_us": "-1\n", "cpu,cpuacct/cpu.cfs_period_us": "100000\n"},
        64,
    ),
    "a quota above the host's cores": ("0::/\n", {"cpu.max": "12800000 100000\n"}, 64),
    "a group that is not there": ("0::/gone\n", {}, 64),
    "no control groups": (None, {}, 64),
    "an empty file": ("0::/\n", {"cpu.max": ""}, 64),
    "nonsense": ("0::/\n", {"cpu.max": "a b"}, 64),
    "a period of zero": ("0::/\n", {"cpu.max": "200000 0\n"}, 64),
    "a quota without a period": ("3:cpu:/\n", {"cpu/cpu.cfs_quota_us": "100000\n"}, 64),
}


@pytest.mark.parametrize("case", CORES)
def test_the_quota_of_control_groups_limits_the_cores(host, case):
    membership, files, expected = CORES[case]
    host(membership, files)
    assert machine.usable_cores() == expected
    assert machine.host_cores() == HOST_CORES


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="the system has no such call")
def test_the_affinity_of_a_process_limits_its_cores():
    program = (
        "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))});"
        " from mnist_lab.machine import usable_cores; print(usable_cores())"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == "1\n", done.stderr


def test_a_system_without_affinity_and_control_groups_has_its_cores(host, monkeypatch):
    """As macOS: psutil offers no cpu_affinity there."""
    host(None, {})
    monkeypatch.setattr(psutil, "Process", SimpleNamespace)
    assert machine.usable_cores() == HOST_CORES


def test_an_unknown_number_of_cores_is_one(host, monkeypatch):
    host(None, {})
    monkeypatch.setattr(psutil, "Process", SimpleNamespace)
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert machine.usable_cores() == machine.host_cores() == 1


# Memory

STAT_2 = f"anon {1 * GB}\nfile {3 * GB}\nactive_file {1 * GB}\ninactive_file {2 * GB}\n"
STAT_1 = (
    "cache 5\nactive_file 7\ninactive_file 7\nhierarchical_memory_limit 9\n"
    f"total_inactive_file {1 * GB}\ntotal_active_file {2 * GB}\n"
)
UNLIMITED_1 = "9223372036854771712\n"
# Membership, files, the limit, and what is available, in GB.
MEMORY = {
    "version 2, files in memory count as free": (
        "0::/\n",
        {"memory.max": f"{8 * GB}", "memory.current": f"{4 * GB}", "memory.stat": STAT_2},
        (8, 7),
    ),
    "version 2, without a limit": (
        "0::/\n",
        {"memory.max": "max\n", "memory.current": f"{4 * GB}"},
        (256, 200),
    ),
    "version 2, no statistics": (
        "0::/\n",
        {"memory.max": f"{8 * GB}", "memory.current": f"{4 * GB}"},
        (8, 4),
    ),
    "version 2, usage hidden: what this process holds counts": (
        "0::/\n",
        {"memory.max": f"{8 * GB}"},
        (8, 7),
    ),
    "version 2, the group around it is fuller": (
        "0::/pod/kernel\n",
        {
            "pod/memory.max": f"{8 * GB}",
            "pod/memory.current": f"{7 * GB}",
            "pod/kernel/memory.max": f"{4 * GB}",
            "pod/kernel/memory.current": f"{1 * GB}",
        },
        (4, 1),
    ),
    "version 2, over its limit": (
        "0::/\n",
        {"memory.max": f"{2 * GB}", "memory.current": f"{3 * GB}"},
        (2, 0),
    ),
    "version 2, a limit above the host's memory": (
        "0::/\n",
        {"memory.max": f"{999 * GB}", "memory.current": f"{3 * GB}"},
        (256, 200),
    ),
    "version 1, Docker": (
        "4:memory:/docker/abc\n",
        {
            "memory/memory.limit_in_bytes": f"{6 * GB}\n",
            "memory/memory.usage_in_bytes": f"{5 * GB}\n",
            "memory/memory.stat": STAT_1,
        },
        (6, 4),
    ),
    "version 1, without a limit": (
        "4:memory:/\n",
        {"memory/memory.limit_in_bytes": UNLIMITED_1, "memory/memory.usage_in_bytes": "5\n"},
        (256, 200),
    ),
    "version 1, SLURM: the limit stands on the job, not on its step": (
        "4:memory:/slurm/uid_1/job_7/step_0\n",
        {
            "memory/slurm/uid_1/job_7/memory.limit_in_bytes": f"{16 * GB}",
            "memory/slurm/uid_1/job_7/memory.usage_in_bytes": f"{1 * GB}",
            "memory/slurm/uid_1/job_7/step_0/memory.limit_in_bytes": UNLIMITED_1,
        },
        (16, 15),
    ),
    "no control groups": (None, {}, (256, 200)),
    "damaged statistics": (
        "0::/\n",
        {"memory.max": f"{8 * GB}", "memory.current": f"{4 * GB}", "memory.stat": "one two three"},
        (8, 4),
    ),
}


@pytest.mark.parametrize("case", MEMORY)
def test_the_limit_of_control_groups_limits_the_memory(host, case):
    membership, files, (limit, available) = MEMORY[case]
    host(membership, files)
    assert machine.memory_limit() == limit * GB
    assert machine.available_memory() == available * GB
    assert machine.host_memory() == HOST_MEMORY


def test_files_that_cannot_be_read_limit_nothing(host, tmp_path):
    """A folder in the place of each file fails to open for root too."""
    host("0::/\n", {})
    for name in ("cpu.max", "memory.max", "memory.current", "memory.stat"):
        (tmp_path / "cgroup" / name).mkdir(parents=True)
    assert (machine.usable_cores(), machine.memory_limit()) == (HOST_CORES, HOST_MEMORY)
    assert machine.available_memory() == HOST_AVAILABLE


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(membership=st.text(), content=st.text())
@example(membership="0::/a\x00b\n", content="9" * 5000)
@example(membership="0::\n:::\n1:cpu:\n", content="-1 -1")
def test_nothing_that_the_files_hold_ends_in_a_traceback(host, membership, content):
    membership = membership.encode("utf-8", "replace").decode()
    host(f"0::/\n{membership}", {"cpu.max": content.encode("utf-8", "replace").decode()})
    assert 1 <= machine.usable_cores() <= HOST_CORES
    assert machine.memory_limit() == HOST_MEMORY


def test_this_machine_gives_sensible_numbers():
    assert 1 <= machine.usable_cores() <= machine.host_cores()
    assert 0 < machine.memory_limit() <= machine.host_memory()
    assert 0 < machine.available_memory() <= machine.memory_limit()


def test_resident_memory_grows_with_what_a_process_holds():
    before = machine.resident_memory()
    # Pages of its own: an allocator may hand out what the process held already.
    with mmap.mmap(-1, 50_000_000) as held:
        held.write(b"x" * len(held))
        assert machine.resident_memory() - before > 0.8 * len(held)


@pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc",
    reason="only glibc keeps what is freed",
)
def test_memory_that_was_freed_is_given_back():
    """The last of many blocks keeps those before it, as the library gives back from the end."""
    blocks = [bytearray(60_000) for _ in range(2000)]
    held = machine.resident_memory()
    del blocks[:-1]
    machine.release_memory()
    assert held - machine.resident_memory() > 80_000_000


def test_where_memory_cannot_be_given_back_nothing_happens(monkeypatch):
    monkeypatch.setattr(machine.ctypes, "CDLL", lambda name: object())
    machine.release_memory()
    for system in ("darwin", "win32"):
        monkeypatch.setattr(sys, "platform", system)
        monkeypatch.setattr(machine.ctypes, "CDLL", pytest.fail)
        machine.release_memory()
