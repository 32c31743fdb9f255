"""What a file may ask for is decided by its header, before memory is taken."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.dicom_files import dicom
from tests.shared import FAILING_INPUTS, needs_failing_inputs
from training.films import budget
from training.films.budget import LARGEST_PIXELS, TooLargeError, check_pixels, check_scans, inflate
from training.films.preprocessing import UnreadableFilmError, decode

LEVELS = np.add.outer(np.arange(61), np.arange(83)).astype(np.uint8)


def png_of(width: int, height: int, bits: int = 8) -> bytes:
    """The header of a grey PNG, and no pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, bits, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


def saved(kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(LEVELS).save(buffer, kind, **options)
    return buffer.getvalue()


def many_scans(scans: int, width: int, height: int) -> bytes:
    """A progressive JPEG whose last scan is there over and over, and whose frame says that it is large."""
    data = saved("JPEG", progressive=True)
    at = data.rfind(b"\xff\xda")
    frame = data.find(b"\xff\xc2")
    large = data[: frame + 5] + struct.pack(">HH", height, width) + data[frame + 9 : at]
    return large + data[at:-2] * scans + data[-2:]


def large_tiff(*, tag: int, value: int) -> bytes:
    data = bytearray(saved("TIFF"))
    entry = next(at for kind in (3, 4) if (at := data.find(struct.pack("<HH", tag, kind))) >= 0)
    data[entry + 2 : entry + 12] = struct.pack("<HII", 4, 1, value)
    return bytes(data)


def test_as_many_pixels_as_the_page_opens_are_opened_and_not_one_more() -> None:
    page = (Path(__file__).parents[4] / "site_template" / "src" / "image" / "size.ts").read_text("utf-8")
    assert f"LARGEST_PIXELS = {LARGEST_PIXELS:_};" in page
    check_pixels(10_000, 10_000)
    for sides in ((10_001, 10_000, 1), (10_000, 5_000, 3)):
        with pytest.raises(TooLargeError, match="of at most 100 million"):
            check_pixels(*sides)


@pytest.mark.parametrize(
    "data",
    [
        png_of(10_001, 10_000),
        png_of(14_100, 14_100, 16),
        png_of(60_000, 60_000),
        many_scans(1, 14_000, 14_000),
        large_tiff(tag=256, value=4_000_000),
        dicom(LEVELS, Rows=14_000, Columns=14_000),
        dicom(LEVELS, Rows=14_000, Columns=14_000, syntax="1.2.840.10008.1.2.1.99"),
    ],
    ids=["PNG", "PNG of 16 bits", "PNG beyond Pillow's own limit", "JPEG", "TIFF", "DICOM", "deflated DICOM"],
)
def test_pictures_of_more_are_refused_by_their_headers(data: bytes) -> None:
    with pytest.raises(UnreadableFilmError, match="is too large"):
        decode(data)


def test_a_jpeg_of_absurdly_many_scans_is_refused_and_one_of_usual_ones_is_read() -> None:
    with pytest.raises(UnreadableFilmError, match=r"\d\d scans of 36000000 pixels"):
        decode(many_scans(72, 6_000, 6_000))
    np.testing.assert_allclose(decode(saved("JPEG", progressive=True, quality=95)), LEVELS, atol=4)


def test_what_only_looks_like_scans_is_not_counted() -> None:
    comment = b"\xff\xfe" + struct.pack(">H", 60_002) + b"\xff\xda" * 30_000
    data = saved("JPEG")
    check_scans(data[:2] + comment + data[2:], 36_000_000)
    with pytest.raises(TooLargeError):
        check_scans(many_scans(100, 83, 61), 36_000_000)


def test_deflated_data_is_inflated_to_its_limit_and_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    def deflated(data: bytes) -> bytes:
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        return packer.compress(data) + packer.flush()

    monkeypatch.setattr(budget, "LARGEST_INFLATED", 1 << 20)
    assert inflate(deflated(bytes(1 << 20))) == bytes(1 << 20)
    with pytest.raises(TooLargeError, match="inflates to more than 1 MiB"):
        inflate(deflated(bytes((1 << 20) + 1)))
    for broken in (deflated(b"film")[:-2], b"\xff\xff\xff"):
        with pytest.raises(ValueError, match="deflated data"):
            inflate(broken)
    whole = dicom(LEVELS, syntax="1.2.840.10008.1.2.1.99")
    np.testing.assert_array_equal(decode(whole), decode(dicom(LEVELS)))
    with pytest.raises(UnreadableFilmError, match="cannot be decoded"):
        decode(whole[:-60])


@pytest.mark.parametrize("data", [b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", b"P5\n2 2\n255\n0000"])
def test_no_other_program_is_run_for_a_picture_and_no_odd_format_opened(data: bytes) -> None:
    with pytest.raises(UnreadableFilmError, match="is not a picture"):
        decode(data)


@needs_failing_inputs
@pytest.mark.parametrize(
    "name", ["jpeg-scan-bomb.SLOW-30s.jpg", "png16-199Mpx.CRASH.png", "dicom-deflated-196Mpx.CRASH.dcm"]
)
def test_files_that_ended_the_tab_are_refused_here_as_well(name: str) -> None:
    with pytest.raises(UnreadableFilmError, match="is too large"):
        decode(FAILING_INPUTS / name)
