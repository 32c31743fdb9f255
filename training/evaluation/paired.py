"""The same patients drawn again for several networks, so that the difference of two of them has an interval of its own."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from training.evaluation.metrics import BOOTSTRAP_SEED, RESAMPLES
from training.films.arrays import Doubles


def patients_drawn_again(patients: npt.NDArray[Any]) -> Doubles:
    """How often each film counts in each resample `[RESAMPLES, n]`, in which whole patients are drawn with replacement."""
    _, patient = np.unique(patients, return_inverse=True)
    count = int(patient.max()) + 1
    rng = np.random.default_rng(BOOTSTRAP_SEED)
    times = np.stack([np.bincount(rng.integers(0, count, count), minlength=count) for _ in range(RESAMPLES)])
    return times[:, patient].astype(np.float64)


def weighted_aurocs(positive: npt.NDArray[np.bool_], values: Doubles, weights: Doubles) -> Doubles:
    """AUROC of films that each count `weights` `[resamples, n]` times, for every resample; ties count half."""
    order = np.argsort(values, kind="stable")
    last = np.append(np.flatnonzero(np.diff(values[order])), len(order) - 1)  # of each group of equal values
    positives = np.cumsum(weights[:, order] * positive[order], axis=1)[:, last]
    others = np.cumsum(weights[:, order] * ~positive[order], axis=1)[:, last]
    of_group = np.diff(positives, axis=1, prepend=0)
    below = others - np.diff(others, axis=1, prepend=0) / 2
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((of_group * below).sum(axis=1) / (positives[:, -1] * others[:, -1]))
