"""A closed room for strangers' code: no network, nothing to write but one folder, little memory.

`python -m mnist_lab.marking.sandbox STARTER SETTINGS PROGRAM ...` runs a program in it, for the
process STARTER. Linux's namespaces close the room where the system lets ordinary users make them;
the limits hold on any Unix.
"""

import ctypes
import errno
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

# Nothing that starts threads, as NumPy does: a process with threads cannot leave its namespaces.
from mnist_lab.refusals import one_line

_NEWNS, _NEWIPC, _NEWUSER, _NEWPID, _NEWNET = (
    0x00020000,
    0x08000000,
    0x10000000,
    0x20000000,
    0x40000000,
)
_MS_BIND, _MS_REC, _MS_PRIVATE, _MS_NOSUID, _MS_NODEV = 0x1000, 0x4000, 1 << 18, 2, 4
_MOUNT_SETATTR, _AT_RECURSIVE, _ATTR_RDONLY = 442, 0x8000, 1
_AT_FDCWD = -100
_PR_SET_NO_NEW_PRIVS, _PR_SET_PDEATHSIG = 38, 1
_INNER_USER = 1000  # no root, so that no right survives the start of the program
_OWN = ("/tmp", "/dev/shm")  # each room has its own
UNCLOSED, CROWDED = 97, 96  # exit codes: the room cannot be closed; too many processes in it
_TICK = 0.05  # seconds


@dataclass(frozen=True)
class Room:
    """What a program may use.

    Attributes:
        folder: The only folder that it may write, its working folder; /tmp is empty and its own.
        given: A folder that it may read, wherever it lies; "" for none.
        hidden: Folders and files that look empty to it.
        memory: Bytes of address space of each process.
        processes: How many processes and threads it may have, in a closed room.
        file_size: Bytes of the largest file that it may write.
        closed: Whether namespaces close the room; without them only the limits hold.
    """

    folder: str
    given: str = ""
    hidden: tuple[str, ...] = ()
    memory: int = 6_000_000_000
    processes: int = 200
    file_size: int = 50_000_000
    closed: bool = True

    def command(self, program: Sequence[str]) -> list[str]:
        """Return the command that runs a program in the room."""
        # -P: nothing is imported from the folder in which the command is called.
        settings = json.dumps(asdict(self))
        return [sys.executable, "-P", "-m", __name__, str(os.getpid()), settings, *program]


def why_open(hidden: Sequence[str] = ()) -> str:
    """Return why no room can be closed on this system that hides these files; "" if one can."""
    if sys.platform != "linux":
        return "only Linux closes rooms"
    with tempfile.TemporaryDirectory() as folder:
        command = Room(folder, hidden=tuple(hidden)).command([sys.executable, "-c", "pass"])
        done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    return "" if done.returncode == 0 else one_line(done.stderr or "it ended")


class _MountAttributes(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in ("set", "clear", "propagation", "userns")]


def _call(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def _close(room: Room) -> None:
    """Enter new namespaces: a network without a way out, and files that only this process sees."""
    libc = ctypes.CDLL(None, use_errno=True)
    user, group = os.getuid(), os.getgid()
    _call(libc.unshare(_NEWUSER | _NEWNS | _NEWNET | _NEWIPC | _NEWPID), "unshare")
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"{_INNER_USER} {user} 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"{_INNER_USER} {group} 1", encoding="ascii")
    child = os.fork()
    if child:
        _wait_for(child, room.processes)
    # From here on this is process 1 of the room: when it ends, all others in it are killed.
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    _furnish(libc, room)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def _wait_for(child: int, most: int) -> None:
    """End as the room's first process ends; end it when it has too many, or when asked to."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: os.kill(child, signal.SIGKILL))
    status, crowded = None, False
    while status is None:
        ended, result = os.waitpid(child, os.WNOHANG)
        status = result if ended else None
        # The limit of processes does not hold for root. Once this process, which is outside, is no
        # more in /proc, those in it are those of the room.
        inside = [] if os.path.exists("/proc/self") else os.listdir("/proc")
        if not crowded and sum(name.isdigit() for name in inside) > 2 * most:
            crowded = True
            os.kill(child, signal.SIGKILL)
        time.sleep(_TICK)
    code = os.waitstatus_to_exitcode(status)
    os._exit(CROWDED if crowded else code if code >= 0 else 128 - code)


def _furnish(libc: ctypes.CDLL, room: Room) -> None:
    """Make all files read-only but the room's folder, and hide what is to be hidden."""

    def mount(source: str, target: str, kind: str | None, flags: int, data: str = "") -> None:
        encoded = [None if text is None else text.encode() for text in (source, target, kind)]
        _call(libc.mount(*encoded, flags, data.encode()), f"mount {target}")

    def set_attributes(target: str, flags: int, set_bits: int, clear: int) -> None:
        attributes = _MountAttributes(set_bits, clear, 0, 0)
        size = ctypes.sizeof(attributes)
        arguments = (_AT_FDCWD, target.encode(), flags, ctypes.byref(attributes), size)
        _call(libc.syscall(_MOUNT_SETATTR, *arguments), f"mount_setattr {target}")

    mount("none", "/", None, _MS_REC | _MS_PRIVATE)
    kept = {
        path: os.open(path, os.O_PATH | os.O_DIRECTORY)
        for path in (room.given, room.folder)
        if path
    }
    set_attributes("/", _AT_RECURSIVE, _ATTR_RDONLY, 0)
    safe = _MS_NOSUID | _MS_NODEV
    # What this Python needs stays in sight, wherever it is installed.
    needed = [os.path.realpath(path) for path in (sys.prefix, sys.base_prefix, __file__)]

    def hide(path: str) -> None:
        if os.path.isfile(path):
            mount("/dev/null", path, None, _MS_BIND)
        elif os.path.isdir(path):
            size = "size=100m" if path in _OWN else "size=4k,mode=0555"
            mount("tmpfs", path, "tmpfs", safe, size)

    for path in (*_OWN, "/run", "/home", os.path.expanduser("~")):
        if not any(Path(one).is_relative_to(path) for one in needed):
            hide(path)
    for path in room.hidden:
        if any(Path(one).is_relative_to(path) for one in needed):
            raise OSError(errno.EBUSY, f"{path} cannot be hidden: Python itself is in it")
        hide(path)
    # A folder may lie below one that is hidden now; its descriptor still leads to it.
    for path, descriptor in kept.items():
        os.makedirs(path, exist_ok=True)
        mount(f"/proc/self/fd/{descriptor}", path, None, _MS_BIND)
        os.close(descriptor)
    set_attributes(room.folder, 0, 0, _ATTR_RDONLY)
    mount("proc", "/proc", "proc", safe)


def _limit(room: Room) -> None:
    import resource

    limits = {
        resource.RLIMIT_AS: room.memory,
        resource.RLIMIT_FSIZE: room.file_size,
        resource.RLIMIT_CORE: 0,
    }
    if room.closed:
        # Outside of a closed room it would count the user's other processes too.
        limits[resource.RLIMIT_NPROC] = room.processes
    for kind, most in limits.items():
        hard = resource.getrlimit(kind)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        with suppress(ValueError, OSError):  # macOS does not know all of them
            resource.setrlimit(kind, (most, most))


def main(starter: str, settings: str, *program: str) -> None:
    """Enter the room, and become the program."""
    room = Room(**json.loads(settings))
    if sys.platform == "linux":
        # It ends with whoever started it, who may have ended meanwhile.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != int(starter):
            os._exit(128 + signal.SIGKILL)
    if room.closed:
        try:
            _close(room)
        except (OSError, AttributeError) as error:
            print(f"The room cannot be closed: {error}", file=sys.stderr)
            os._exit(UNCLOSED)
    os.chdir(room.folder)
    _limit(room)
    try:
        os.execvp(program[0], list(program))
    except OSError as error:
        print(f"{program[0]}: {os.strerror(error.errno or errno.ENOENT)}", file=sys.stderr)
        os._exit(127)


if __name__ == "__main__":
    main(*sys.argv[1:])
