"""A lock on a file, held by one process at a time and released by the system when that process ends, however it ends.

The library filelock is no part of the environment that builds sites, and keeps no name of the owner.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from plainfilm.errors import PlainfilmError

OWNER_BYTES = 1000
NO_OWNER = "a process that has just begun"
OWNER = re.compile(rf"process \d+ on |{NO_OWNER}$")
LOCKED_BYTE = 1_000_000  # on Windows a locked byte cannot be read by others: this one is behind the owner's name

NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP}  # of a file system that knows none: work goes on unguarded


class HeldError(PlainfilmError):
    """Another process holds what this one wants to work on."""


@contextlib.contextmanager
def held(lock: Path, what: str) -> Iterator[None]:
    """Holds the file `lock`, with the owner's name in it, and removes it in the end.

    Raises:
        HeldError: Another process holds it, or somebody else has a file of its name.
    """
    if lock.is_symlink() or (lock.exists() and not lock.is_file()):
        raise _foreign(lock, what)
    file = _open_locked(lock)
    if file is None:
        raise HeldError(
            f"{what} is being worked on by another command",
            received=owner_of(lock),
            expected="one command at a time",
            next_step="wait for it, or end it, and repeat this command",
        )
    if not OWNER.match(owner := owner_of(lock)):
        file.close()
        raise _foreign(lock, what, owner)
    try:
        file.truncate(0)
        file.write(_own_name().encode())
        file.flush()
        yield
    finally:
        if sys.platform == "win32":  # an open file cannot be removed there
            file.close()
            with contextlib.suppress(OSError):
                lock.unlink()
        else:
            lock.unlink(missing_ok=True)
            file.close()


def _foreign(lock: Path, what: str, received: str | None = None) -> HeldError:
    return HeldError(
        f"{lock} was not written by this command, so it is left alone",
        received=received[:40] if received is not None else "a link, a folder, a pipe or a device",
        expected=f"no file of this name: it says that {what} is being worked on",
        next_step="move it away, and repeat this command",
    )


def is_held(lock: Path) -> bool:
    """Whether a living process holds the file `lock`."""
    try:
        with lock.open("r+b") as file:
            return not _lock(file)
    except FileNotFoundError:
        return False


def owner_of(lock: Path) -> str:
    """Who holds it, as far as the file says."""
    try:
        with lock.open("rb") as file:
            return file.read(OWNER_BYTES).decode("utf-8", "replace").strip() or NO_OWNER
    except OSError:
        return "a process that is just ending"


def _own_name() -> str:
    command = " ".join(Path(argument).name if n == 0 else argument for n, argument in enumerate(sys.argv))[:300]
    return f"process {os.getpid()} on {socket.gethostname()} since {time.strftime('%Y-%m-%d %H:%M:%S')}: {command}\n"


def _open_locked(lock: Path) -> IO[bytes] | None:
    """The file, locked; None if another process holds it."""
    while True:
        file = lock.open("a+b", buffering=0)
        if not _lock(file):
            file.close()
            return None
        try:  # its owner may have removed it between the two lines above
            if os.path.samestat(os.fstat(file.fileno()), lock.stat()):
                return file
        except FileNotFoundError:
            pass
        file.close()


def _lock(file: IO[bytes]) -> bool:
    """Locks an open file without waiting; False if another process, or another opening of it, holds it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(LOCKED_BYTE)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError as error:
        if error.errno not in NO_LOCKS:
            raise
    return True
