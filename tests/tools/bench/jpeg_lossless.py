"""JPEG lossless as X-ray machines write it (ITU-T T.81, process 14, first predictor), which none of the packages here encodes."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
import numpy.typing as npt

LOSSLESS = "1.2.840.10008.1.2.4.70"
# One code of five bits for each length of a difference, 0 to 16.
CATEGORIES, CODE_BITS = 17, 5
# Pixels whose bits are in memory one by one.
AT_ONCE = 100_000


def lossless(levels: npt.NDArray[Any], bits: int = 12, names: bytes = b"\1", before: bytes = b"") -> bytes:
    """A picture of levels below `2 ** bits`, grey or `[height, width, 3]`.

    Args:
        levels: What is in it.
        bits: Of a level.
        names: Of its components.
        before: Segments in front of all others.
    """
    height, width = levels.shape[:2]
    codes = bytes([0, 0, 0, 0, CATEGORIES, *([0] * 11), *range(CATEGORIES)])
    components = b"".join(bytes([name, 0x11, 0]) for name in names)
    return b"".join(
        [
            b"\xff\xd8",
            before,
            _segment(0xC4, b"\0" + codes),
            _segment(0xC3, struct.pack(">BHHB", bits, height, width, len(names)) + components),
            _segment(0xDA, bytes([len(names), *b"".join(bytes([name, 0]) for name in names), 1, 0, 0])),
            _scan(levels.astype(np.int64), bits),
            b"\xff\xd9",
        ]
    )


def _segment(marker: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def _scan(levels: npt.NDArray[Any], bits: int) -> bytes:
    predicted = np.empty_like(levels)
    predicted[:, 1:] = levels[:, :-1]
    predicted[1:, 0] = levels[:-1, 0]  # a row begins with what is above it
    predicted[0, 0] = 1 << (bits - 1)
    difference = (levels - predicted).reshape(-1)
    length = np.ceil(np.log2(np.abs(difference) + 1)).astype(np.int64)
    # Differences below zero are written as one less, in so many bits.
    low = np.where(difference < 0, difference + (1 << length) - 1, difference)
    word, size = length << length | low, CODE_BITS + length
    stream = np.concatenate(
        [_bits(word[first : first + AT_ONCE], size[first : first + AT_ONCE]) for first in range(0, len(word), AT_ONCE)]
    )
    padded = np.concatenate([stream, np.ones(-len(stream) % 8, np.uint8)])
    return np.packbits(padded).tobytes().replace(b"\xff", b"\xff\0")


def _bits(word: npt.NDArray[Any], size: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
    """The bits of words one after another, the highest first."""
    shift = size[:, None] - 1 - np.arange(CODE_BITS + 16)[None]
    bits: npt.NDArray[np.uint8] = (word[:, None] >> np.maximum(shift, 0) & 1)[shift >= 0].astype(np.uint8)
    return bits
