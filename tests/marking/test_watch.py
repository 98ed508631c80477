"""A command in a room is ended at its limits, with all that it started, and the reason is told."""

import os
import subprocess
import sys
import time

import pytest

from mnist_lab.marking.watch import MARKER, execute, size_of
from tests.helpers.runs import has_ended, wait_until

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="marking needs a Unix")
WAITS = "import time; time.sleep(60)"
WRITES = "open('x', 'wb').write(bytes(3_000_000)); " + WAITS
TELLS = "import os, sys; os.write(int(sys.argv[1]), b'7'); sys.exit(3)"


@pytest.fixture
def folders(tmp_path, monkeypatch):
    """A folder for what is given and one for the room, in which commands run."""
    given, room = tmp_path / "given", tmp_path / "room"
    given.mkdir()
    room.mkdir()
    monkeypatch.chdir(room)
    return given, room


@pytest.mark.parametrize(
    ("code", "seconds", "stalled", "how"),
    [
        (TELLS, 30, False, (3, "")),
        (WAITS, 0.5, False, (None, "late")),
        (WAITS, 30, True, (None, "endless")),
        (WRITES, 30, False, (None, "disk")),
    ],
)
def test_it_is_told_how_a_command_ended(folders, code, seconds, stalled, how):
    until = time.monotonic() + seconds
    command = [sys.executable, "-c", code]
    assert execute(command, *folders, until, 1_000_000, lambda: stalled) == how
    assert (folders[0] / "state").read_bytes() == (b"7" if code == TELLS else b"")


def test_a_process_that_has_left_its_parent_is_ended(folders):
    waits = "import time; time.sleep(10_000)"  # longer than the test would wait for its end
    code = (
        "import subprocess, sys\n"
        f"child = subprocess.Popen([sys.executable, '-c', {waits!r}], start_new_session=True)\n"
        "open('pid', 'w').write(str(child.pid))"
    )
    assert execute([sys.executable, "-c", code], *folders, time.monotonic() + 30, 10**6) == (0, "")
    pid = int((folders[1] / "pid").read_text(encoding="ascii"))
    wait_until(lambda: has_ended(pid))


def test_a_process_of_another_room_goes_on(folders):
    other = subprocess.Popen([sys.executable, "-c", WAITS], env={MARKER: "elsewhere"})
    try:
        execute([sys.executable, "-c", "pass"], *folders, time.monotonic() + 30, 10**6)
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_the_size_of_a_folder_is_that_of_its_files_on_the_disk(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "x").write_bytes(os.urandom(1_000_000))
    folders = 2 * max(4096, 512 * (tmp_path / "a").stat().st_blocks)
    assert 1_000_000 <= size_of(tmp_path, 10**9) <= 1_000_000 + 4096 + folders
    (tmp_path / "outside").symlink_to("/usr")
    assert size_of(tmp_path, 10**9) <= 1_000_000 + 2 * 4096 + folders
    for number in range(300):
        (tmp_path / str(number)).touch()
    assert size_of(tmp_path, 10**9) > 2_000_000  # many empty files are not for free
    assert size_of(tmp_path, 5000) < 10_000 + 1_000_000
