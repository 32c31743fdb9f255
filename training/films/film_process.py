"""Decodes films of folders that nobody has looked at yet, in processes of their own with a time limit: one file can end or stop a decoder, whatever its format.

Run as a program, this module is such a process: files come in through its standard input, their grey levels go out through
its standard output, until the input ends.
"""

from __future__ import annotations

import os
import struct
import sys
from functools import lru_cache

import numpy as np

from training.films.answering import Answering, Slots, read_message, write_message
from training.films.arrays import Levels
from training.films.preprocessing import UnreadableFilmError, decode

PROGRAM = (sys.executable, "-m", "training.films.film_process")
# For one file: more than a frame of a DICOM file may take in its own process. The largest film that is read takes some ten seconds.
SECONDS = 150.0
WANTS_LEVELS, WANTS_SIZE = b"l", b"s"
DONE, FAULT = b"d", b"f"
SIZE = struct.Struct("<QQ")


def decoded_in_time(content: bytes) -> Levels:
    """What `preprocessing.decode` gives: grey, `[height, width]`.

    Raises:
        UnreadableFilmError: It cannot be decoded, ends its decoder, or takes longer than `SECONDS`.
    """
    answer = _answer(WANTS_LEVELS, content)
    return np.frombuffer(answer, np.uint8, offset=SIZE.size).reshape(SIZE.unpack_from(answer))


def size_in_time(content: bytes) -> tuple[int, int]:
    """Height and width of what `preprocessing.decode` gives; it is decoded whole, but its levels stay where they are.

    Raises:
        UnreadableFilmError: As for `decoded_in_time`.
    """
    height, width = SIZE.unpack_from(_answer(WANTS_SIZE, content))
    return height, width


def _answer(wanted: bytes, content: bytes) -> bytes:
    with _slots(os.getpid()).taken() as decoder:
        try:
            kind, answer = decoder.ask(wanted + content, SECONDS)
        except ValueError as error:
            raise UnreadableFilmError(f"{len(content)} bytes cannot be decoded", received=error) from None
    if kind == FAULT:
        raise UnreadableFilmError(answer.decode())
    return answer


@lru_cache(maxsize=1)
def _slots(_process: int) -> Slots[Answering]:
    return Slots(lambda: Answering(PROGRAM))


def serve() -> None:
    """Answers every file of the standard input, until it ends."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a decoder prints is no answer
    while (question := read_message(sys.stdin.buffer)) is not None:
        try:
            levels = decode(question[1:])
            kind, answer = DONE, SIZE.pack(*levels.shape)
            if question[:1] == WANTS_LEVELS:
                answer += levels.tobytes()
        except UnreadableFilmError as error:
            kind, answer = FAULT, str(error).encode(errors="replace")
        write_message(answers, kind + answer)


if __name__ == "__main__":
    serve()
