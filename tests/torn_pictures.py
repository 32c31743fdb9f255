"""Encoded pictures, whole and torn: holes, cuts that were closed, changed and inserted bytes, in every format that is read."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np
from PIL import Image

EOI = b"\xff\xd9"


def scene(height: int = 260, width: int = 331) -> Image.Image:
    """A grey picture with something to see in every part of it."""
    y, x = np.mgrid[0:height, 0:width]
    noise = np.random.default_rng(5).normal(0, 6, (height, width))
    levels = 120 + 70 * np.sin(x / 17) * np.cos(y / 23) + 30 * np.sin((x + 2 * y) / 5) + noise
    return Image.fromarray(levels.round().clip(0, 255).astype(np.uint8))


def in_colour() -> Image.Image:
    grey = np.asarray(scene())
    return Image.fromarray(np.stack([grey, grey[::-1], grey[:, ::-1]], axis=-1))


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


@lru_cache(maxsize=1)
def jpegs() -> dict[str, bytes]:
    """Whole JPEGs of many kinds."""
    banded = np.asarray(scene()).copy()
    banded[170:] = 0
    white = np.asarray(scene()).copy()
    white[:90], white[200:] = 255, 255
    plain = saved(scene(), "JPEG", quality=90)
    return {
        "grey": plain,
        "of low quality": saved(scene(), "JPEG", quality=20),
        "of the highest quality": saved(scene(), "JPEG", quality=100),
        "optimised": saved(scene(), "JPEG", quality=80, optimize=True),
        "progressive": saved(scene(), "JPEG", quality=90, progressive=True),
        "in colour": saved(in_colour(), "JPEG", quality=90, subsampling=0),
        "in colour, halved": saved(in_colour(), "JPEG", quality=90, subsampling=2),
        "in colour, halved across": saved(in_colour(), "JPEG", quality=90, subsampling=1),
        "in colour, progressive": saved(in_colour(), "JPEG", quality=85, subsampling=2, progressive=True),
        "CMYK": saved(in_colour().convert("CMYK"), "JPEG", quality=90),
        "with restarts": saved(scene(), "JPEG", quality=90, restart_marker_blocks=5),
        "with restarts, progressive, in colour": saved(
            in_colour(), "JPEG", quality=90, restart_marker_rows=1, progressive=True
        ),
        "with a black band": saved(Image.fromarray(banded), "JPEG", quality=90),
        "with white bands": saved(Image.fromarray(white), "JPEG", quality=90),
        "with bytes behind its end": plain + b"made by a scanner" + EOI,
        "filled before its end": plain[:-2] + b"\xff\xff\xff" + EOI,
        "of two pictures": saved(scene(), "MPO", save_all=True, append_images=[scene(90, 120)]),
        "of one block": saved(scene(8, 8), "JPEG"),
        "of one pixel": saved(scene(1, 1), "JPEG"),
        "black": saved(Image.new("L", (200, 100)), "JPEG"),
    }


def torn_jpegs() -> Iterator[tuple[str, bytes]]:
    """JPEGs of which at least a hundredth of the picture is not as it was."""
    for name in ("grey", "optimised", "progressive", "in colour, halved", "with restarts"):
        data = jpegs()[name]
        scan = data.index(b"\xff\xda") + 16
        yield f"{name}, cut and closed", data[: scan + (len(data) - scan) * 2 // 3] + EOI
        middle = scan + (len(data) - scan) // 2
        yield f"{name}, with a hole of zeros", data[:middle] + bytes(800) + data[middle + 800 :]
        yield f"{name}, with a piece missing", data[:middle] + data[middle + 700 :]
        yield f"{name}, with a piece there twice", data[:middle] + data[middle - 500 : middle] + data[middle:]
        yield f"{name}, with bytes of another file", data[:middle] + b"text in between " * 20 + data[middle + 320 :]
    progressive = jpegs()["progressive"]
    scans = [at for at in range(len(progressive)) if progressive.startswith(b"\xff\xda", at)]
    tables = progressive.rindex(b"\xff\xc4", 0, scans[-1])
    yield "progressive, without its last scan", progressive[:tables] + EOI
    restarts = jpegs()["with restarts"]
    first, third = restarts.index(b"\xff\xd1"), restarts.index(b"\xff\xd3")
    yield "with two intervals missing", restarts[:first] + restarts[third:]


@lru_cache(maxsize=1)
def others() -> dict[str, bytes]:
    """Whole pictures of other formats that browsers decode."""
    grey, colours = scene(), in_colour()
    levels = np.asarray(grey)
    # A film on black, turned a little: its rows begin and end one after another, in the middle of what is black.
    on_black = Image.fromarray(levels | 32).rotate(0.4, expand=True)
    half_black = levels.copy() | 32
    half_black[130:] = 0
    animated = {"save_all": True, "append_images": [colours.rotate(90)], "duration": 100}
    return {
        "WebP": saved(colours, "WEBP", quality=80),
        "WebP of low quality": saved(colours, "WEBP", quality=5),
        "WebP of the highest quality": saved(grey, "WEBP", quality=100),
        "WebP with transparency": saved(colours.convert("RGBA").rotate(9), "WEBP", quality=70),
        "WebP without loss": saved(colours, "WEBP", lossless=True),
        "WebP of few colours": saved(colours.quantize(12).convert("RGB"), "WEBP", lossless=True),
        "WebP of several": saved(colours, "WEBP", **animated),
        "WebP of one pixel": saved(scene(1, 1), "WEBP"),
        "WebP with bytes behind its end": saved(colours, "WEBP", quality=80) + b"more",
        "PNG": saved(colours, "PNG"),
        "PNG of one bit": saved(grey.convert("1"), "PNG"),
        "PNG of 16 bits": saved(Image.fromarray(levels.astype(np.uint16) * 257), "PNG"),
        "PNG with a palette": saved(colours.quantize(50), "PNG"),
        "PNG with transparency": saved(colours.convert("RGBA").rotate(9), "PNG"),
        "PNG with bytes behind its end": saved(grey, "PNG") + b"more",
        "PNG with a broken note": png_with(saved(grey, "PNG"), b"tEXt", b"a\0b", checksum=1),
        "PNG of few colours": saved(colours.quantize(5), "PNG", bits=8),
        "GIF": saved(grey, "GIF"),
        "GIF of few colours": saved(colours.quantize(5), "GIF"),
        "GIF in lines": saved(colours.quantize(99), "GIF", interlace=1),
        "GIF of several": saved(colours, "GIF", **animated),
        "BMP": saved(colours, "BMP"),
        "BMP in grey": saved(grey, "BMP"),
        "BMP of one bit": saved(grey.convert("1"), "BMP"),
        "BMP in runs": bmp_in_runs(levels),
        "BMP, filled up": saved(grey, "BMP") + bytes(2),
        "BMP of few colours": _of_colours(saved(Image.fromarray(levels // 4), "BMP"), 64),
        "BMP on black": saved(on_black, "BMP"),
        "BMP that is half black": saved(Image.fromarray(half_black), "BMP"),
        "BMP that is half white": saved(Image.fromarray(255 - half_black), "BMP"),
        "black BMP": saved(Image.new("L", (200, 100)), "BMP"),
    }


def bmp_in_runs(levels: np.ndarray) -> bytes:
    """A BMP of 8 bits whose rows are runs of one value, from the bottom up."""
    rows = b""
    for row in levels[::-1] // 16 * 16:
        ends = [*np.flatnonzero(np.diff(row)) + 1, len(row)]
        for start, end in zip([0, *ends], ends, strict=False):
            for at in range(start, end, 255):
                rows += bytes([min(255, end - at), row[start]])
        rows += b"\0\0"
    rows += b"\0\1"
    colours = b"".join(bytes([level, level, level, 0]) for level in range(256))
    header = struct.pack("<IiiHHIIiiII", 40, levels.shape[1], levels.shape[0], 1, 8, 1, len(rows), 2835, 2835, 256, 0)
    offset = 14 + len(header) + len(colours)
    return struct.pack("<2sIHHI", b"BM", offset + len(rows), 0, 0, offset) + header + colours + rows


def png_with(png: bytes, kind: bytes, data: bytes, *, checksum: int | None = None, at: int = 33) -> bytes:
    """A PNG with one more chunk, behind its header."""
    found = zlib.crc32(kind + data) if checksum is None else checksum
    return png[:at] + struct.pack(">I", len(data)) + kind + data + struct.pack(">I", found) + png[at:]


def _without(png: bytes, kind: bytes) -> bytes:
    at = png.index(kind) - 4
    return png[:at] + png[at + 12 + int.from_bytes(png[at : at + 4], "big") :]


def _of_colours(bmp: bytes, colours: int) -> bytes:
    """A BMP of 8 bits whose palette has so many colours, of 256."""
    start = 54 + 4 * colours
    header = bmp[:2] + struct.pack("<IHHI", len(bmp) - 4 * (256 - colours), 0, 0, start) + bmp[14:46]
    return header + struct.pack("<I", colours) + bmp[50:start] + bmp[1078:]


def lacking_colours() -> Iterator[tuple[str, bytes]]:
    """Pictures of colours that their palettes do not have: some decoders show black for them, some the number, some anything."""
    palette, indices = in_colour().quantize(99), saved(in_colour().quantize(99), "PNG", bits=8)
    ends = b"".join(bytes([level] * 3) for level in range(60))
    yield "PNG of a palette that is too short", png_with(_without(indices, b"PLTE"), b"PLTE", ends)
    yield "PNG without its palette", _without(indices, b"PLTE")
    four = saved(in_colour().quantize(16), "PNG", bits=4)
    yield "PNG of 4 bits and a palette that is too short", png_with(_without(four, b"PLTE"), b"PLTE", ends[:21])
    yield "BMP of a palette that is too short", _of_colours(saved(scene(), "BMP"), 90)
    runs = bmp_in_runs(np.asarray(scene()))
    yield "BMP in runs of a palette that is too short", _of_colours(runs, 90)
    gif = saved(palette, "GIF")
    size = 3 << ((gif[10] & 7) + 1)
    yield "GIF without its palette", gif[:10] + bytes([gif[10] & 0x7F]) + gif[11:13] + gif[13 + size :]
    yield (
        "GIF of a palette that is too short",
        gif[:10] + bytes([gif[10] & 0xF8 | 3]) + gif[11 : 13 + 48] + gif[13 + size :],
    )


def odd_pngs() -> Iterator[tuple[str, bytes]]:
    """PNGs that decoders take differently."""
    png = saved(scene(), "PNG")
    hidden = saved(
        scene(), "PNG", save_all=True, append_images=[Image.fromarray(255 - np.asarray(scene()))], default_image=True
    )
    yield "PNG that needs a newer program", png_with(png, b"ABCD", b"data")
    yield "PNG that does not begin with its header", png_with(png, b"tEXt", b"a\0b", at=8)
    yield "PNG that is packed in no known way", _of_bytes(png, {26: 1})
    yield "PNG of passes that there are not", _of_bytes(png, {28: 2})
    yield "PNG whose picture is not in its animation", hidden


def _of_bytes(png: bytes, changes: dict[int, int]) -> bytes:
    """With other bytes in its header, and the checksum for that."""
    header = bytearray(png[12:29])
    for at, value in changes.items():
        header[at - 12] = value
    return png[:12] + bytes(header) + struct.pack(">I", zlib.crc32(header)) + png[33:]


def _of_height(png: bytes, height: int) -> bytes:
    """A PNG that says that it has so many rows, with the checksum for that."""
    header = png[12:20] + struct.pack(">I", height) + png[24:29]
    return png[:12] + header + struct.pack(">I", zlib.crc32(header)) + png[33:]


def torn_others() -> Iterator[tuple[str, bytes]]:
    """Of other formats, of which at least a hundredth of the picture is not as it was."""
    files = others()
    for name in ("WebP", "WebP without loss", "PNG", "PNG of 16 bits", "GIF"):
        data = files[name]
        middle = len(data) // 2
        yield f"{name}, cut", data[:middle]
        yield f"{name}, with a hole of zeros", data[:middle] + bytes(800) + data[middle + 800 :]
        yield f"{name}, with bytes of another file", data[:middle] + b"text in between " * 50 + data[middle + 800 :]
        yield f"{name}, with a piece missing", data[:middle] + data[middle + 500 :]
        yield f"{name}, with a piece there twice", data[:middle] + data[middle - 500 :]
    for name in ("WebP", "WebP without loss"):
        data = files[name][: len(files[name]) // 4 * 2]
        closed = (
            data[:4] + struct.pack("<I", len(data) - 8) + data[8:16] + struct.pack("<I", len(data) - 20) + data[20:]
        )
        yield f"{name}, cut and closed", closed
    png = files["PNG"]
    first = png.index(b"IDAT")
    (length,) = struct.unpack(">I", png[first - 4 : first])
    data = png[first : first + 4 + length // 2]
    chunk = struct.pack(">I", len(data) - 4) + data + struct.pack(">I", zlib.crc32(data))
    yield "PNG, cut and closed", png[: first - 4] + chunk + png[png.rindex(b"IEND") - 4 :]
    yield "PNG of more rows than it says", _of_height(files["PNG"], 130)
    yield "PNG of 16 bits of more rows than it says", _of_height(files["PNG of 16 bits"], 130)
    grey = files["BMP in grey"]
    yield "BMP whose rows begin within its header", grey[:10] + struct.pack("<I", 60) + grey[14:]
    yield "BMP called one in runs", grey[:30] + struct.pack("<I", 1) + grey[34:]
    runs = files["BMP in runs"]
    yield "BMP in runs, cut and closed", runs[: len(runs) // 4 * 2] + b"\0\1"
    yield "BMP in runs, with a hole of noise", runs[:20000] + bytes(range(1, 200)) * 3 + runs[20597:]
    for name in ("BMP", "BMP in grey"):
        data = files[name]
        middle = len(data) // 2 + 50
        yield f"{name}, cut", data[:middle]
        yield f"{name}, with a hole of zeros", data[:middle] + bytes(4000) + data[middle + 4000 :]
        yield f"{name}, half filled with one colour", data[:middle] + b"\x80" * (len(data) - middle)
        yield f"{name}, with a piece there twice", data[:middle] + data[middle - 500 :]


def tiff_of_tiles(image: Image.Image, side: int, across: int, rows: int | None = None) -> bytes:
    """A little-endian TIFF of JPEGs of `side` pixels each way, in each place of it, every one with its own tables; of fewer `rows`."""
    levels = np.asarray(image)
    places = [(y, x) for y in range(0, levels.shape[0], side) for x in range(0, across, side)]
    padded = np.zeros((levels.shape[0] + side, across + side), np.uint8)
    padded[: levels.shape[0], :across] = levels[:, :across]
    parts = [saved(Image.fromarray(padded[y : y + (rows or side), x : x + side]), "JPEG") for y, x in places]
    lists = 8 + 2 + 10 * 12 + 4
    starts, at = [], lists + 8 * len(parts)
    for part in parts:
        starts.append(at)
        at += len(part)
    fields = [
        (256, 4, 1, across), (257, 4, 1, levels.shape[0]), (258, 3, 1, 8), (259, 3, 1, 7), (262, 3, 1, 1), (277, 3, 1, 1),
        (322, 4, 1, side), (323, 4, 1, side), (324, 4, len(parts), lists), (325, 4, len(parts), lists + 4 * len(parts)),
    ]  # fmt: skip
    numbers = struct.pack(f"<{2 * len(parts)}I", *starts, *map(len, parts))
    entries = b"".join(struct.pack("<HHII", *field) for field in fields)
    return struct.pack("<2sHIH", b"II", 42, 8, len(fields)) + entries + bytes(4) + numbers + b"".join(parts)


@lru_cache(maxsize=1)
def tiffs() -> dict[str, bytes]:
    """Whole TIFFs of JPEGs."""
    return {
        "TIFF of one JPEG": saved(scene(), "TIFF", compression="jpeg"),
        "TIFF of JPEGs": saved(scene(), "TIFF", compression="jpeg", strip_size=8192),
        "TIFF of JPEGs in colour": saved(in_colour(), "TIFF", compression="jpeg", strip_size=32768),
        "TIFF of tiles": tiff_of_tiles(scene(), 96, 331),
    }


def torn_tiffs() -> Iterator[tuple[str, bytes]]:
    """TIFFs of JPEGs, of which at least a hundredth of the picture is not as it was."""
    for name, data in tiffs().items():
        middle = len(data) // 2
        yield f"{name}, with a hole of zeros", data[:middle] + bytes(800) + data[middle + 800 :]
        yield f"{name}, with bytes of another file", data[:middle] + b"text in between " * 50 + data[middle + 800 :]
        yield f"{name}, with a piece missing", data[:middle] + data[middle + 500 :]
        yield f"{name}, with a piece there twice", data[:middle] + data[middle - 500 :]
    yield "TIFF of tiles that are too small", tiff_of_tiles(scene(), 96, 331, rows=48)


def whole() -> dict[str, bytes]:
    """Whole pictures of every format, with odd ones among them."""
    return {f"JPEG {name}": data for name, data in jpegs().items()} | others() | tiffs()


def torn() -> Iterator[tuple[str, bytes]]:
    """Torn pictures of every format."""
    for name, data in torn_jpegs():
        yield f"JPEG {name}", data
    yield from torn_others()
    yield from torn_tiffs()
    yield from lacking_colours()
    yield from odd_pngs()
    for kind in (0xC3, 0xC9):
        yield f"JPEG of kind {kind:x}", jpegs()["grey"].replace(b"\xff\xc0", bytes([0xFF, kind]), 1)
