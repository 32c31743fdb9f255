"""PNGs as browsers take them: a note beside the picture that is not as it was written is left out, and the picture is read."""

from __future__ import annotations

import struct
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"
# Of a chunk beside its data: its length before it, its type, its checksum behind it.
FRAME_BYTES = 12
NOTE = 0x20  # in the first letter of a type: the picture can be shown without it


def without_broken_notes(data: bytes) -> bytes:
    """The file without those of its notes whose checksums are wrong, for which Pillow would take it for no picture; others as they are."""
    if not data.startswith(SIGNATURE):
        return data
    kept, at = [SIGNATURE], len(SIGNATURE)
    while at + FRAME_BYTES <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        end = at + FRAME_BYTES + length
        is_broken = zlib.crc32(data[at + 4 : end - 4]) != int.from_bytes(data[end - 4 : end], "big")
        if not (data[at + 4] & NOTE and is_broken and end <= len(data)):
            kept.append(data[at:end])
        at = end
    return data if sum(map(len, kept)) == min(at, len(data)) else b"".join([*kept, data[at:]])
