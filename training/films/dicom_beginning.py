"""DICOM files without preamble or meta header: found by their first elements, and given a beginning; deflated ones, inflated.

The browser does the same (`site_template/src/formats/dicom/mended.ts`, `header.ts`).
"""

from __future__ import annotations

import struct

from training.films.budget import inflate
from training.films.dicom_stream import stream_of

IMPLICIT, EXPLICIT, DEFLATED = "1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.1.99"
PREAMBLE = bytes(128) + b"DICM"
# A dataset begins with the first of these groups, and goes on in any.
FIRST_GROUPS = (0x08, 0x10, 0x18, 0x20, 0x28)
ENCAPSULATED = b"\xe0\x7f\x10\x00OB\0\0\xff\xff\xff\xff"


def is_dicom(data: bytes) -> bool:
    """Whether a file is DICOM, with its preamble or without."""
    return data[128:132] == b"DICM" or data.startswith(b"\x02\0\0\0UL\x04\0") or _dataset_at(data[:132], 0) is not None


def with_beginning(data: bytes) -> bytes:
    """The file with preamble and meta header; the same bytes where it has them."""
    is_signed = data[128:132] == b"DICM"
    if not is_signed and data.startswith(b"\x02\0"):
        return PREAMBLE + data
    start = len(PREAMBLE) if is_signed else 0
    kind = _dataset_at(data, start)
    if kind is None:
        return data
    uid = (IMPLICIT if kind == IMPLICIT else _guessed(data)).encode()
    padded = uid + b"\0" * (len(uid) % 2)
    return PREAMBLE + b"\x02\0\x10\0UI" + struct.pack("<H", len(padded)) + padded + data[start:]


def inflated(data: bytes) -> bytes:
    """A file with a beginning, its dataset inflated where it is deflated: pydicom would inflate any number of bytes.

    Raises:
        TooLargeError: It becomes more than `training.films.budget` allows.
        ValueError: The deflated data is cut short or broken.
    """
    syntax = b"\x02\0\x10\0UI" + struct.pack("<H", len(DEFLATED)) + DEFLATED.encode()
    end = _meta_end(data)
    at = data.find(syntax, len(PREAMBLE), end)
    if at < 0:
        return data
    explicit = syntax[:8] + EXPLICIT.encode().ljust(len(DEFLATED), b"\0")
    return data[:at] + explicit + data[at + len(syntax) : end] + inflate(data[end:])


def _meta_end(data: bytes) -> int:
    """Where the meta header ends, whose elements are explicit and little-endian in every file."""
    at = len(PREAMBLE)
    while data[at : at + 2] == b"\x02\0" and at + 12 <= len(data):
        is_long = data[at + 4 : at + 6] in (b"OB", b"OW", b"UN", b"SQ", b"UT")
        length = struct.unpack_from("<I", data, at + 8)[0] if is_long else struct.unpack_from("<H", data, at + 6)[0]
        at += (12 if is_long else 8) + length
    return min(at, len(data))


def _dataset_at(data: bytes, start: int) -> str | None:
    """The transfer syntax of a little-endian dataset at a place, as far as its first two elements tell."""
    if len(data) < start + 64:
        return None
    is_explicit, last, at = _is_vr(data[start + 4 : start + 6]), (0, 0), start
    for seen in range(2):
        if at + 8 > len(data):
            return None
        group, element = struct.unpack_from("<HH", data, at)
        (length,) = struct.unpack_from("<H", data, at + 6) if is_explicit else struct.unpack_from("<I", data, at + 4)
        is_place = group in FIRST_GROUPS and (group, element) > last if seen else group == FIRST_GROUPS[0]
        if not is_place or length > 0xFFF or length % 2:
            return None
        if is_explicit and not _is_vr(data[at + 4 : at + 6]):
            return None
        last, at = (group, element), at + 8 + length
    return EXPLICIT if is_explicit else IMPLICIT


def _guessed(data: bytes) -> str:
    """Of an explicit dataset alone: uncompressed, or whatever its first fragment is."""
    at = data.find(ENCAPSULATED)
    while at >= 0:
        stream = stream_of(data[at + 28 + int.from_bytes(data[at + 16 : at + 20], "little") :])
        if stream is not None:
            return f"1.2.840.10008.1.2.4.{90 if stream.coding == 'jpeg-2000' else 50}"
        at = data.find(ENCAPSULATED, at + 1)
    return EXPLICIT


def _is_vr(letters: bytes) -> bool:
    return len(letters) == 2 and letters.isalpha() and letters.isupper()
