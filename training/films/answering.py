"""Processes that answer one question after another, each with a time limit: what they run may end, or never return.

A question or an answer is eight bytes of length, little-endian, and as many bytes; an answer's first byte is its kind.
"""

from __future__ import annotations

import os
import queue
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Generic, TypeVar

LENGTH = struct.Struct("<Q")

# How many times its seconds a question is waited for on a machine that is too busy to give the process its time.
PATIENCE = 10


class Answering:
    """Such a process; `is_ready` until one question has ended it or was not waited for."""

    def __init__(self, program: Sequence[str]) -> None:
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        self._process = subprocess.Popen(
            program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
        )
        self.is_ready = True

    def ask(self, question: bytes, seconds: float) -> tuple[bytes, bytes]:
        """The kind of the answer and the answer.

        Args:
            question: What the program reads.
            seconds: Of processor time, where the system tells it (Linux): a busy machine makes no file a bad one. A process that only
                waits is ended after `PATIENCE` times as many by the clock; elsewhere all are, after so many by the clock.

        Raises:
            ValueError: The process ended, or did not answer in time.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self.is_ready = False
        is_answered, is_late = threading.Event(), threading.Event()

        def watch(before: float | None) -> None:
            left = seconds
            for _ in range(PATIENCE):
                if is_answered.wait(left):
                    return
                used = _processor_time(self._process.pid)
                if before is None or used is None or (left := seconds - (used - before)) <= 0:
                    break
            is_late.set()
            self._process.kill()

        threading.Thread(target=watch, args=(_processor_time(self._process.pid),), daemon=True).start()
        try:
            write_message(self._process.stdin, question)
            answer = read_message(self._process.stdout)
        except BrokenPipeError:
            answer = None
        finally:
            is_answered.set()
        if is_late.is_set():
            raise ValueError(f"decoding it takes longer than {seconds:.0f} s")
        if not answer:
            raise ValueError(f"it ends its decoder ({_end_of(self._process.wait())})")
        self.is_ready = True
        return answer[:1], answer[1:]

    def end(self) -> None:
        """Ends the process, whatever it is doing."""
        self._process.kill()
        self._process.communicate()


Kind = TypeVar("Kind", bound=Answering)


class Slots(Generic[Kind]):
    """As many processes as there are cores, started when they are wanted; those that run are taken first."""

    def __init__(self, start: Callable[[], Kind]) -> None:
        self._start = start
        self._free: queue.LifoQueue[Kind | None] = queue.LifoQueue()
        for _ in range(os.cpu_count() or 1):
            self._free.put(None)

    @contextmanager
    def taken(self) -> Iterator[Kind]:
        """A process that nobody else asks. One that is not ready afterwards is ended."""
        process = self._free.get()
        try:
            if process is None:
                process = self._start()
            yield process
        finally:
            if process is not None and not process.is_ready:
                process.end()
                process = None
            self._free.put(process)


def write_message(stream: BinaryIO | Any, content: bytes) -> None:
    """Writes and flushes it."""
    stream.write(LENGTH.pack(len(content)) + content)
    stream.flush()


def read_message(stream: BinaryIO | Any) -> bytes | None:
    """None where the stream ends before all is there."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    content: bytes = stream.read(length)
    return content if len(content) == length else None


def _processor_time(process: int) -> float | None:
    """Seconds of processor time that it has used; None where the system does not tell, or the process has ended.

    Source: proc_pid_stat(5): `utime` and `stime` are fields 14 and 15, and the second field, in brackets, may hold blanks.
    """
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError, AttributeError):
        return None


def _end_of(code: int) -> str:
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"exit code {code}"
