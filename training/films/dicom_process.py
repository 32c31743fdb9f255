"""Decodes compressed DICOM frames in processes of their own, with a time limit: a broken frame can end or stop a decoder.

GDCM aborts (SIGABRT) on some frames and never returns from others. Run as a program, this module is such a process: frames
come in through its standard input, their values go out through its standard output, until the input ends.
"""

from __future__ import annotations

import io
import os
import pickle
import queue
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

PROGRAM = (sys.executable, "-m", "training.films.dicom_process")
# Of a frame, beside one for each million pixels; films take a fraction of a second.
SECONDS = 20.0
LENGTH = struct.Struct("<Q")
VALUES, FAULT = b"v", b"f"
# All that makes a frame's values: nothing else of the file is handed over.
NEEDED = (
    *("Rows", "Columns", "SamplesPerPixel", "PhotometricInterpretation", "PlanarConfiguration", "NumberOfFrames"),
    *("BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation"),
    *("ExtendedOffsetTable", "ExtendedOffsetTableLengths", "PixelData"),
)


def decoded_apart(dataset: Any) -> npt.NDArray[Any]:
    """The first frame's stored values, as `pydicom.pixels.pixel_array` has them.

    Raises:
        ValueError: The frame cannot be decoded, ends its decoder, or takes longer than `SECONDS` and one for each million pixels.
    """
    slots = _slots(os.getpid())
    decoder = slots.get()
    try:
        if decoder is None:
            decoder = Decoder(PROGRAM)
        values = decoder.decode(_frame_of(dataset), SECONDS + dataset.Rows * dataset.Columns / 1e6)
    except BaseException:
        if decoder is not None and not decoder.is_ready:
            decoder.end()
            decoder = None
        raise
    finally:
        slots.put(decoder)
    return values


@lru_cache(maxsize=1)
def _slots(_process: int) -> queue.LifoQueue[Decoder | None]:
    """As many decoders as there are cores, those that run on top; None is one that is not started yet. Forks have their own."""
    slots: queue.LifoQueue[Decoder | None] = queue.LifoQueue()
    for _ in range(os.cpu_count() or 1):
        slots.put(None)
    return slots


class Decoder:
    """A process that decodes one frame after another; `is_ready` until one has ended it or was not waited for."""

    def __init__(self, program: Sequence[str]) -> None:
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        self._process = subprocess.Popen(
            program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
        )
        self.is_ready = True

    def decode(self, frame: bytes, seconds: float) -> npt.NDArray[Any]:
        """Raises ValueError for a frame that cannot be decoded."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self.is_ready = False
        is_late = threading.Event()

        def stop() -> None:
            is_late.set()
            self._process.kill()

        timer = threading.Timer(seconds, stop)
        timer.daemon = True
        timer.start()
        try:
            _write(self._process.stdin, frame)
            kind = self._process.stdout.read(1)
            answer = _read(self._process.stdout) if kind else None
        except BrokenPipeError:
            answer = None
        finally:
            timer.cancel()
        if is_late.is_set():
            raise ValueError(f"decoding it takes longer than {seconds:.0f} s")
        if answer is None:
            raise ValueError(f"it ends its decoder ({_end_of(self._process.wait())})")
        self.is_ready = True
        if kind == FAULT:
            raise ValueError(answer.decode())
        values: npt.NDArray[Any] = np.load(io.BytesIO(answer), allow_pickle=False)
        return values

    def end(self) -> None:
        """Ends the process, whatever it is doing."""
        self._process.kill()
        self._process.communicate()


def _frame_of(dataset: Any) -> bytes:
    from pydicom.dataset import Dataset, FileMetaDataset

    frame = Dataset()
    for keyword in NEEDED:
        if keyword in dataset:
            frame[keyword] = dataset[keyword]
    frame.file_meta = FileMetaDataset()
    frame.file_meta.TransferSyntaxUID = dataset.file_meta.TransferSyntaxUID
    return pickle.dumps(frame)


def _end_of(code: int) -> str:
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"exit code {code}"


def _write(stream: BinaryIO | Any, content: bytes) -> None:
    stream.write(LENGTH.pack(len(content)) + content)
    stream.flush()


def _read(stream: BinaryIO | Any) -> bytes | None:
    """None where it ends before all is there."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    content: bytes = stream.read(length)
    return content if len(content) == length else None


def serve() -> None:
    """Answers every frame of the standard input, until it ends."""
    from pydicom.pixels import pixel_array

    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a decoder prints is no answer
    while (frame := _read(sys.stdin.buffer)) is not None:
        try:
            values = io.BytesIO()
            np.save(values, pixel_array(pickle.loads(frame), index=0), allow_pickle=False)
            kind, answer = VALUES, values.getvalue()
        except Exception as error:  # whatever pydicom's decoders raise
            kind, answer = FAULT, f"{type(error).__name__}: {error}".encode(errors="replace")
        answers.write(kind)
        _write(answers, answer)


if __name__ == "__main__":
    serve()
