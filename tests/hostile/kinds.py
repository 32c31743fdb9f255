"""One file of every kind that was once read wrongly, hung or ended a tab, made anew: and the right result of each."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from tests.bombs import inflating_tiff
from tests.dicom_files import aborting, dicom, encapsulated, in_twelve_bits, lut
from tests.tools.fuzz.wholes import film, zipped

BASELINE, LOSSLESS = "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.70"
_PHANTOM = film(4).astype(float)
# It reaches from black to white, so that a file without a window shows it as it is.
FILM = np.rint((_PHANTOM - _PHANTOM.min()) / (_PHANTOM.max() - _PHANTOM.min()) * 255).astype(np.uint8)
BORDERED = np.pad(FILM, 9)
DEEP = FILM.astype(np.uint16) * 16
TURNED = np.rot90(FILM)  # EXIF 6: turn it clockwise to see it

UNREADABLE = frozenset({"unreadable", "damaged"})
TOO_LARGE = frozenset({"too-large", "unreadable", "damaged"})


@dataclass(frozen=True)
class Kind:
    """A file, and what is right.

    Attributes:
        name: The file's name.
        data: Its bytes.
        shows: The picture that is read from it; None where it is refused.
        reasons: The page's reasons of which one is given, where it is refused.
        python: Whether Python reads such files at all.
    """

    name: str
    data: bytes
    shows: np.ndarray | None = None
    reasons: frozenset[str] = UNREADABLE
    python: bool = True


def kinds() -> list[Kind]:
    """Every kind."""
    jpeg, colour = _saved(FILM, "JPEG", quality=97), _saved(np.stack([FILM] * 3, -1), "JPEG", quality=97)
    rgb = _saved(np.stack([FILM] * 3, -1), "JPEG", quality=97, keep_rgb=True)
    in_colour: dict[str, Any] = {"SamplesPerPixel": 3, "PhotometricInterpretation": "RGB", "PlanarConfiguration": 0}
    whole, implicit = dicom(DEEP), dicom(DEEP, syntax="1.2.840.10008.1.2")
    packed = dicom(DEEP, syntax="1.2.840.10008.1.2.4.90")
    padded = np.pad(DEEP, 9, constant_values=4095)
    window = {"WindowCenter": "2040", "WindowWidth": "4080", "VOILUTFunction": "LINEAR_EXACT"}
    starting = lut((np.arange(4096, dtype=np.uint16) * 16).astype(np.uint16), first=65536 - 2048, bits=16)
    return [
        Kind("grey-header-colour-jpeg.dcm", encapsulated(colour, FILM, syntax=BASELINE), FILM),
        Kind("grey-header-colour-pixels.dcm", dicom(np.stack([FILM] * 3), NumberOfFrames=None)),
        Kind("jpeg-of-more-rows.dcm", encapsulated(jpeg, FILM[:50], syntax=BASELINE)),
        Kind("padding-of-white.dcm", dicom(padded, BitsStored=12, PixelPaddingValue=4095, **window), BORDERED),
        Kind("padding-in-own-range.dcm", dicom(padded, BitsStored=12, PixelPaddingValue=4095), BORDERED),
        Kind("voi-lut-says-16.dcm", dicom(DEEP, BitsStored=12, VOILUTSequence=lut(np.arange(4081, dtype=np.uint16), first=0, bits=16)), FILM),
        Kind("voi-lut-below-zero.dcm", dicom(DEEP, BitsStored=12, RescaleIntercept="-2048", RescaleSlope="1", VOILUTSequence=starting), FILM),
        Kind("window-not-a-number.dcm", dicom(DEEP, BitsStored=12, WindowCenter="9" * 7, WindowWidth="8" * 7).replace(b"9999999 ", b"NaN     ").replace(b"8888888 ", b"NaN     "), FILM),
        Kind("rescale-empty.dcm", dicom(DEEP, BitsStored=12, RescaleIntercept="", RescaleSlope=""), FILM),
        Kind("window-and-twelve-bits.dcm", in_twelve_bits((FILM.astype(np.float64) * 2000 / 255).round().astype(np.uint16)), FILM),
        Kind("new-vrs.dcm", dicom(DEEP, SelectorUVValue=7, SelectorOVValue=bytes(16)), FILM),
        Kind("no-preamble.dcm", whole[132:], FILM),
        Kind("implicit-alone.dcm", implicit[_meta_ends(implicit) :], FILM),
        Kind("no-meta-header.dcm", whole[:132] + whole[_meta_ends(whole) :], FILM),
        Kind("rgb-jpeg-unmarked.dcm", encapsulated(rgb, FILM, syntax=BASELINE, **in_colour), FILM),
        Kind("endless-delimiter.dcm", packed[:-4] + b"\xff" * 4, FILM),
        Kind("bytes-behind.dcm", packed + b"more than there should be", FILM),
        Kind("baseline-called-lossless.dcm", encapsulated(jpeg, FILM, syntax=LOSSLESS), FILM),
        Kind("ends-its-decoder.dcm", aborting()),
        Kind("planes-cut-short.dcm", dicom(np.stack([FILM] * 3)[:, :40].copy(), NumberOfFrames=None, Rows=96, **{**in_colour, "PlanarConfiguration": 1})),
        Kind("no-kind-of-picture.dcm", dicom(FILM, PhotometricInterpretation="HSV")),
        Kind("deflated-bomb.dcm", dicom(FILM, syntax="1.2.840.10008.1.2.1.99", Rows=14000, Columns=14000), reasons=TOO_LARGE),
        Kind("exif-6.jpg", _saved(TURNED, "JPEG", quality=97, exif=_turned()), FILM),
        Kind("exif-6.webp", _saved(TURNED, "WEBP", lossless=True, exif=_turned()), FILM, python=False),
        Kind("zeroed.jpg", _zeroed(jpeg)),
        Kind("called-arithmetic.jpg", jpeg.replace(b"\xff\xc0", b"\xff\xc9", 1)),
        Kind("cut-and-ended.jpg", jpeg[: len(jpeg) * 2 // 3] + b"\xff\xd9"),
        Kind("cut.jpg", jpeg[: len(jpeg) // 2]),
        Kind("cut.png", _saved(FILM, "PNG")[:2000]),
        Kind("cut.webp", _saved(FILM, "WEBP", quality=95)[:1500], python=False),
        Kind("cut.bmp", _saved(FILM, "BMP")[:4000], python=False),
        Kind("huge.png", _png_of(14_000, 14_200, 16), reasons=TOO_LARGE),
        Kind("longer-than-any-side.png", _saved(np.tile(FILM[:2, :70], (1, 1000)), "PNG"), reasons=TOO_LARGE),
        Kind("as-long-as-a-side.png", _saved(np.tile(FILM[:60, :65], (1, 1000)), "PNG"), np.tile(FILM[:60, :65], (1, 1000))),
        Kind("circle.tif", _circle(), python=False),
        Kind("inflates.tif", inflating_tiff(), reasons=TOO_LARGE, python=False),
        Kind("tag-twice.tif", _saved(DEEP, "TIFF").replace(b"\x06\x01\x03\0\1\0\0\0", b"\x16\x01\x03\0\1\0\0\0", 1), python=False),
        Kind("nothing.jpg", b"", reasons=frozenset({"empty"})),
        Kind("letter.png", b"Dear colleague, please find enclosed", reasons=frozenset({"not-an-image"})),
    ]  # fmt: skip


def odd_names() -> bytes:
    """An archive of films under the names that machines give them, with one that leads out and one that is no film."""
    data = dicom(DEEP)
    names = ("IM1.MR", "IM2.img", "IM3.dc3", "IM4.DCM30", "NAME^CR", "../out.dcm", "notes.txt")
    return zipped(dict.fromkeys(names, data) | {"notes.txt": b"notes"}, zipfile.ZIP_STORED)


def empty_zip() -> bytes:
    return b"PK\x05\x06" + bytes(18)


def _saved(levels: np.ndarray, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(levels)).save(buffer, kind, **options)
    return buffer.getvalue()


def _turned() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = 6
    return exif


def _meta_ends(data: bytes) -> int:
    return 144 + int.from_bytes(data[140:144], "little")


def _zeroed(jpeg: bytes) -> bytes:
    at = len(jpeg) // 2
    return jpeg[:at] + bytes(800) + jpeg[at + 800 :]


def _png_of(width: int, height: int, bits: int) -> bytes:
    """A PNG that says it is so large, of rows of zeros that take no room."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer = zlib.compressobj(9)
    rows = packer.compress(bytes(1 << 20)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, bits, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def _circle() -> bytes:
    data = bytearray(_saved(FILM, "TIFF"))
    first = int.from_bytes(data[4:8], "little")
    end = first + 2 + 12 * int.from_bytes(data[first : first + 2], "little")
    data[end : end + 4] = data[4:8]
    return bytes(data)
