"""Whole films of every format, drawn from a seed: what is damaged afterwards."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import numpy.typing as npt
from PIL import Image

from tests.dicom_files import dicom, encapsulated
from training.films.phantom import thorax

# Files of one kind, as the page knows them.
SIZE = (96, 118)
SYNTAXES = {
    "explicit": "1.2.840.10008.1.2.1",
    "implicit": "1.2.840.10008.1.2",
    "big-endian": "1.2.840.10008.1.2.2",
    "deflated": "1.2.840.10008.1.2.1.99",
    "RLE": "1.2.840.10008.1.2.5",
    "JPEG 2000": "1.2.840.10008.1.2.4.90",
}
BASELINE = "1.2.840.10008.1.2.4.50"


def film(seed: int) -> npt.NDArray[np.uint8]:
    """A phantom, uint8 `[height, width]`."""
    return thorax(np.random.default_rng(seed), seed % 2 == 1, *SIZE)


def wholes(seed: int) -> dict[str, tuple[str, bytes]]:
    """Kind → ending and bytes of a file that shows `film(seed)`."""
    levels = film(seed)
    grey, deep = Image.fromarray(levels), Image.fromarray(levels.astype(np.uint16) * 257)
    colour = Image.fromarray(np.stack([levels] * 3, axis=-1))
    files = {
        "JPEG": ("jpg", _saved(grey, "JPEG", quality=90)),
        "JPEG, progressive": ("jpg", _saved(grey, "JPEG", quality=90, progressive=True)),
        "JPEG, restarting": ("jpg", _saved(grey, "JPEG", quality=90, restart_marker_rows=1)),
        "JPEG, colour": ("jpg", _saved(colour, "JPEG", quality=90)),
        "PNG": ("png", _saved(grey, "PNG")),
        "PNG, 16 bits": ("png", _saved(deep, "PNG")),
        "WebP": ("webp", _saved(grey.convert("RGB"), "WEBP", quality=90)),
        "WebP, lossless": ("webp", _saved(grey.convert("RGB"), "WEBP", lossless=True)),
        "BMP": ("bmp", _saved(grey, "BMP")),
        "BMP, colour": ("bmp", _saved(colour, "BMP")),
        "GIF": ("gif", _saved(grey, "GIF")),
        **{
            f"TIFF, {kind}": ("tif", _saved(deep, "TIFF", compression=kind))
            for kind in ("raw", "tiff_lzw", "tiff_adobe_deflate", "packbits")
        },
        "TIFF, JPEG": ("tif", _saved(grey, "TIFF", compression="jpeg")),
        **{
            f"DICOM, {name}": ("dcm", dicom(_twelve_bits(levels), syntax=uid, BitsStored=12))
            for name, uid in SYNTAXES.items()
        },
        "DICOM, JPEG": ("dcm", encapsulated(_saved(grey, "JPEG", quality=95), levels, syntax=BASELINE)),
    }
    packed = [f"{name.replace(', ', '-').replace(' ', '-')}.{ending}" for name, (ending, _) in files.items()]
    inside = dict(list(zip(packed, (data for _, data in files.values()), strict=True))[:: len(files) // 3][:3])
    files["ZIP"] = ("zip", zipped(inside, zipfile.ZIP_DEFLATED))
    files["ZIP, stored"] = ("zip", zipped(inside, zipfile.ZIP_STORED))
    return files


def zipped(files: dict[str, bytes], method: int) -> bytes:
    """An archive; the same files give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return buffer.getvalue()


def _saved(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def _twelve_bits(levels: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint16]:
    return np.asarray((levels.astype(np.uint16) << 4) + 7, np.uint16)
