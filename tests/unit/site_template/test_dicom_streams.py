"""DICOM headers and streams that say different things of colours, signs and frames, or leave something out: page and Python alike."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pydicom
import pytest
from PIL import Image

from tests.dicom_files import dicom, encapsulated
from tests.opened_films import by_python, films_program, opened
from tests.tools.bench.jpeg_lossless import LOSSLESS, lossless

Y, X = np.mgrid[0:48, 0:66]
LEVELS = ((X * 3 + Y * 2) % 256).astype(np.uint8)
LEVELS[0, :2] = 0, 255
COLOURS = np.stack([LEVELS, LEVELS[::-1], LEVELS[:, ::-1]], axis=-1)
LUMA = np.asarray(Image.fromarray(COLOURS).convert("L"))
OF_YBR = np.asarray(Image.fromarray(COLOURS, "YCbCr").convert("RGB").convert("L"))
BASELINE, JPEG_2000, RLE = "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.5"
JFIF = b"\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0"
THREE: dict[str, Any] = {"SamplesPerPixel": 3, "PlanarConfiguration": 0}
NEAR = 4  # of JPEG


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return films_program(tmp_path_factory.mktemp("program"))


def check(program: Path, folder: Path, files: dict[str, bytes], shown: npt.NDArray[np.uint8], near: int = 1) -> None:
    """The worker and Python both read each as `shown`."""
    for name, result in opened(program, folder, files).items():
        assert result.levels is not None, (name, result.said)
        levels = by_python(files[name])
        assert levels is not None, name
        assert np.abs(levels.astype(int) - result.levels).max() <= 1, name
        assert np.abs(levels.astype(int) - shown).max() <= near, name


def jpeg(picture: npt.NDArray[np.uint8]) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=98, subsampling=0)
    return buffer.getvalue()


def changed(data: bytes, change: Callable[[Any], object]) -> bytes:
    dataset = pydicom.dcmread(io.BytesIO(data))
    change(dataset)
    buffer = io.BytesIO()
    dataset.save_as(buffer)
    return buffer.getvalue()


def _without(keyword: str, dataset: Any) -> None:
    del dataset[keyword]


def test_how_the_colours_of_a_jpeg_lie_and_what_they_are_is_its_own_affair(program: Path, tmp_path: Path) -> None:
    frame = jpeg(COLOURS)
    files = {
        f"{kind}, {planar}": encapsulated(
            frame,
            LEVELS,
            syntax=BASELINE,
            SamplesPerPixel=3,
            PlanarConfiguration=planar,
            PhotometricInterpretation=kind,
        )
        for kind in ("YBR_FULL", "YBR_FULL_422", "YBR_ICT", "YBR_RCT")
        for planar in (0, 1)
    }
    check(program, tmp_path, files, LUMA, NEAR)


def test_a_lossless_stream_says_what_its_colours_are_by_its_names_and_jfif(program: Path, tmp_path: Path) -> None:
    def file(kind: str, names: bytes, before: bytes = b"") -> bytes:
        frame = lossless(COLOURS, 8, names, before)
        return encapsulated(frame, LEVELS, syntax=LOSSLESS, **THREE, PhotometricInterpretation=kind)

    as_rgb = {
        "RGB": file("RGB", b"\1\2\3"),
        "named": file("YBR_FULL", b"RGB"),
        "named in small letters": file("YBR_FULL_422", b"rgb"),
        "both": file("RGB", b"RGB"),
        "named under JFIF": file("YBR_FULL", b"RGB", JFIF),
    }
    as_ybr = {"YBR": file("YBR_FULL", b"\1\2\3"), "JFIF": file("RGB", b"\1\2\3", JFIF)}
    check(program, tmp_path, as_rgb, LUMA)
    check(program, tmp_path, as_ybr, OF_YBR, 2)


def test_a_sign_that_the_coding_has_not_kept_is_the_headers(program: Path, tmp_path: Path) -> None:
    stored = ((LEVELS.astype(int) * 16 - 2048) & 0xFFF).astype(np.uint16)
    shown = dicom(stored, BitsStored=12, PixelRepresentation=1)

    def signed(dataset: Any) -> None:
        dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = 12, 11, 1

    files = {
        "plain": shown,
        "RLE": changed(dicom(stored, syntax=RLE), signed),
        "JPEG 2000": changed(dicom(stored, syntax=JPEG_2000), signed),
        "lossless": encapsulated(lossless(stored, 16), stored, syntax=LOSSLESS, BitsStored=12, PixelRepresentation=1),
        "a sign that is kept": dicom(
            (LEVELS.astype(np.int16) * 16 - 2048).view(np.uint16), PixelRepresentation=1, syntax=JPEG_2000
        ),
        "no value below zero": dicom(LEVELS.astype(np.uint16), PixelRepresentation=1, syntax=JPEG_2000),
    }
    check(program, tmp_path, files, LEVELS)


def test_the_first_frame_is_found_whatever_the_offsets_say(program: Path, tmp_path: Path) -> None:
    one = encapsulated(jpeg(LEVELS), LEVELS, syntax=BASELINE)
    opening = one.index(b"\xe0\x7f\x10\0OB\0\0\xff\xff\xff\xff") + 12
    table, offset = one[opening : opening + 8], one[opening + 8 : opening + 12]
    assert (table, offset) == (b"\xfe\xff\0\xe0\4\0\0\0", bytes(4))
    behind = one[opening + 12 :]
    (length,) = struct.unpack_from("<I", behind, 4)
    half = length // 4 * 2
    parts = b"".join(
        b"\xfe\xff\0\xe0" + struct.pack("<I", len(part)) + part
        for part in (behind[8 : 8 + half], behind[8 + half : 8 + length])
    )
    files = {
        "as it was": one,
        "an offset that leads out": one[: opening + 8] + struct.pack("<I", 99_999) + behind,
        "an offset in the middle of a fragment": one[: opening + 8] + struct.pack("<I", 2) + behind,
        "two fragments": one[: opening + 12] + parts + behind[8 + length :],
        "two fragments, no offsets": one[:opening] + b"\xfe\xff\0\xe0\0\0\0\0" + parts + behind[8 + length :],
    }
    check(program, tmp_path, files, LEVELS, NEAR)


def test_what_a_header_leaves_out_follows_from_the_rest(program: Path, tmp_path: Path) -> None:
    whole = dicom(LEVELS)
    syntax = whole.index(b"1.2.840.10008.1.2.1\0")
    nameless = whole[: syntax - 2] + b"\0\0" + whole[syntax + 20 :]
    (meta,) = struct.unpack_from("<I", nameless, 140)
    files = {
        "transfer syntax": nameless[:140] + struct.pack("<I", meta - 20) + nameless[144:],
        "spaces": changed(whole, lambda dataset: setattr(dataset, "PhotometricInterpretation", " MONOCHROME2")),
        **{
            keyword: changed(whole, partial(_without, keyword))
            for keyword in ("SamplesPerPixel", "BitsStored", "HighBit", "PixelRepresentation")
        },
    }
    check(program, tmp_path, files, LEVELS)
