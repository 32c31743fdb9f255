"""What a file may ask for, by its own header and before memory is taken: pixels, scans of a JPEG, bytes out of deflate.

The page has the same numbers (`site_template/src/image/size.ts`, `formats/jpeg/meta.ts`, `formats/dicom/header.ts`).
"""

from __future__ import annotations

import zlib
from typing import Any

# More than any radiograph has. Where colours are kept apart from the start (DICOM, TIFF), each counts.
LARGEST_PIXELS = 100_000_000
# JPEG and DICOM have no longer sides, and no browser draws more.
LONGEST_SIDE = 65_535
# Scans of a progressive JPEG as they are made, and pixels in all scans together where there are more.
USUAL_SCANS, LARGEST_SCANNED = 10, 1_000_000_000
# Bytes that a deflated DICOM file may become: more than any radiograph.
LARGEST_INFLATED = 1 << 28

# TIFF tags of a tile's sides.
TILE_WIDTH, TILE_LENGTH = 322, 323
START_OF_SCAN, END_OF_IMAGE = 0xDA, 0xD9


class TooLargeError(ValueError):
    """A file asks for more memory or time than any film takes; what it asks for, and what it may."""


def check_pixels(width: int, height: int, samples: int = 1) -> None:
    """Refuses more pixels than `LARGEST_PIXELS`, each counted for every sample, and longer sides than `LONGEST_SIDE`.

    Raises:
        TooLargeError: There are more, or a side is longer.
    """
    if max(width, height) > LONGEST_SIDE:
        raise TooLargeError(f"{width}x{height} pixels, of at most {LONGEST_SIDE} along a side")
    if width * height * samples > LARGEST_PIXELS:
        values = f" of {samples} values" if samples > 1 else ""
        raise TooLargeError(f"{width}x{height} pixels{values}, of at most {LARGEST_PIXELS // 1_000_000} million")


def check_picture(image: Any, data: bytes) -> None:
    """Refuses what Pillow opened and has not decoded yet, where it is too large or there to keep a decoder busy.

    Raises:
        TooLargeError: It is.
    """
    tags = getattr(image, "tag_v2", {})
    samples = len(image.getbands()) if image.format == "TIFF" else 1
    check_pixels(image.width, image.height, samples)
    check_pixels(int(tags.get(TILE_WIDTH, 1)), int(tags.get(TILE_LENGTH, 1)), samples)
    if image.format in ("JPEG", "MPO"):
        check_scans(data, image.width * image.height)


def check_scans(jpeg: bytes, pixels: int) -> None:
    """Refuses a JPEG of so many scans, each of which goes over the whole picture, that it is there to keep its decoder busy.

    Raises:
        TooLargeError: It is.
    """
    # What other segments hold may look like a scan: only where there are many are the segments walked.
    scans = jpeg.count(bytes((0xFF, START_OF_SCAN)))
    if scans > USUAL_SCANS and scans * pixels > LARGEST_SCANNED:
        scans = _scans_of(jpeg)
        if scans > USUAL_SCANS and scans * pixels > LARGEST_SCANNED:
            most = LARGEST_SCANNED // 1_000_000
            raise TooLargeError(f"{scans} scans of {pixels} pixels, of at most {most} million pixels together")


def inflate(data: bytes) -> bytes:
    """Raw deflate data, of a DICOM file.

    Raises:
        TooLargeError: It becomes more than `LARGEST_INFLATED` bytes.
        ValueError: It is cut short or broken.
    """
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        inflated = inflater.decompress(data, LARGEST_INFLATED + 1)
    except zlib.error as error:
        raise ValueError(f"the deflated data is broken ({error})") from None
    if len(inflated) > LARGEST_INFLATED:
        raise TooLargeError(f"it inflates to more than {LARGEST_INFLATED >> 20} MiB")
    if not inflater.eof:
        raise ValueError("the deflated data is cut short")
    return inflated


def _scans_of(jpeg: bytes) -> int:
    scans, at = 0, 2
    while (at := jpeg.find(b"\xff", at)) >= 0 and at + 4 <= len(jpeg):
        marker = jpeg[at + 1]
        if marker == END_OF_IMAGE:
            break
        if marker == 0xFF:
            at += 1
        elif marker in (0x00, 0x01) or 0xD0 <= marker <= 0xD8:  # stuffed, or a marker without a length
            at += 2
        else:
            scans += marker == START_OF_SCAN
            at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    return scans
