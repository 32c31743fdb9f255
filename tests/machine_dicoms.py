"""DICOM files as machines might write them, each drawn from a seed: right headers and odd ones, in every encoding."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pydicom
from PIL import Image

from tests.dicom_files import dicom, encapsulated, lut


def as_a_machine_might(rng: np.random.Generator) -> bytes:
    """A grey film whose header's numbers, tables and padding are drawn among right and odd ones."""
    bits, signed = int(rng.choice([8, 10, 12, 16])), int(rng.integers(2))
    values = rng.integers(0, 1 << bits, (9, 11)).astype(np.uint8 if bits == 8 else np.uint16)
    values[0] = values[1, 1]
    padding = int(rng.choice([values[1, 1], 0, (1 << bits) - 1, 63536]))
    numbers = ["", "1", "-20.5", "NaN ", "N/A", "3,5", "+7e2", "1e99999", "100\\7", "0", "2000", " 300 "]
    tags: dict[str, Any] = {
        "BitsStored": bits,
        "PixelRepresentation": signed,
        "PhotometricInterpretation": str(rng.choice(["MONOCHROME1", "MONOCHROME2"])),
    }
    if rng.integers(2):
        tags["PixelPaddingValue"] = padding - 65536 if signed and padding > 32767 else padding
    table = rng.integers(0, 1 << int(rng.integers(1, 17)), int(rng.integers(2, 400))).astype(np.uint16)
    first = int(rng.choice([0, 5, 100, 65536 - 300, 65536 - 2048]))
    for name in ("ModalityLUTSequence", "VOILUTSequence"):
        if rng.integers(4) == 0:
            tags[name] = lut(table, first=first, bits=int(rng.choice([8, 12, 16])))
    if rng.integers(2):
        tags["VOILUTFunction"] = str(rng.choice(["LINEAR", "LINEAR_EXACT", "SIGMOID", "OTHER"]))
    written = {name: f"{index}" * 7 for index, name in enumerate(("WindowCenter", "WindowWidth", "RescaleSlope"), 5)}
    written["RescaleIntercept"] = "8" * 7
    data = dicom(values, **tags, **{name: text for name, text in written.items() if rng.integers(2)})
    for text in written.values():
        data = data.replace(text.encode() + b" ", str(rng.choice(numbers)).encode().ljust(8))
    return data


UNCOMPRESSED = ("1.2.840.10008.1.2.1", "1.2.840.10008.1.2", "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.1.99")
RLE, JPEG_2000, BASELINE, LOSSLESS = (f"1.2.840.10008.1.2.{end}" for end in ("5", "4.90", "4.50", "4.70"))
VALUES: dict[str, tuple[Any, ...]] = {  # of an element → what it is changed to
    "Rows": (0, 1, 8, 10, 40, 65535),
    "Columns": (0, 1, 12, 80, 65535),
    "BitsAllocated": (1, 8, 12, 16, 24, 32),
    "BitsStored": (0, 1, 7, 8, 10, 12, 16, 17),
    "HighBit": (0, 7, 11, 15, 16),
    "PixelRepresentation": (0, 1, 2),
    "SamplesPerPixel": (0, 1, 2, 3, 4),
    "PlanarConfiguration": (0, 1, 2),
    "PhotometricInterpretation": (
        "MONOCHROME1",
        "RGB",
        "YBR_FULL",
        "YBR_FULL_422",
        "PALETTE COLOR",
        "HSV",
        "",
        "monochrome2",
    ),
    "NumberOfFrames": ("0", "1", "2", "99", "", "-1"),
}


def odd_film(seed: int) -> bytes:
    """A DICOM file of any kind: by its seed grey or in colours, compressed or not, whole or with a wrong field or end."""
    rng = np.random.default_rng([seed, 14])
    draw = int(rng.integers(10))
    data = as_a_machine_might(rng) if draw < 4 else _in_colour(rng) if draw < 6 else _encoded(rng)
    for _ in range(int(rng.choice([0, 0, 1, 1, 2]))):
        data = _changed(data, rng)
    return _odd_ends(data, rng)


def _encoded(rng: np.random.Generator) -> bytes:
    """A grey film in any transfer syntax that can be written here, of one frame or two."""
    syntax = str(rng.choice([*UNCOMPRESSED, RLE, JPEG_2000, BASELINE, LOSSLESS]))
    least = 64 if syntax == JPEG_2000 else 1  # its encoder halves a film five times
    shape = (int(rng.integers(least, least + 50)), int(rng.integers(least, least + 50)))
    bits = int(rng.choice([8, 12, 16]))
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]]
    levels = ((x * 37 + y * 91 + rng.integers(0, 9, shape)) % (1 << bits)).astype(np.uint8 if bits == 8 else np.uint16)
    tags: dict[str, Any] = {
        "BitsStored": bits,
        "PhotometricInterpretation": str(rng.choice(["MONOCHROME1", "MONOCHROME2"])),
    }
    if rng.integers(2):
        tags |= {"WindowCenter": int(rng.integers(1 << bits)), "WindowWidth": int(rng.integers(1, 2 << bits))}
    if syntax in (BASELINE, LOSSLESS):
        small = (levels >> (bits - 8)).astype(np.uint8)
        frame = io.BytesIO()
        Image.fromarray(small).save(frame, "JPEG", quality=95)
        return encapsulated(
            frame.getvalue(), small, syntax=syntax, PhotometricInterpretation=tags["PhotometricInterpretation"]
        )
    frames = np.stack([levels, levels[::-1]]) if rng.integers(6) == 0 else levels
    return dicom(frames, syntax=syntax, **tags)


def _in_colour(rng: np.random.Generator) -> bytes:
    """A film in red, green and blue, in luma and chroma, or by a palette."""
    height, width = (2 * int(each) for each in rng.integers(2, 20, 2))
    y, x = np.mgrid[0:height, 0:width]
    colours = np.stack([(x * 11) % 256, (y * 7) % 256, (x + y) % 256], axis=-1).astype(np.uint8)
    kind = str(rng.choice(["RGB", "YBR_FULL", "palette", "JPEG"]))
    if kind == "palette":
        tags: dict[str, Any] = {"PhotometricInterpretation": "PALETTE COLOR"}
        bits = int(rng.choice([8, 16]))
        entries = np.arange(256, dtype=np.uint16) * (257 if bits == 16 else 1)
        for turn, name in enumerate(("Red", "Green", "Blue")):
            tags[f"{name}PaletteColorLookupTableDescriptor"] = [256, 0, bits]
            tags[f"{name}PaletteColorLookupTableData"] = np.roll(entries, 50 * turn).astype("<u2").tobytes()
        return dicom(colours[..., 0], **tags)
    if kind == "JPEG":
        frame = io.BytesIO()
        Image.fromarray(colours).save(frame, "JPEG", quality=95, subsampling=0)
        header = {"SamplesPerPixel": 3, "PhotometricInterpretation": "YBR_FULL", "PlanarConfiguration": 0}
        return encapsulated(frame.getvalue(), colours[..., 0], syntax=BASELINE, **(header if rng.integers(2) else {}))
    planes = int(rng.integers(2))
    pixels = np.moveaxis(colours, -1, 0).copy() if planes else colours.reshape(height, width * 3)
    sizes: dict[str, Any] = {"Rows": height, "Columns": width, "NumberOfFrames": None}
    return dicom(pixels, SamplesPerPixel=3, PhotometricInterpretation=kind, PlanarConfiguration=planes, **sizes)


def _changed(data: bytes, rng: np.random.Generator) -> bytes:
    """The file with another value in one element of its header."""
    name = str(rng.choice(list(VALUES)))
    values = VALUES[name]
    value = values[int(rng.integers(len(values)))]
    file = pydicom.dcmread(io.BytesIO(data), force=True)
    setattr(file, name, value)
    buffer = io.BytesIO()
    try:
        with pydicom.config.disable_value_validation():
            file.save_as(buffer)
    except (ValueError, TypeError, AttributeError, KeyError):  # nothing that can be written down
        return data
    return buffer.getvalue()


def _odd_ends(data: bytes, rng: np.random.Generator) -> bytes:
    match int(rng.integers(12)):
        case 0:
            return data[132:]
        case 1:
            return data + b"more than there should be"
        case 2:
            return data[: int(rng.integers(len(data)))]
        case 3:
            meta_ends = 144 + int.from_bytes(data[140:144], "little")
            return data[:132] + data[meta_ends:]
        case _:
            return data
