"""Palettes of DICOM files: three look-up tables, or the same in segments (DICOM PS3.3 C.7.6.3.1.5 and C.7.9.2).

The browser reads the same (`site_template/src/formats/dicom/palette.ts`).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from training.films.dicom_header import Table, bytes_of, first_of, table_of

MOST_ENTRIES = 1 << 16
# Bytes of a table in segments that are looked at: four times what the most entries take.
MOST_BYTES = 1 << 20
DISCRETE, LINEAR, INDIRECT = range(3)


def palette_of(dataset: Any) -> tuple[list[Table], int]:
    """The tables of red, green and blue, and the bits of an entry.

    Raises:
        ValueError: A table is missing, cut short, or of segments that make no table.
    """
    is_signed = bool(dataset.get("PixelRepresentation", 0))
    is_little = dataset.original_encoding[1] is not False
    tables = []
    for colour in ("Red", "Green", "Blue"):
        name = f"{colour}PaletteColorLookupTable"
        table = table_of(dataset, name, is_signed=is_signed, is_little=is_little)
        segments = dataset.get(f"Segmented{name}Data")
        if table is None and segments is not None and dataset.get(f"{name}Descriptor") is not None:
            count, first, bits = (int(value) for value in dataset.get(f"{name}Descriptor"))
            kind = np.dtype(np.uint8 if bits <= 8 else "<u2" if is_little else ">u2")
            entries = expanded(bytes_of(segments), kind, count & 0xFFFF or MOST_ENTRIES)
            table = Table(first_of(first, is_signed=is_signed), entries)
        if table is None:
            raise ValueError("the palette is missing")
        tables.append(table)
    bits = int(dataset.RedPaletteColorLookupTableDescriptor[2])
    return tables, min(bits, max(table.entries.dtype.itemsize for table in tables) * 8)


def expanded(data: bytes, kind: np.dtype[Any], count: int) -> npt.NDArray[Any]:
    """The first `count` entries of a table in segments.

    Raises:
        ValueError: There are fewer, or a segment is none: an indirect one leads to another, a linear one has nothing before it,
            one is of no entries.
    """
    words = np.frombuffer(data[: min(len(data), MOST_BYTES) // kind.itemsize * kind.itemsize], kind).tolist()
    entries = _segments(words, 0, None, [], kind.itemsize)
    if len(entries) < count:
        raise ValueError("the palette's segments are cut short")
    return np.array(entries[:count], kind.newbyteorder("="))


def _segments(words: list[int], at: int, most: int | None, entries: list[int], size: int) -> list[int]:
    """Adds the entries of `most` segments, or of all that follow; only those of the whole list may be indirect.

    `size` is the bytes of a word, in which an indirect segment's offset counts.
    """
    seen = 0
    # A single word may be left over: bytes come in pairs.
    while at + 1 < len(words) and seen != most and len(entries) <= MOST_ENTRIES:
        opcode, length = words[at], words[at + 1]
        at, seen = at + 2, seen + 1
        if length == 0:
            raise ValueError("the palette has a segment of no entries")
        if opcode == DISCRETE:
            entries += words[at : at + length]
            at += length
        elif opcode == LINEAR and entries and at < len(words):
            start, step = entries[-1], words[at] - entries[-1]
            entries += [int(np.floor(start + step * place / length + 0.5)) for place in range(1, length + 1)]
            at += 1
        elif opcode == INDIRECT and most is None and at + 4 // size <= len(words):
            offset = sum(word << (8 * size * place) for place, word in enumerate(words[at : at + 4 // size]))
            _segments(words, offset // size, length, entries, size)
            at += 4 // size
        else:
            raise ValueError("the palette's segments make no table")
    return entries
