"""PNGs with notes that are not as they were written are read as browsers read them."""

from __future__ import annotations

import numpy as np
import pytest

from tests.torn_pictures import png_with, saved, scene
from training.films.png import without_broken_notes
from training.films.preprocessing import UnreadableFilmError, decode

PNG = saved(scene(), "PNG")
TRANSPARENT = (120).to_bytes(2, "big")


@pytest.mark.parametrize(
    ("kind", "data"), [(b"tEXt", b"a\0b"), (b"gAMA", bytes(4)), (b"tRNS", TRANSPARENT), (b"abCd", b"")]
)
def test_a_broken_note_is_left_out_and_the_picture_read(kind: bytes, data: bytes) -> None:
    broken = png_with(PNG, kind, data, checksum=1)
    assert without_broken_notes(broken) == PNG
    np.testing.assert_array_equal(decode(broken), decode(PNG))


def test_what_the_picture_needs_stays_as_it_is_and_is_refused() -> None:
    at = PNG.index(b"IDAT") + 60
    broken = PNG[:at] + bytes([PNG[at] ^ 1]) + PNG[at + 1 :]
    assert without_broken_notes(broken) == broken
    with pytest.raises(UnreadableFilmError, match="IDAT is not as it was written"):
        decode(broken)


@pytest.mark.parametrize(
    "data", [PNG, PNG + b"more", PNG[:-3], png_with(PNG, b"tEXt", b"a\0b"), b"\xff\xd8" + PNG, PNG[:20]]
)
def test_a_file_without_broken_notes_is_the_same(data: bytes) -> None:
    assert without_broken_notes(data) == data
