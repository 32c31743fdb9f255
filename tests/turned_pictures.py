"""Pictures whose files say how they are turned: in EXIF, right and wrong, or in XMP, which does not count."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, TiffImagePlugin

from tests.torn_pictures import saved, scene

Levels = npt.NDArray[np.uint8]
# By orientation: how the picture is made of the stored one.
TURNED: dict[int, Callable[[Levels], Levels]] = {
    1: lambda stored: stored,
    2: np.fliplr,
    3: lambda stored: np.rot90(stored, 2),
    4: np.flipud,
    5: np.transpose,
    6: lambda stored: np.rot90(stored, -1),
    7: lambda stored: np.rot90(np.transpose(stored), 2),
    8: lambda stored: np.rot90(stored, 1),
}


def exif(orientation: int, order: str = "<", kind: int = 3, *, offset: int = 8) -> bytes:
    """EXIF with a maker's name and an orientation of a TIFF type, SHORT unless `kind` says otherwise."""
    mark = {"<": b"II*\0", ">": b"MM\0*"}[order]
    value = struct.pack(order + ("HH" if kind == 3 else "I"), *((orientation, 0) if kind == 3 else (orientation,)))
    entries = struct.pack(order + "HHI4s", 271, 2, 4, b"abc\0") + struct.pack(order + "HHI", 274, kind, 1) + value
    return mark + struct.pack(order + "I", offset) + struct.pack(order + "H", 2) + entries + bytes(4)


def xmp(orientation: object, *, element: bool = False) -> bytes:
    said = f'tiff:Orientation="{orientation}"/>'
    if element:
        said = f"><tiff:Orientation>{orientation}</tiff:Orientation></rdf:Description>"
    return (
        '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" {said}</rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    ).encode()


@dataclass(frozen=True)
class Said:
    """What a file says beside its pixels, and the orientation that holds."""

    exif: bytes | None
    xmp: bytes | None
    holds: int


SAID = {
    **{f"EXIF {turn}": Said(exif(turn, "<>"[turn % 2]), None, turn) for turn in range(1, 9)},
    **{f"XMP {turn}": Said(None, xmp(turn, element=turn % 2 == 0), 1) for turn in range(1, 9)},
    "both": Said(exif(3), xmp(6), 3),
    "upright in EXIF": Said(exif(1), xmp(6), 1),
    "nonsense in EXIF": Said(exif(9), xmp(6), 1),
    "nothing in EXIF": Said(exif(0, ">"), None, 1),
    "nonsense in both": Said(exif(77), xmp(12), 1),
    "a long orientation": Said(exif(8, kind=4), None, 8),
    "EXIF that leads nowhere": Said(exif(6, offset=70000), xmp(8), 1),
    "EXIF that is cut": Said(exif(6)[:20], None, 1),
    "words in XMP": Said(None, xmp("upright"), 1),
    "nothing": Said(None, None, 1),
}


def jpeg(stored: Image.Image, said: Said) -> bytes:
    data = saved(stored, "JPEG", quality=95)
    segments = b""
    for head, part in ((b"Exif\0\0", said.exif), (b"http://ns.adobe.com/xap/1.0/\0", said.xmp)):
        if part is not None:
            segments += b"\xff\xe1" + struct.pack(">H", len(head + part) + 2) + head + part
    return data[:2] + segments + data[2:]


def png(stored: Image.Image, said: Said) -> bytes:
    data = saved(stored, "PNG")
    chunks = b""
    for head, part in ((b"eXIf", said.exif), (b"iTXtXML:com.adobe.xmp\0\0\0\0\0", said.xmp)):
        if part is not None:
            content = head + part
            chunks += struct.pack(">I", len(content) - 4) + content + struct.pack(">I", zlib.crc32(content))
    return data[:33] + chunks + data[33:]


def webp(stored: Image.Image, said: Said, *, lossless: bool = True) -> bytes:
    picture = saved(stored, "WEBP", lossless=lossless)[12:]
    flags = (8 if said.exif else 0) | (4 if said.xmp else 0)
    sides = struct.pack("<I", stored.width - 1)[:3] + struct.pack("<I", stored.height - 1)[:3]
    body = b"WEBP" + b"VP8X" + struct.pack("<II", 10, flags) + sides + picture
    for head, part in ((b"EXIF", said.exif and b"Exif\0\0" + said.exif), (b"XMP ", said.xmp)):
        if part is not None:
            body += head + struct.pack("<I", len(part)) + part + bytes(len(part) % 2)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def tiff(stored: Image.Image, orientation: int | None, packet: bytes | None) -> bytes:
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    if orientation is not None:
        tags[274] = orientation
    if packet is not None:
        tags[700] = packet
    return saved(stored, "TIFF", tiffinfo=tags)


def stored_picture() -> Image.Image:
    return scene(90, 141)


def turned_pictures() -> dict[str, tuple[bytes, int]]:
    """Files by what they are and say, each with the orientation that holds. All are without loss but the JPEGs."""
    stored = stored_picture()
    deep = Image.fromarray(np.asarray(stored).astype(np.uint16) * 257)
    makers = {
        "JPEG": (jpeg, stored),
        "PNG": (png, stored),
        "deep PNG": (png, deep),
        "WebP": (webp, stored.convert("RGB")),
    }
    files = {
        f"{kind}, {name}": (make(picture, said), said.holds)
        for kind, (make, picture) in makers.items()
        for name, said in SAID.items()
    }
    files |= {f"TIFF, tag {turn}": (tiff(stored, turn, xmp(3)), turn) for turn in (1, 6)}
    return files | {f"TIFF, XMP {turn}": (tiff(stored, None, xmp(turn)), 1) for turn in (2, 8)}
