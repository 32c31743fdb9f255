"""The figures of a study: what each arm reads on validation, and the difference to the arms it is compared with, with intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from training.evaluation.metrics import BOOTSTRAP_SEED, RESAMPLES, auroc_of
from training.evaluation.paired import patients_drawn_again, weighted_aurocs
from training.films.arrays import Doubles
from training.study.plan import Plan

DIGITS = 5


def arm_figures(
    plan: Plan,
    varied: Mapping[tuple[str, int], Doubles],
    positive: npt.NDArray[np.bool_],
    patients: npt.NDArray[Any],
) -> dict[str, dict[str, Any]]:
    """Arm → its AUROC, that of each seed, and the differences to the arms that it is compared with.

    An arm's figure is the mean over its seeds. Intervals are of 1000 resamples, in each of which whole patients are drawn with
    replacement, and seeds too: the same patients and seeds for all arms, so that differences are paired. Arms are compared by
    the seeds that both have; those without a run are left out.

    Args:
        plan: The study.
        varied: (arm, seed) → log-odds of the positive class `[draws, n]`.
        positive, patients: Of every film `[n]`.
    """
    values, resampled = _aurocs(varied, positive, patients)
    rng = np.random.default_rng(BOOTSTRAP_SEED)
    picks = {count: rng.integers(0, count, (RESAMPLES, count)) for count in range(1, len(plan.seeds) + 1)}

    def drawn(arm: str, seeds: Sequence[int]) -> Doubles:
        of_seeds = np.stack([resampled[arm, seed] for seed in seeds])  # [seeds, resamples]
        return np.asarray(np.take_along_axis(of_seeds.T, picks[len(seeds)], axis=1).mean(axis=1))

    figures: dict[str, dict[str, Any]] = {}
    for arm in plan.arms:
        seeds = [seed for seed in plan.seeds if (arm.name, seed) in varied]
        if not seeds:
            continue
        compared = []
        for other in plan.against(arm):
            if both := [seed for seed in seeds if (other, seed) in varied]:
                differences = drawn(arm.name, both) - drawn(other, both)
                value = np.mean([values[arm.name, seed] - values[other, seed] for seed in both])
                compared.append({"arm": other, "seeds": len(both), **_estimate(float(value), differences)})
        own = [values[arm.name, seed] for seed in seeds]
        figures[arm.name] = {
            **_estimate(float(np.mean(own)), drawn(arm.name, seeds)),
            "by_seed": [round(value, DIGITS) for value in own],
            "against": compared,
        }
    return figures


def _aurocs(
    varied: Mapping[tuple[str, int], Doubles], positive: npt.NDArray[np.bool_], patients: npt.NDArray[Any]
) -> tuple[dict[tuple[str, int], float], dict[tuple[str, int], Doubles]]:
    """AUROC of every run, and of every run in every resample of patients `[RESAMPLES]`; NaN in those without both classes."""
    weights = patients_drawn_again(patients)
    values, resampled = {}, {}
    for run, draws in varied.items():
        truth = np.tile(positive, len(draws))
        values[run] = auroc_of(truth, draws.ravel())
        resampled[run] = weighted_aurocs(truth, draws.ravel(), np.tile(weights, len(draws)))
    return values, resampled


def _estimate(value: float, resampled: Doubles) -> dict[str, Any]:
    finite = resampled[np.isfinite(resampled)]
    if len(finite) < RESAMPLES / 2:
        return {"value": round(value, DIGITS), "low": None, "high": None}
    low, high = np.quantile(finite, [0.025, 0.975])
    return {"value": round(value, DIGITS), "low": round(float(low), DIGITS), "high": round(float(high), DIGITS)}
