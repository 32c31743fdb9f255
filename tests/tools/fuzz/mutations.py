"""Damage to a file, drawn from a seed: what a bad disk, a broken transfer, a careless program or an attacker makes of it."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable

import numpy as np

# What ends a file of a format, whatever is missing before it.
ENDS = {
    "jpg": b"\xff\xd9",
    "png": b"\0\0\0\0IEND\xaeB`\x82",
    "gif": b"\0;",
    "dcm": b"\xfe\xff\xdd\xe0\0\0\0\0",
    "zip": b"PK\x05\x06" + bytes(18),
    "webp": b"\0",
    "bmp": b"\0",
    "tif": b"\0",
}
NUMBERS = (0, 1, 2, 7, 8, 16, 255, 256, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
DICOM_ELEMENTS = {  # group and element of what makes the picture
    "samples": (0x28, 2), "photometric": (0x28, 4), "planes": (0x28, 6), "frames": (0x28, 8), "rows": (0x28, 0x10),
    "columns": (0x28, 0x11), "allocated": (0x28, 0x100), "stored": (0x28, 0x101), "high": (0x28, 0x102), "sign": (0x28, 0x103),
    "syntax": (2, 0x10), "pixels": (0x7FE0, 0x10),
}  # fmt: skip

Rng = np.random.Generator
Mutation = Callable[[bytes, str, bytes, Rng], bytes]


def zeroed(data: bytes, ending: str, other: bytes, rng: Rng) -> bytes:
    """A run of bytes is 0, as where a block of a disk is lost."""
    at, length = _place(data, rng), _length(rng)
    return data[:at] + bytes(len(data[at : at + length])) + data[at + length :]


def noise(data: bytes, ending: str, other: bytes, rng: Rng) -> bytes:
    """A run of bytes is another one."""
    at, length = _place(data, rng), _length(rng)
    return data[:at] + rng.bytes(len(data[at : at + length])) + data[at + length :]


def flipped(data: bytes, ending: str, other: bytes, rng: Rng) -> bytes:
    """A few bits are turned over."""
    changed = bytearray(data)
    for _ in range(int(rng.integers(1, 9))):
        changed[_place(data, rng)] ^= 1 << int(rng.integers(8))
    return bytes(changed)


def cut(data: bytes, ending: str, other: bytes, rng: Rng) -> bytes:
    """The file ends too early, as a download that broke off."""
    return data[: _place(data, rng)]


def cut_and_ended(data: bytes, ending: str, other: bytes, rng: Rng) -> bytes:
    """The same, with the mark that ends such a file."""
    return data[: _place(data, rng)] + ENDS[ending]


def filled(data: bytes, ending: str, other: bytes, rng: Rng) -> bytes:
    """All behind a place is one value, as where space was reserved and not written."""
    at = _place(data, rng)
    return data[:at] + bytes([int(rng.choice([0, 255, 128]))]) * (len(data) - at)


def removed(data: bytes, ending: str, other: bytes, rng: Rng) -> bytes:
    """A run of bytes is missing."""
    at, length = _place(data, rng), _length(rng)
    return data[:at] + data[at + length :]


def inserted(data: bytes, ending: str, other: bytes, rng: Rng) -> bytes:
    """There are bytes too many."""
    at = _place(data, rng)
    return data[:at] + rng.bytes(_length(rng)) + data[at:]


def repeated(data: bytes, ending: str, other: bytes, rng: Rng) -> bytes:
    """A run of bytes stands there twice."""
    at, length = _place(data, rng), _length(rng)
    return data[: at + length] + data[at:]


def swapped(data: bytes, ending: str, other: bytes, rng: Rng) -> bytes:
    """Two runs have changed places."""
    first, second = sorted((_place(data, rng), _place(data, rng)))
    length = min(_length(rng), second - first, len(data) - second)
    a, b = data[first : first + length], data[second : second + length]
    return data[:first] + b + data[first + length : second] + a + data[second + length :]


def as_text(data: bytes, ending: str, other: bytes, rng: Rng) -> bytes:
    """Line ends were changed, as a transfer in text mode does."""
    return data.replace(b"\n", b"\r\n") if rng.integers(2) else data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def length(data: bytes, ending: str, other: bytes, rng: Rng) -> bytes:
    """A number in the beginning, where lengths and sizes stand, is absurd."""
    changed = bytearray(data)
    for _ in range(int(rng.integers(1, 3))):
        kind = str(rng.choice(["<H", ">H", "<I", ">I"]))
        size = struct.calcsize(kind)
        at = int(rng.integers(max(1, min(len(data) - size, 700))))
        changed[at : at + size] = struct.pack(kind, int(rng.choice(NUMBERS)) & (256**size - 1))
    return bytes(changed)


def header(data: bytes, ending: str, other: bytes, rng: Rng) -> bytes:
    """A field of the header says something else of the picture than it is; checksums are right."""
    try:
        return _HEADERS.get(ending, length)(data, ending, other, rng)
    except (struct.error, IndexError, ValueError):  # what was damaged before has no whole header
        return length(data, ending, other, rng)


def spliced(data: bytes, ending: str, other: bytes, rng: Rng) -> bytes:
    """The header of one file, the rest of another of the same format."""
    at = min(_place(data, rng, first=600), len(other))
    return data[:at] + other[at:]


def behind(data: bytes, ending: str, other: bytes, rng: Rng) -> bytes:
    """Something stands behind the end, or before the beginning."""
    more = [rng.bytes(200), bytes(1000), b"\r\n", ENDS[ending], other][int(rng.integers(5))]
    return (
        data + more if more is other or rng.integers(4) else more + data
    )  # a whole file in front would be what is read


def _jpeg_header(data: bytes, ending: str, other: bytes, rng: Rng) -> bytes:
    frame = max(data.find(b"\xff\xc0"), data.find(b"\xff\xc2"))
    if frame < 0:
        return length(data, ending, other, rng)
    changed = bytearray(data)
    match int(rng.integers(5)):
        case 0:  # rows or columns
            at = frame + int(rng.choice([5, 7]))
            changed[at : at + 2] = _near(struct.unpack(">H", data[at : at + 2])[0], rng, 65535).to_bytes(2, "big")
        case 1:
            changed[frame + 4] = int(rng.choice([1, 4, 12, 16]))
        case 2:
            changed[frame + 9] = int(rng.choice([0, 1, 2, 3, 4, 255]))
        case 3:  # sampling
            changed[frame + 11] = int(rng.choice([0, 0x12, 0x21, 0x22, 0x44, 0xFF]))
        case _:
            changed[frame + 1] = int(rng.choice([0xC0, 0xC1, 0xC2, 0xC3, 0xC9]))
    return bytes(changed)


def _png_header(data: bytes, ending: str, other: bytes, rng: Rng) -> bytes:
    fields = list(struct.unpack(">IIBBBBB", data[16:29]))
    which = int(rng.integers(len(fields)))
    fields[which] = _near(fields[which], rng, 2**31 - 1) if which < 2 else int(rng.choice([0, 1, 2, 3, 4, 6, 8, 16]))
    said = struct.pack(">IIBBBBB", *fields)
    return data[:16] + said + struct.pack(">I", zlib.crc32(b"IHDR" + said)) + data[33:]


def _bmp_header(data: bytes, ending: str, other: bytes, rng: Rng) -> bytes:
    at, kind, choices = [
        (10, "<I", NUMBERS), (14, "<I", (12, 40, 108, 124)), (18, "<i", ()), (22, "<i", ()), (26, "<H", (0, 1, 2)),
        (28, "<H", (1, 4, 8, 16, 24, 32)), (30, "<I", (0, 1, 2, 3)), (46, "<I", NUMBERS),
    ][int(rng.integers(8))]  # fmt: skip
    before = struct.unpack_from(kind, data, at)[0]
    value = int(rng.choice(choices)) if choices else _near(before, rng, 2**31 - 1) * int(rng.choice([1, 1, -1]))
    return data[:at] + struct.pack(kind, value) + data[at + struct.calcsize(kind) :]


def _gif_header(data: bytes, ending: str, other: bytes, rng: Rng) -> bytes:
    frame = data.find(b",\0\0\0\0")
    at = int(rng.choice([6, 8, frame + 5, frame + 7])) if frame > 0 else 6
    return data[:at] + struct.pack("<H", _near(struct.unpack_from("<H", data, at)[0], rng, 65535)) + data[at + 2 :]


def _webp_header(data: bytes, ending: str, other: bytes, rng: Rng) -> bytes:
    at = int(rng.integers(4, min(40, len(data))))
    return data[:at] + rng.bytes(int(rng.integers(1, 3))) + data[at + 2 :]


def _tiff_header(data: bytes, ending: str, other: bytes, rng: Rng) -> bytes:
    order = "<" if data[:2] == b"II" else ">"
    first = struct.unpack_from(order + "I", data, 4)[0]
    if first + 2 > len(data):
        return length(data, ending, other, rng)
    count = struct.unpack_from(order + "H", data, first)[0]
    at = first + 2 + 12 * int(rng.integers(max(count, 1)))
    if at + 12 > len(data):
        return length(data, ending, other, rng)
    tag, kind, number, value = struct.unpack_from(order + "HHII", data, at)
    match int(rng.integers(5)):
        case 0:
            kind = int(rng.integers(0, 20))
        case 1:
            number = int(rng.choice(NUMBERS))
        case 2:
            tag = int(rng.choice([254, 256, 257, 258, 259, 262, 273, 274, 277, 278, 279, 284, 317, 320, 322, 330, 339]))
        case _:
            value = _near(value & 0xFFFF, rng, 0xFFFFFFFF)
    return data[:at] + struct.pack(order + "HHII", tag, kind, number, value) + data[at + 12 :]


def _dicom_header(data: bytes, ending: str, other: bytes, rng: Rng) -> bytes:
    name = str(rng.choice(list(DICOM_ELEMENTS)))
    group, element = DICOM_ELEMENTS[name]
    for order in "<>":
        at = data.find(struct.pack(order + "HH", group, element), 132)
        if at < 0:
            continue
        explicit = data[at + 4 : at + 6].isalpha()
        value = at + 8
        if rng.integers(3) == 0:  # its length
            return (
                data[: at + 6] + struct.pack(order + "H", int(rng.choice([0, 1, 4, 0x7FFF, 0xFFFF]))) + data[at + 8 :]
            )
        if name in ("photometric", "syntax"):
            words = (
                [b"MONOCHROME1 ", b"RGB         ", b"YBR_FULL_422", b"PALETTE COLO"]
                if name == "photometric"
                else [
                    b"1.2.840.10008.1.2.1\0",
                    b"1.2.840.10008.1.2\0\0\0",
                    b"1.2.840.10008.1.2.2\0",
                    b"1.2.840.10008.1.2.5\0",
                ]
            )
            word = words[int(rng.integers(4))]
            room = struct.unpack_from(order + ("H" if explicit else "I"), data, at + (6 if explicit else 4))[0]
            return data[:value] + word[:room].ljust(room) + data[value + room :] if room < 64 else data
        if explicit and data[at + 4 : at + 6] != b"US":
            return data[: at + 4] + rng.bytes(8) + data[at + 12 :]
        near = _near(struct.unpack_from(order + "H", data, value)[0], rng, 65535)
        return data[:value] + struct.pack(order + "H", near) + data[value + 2 :]
    return length(data, ending, other, rng)


def _zip_header(data: bytes, ending: str, other: bytes, rng: Rng) -> bytes:
    sign = [b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"][int(rng.integers(3))]
    places = [at for at in range(len(data)) if data.startswith(sign, at)]
    if not places:
        return length(data, ending, other, rng)
    at = int(rng.choice(places)) + int(rng.integers(4, 30))
    kind = str(rng.choice(["<H", "<I"]))
    size = struct.calcsize(kind)
    return data[:at] + struct.pack(kind, int(rng.choice(NUMBERS)) & (256**size - 1)) + data[at + size :]


def _near(value: int, rng: Rng, most: int) -> int:
    """A number that a field might wrongly have."""
    choices = (0, 1, value - 1, value + 1, value * 2, value // 2, value + 8, most)
    return max(0, min(most, choices[int(rng.integers(len(choices)))]))


def _place(data: bytes, rng: Rng, first: int = 0) -> int:
    """Where damage begins: anywhere, and in the beginning, where the header is, more often."""
    last = len(data) - 1
    if last <= first:
        return max(last, 0)
    return int(rng.integers(first, min(last, 400 + first))) if rng.integers(4) == 0 else int(rng.integers(first, last))


def _length(rng: Rng) -> int:
    return int(rng.choice([1, 2, 4, 16, 64, 200, 512, 800, 4096]))


_HEADERS: dict[str, Mutation] = {
    "jpg": _jpeg_header, "png": _png_header, "bmp": _bmp_header, "gif": _gif_header, "webp": _webp_header,
    "tif": _tiff_header, "dcm": _dicom_header, "zip": _zip_header,
}  # fmt: skip
MUTATIONS: dict[str, Mutation] = {
    each.__name__.replace("_", " "): each
    for each in (
        zeroed, noise, flipped, cut, cut_and_ended, filled, removed, inserted, repeated, swapped, as_text, length, header,
        spliced, behind,
    )
}  # fmt: skip
