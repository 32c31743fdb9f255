"""How much of the memory films may take: the one rule by which `fit` keeps them in memory or reads them from disk."""

from __future__ import annotations

import os
from pathlib import Path

# Films may take a quarter of the memory: the network, its gradients and the batches need the rest.
SHARE = 4
# Of a system that does not say how much it has.
UNKNOWN = 8 << 30

# Where Linux says how much a container may take: control groups of version 2 and 1.
LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))


def films_in_memory() -> int:
    """Bytes that the films of a training may take in memory; where they are more, they are read from disk."""
    return memory() // SHARE


def memory() -> int:
    """Bytes of memory that this process may take: the machine's, or its container's."""
    try:
        machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):  # Windows has no sysconf
        machine = UNKNOWN
    return min(machine, *map(_limit, LIMITS)) if machine > 0 else UNKNOWN


def _limit(file: Path) -> int:
    """Bytes that a control group allows; more than any machine has where it allows all or is none."""
    try:
        return int(file.read_text("ascii"))
    except (OSError, ValueError):  # `max`
        return 1 << 62
