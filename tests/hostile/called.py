"""A command, called in this process as its command line would: its exit code, what it said, and whether that is an answer."""

from __future__ import annotations

import contextlib
import importlib
import io
import re
import signal
import threading
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from plainfilm.errors import run_main

# Of `run_main`: done, failed, wrong usage.
CODES = {0, 1, 2}
PATIENCE = 60  # seconds; a command that is given nonsense has nothing to do for so long
TOLD = re.compile(r"^(usage: |error: )|error: ", re.MULTILINE)


class EndlessError(Exception):
    """A command is still running, or waits."""


@dataclass(frozen=True)
class Answer:
    """How a command ended.

    Attributes:
        code: Its exit code; None where it ended in a traceback.
        out, err: What it printed.
        traceback: The traceback, or nothing.
    """

    code: int | None
    out: str
    err: str
    traceback: str

    @property
    def fault(self) -> str | None:
        """What is wrong with the answer, or None."""
        if self.traceback:
            return self.traceback
        if self.code not in CODES:
            return f"exit code {self.code}"
        if "Traceback (most recent call last)" in self.err:
            return f"a traceback within the words:\n{self.err}"
        if self.code and not TOLD.search(self.err):
            return f"exit code {self.code} and no word why:\n{self.err}"
        return None


def call(command: str, arguments: Sequence[str], *, cwd: Path, patience: int = PATIENCE) -> Answer:
    """`python -m COMMAND ARGUMENTS…` in `cwd`, in this process."""
    main = importlib.import_module(f"{command}.__main__").main
    # As Python opens them: the standard output is strict about what it cannot write down.
    out, err = _stream("strict"), _stream("backslashreplace")
    code: int | None = 0
    trace = ""
    with contextlib.chdir(cwd), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            with _at_most(patience):
                run_main(lambda: main(list(arguments)))
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 0 if ended.code is None else 1
        except BaseException:
            code, trace = None, traceback.format_exc()
    return Answer(code, _text(out), _text(err), trace)


def _stream(errors: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors=errors, newline="\n")


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    stream.seek(0)
    return stream.read()


@contextlib.contextmanager
def _at_most(seconds: int) -> Iterator[None]:
    """Raises EndlessError after so long, where the system can interrupt a thread."""
    if not hasattr(signal, "SIGALRM") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def late(_signal: int, _frame: FrameType | None) -> None:
        raise EndlessError(f"it was still at work after {seconds} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
