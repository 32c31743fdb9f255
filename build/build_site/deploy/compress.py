"""Compressed copies of a site's files. The same file gives the same bytes on every machine with the same zlib and brotli."""

from __future__ import annotations

import gzip
from pathlib import PurePosixPath
from typing import Literal

from build_site.deploy.tools import tool
from build_site.hosts import COMPRESSIBLE

Encoding = Literal["gzip", "br"]
BROTLI_QUALITY = 11  # the slowest: a megabyte of script takes seconds, once, and comes out a tenth smaller than at 9
# What hosts append to a name to find a copy.
ENDINGS: dict[Encoding, str] = {"gzip": ".gz", "br": ".br"}


def is_compressible(path: str) -> bool:
    """Whether compressing such a file is worth it: weights and pictures hardly shrink."""
    return PurePosixPath(path).suffix in COMPRESSIBLE


def compressed(data: bytes, encoding: Encoding) -> bytes:
    """The data in an encoding, as small as it gets.

    Raises:
        PlainfilmError: brotli is wanted and not installed.
    """
    if encoding == "gzip":
        return gzip.compress(data, compresslevel=9, mtime=0)
    small: bytes = tool("brotli").compress(data, quality=BROTLI_QUALITY)
    return small
