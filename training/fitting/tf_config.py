"""TF_CONFIG, TensorFlow's own way of saying which machines train together."""

from __future__ import annotations

import json
import re
from typing import Any

from plainfilm.errors import UsageError


def workers_of(tf_config: str) -> tuple[int, int]:
    """Number of machines in a TF_CONFIG, and which of them this one is; `(1, 0)` without one.

    Raises:
        UsageError: It is not what TensorFlow expects, or has machines of other kinds.
    """
    if not tf_config.strip():
        return 1, 0
    try:
        told = json.loads(tf_config)
        cluster, task = told["cluster"], told["task"]
        workers, index = cluster["worker"], task["index"]
        number = int(index) if isinstance(index, str) else index
        if set(cluster) != {"worker"} or task["type"] != "worker":
            raise ValueError("machines of other kinds than worker")
        if not isinstance(workers, list) or any(not is_address(worker) for worker in workers):
            raise ValueError("a machine that is no HOST:PORT")
        if len(set(workers)) < len(workers):
            raise ValueError("one machine twice")
        if type(number) is not int or not 0 <= number < len(workers):
            raise ValueError("no such index")
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UsageError(
            "TF_CONFIG does not say which machines train",
            received=f"{tf_config[:200]} ({type(error).__name__}: {error})",
            expected='{"cluster": {"worker": ["HOST:PORT", "HOST:PORT"]}, "task": {"type": "worker", "index": 0}}, '
            "the same cluster and another index on each",
        ) from None
    return len(workers), number


def is_address(worker: Any) -> bool:
    """Whether it is a HOST:PORT, of IPv6 as well."""
    found = (
        re.fullmatch(r"([^\s:/\[\]]+|\[[0-9A-Fa-f:.%]+\]):([0-9]{1,5})", worker) if isinstance(worker, str) else None
    )
    return found is not None and 0 < int(found[2]) < 65536
