"""Films are decoded with a time limit in processes of their own: what they give, what ends one, and what never returns."""

from __future__ import annotations

import io
import sys

import numpy as np
import pytest
from PIL import Image

from training.films import film_process
from training.films.film_process import decoded_in_time, size_in_time
from training.films.preprocessing import UnreadableFilmError, decode

NOISE = np.random.default_rng(3).integers(0, 256, (61, 83), np.uint8)


def encoded(kind: str) -> bytes:
    file = io.BytesIO()
    Image.fromarray(NOISE).save(file, kind)
    return file.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF"])
def test_a_film_is_what_it_is_without_a_process(kind: str) -> None:
    file = encoded(kind)
    assert np.array_equal(decoded_in_time(file), decode(file))
    assert size_in_time(file) == (61, 83)


def test_what_cannot_be_read_is_told_in_the_same_words() -> None:
    for content in (b"", b"no picture", encoded("PNG")[:-40]):
        with pytest.raises(UnreadableFilmError) as here:
            decode(content)
        with pytest.raises(UnreadableFilmError) as apart:
            size_in_time(content)
        assert str(apart.value) == str(here.value)


@pytest.mark.parametrize(
    ("program", "message"),
    [
        ("import time; time.sleep(600)", "takes longer than"),
        ("while True: pass", "takes longer than"),
        ("import os; os.abort()", "ends its decoder"),
    ],
)
def test_a_file_that_stops_its_decoder_is_unreadable_and_the_next_is_read(
    program: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    film_process._slots.cache_clear()
    with monkeypatch.context() as patch:
        patch.setattr(film_process, "PROGRAM", (sys.executable, "-c", program))
        patch.setattr(film_process, "SECONDS", 0.1)
        with pytest.raises(UnreadableFilmError, match=message):
            size_in_time(bytes(1 << 20))
    assert size_in_time(encoded("PNG")) == (61, 83)
