"""Numbers and look-up tables of a DICOM header as machines write them: empty, as text, with the wrong sign.

The browser reads them alike (`site_template/src/formats/dicom/header.ts`); docs/formats.md states the rules.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


@dataclass(frozen=True)
class Table:
    """A look-up table; `first` is the value that its first entry is for."""

    first: int
    entries: npt.NDArray[np.unsignedinteger[Any]]

    def of(self, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """What stands for whole numbers; those before and behind the table get its ends."""
        return self.entries[np.clip(values.astype(np.int64) - self.first, 0, len(self.entries) - 1)]


def number_of(dataset: Any, keyword: str) -> float | None:
    """The first number of a decimal string; None where there is none, or something else stands there."""
    element = dataset.get_item(keyword)
    value: Any = element.value if element is not None else None
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    elif hasattr(value, "__iter__") and not isinstance(value, str):
        value = next(iter(value), "")
    text = str("" if value is None else value).split("\\")[0].strip(" \0")
    number = float(text) if NUMBER.fullmatch(text) else math.nan
    return number if math.isfinite(number) else None


def first_table(dataset: Any, sequence: str, *, is_signed: bool) -> Table | None:
    """The look-up table in a sequence's first item; None where it has none. Raises ValueError where it is cut short."""
    items = dataset.get(sequence)
    if not items:
        return None
    return table_of(items[0], "LUT", is_signed=is_signed, is_little=dataset.original_encoding[1] is not False)


def table_of(dataset: Any, name: str, *, is_signed: bool, is_little: bool) -> Table | None:
    """The look-up table whose descriptor and data have a name; None where one of them is missing.

    Entries take 16 bits each, or 8 where there is no room for more, whatever the descriptor says.

    Raises:
        ValueError: The table is cut short.
    """
    descriptor, data = dataset.get(f"{name}Descriptor"), dataset.get(f"{name}Data")
    if descriptor is None or data is None:
        return None
    count, first = int(descriptor[0]) & 0xFFFF or 1 << 16, int(descriptor[1])
    is_little = is_little or not isinstance(data, bytes)
    data = bytes_of(data)
    if len(data) < count:
        raise ValueError("a look-up table is cut short")
    kind = np.dtype(np.uint8) if len(data) < count * 2 else np.dtype("<u2" if is_little else ">u2")
    return Table(first_of(first, is_signed=is_signed), np.frombuffer(data, kind, count))


def bytes_of(data: Any) -> bytes:
    """A table's bytes; little-endian where pydicom has read them as numbers."""
    return (
        data if isinstance(data, bytes) else np.atleast_1d(np.asarray(data, np.int64) & 0xFFFF).astype("<u2").tobytes()
    )


def first_of(descriptor: int, *, is_signed: bool) -> int:
    """The value that a table's first entry is for, whatever sign pydicom has read."""
    return _signed(descriptor & 0xFFFF) if is_signed else descriptor & 0xFFFF


def padding_of(dataset: Any) -> tuple[int, int] | None:
    """The least and greatest stored value that are no picture (PS3.3 C.7.5.1.1.2); None where the header names none.

    A value that does not fit into the stored bits stands nowhere, so it is not one.
    """
    value, limit = (_stored(dataset, keyword) for keyword in ("PixelPaddingValue", "PixelPaddingRangeLimit"))
    if value is None:
        return None
    ends = (value, value if limit is None else limit)
    return min(ends), max(ends)


def _signed(value: int) -> int:
    return value - (1 << 16) if value >= 1 << 15 else value


def _stored(dataset: Any, keyword: str) -> int | None:
    element = dataset.get(keyword)
    if isinstance(element, bytes):
        element = int.from_bytes(element[:2], "little") if len(element) >= 2 else None
    elif element is not None and hasattr(element, "__iter__"):
        element = next(iter(element), None)
    if not isinstance(element, int):
        return None
    raw, bits = element & 0xFFFF, dataset.get("BitsStored", dataset.BitsAllocated)
    if not dataset.get("PixelRepresentation", 0):
        return raw if raw < 1 << bits else None
    half = 1 << (bits - 1)
    if raw < 1 << bits:
        return raw - 2 * half if raw >= half else raw
    return _signed(raw) if -half <= _signed(raw) < half else None
