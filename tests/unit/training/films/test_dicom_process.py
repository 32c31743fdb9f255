"""Frames are decoded in processes of their own: those that end or stop a decoder are said to, and the next is decoded."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from tests.dicom_files import aborting, dicom
from training.films import dicom_process
from training.films.dicom_process import Decoder
from training.films.preprocessing import UnreadableFilmError, decode

Y, X = np.mgrid[0:61, 0:83]
LEVELS = ((X * 3 + Y) % 256).astype(np.uint8)


def test_a_frame_that_ends_its_decoder_is_unreadable_and_the_next_is_read() -> None:
    whole = dicom(np.tile(LEVELS, (2, 2)), syntax="1.2.840.10008.1.2.5")
    for _ in range(2):
        with pytest.raises(UnreadableFilmError):
            decode(aborting())
        assert decode(whole).shape == (122, 166)


def test_a_decoder_that_ends_is_said_to() -> None:
    decoder = Decoder([sys.executable, "-c", "import os; os.abort()"])
    with pytest.raises(ValueError, match="ends its decoder"):
        decoder.decode(bytes(1 << 20), 60)
    assert not decoder.is_ready
    decoder.end()


def test_a_decoder_that_does_not_return_is_ended() -> None:
    decoder = Decoder([sys.executable, "-c", "import time; time.sleep(600)"])
    with pytest.raises(ValueError, match="takes longer than 0 s"):
        decoder.decode(bytes(1 << 20), 0.1)
    assert not decoder.is_ready
    decoder.end()


def test_a_late_decoder_is_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = dicom(np.tile(LEVELS, (2, 2)), syntax="1.2.840.10008.1.2.5")
    dicom_process._slots.cache_clear()
    with monkeypatch.context() as patch:
        patch.setattr(dicom_process, "PROGRAM", (sys.executable, "-c", "import time; time.sleep(600)"))
        patch.setattr(dicom_process, "SECONDS", 0.1)
        with pytest.raises(UnreadableFilmError, match="takes longer"):
            decode(whole)
    assert decode(whole).shape == (122, 166)
