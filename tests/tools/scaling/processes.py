"""Commands in processes of their own, each on cores of its own, with the time and the memory that they took."""

from __future__ import annotations

import json
import os
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from plainfilm.errors import PlainfilmError
from tests.shared import REPOSITORY

EVERY_S = 0.05


@dataclass(frozen=True)
class Ran:
    """What a process took.

    Attributes:
        seconds: From its start to its end.
        processor: Seconds of processor time of all that ran together, which other work on the machine hardly changes.
        peak: Largest number of bytes of its own (Linux: RssAnon), without files that the system could drop at any time.
        said: Its output.
    """

    seconds: float
    processor: float
    peak: int
    said: str


@dataclass(frozen=True)
class Asked:
    """A process to start: `python -m ARGUMENTS…`, on `cores`, with `environment` added."""

    arguments: Sequence[object]
    cores: Sequence[int] = ()
    environment: Mapping[str, str] | None = None


def run_all(asked: Sequence[Asked], cwd: Path) -> list[Ran]:
    """Runs all at the same time.

    Raises:
        PlainfilmError: One failed; the others are ended.
    """
    started, before = time.monotonic(), _of_children()
    running = [_start(each, cwd, cwd / f"said-{number}.txt") for number, each in enumerate(asked)]
    peaks, seconds = [0] * len(running), [0.0] * len(running)
    try:
        while any(process.poll() is None for process in running):
            for number, process in enumerate(running):
                if process.poll() is None:
                    peaks[number] = max(peaks[number], _own_bytes(process.pid))
                    seconds[number] = time.monotonic() - started
            time.sleep(EVERY_S)
    finally:
        for process in running:
            process.kill()
    said = [(cwd / f"said-{number}.txt").read_text("utf-8", "replace") for number in range(len(running))]
    for process, text in zip(running, said, strict=True):
        if process.returncode:
            raise PlainfilmError("a command that was to be measured failed", received=text.strip()[-1500:])
    processor = _of_children() - before
    return [Ran(took, processor, peak, text) for took, peak, text in zip(seconds, peaks, said, strict=True)]


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _start(asked: Asked, cwd: Path, said: Path) -> subprocess.Popen[bytes]:
    on_cores = f"os.sched_setaffinity(0, {list(asked.cores)}); " if asked.cores else ""
    words = [str(argument) for argument in asked.arguments]
    code = f"import os, runpy, sys; {on_cores}sys.argv = {words!r}; runpy.run_module({words[0]!r}, run_name='__main__')"
    with said.open("wb") as file:
        return subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=cwd,
            env={
                **os.environ,
                "PYTHONPATH": f"{REPOSITORY}{os.pathsep}{REPOSITORY / 'build'}",
                **(asked.environment or {}),
            },
            stdout=file,
            stderr=subprocess.STDOUT,
        )


def _own_bytes(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text("ascii", "replace").splitlines()
    except OSError:
        return 0
    return max((int(line.split()[1]) * 1024 for line in lines if line.startswith("RssAnon:")), default=0)


def cluster(count: int) -> list[dict[str, str]]:
    """TF_CONFIG of so many machines on the loopback, one after the other."""
    if count == 1:
        return [{}]
    places = []
    for _ in range(count):
        free = socket.create_server(("127.0.0.1", 0))
        places.append(free)
    workers = [f"127.0.0.1:{place.getsockname()[1]}" for place in places]
    for place in places:
        place.close()
    return [
        {"TF_CONFIG": json.dumps({"cluster": {"worker": workers}, "task": {"type": "worker", "index": index}})}
        for index in range(count)
    ]
