"""Small files that become large ones."""

from __future__ import annotations

import io
import zlib

import numpy as np
from PIL import Image, TiffImagePlugin


def inflating_tiff() -> bytes:
    """A TIFF with a strip of 64 bytes into which many more are packed."""
    buffer = io.BytesIO()
    Image.fromarray(np.zeros((8, 8), np.uint8)).save(buffer, "TIFF", compression="tiff_adobe_deflate")
    data = buffer.getvalue()
    with TiffImagePlugin.TiffImageFile(io.BytesIO(data)) as image:
        start, length = image.tag_v2[273][0], image.tag_v2[279][0]
    bomb = zlib.compress(bytes(1 << 24), 9)
    changed = bytearray(data) + bomb
    for old, new in ((start, len(data)), (length, len(bomb))):
        for tag in (b"\x11\x01", b"\x17\x01"):
            at = changed.find(tag + b"\x04\0\1\0\0\0" + old.to_bytes(4, "little"))
            if at >= 0:
                changed[at + 8 : at + 12] = new.to_bytes(4, "little")
    return bytes(changed)
