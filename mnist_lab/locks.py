"""A lock between processes, which the operating system releases when its holder ends."""

import errno
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

# What a disk without locks answers, as some network disks do.
_NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EINVAL}
_HELD = {errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES, errno.EDEADLK}


class LockedError(Exception):
    """Another process holds a lock; the message says which one, where, and since when."""


@contextmanager
def file_lock(path: Path, wait: float = 0.0) -> Iterator[bool]:
    """Hold a lock for the duration of a block.

    A process that is killed releases it too, so a file that is left over locks nobody out.

    Args:
        path: The lock's file, which is made here, and removed at the end. It is never the file
            that the lock protects, since that one may be replaced.
        wait: Seconds to wait for another process that holds the lock.

    Yields:
        Whether the lock is held; False where the disk offers no locks, as some network disks do.
        Others keep locks to one machine; that cannot be seen from here.

    Raises:
        LockedError: Another process still holds the lock.
        OSError: The file cannot be created.
    """
    descriptor, held = _acquire(path, time.monotonic() + wait)
    try:
        if held:
            since = time.strftime("%Y-%m-%d %H:%M")
            os.ftruncate(descriptor, 0)
            holder = f"process {os.getpid()} on {socket.gethostname()}, since {since}"
            os.write(descriptor, holder.encode())
        yield held
    finally:
        # Removed while it is held, so that nobody removes the next holder's file; Windows refuses
        # to remove an open file, and keeps it.
        if held:
            with suppress(OSError):
                os.unlink(path)
        os.close(descriptor)


def _acquire(path: Path, end: float) -> tuple[int, bool]:
    """Return the open file of a lock, and whether it is locked; False if there are no locks."""
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            held = _try_lock(descriptor)
            # Its last holder may have removed the file since it was opened; then it locks nothing.
            if held is False or (held and _is_the_file(descriptor, path)):
                return descriptor, held
            if held is None and time.monotonic() >= end:
                raise LockedError(_holder(path))
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)
        if held is None:
            time.sleep(0.02)


def _try_lock(descriptor: int) -> bool | None:
    """Lock an open file: True; None if another process holds it, False if there are no locks."""
    try:
        if os.name == "nt":
            import msvcrt

            # A byte far behind the end, since Windows lets nobody read the bytes that are locked.
            os.lseek(descriptor, 2**30, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # pyright: ignore
            os.lseek(descriptor, 0, os.SEEK_SET)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in _HELD:
            return None
        if error.errno in _NO_LOCKS:
            return False
        raise
    return True


def _is_the_file(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), os.stat(path))
    except FileNotFoundError:
        return False


def _holder(path: Path) -> str:
    """Return what the holder of a lock wrote about itself."""
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip() or "another process"
    except OSError:
        return "another process"
