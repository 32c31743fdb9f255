"""Work that several Nodes do at once."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import TypeVar

# So many Nodes run at once: more would not fit the memory of a small machine.
MOST_NODES = 4
# Films for which another Node is worth its start.
FEWEST = 64

Result = TypeVar("Result")


def in_nodes(count: int, at_most: int, of_some: Callable[[slice], list[Result]]) -> list[Result]:
    """What `of_some` gives for `count` films, in their order; it is given the place of at most so many at a time, and asks a Node about them."""
    nodes = min(os.cpu_count() or 1, MOST_NODES)
    if count == 0:
        return []
    parts = max(-(-count // at_most), min(nodes, count // FEWEST))
    ends = [count * part // parts for part in range(parts + 1)]
    with ThreadPoolExecutor(nodes) as pool:
        return list(chain.from_iterable(pool.map(of_some, map(slice, ends, ends[1:]))))
