"""TF_CONFIG, TensorFlow's own way of saying which machines train together."""

from __future__ import annotations

import json

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
        workers, number = list(cluster["worker"]), int(task["index"])
        if set(cluster) != {"worker"} or task["type"] != "worker" or not 0 <= number < len(workers):
            raise ValueError("machines of other kinds than worker, or no such index")
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(
            "TF_CONFIG does not say which machines train",
            received=f"{tf_config[:200]} ({type(error).__name__}: {error})",
            expected='{"cluster": {"worker": ["HOST:PORT", "HOST:PORT"]}, "task": {"type": "worker", "index": 0}}, '
            "the same cluster and another index on each",
        ) from None
    return len(workers), number
