"""Decodes compressed DICOM frames in processes of their own, with a time limit: a broken frame can end or stop a decoder.

GDCM aborts (SIGABRT) on some frames and never returns from others. Run as a program, this module is such a process: frames
come in through its standard input, their values go out through its standard output, until the input ends.
"""

from __future__ import annotations

import io
import os
import pickle
import sys
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from training.films.answering import Answering, Slots, read_message, write_message

PROGRAM = (sys.executable, "-m", "training.films.dicom_process")
# Of a frame, beside one for each million pixels; films take a fraction of a second.
SECONDS = 20.0
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
    with _slots(os.getpid()).taken() as decoder:
        return decoder.decode(_frame_of(dataset), SECONDS + dataset.Rows * dataset.Columns / 1e6)


@lru_cache(maxsize=1)
def _slots(_process: int) -> Slots[Decoder]:
    return Slots(lambda: Decoder(PROGRAM))


class Decoder(Answering):
    """A process that decodes one frame after another."""

    def decode(self, frame: bytes, seconds: float) -> npt.NDArray[Any]:
        """Raises ValueError for a frame that cannot be decoded."""
        kind, answer = self.ask(frame, seconds)
        if kind == FAULT:
            raise ValueError(answer.decode())
        values: npt.NDArray[Any] = np.load(io.BytesIO(answer), allow_pickle=False)
        return values


def _frame_of(dataset: Any) -> bytes:
    from pydicom.dataset import Dataset, FileMetaDataset

    frame = Dataset()
    for keyword in NEEDED:
        if keyword in dataset:
            frame[keyword] = dataset[keyword]
    frame.file_meta = FileMetaDataset()
    frame.file_meta.TransferSyntaxUID = dataset.file_meta.TransferSyntaxUID
    return pickle.dumps(frame)


def serve() -> None:
    """Answers every frame of the standard input, until it ends."""
    from pydicom.pixels import pixel_array

    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a decoder prints is no answer
    while (frame := read_message(sys.stdin.buffer)) is not None:
        try:
            values = io.BytesIO()
            np.save(values, pixel_array(pickle.loads(frame), index=0), allow_pickle=False)
            kind, answer = VALUES, values.getvalue()
        except Exception as error:  # whatever pydicom's decoders raise
            kind, answer = FAULT, f"{type(error).__name__}: {error}".encode(errors="replace")
        write_message(answers, kind + answer)


if __name__ == "__main__":
    serve()
