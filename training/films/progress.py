"""A line that counts, on a terminal only, and that is ended before anything else is written."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

EVERY = 50

Item = TypeVar("Item")


def counted(items: Iterable[Item], total: int, what: str) -> Iterator[Item]:
    """Yields the items and shows `what NUMBER/TOTAL` meanwhile; the line is ended when they end or fail."""
    if not sys.stderr.isatty():
        yield from items
        return
    try:
        for number, item in enumerate(items, start=1):
            if number % EVERY == 0 or number == total:
                print(f"\r{what} {number}/{total}", end="", file=sys.stderr, flush=True)
            yield item
    finally:
        print(file=sys.stderr)
