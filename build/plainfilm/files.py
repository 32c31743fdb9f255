"""Reading files that people name: regular ones of a size that can be, and nothing that would be waited for."""

from __future__ import annotations

import errno
import json
import os
import stat
from pathlib import Path
from typing import Any, NoReturn

LARGEST = 4 << 30  # bytes of one file: more than any model, far less than a disk
LARGEST_TEXT = 256 << 20  # of what is taken apart as a whole

# A device may be named where a file is read if it ends at once.
ENDS = {"/dev/null"}


def read_bytes(path: Path, largest: int = LARGEST) -> bytes:
    """The bytes of a file.

    Raises:
        OSError: It is not there, may not be read, is larger than that, or a pipe, a socket or a device: those may be waited
            for, or never end.
    """
    # Opened without waiting: for a pipe, the system would wait until somebody writes.
    file = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(file, "rb") as opened:
        found = os.fstat(opened.fileno())
        if not stat.S_ISREG(found.st_mode):
            if str(path) in ENDS:
                return b""
            raise OSError(errno.EINVAL, "a pipe, a socket or a device, which would be waited for", str(path))
        if found.st_size > largest:
            raise OSError(
                errno.EFBIG, f"{found.st_size} bytes, more than the {largest} that such a file may have", str(path)
            )
        return opened.read(largest + 1)[:largest]


def read_text(path: Path, encoding: str = "utf-8") -> str:
    """The text of a file, its lines ending in a line feed.

    Raises:
        OSError: As for `read_bytes`.
        ValueError: It is not text of this encoding.
    """
    text = read_bytes(path, LARGEST_TEXT).decode(encoding)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_json(path: Path, *, with_nan: bool = False) -> Any:
    """The content of a JSON file; `with_nan` takes Python's `NaN`, which is no JSON, where a figure may be missing.

    Raises:
        OSError: As for `read_bytes`.
        ValueError: It is not JSON that can be read.
    """
    return json_of(read_text(path, "utf-8-sig"), with_nan=with_nan)


def json_of(text: str | bytes, *, with_nan: bool = False) -> Any:
    """What a JSON text says.

    Raises:
        ValueError: It is not JSON: brackets within brackets without end, and numbers that are none (`NaN`), are not either.
    """
    try:
        return json.loads(text, parse_constant=None if with_nan else _no_number)
    except RecursionError:
        raise ValueError("brackets within brackets without end") from None


def _no_number(said: str) -> NoReturn:
    raise ValueError(f"{said} is no number of JSON")
