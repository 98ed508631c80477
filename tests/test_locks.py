"""A lock is held by one process at a time, and by none that has ended."""

import errno
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from mnist_lab import locks
from mnist_lab.locks import LockedError, file_lock

HOLDER = """\
import sys, time
from pathlib import Path
from mnist_lab.locks import file_lock
with file_lock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""
COUNTER = """\
import sys
from pathlib import Path
from mnist_lab.locks import file_lock
count, lock = Path(sys.argv[1]), Path(sys.argv[2])
for _ in range(300):
    with file_lock(lock, wait=60):
        count.write_text(str(int(count.read_text()) + 1))
"""


def hold(path: Path, seconds: float) -> subprocess.Popen:
    """Start a process that holds a lock; return once it does."""
    words = [sys.executable, "-c", HOLDER, str(path), str(seconds)]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    return process


def test_the_one_who_comes_second_is_told_who_holds_the_lock(tmp_path: Path):
    path = tmp_path / "lock"
    with hold(path, 600) as holder:
        try:
            host = re.escape(socket.gethostname())
            told = rf"^process {holder.pid} on {host}, since \d{{4}}-\d\d-\d\d \d\d:\d\d$"
            with pytest.raises(LockedError, match=told), file_lock(path):
                pass
        finally:
            holder.kill()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signal")
def test_a_killed_holder_leaves_a_file_that_locks_nobody_out(tmp_path: Path):
    path = tmp_path / "lock"
    with hold(path, 600) as holder:
        os.kill(holder.pid, signal.SIGKILL)
    assert path.exists()
    with file_lock(path) as held:
        assert held
    assert not path.exists()


def test_whoever_waits_gets_the_lock_when_it_is_free(tmp_path: Path):
    with hold(tmp_path / "lock", 0.5), file_lock(tmp_path / "lock", wait=60) as held:
        assert held


def test_two_threads_of_a_process_do_not_share_a_lock(tmp_path: Path):
    with (
        file_lock(tmp_path / "lock"),
        pytest.raises(LockedError, match=f"process {os.getpid()}"),
        file_lock(tmp_path / "lock"),
    ):
        pass


def test_three_processes_that_count_under_a_lock_lose_no_step(tmp_path: Path):
    count, lock = tmp_path / "count", tmp_path / "lock"
    count.write_text("0")
    words = [sys.executable, "-c", COUNTER, str(count), str(lock)]
    for process in [subprocess.Popen(words) for _ in range(3)]:
        assert process.wait() == 0
    assert count.read_text() == "900"
    assert not lock.exists()


@pytest.mark.skipif(os.name == "nt", reason="the simulated call is that of POSIX")
@pytest.mark.parametrize("code", [errno.ENOLCK, errno.EOPNOTSUPP])
def test_a_simulated_disk_without_locks_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
):
    import fcntl

    def refuse(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(fcntl, "flock", refuse)
    with file_lock(tmp_path / "lock") as held:
        assert held is False


def test_what_the_block_raises_comes_through_and_the_lock_is_free(tmp_path: Path):
    with pytest.raises(ZeroDivisionError), file_lock(tmp_path / "lock"):
        1 / 0  # noqa: B018
    with file_lock(tmp_path / "lock") as held:
        assert held


def test_a_file_that_is_unreadable_still_has_a_holder(tmp_path: Path):
    assert locks._holder(tmp_path / "gone") == "another process"
