"""Makes small TIFF files of any numbers: depths, signs, fractions, orders of bytes, predictors, extra samples."""

from __future__ import annotations

import struct
import zlib
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Order = Literal["<", ">"]
DEFLATE = 8
FORMATS = {"u": 1, "i": 2, "f": 3}
(WIDTH, LENGTH, BITS, COMPRESSION, PHOTOMETRIC, FILL_ORDER, STRIPS, SAMPLES, ROWS, STRIP_BYTES, PREDICTOR, EXTRA, FORMAT) = (
    256, 257, 258, 259, 262, 266, 273, 277, 278, 279, 317, 338, 339,
)  # fmt: skip
BYTE, SHORT, LONG = 1, 3, 4
LETTERS = {BYTE: "B", SHORT: "H", LONG: "I"}


def tiff(
    values: npt.NDArray[Any], *, order: Order = "<", bits: int | None = None, predictor: int = 1, **tags: Any
) -> bytes:
    """Of numbers `[height, width]` or `[height, width, samples]`, in one strip.

    Args:
        values: The numbers, of any kind.
        order: Of the bytes in a number.
        bits: Of each number, packed without gaps; by default as many as numpy has.
        predictor: 2 or 3 for differences, of whole numbers or fractions; such a strip is deflated.
        tags: `tag_262=0` replaces a tag's value, None leaves it out.
    """
    height, width, *more = values.shape
    samples = more[0] if more else 1
    kept = values.reshape(height, width * samples)
    data = packed(kept, bits) if bits is not None else _differences(kept, samples, order, predictor)
    data = zlib.compress(data) if predictor > 1 else data
    numbers: dict[int, tuple[int, Any]] = {
        WIDTH: (LONG, width),
        LENGTH: (LONG, height),
        BITS: (SHORT, [bits or values.dtype.itemsize * 8] * samples),
        COMPRESSION: (SHORT, DEFLATE if predictor > 1 else 1),
        PHOTOMETRIC: (SHORT, 2 if samples > 2 else 1),
        STRIPS: (LONG, 0),
        SAMPLES: (SHORT, samples),
        ROWS: (LONG, height),
        STRIP_BYTES: (LONG, len(data)),
        PREDICTOR: (SHORT, predictor),
        FORMAT: (SHORT, [FORMATS[values.dtype.kind]] * samples),
    }
    for name, value in tags.items():
        tag = int(name.removeprefix("tag_"))
        numbers[tag] = (numbers.get(tag, (SHORT, None))[0], value)
    return _file({tag: number for tag, number in numbers.items() if number[1] is not None}, data, order)


def packed(rows: npt.NDArray[Any], bits: int) -> bytes:
    """Numbers of so many bits one behind the other, each row from a byte on."""
    lines = ["".join(format(int(value), f"0{bits}b") for value in row) for row in rows]
    return b"".join(
        int(line.ljust(-(-len(line) // 8) * 8, "0"), 2).to_bytes(-(-len(line) // 8), "big") for line in lines
    )


def _differences(rows: npt.NDArray[Any], samples: int, order: Order, predictor: int) -> bytes:
    if predictor == 3:  # its bytes are sorted by what they weigh, the upper ones first, whatever the order
        size = rows.dtype.itemsize
        sorted_bytes = rows.astype(f">f{size}").view(np.uint8).reshape(len(rows), -1, size).transpose(0, 2, 1)
        rows = sorted_bytes.reshape(len(rows), -1).copy()
    if predictor > 1:
        rows = np.concatenate([rows[:, :samples], rows[:, samples:] - rows[:, :-samples]], axis=1)
    return rows.astype(rows.dtype.newbyteorder(order)).tobytes()


def _file(numbers: dict[int, tuple[int, Any]], data: bytes, order: Order) -> bytes:
    start = 8
    end = start + 2 + 12 * len(numbers) + 4
    entries, behind = b"", b""
    lists = {tag: value if isinstance(value, list) else [value] for tag, (_, value) in numbers.items()}
    room = sum(
        len(lists[tag]) * struct.calcsize(LETTERS[kind])
        for tag, (kind, _) in numbers.items()
        if _is_apart(lists[tag], kind)
    )
    if lists.get(STRIPS) == [0] and numbers[STRIP_BYTES][1]:
        lists[STRIPS] = [end + room]
    for tag in sorted(numbers):
        kind = numbers[tag][0]
        value = struct.pack(f"{order}{len(lists[tag])}{LETTERS[kind]}", *lists[tag])
        if _is_apart(lists[tag], kind):
            behind += value
            value = struct.pack(f"{order}I", end + len(behind) - len(value))
        entries += struct.pack(f"{order}HHI", tag, kind, len(lists[tag])) + value.ljust(4, b"\0")
    head = struct.pack(f"{order}2sHI", b"II" if order == "<" else b"MM", 42, start)
    return head + struct.pack(f"{order}H", len(numbers)) + entries + bytes(4) + behind + data


def _is_apart(values: list[int], kind: int) -> bool:
    return len(values) * struct.calcsize(LETTERS[kind]) > 4
