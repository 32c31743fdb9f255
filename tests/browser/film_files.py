"""Films in files of several kinds, and how the page took them: for the tests of what comes in."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import numpy as np
from PIL import Image

from tests.dicom_files import dicom
from tests.tiny_bundle import film
from tests.torn_pictures import png_with

BRIGHT = np.array(film(150, 260, 300), dtype=np.uint8)


def given(name: str, data: bytes) -> dict[str, Any]:
    return {"name": name, "mimeType": "", "buffer": data}


def marked(png: bytes, text: str) -> bytes:
    """The same picture, its file told from others."""
    return png_with(png, b"tEXt", b"Comment\0" + text.encode())


def deep(levels: np.ndarray, kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(levels.astype(np.uint16) * 257 + 93).save(buffer, kind, **options)
    return buffer.getvalue()


def packed(files: dict[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", packing) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def outcome(readings: list[dict[str, str]]) -> list[tuple[str, str, str | None]]:
    return [(reading["file"], reading["status"], reading.get("reason")) for reading in readings]


FILMS = {
    "raw.dcm": dicom(BRIGHT.astype(np.uint16) * 16, BitsStored=12),
    "IM0001": dicom(255 - BRIGHT, PhotometricInterpretation="MONOCHROME1", syntax="1.2.840.10008.1.2.5"),
    "j2k.dcm": dicom(BRIGHT, syntax="1.2.840.10008.1.2.4.90"),
    "deflated.dcm": dicom(BRIGHT, syntax="1.2.840.10008.1.2.1.99"),
    "deep.tif": deep(BRIGHT, "TIFF", compression="tiff_lzw"),
    "deep.png": deep(BRIGHT, "PNG"),
}
