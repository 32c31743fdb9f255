"""A process has so much processor time for an answer: a machine that is busy with something else makes no file a bad one."""

from __future__ import annotations

import sys

import pytest

from training.films.answering import Answering

# Answers after a pause in which it takes no processor time, as a process on a busy machine would.
SLOW = """
import sys, time
from training.films.answering import read_message, write_message
question = read_message(sys.stdin.buffer)
time.sleep(1)
write_message(sys.stdout.buffer, b"d" + question)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells how much processor time another process has used")
def test_a_process_that_is_kept_waiting_is_waited_for() -> None:
    process = Answering((sys.executable, "-c", SLOW))
    assert process.ask(b"question", 0.6) == (b"d", b"question")
    assert process.is_ready
    process.end()
