"""What a compressed frame says of itself, to be held against the DICOM header.

The browser reads the same (`site_template/src/formats/dicom/stream.ts`).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Literal

Coding = Literal["jpeg", "lossless-jpeg", "jpeg-ls", "jpeg-2000"]
JPEG_CODINGS: dict[int, Coding] = {0xC0: "jpeg", 0xC1: "jpeg", 0xC2: "jpeg", 0xC3: "lossless-jpeg", 0xF7: "jpeg-ls"}
CODESTREAM = b"\xff\x4f\xff\x51"


@dataclass(frozen=True)
class Stream:
    """A frame's own header; `precision` is the bits of a sample."""

    coding: Coding
    rows: int
    columns: int
    components: int
    precision: int


def stream_of(frame: bytes) -> Stream | None:
    """None where no frame header is found."""
    try:
        if frame[:2] == b"\xff\xd8":
            return _jpeg_of(frame)
        at = 0 if frame.startswith(CODESTREAM) else frame.find(CODESTREAM, 12, 4099)
        if at < 0:
            return None
        right, bottom, left, top = struct.unpack_from(">4I", frame, at + 8)
        (components,) = struct.unpack_from(">H", frame, at + 40)
        return Stream("jpeg-2000", bottom - top, right - left, components, (frame[at + 42] & 0x7F) + 1)
    except (IndexError, struct.error):
        return None


def _jpeg_of(frame: bytes) -> Stream | None:
    at = 2
    while frame[at] == 0xFF:
        marker = frame[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker in JPEG_CODINGS:
            precision, rows, columns, components = struct.unpack_from(">BHHB", frame, at + 4)
            return Stream(JPEG_CODINGS[marker], rows, columns, components, precision)
        at += 2 + int.from_bytes(frame[at + 2 : at + 4], "big")
    return None
