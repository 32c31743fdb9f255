"""The errors this project raises on purpose, and the one place that turns them into a message and an exit code."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Callable


class PlainfilmError(Exception):
    """Something a user can put right; shown without a traceback.

    Args:
        what: What happened, one sentence.
        received: What was found instead of what was expected.
        expected: What would have been right.
        next_step: The command or action to try next.
    """

    exit_code = 1

    def __init__(
        self, what: str, *, received: object = None, expected: object = None, next_step: str | None = None
    ) -> None:
        self.what = what
        parts = [what]
        if received is not None:
            parts.append(f"  received: {received}")
        if expected is not None:
            parts.append(f"  expected: {expected}")
        if next_step is not None:
            parts.append(f"  next:     {next_step}")
        super().__init__("\n".join(parts))


class UsageError(PlainfilmError):
    """The command line or a configuration file asks for something that does not exist."""

    exit_code = 2


# No room on a disk, or none for this user.
FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}


def of_file(error: OSError) -> PlainfilmError:
    """What the system says of a file that cannot be read or written: rights, room on the disk, a medium that is read-only."""
    name = error.filename2 or error.filename
    # What is written to an open file fails without its name.
    nameless = "the disk is full" if error.errno in FULL else "a file cannot be read or written"
    return PlainfilmError(
        f"{name} cannot be used" if name else nameless,
        received=error.strerror or error,
        expected="a place that may be read and written, with room on the disk",
        next_step="look at its rights and at the disk, or choose another place, and repeat the command",
    )


def of_name(error: UnicodeEncodeError) -> PlainfilmError:
    """What to say of a name that is bytes and no text: the file system takes it, no table, page or JSON file can hold it."""
    before, behind = error.object[: error.start].rpartition("\n")[2], error.object[error.start :].partition("\n")[0]
    return PlainfilmError(
        "a name here holds bytes that are no text",
        received=written_out(before[-150:] + behind[:100]),
        expected="names of files, folders and classes that are UTF-8",
        next_step="rename it, and repeat the command",
    )


def written_out(name: str) -> str:
    """A name with `\\udcff` for each byte of it that is no text, so that it can be printed and written anywhere."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def run_main(main: Callable[[], None]) -> None:
    """Runs a command line's `main` and exits: 0 done, 1 failed, 2 wrong usage, 130 interrupted."""
    if isinstance(
        sys.stdout, io.TextIOWrapper
    ):  # a console that lacks a letter gets its number, as standard error does
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        main()
    except PlainfilmError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    except BrokenPipeError:  # the reader of the output left, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        if error.errno is None or isinstance(error, ConnectionError | TimeoutError):  # no file's
            raise
        print(f"error: {of_file(error)}", file=sys.stderr)
        sys.exit(1)
    except UnicodeEncodeError as error:
        if not any("\ud800" <= letter <= "\udfff" for letter in error.object[error.start : error.end]):
            raise
        print(f"error: {of_name(error)}", file=sys.stderr)
        sys.exit(1)
    except MemoryError:
        print(
            "error: there is not enough memory for this\n  next:     end other programs, or take smaller files",
            file=sys.stderr,
        )
        sys.exit(1)
    except KeyboardInterrupt:
        print("interrupted; what was finished is kept", file=sys.stderr)
        sys.exit(130)
