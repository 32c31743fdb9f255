"""Temperature and operating points, which are fixed on validation before any test film is seen; and the class they decide on.

The temperature is fitted to plain validation films, the thresholds are chosen on plain and augmented ones pooled
(`training.evaluation.augmented`), because plain validation is nearly separated and leaves a threshold too much room.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize, minimize_scalar
from scipy.special import expit, log_softmax, logit
from scipy.stats import beta
from sklearn.model_selection import StratifiedGroupKFold

Logits = npt.NDArray[np.float64]

BALANCED, SCREENING, RULE_IN = "balanced", "screening", "rule-in"
SCREENING_SENSITIVITY = 0.98
RULE_IN_SPECIFICITY = 0.95
# Of populations: what a rule-in's specificity must be above with 95 % confidence.
RULE_IN_BOUND = 0.9
# A temperature at either end says that validation fixes none: the logits mean next to nothing, or classes are wholly apart.
LOWEST_TEMPERATURE, HIGHEST_TEMPERATURE = 0.1, 20.0
LARGEST_OFFSET = 5.0


@dataclass(frozen=True)
class OperatingPoint:
    """A film is read as positive at this calibrated probability or above."""

    name: str
    threshold: float


def fit_temperature(logits: Logits, labels: npt.NDArray[np.int64]) -> float:
    """The temperature that minimises the validation log-loss (Guo et al. 2017, On Calibration of Modern Neural Networks).

    Args:
        logits: `[n, classes]`, uncalibrated.
        labels: `[n]` class numbers.
    """

    def loss(log_temperature: float) -> float:
        return -float(log_softmax(logits / np.exp(log_temperature), axis=1)[np.arange(len(labels)), labels].mean())

    return float(
        np.exp(
            minimize_scalar(loss, bounds=(np.log(LOWEST_TEMPERATURE), np.log(HIGHEST_TEMPERATURE)), method="bounded").x
        )
    )


def choose_operating_points(log_odds: Logits, positive: npt.NDArray[np.bool_]) -> list[OperatingPoint]:
    """The three operating points; the first is the default.

    *balanced* is `balanced_threshold`.

    *screening* is the highest threshold that still reads 98 % of the positive films as positive, and *rule-in* the lowest that
    leaves 95 % of the others below it; neither may cross the balanced one. Between the two a film is indeterminate: it is
    neither ruled out nor ruled in. Each lies halfway between two neighbouring films, so that rounding decides nothing.

    Args:
        log_odds: `[n]` calibrated log-odds of the positive class against the rest.
        positive: `[n]`, true for films of that class.
    """
    of_positive, of_others = np.sort(log_odds[positive]), np.sort(log_odds[~positive])
    balanced = balanced_threshold(log_odds, positive)
    lowest_kept = of_positive[len(of_positive) - _at_least(SCREENING_SENSITIVITY, len(of_positive))]
    highest_kept = of_others[_at_least(RULE_IN_SPECIFICITY, len(of_others)) - 1]
    below, above = log_odds[log_odds < lowest_kept], log_odds[log_odds > highest_kept]
    screening = (lowest_kept + below.max()) / 2 if len(below) else lowest_kept
    rule_in = (highest_kept + above.min()) / 2 if len(above) else np.inf
    return [
        OperatingPoint(BALANCED, float(expit(balanced))),
        OperatingPoint(SCREENING, float(expit(min(screening, balanced)))),
        OperatingPoint(RULE_IN, float(expit(max(rule_in, balanced)))),
    ]


def choose_sure_points(
    log_odds: Logits, positive: npt.NDArray[np.bool_], patients: int
) -> tuple[list[OperatingPoint], dict[str, str]]:
    """The operating points of one population, the first is the default; and which are left out, and why.

    *balanced* and *screening* are those of `choose_operating_points`. *rule-in* is the lowest threshold above the balanced one that leaves
    `RULE_IN_SPECIFICITY` of the other films below it, whose specificity is above `RULE_IN_BOUND` with 95 % confidence, counting every
    patient once (Clopper and Pearson 1934), and that reads at most half as many of them as positive as the balanced point does: where
    validation is nearly separated, the first alone is met by accident, and test films do not meet it. A point that coincides with the
    balanced one is left out, and so is a rule-in that validation is too small for.

    Args:
        log_odds: `[n]` calibrated log-odds of the positive class against the rest.
        positive: `[n]`, true for films of that class.
        patients: Number of patients with films of the others.
    """
    balanced, screening, _ = choose_operating_points(log_odds, positive)
    of_others, left_out = np.sort(log_odds[~positive]), {}
    points = [balanced]
    if screening.threshold < balanced.threshold:
        points.append(screening)
    else:
        left_out[SCREENING] = (
            f"the balanced point reads {SCREENING_SENSITIVITY:.0%} of the films of the positive class as positive already"
        )
    above_balanced = int((of_others >= logit(balanced.threshold)).sum())
    most = min(
        _at_most(1 - RULE_IN_SPECIFICITY, len(of_others)), above_balanced // 2, _most_above(len(of_others), patients)
    )
    if most < 0:
        left_out[RULE_IN] = (
            f"{patients} patients without the positive class are too few to show a specificity above {RULE_IN_BOUND:.0%}"
        )
    elif not above_balanced:
        left_out[RULE_IN] = "the balanced point reads no other film as positive already"
    else:
        highest_kept = of_others[len(of_others) - 1 - most]
        higher = log_odds[log_odds > highest_kept]
        threshold = (highest_kept + higher.min()) / 2 if len(higher) else highest_kept + 1
        points.append(OperatingPoint(RULE_IN, float(expit(threshold))))
    return points, left_out


def specificity_bound(misses: float, patients: float) -> float:
    """What the specificity is above with 95 % confidence, of so many patients of whom so many are read as positive."""
    return float(beta.ppf(0.05, patients - misses, misses + 1)) if misses < patients else 0.0


def _most_above(films: int, patients: int) -> int:
    """How many of the films may be read as positive so that the bound is above `RULE_IN_BOUND`; -1 where none may."""
    allowed = [k for k in range(films + 1) if specificity_bound(k * patients / films, patients) >= RULE_IN_BOUND]
    return max(allowed, default=-1)


def fit_offset(logits: Logits, labels: npt.NDArray[np.int64], positive: int) -> tuple[float, float]:
    """Temperature and offset of two classes' logits that minimise the log-loss (Platt 1999, without a prior).

    Args:
        logits: `[n, 2]`, uncalibrated.
        labels: `[n]` class numbers.
        positive: Column that the offset is added to.
    """
    z = logits[:, positive] - logits[:, 1 - positive]
    sign = np.where(labels == positive, 1.0, -1.0)

    def loss(values: npt.NDArray[np.float64]) -> float:
        return float(np.logaddexp(0, -sign * (z / np.exp(values[0]) + values[1])).mean())

    ends = (np.log(LOWEST_TEMPERATURE), np.log(HIGHEST_TEMPERATURE))
    start = np.array([np.log(fit_temperature(logits, labels)), 0.0])
    found = minimize(loss, start, method="L-BFGS-B", bounds=[ends, (-LARGEST_OFFSET, LARGEST_OFFSET)])
    return float(np.exp(found.x[0])), float(found.x[1])


def offset_helps(logits: Logits, labels: npt.NDArray[np.int64], positive: int, patients: npt.NDArray[Any]) -> bool:
    """Whether temperature and offset give a lower log-loss than the temperature alone on films that they were not fitted to.

    Five folds of whole patients, the same each time.
    """
    folds = min(5, len(np.unique(patients[labels == positive])), len(np.unique(patients[labels != positive])))
    if folds < 2:
        return False
    losses = np.zeros(2)
    splitter = StratifiedGroupKFold(n_splits=folds, shuffle=True, random_state=0)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The least populated class")
        for train, held in splitter.split(logits, labels, patients):
            if len(np.unique(labels[train])) < 2:
                return False
            fitted = [
                (fit_temperature(logits[train], labels[train]), 0.0),
                fit_offset(logits[train], labels[train], positive),
            ]
            for number, (temperature, offset) in enumerate(fitted):
                given = calibrated(logits[held], temperature, offset, positive)
                losses[number] -= log_softmax(given, axis=1)[np.arange(len(held)), labels[held]].sum()
    return bool(losses[1] < losses[0])


def calibrated(logits: Logits, temperature: float, offset: float, positive: int) -> Logits:
    """Logits `[n, classes]` divided by the temperature, with the offset added to the positive class's."""
    result = logits / temperature
    if offset:
        result[:, positive] += offset
    return result


def balanced_threshold(log_odds: npt.NDArray[np.floating[Any]], positive: npt.NDArray[np.bool_]) -> float:
    """Halfway, in log-odds `[n]`, between the medians of the positive films and of the others.

    A median moves only when half of its class does, so neither the few validation films with a doubtful label nor the easy
    tails decide, as they do with Youden's index.
    """
    return float((np.median(log_odds[positive]) + np.median(log_odds[~positive])) / 2)


def _at_most(share: float, of: int) -> int:
    """The largest count that is no more than this share."""
    return int(np.floor(share * of + 1e-9))


def _at_least(share: float, of: int) -> int:
    """The smallest count that is this share; `0.98 * 50` must not become 50 by rounding."""
    return int(np.ceil(share * of - 1e-9))


def decide(probability: npt.NDArray[np.floating[Any]], positive: int, threshold: float | None) -> npt.NDArray[np.int64]:
    """The predicted class: the positive one at its threshold or above, else the likeliest of the others.

    Without a threshold it is the likeliest of all. As `decide` in site_template/src/shared/decide.ts.
    """
    others = probability.copy()
    others[:, positive] = -1
    least = others.max(axis=1) if threshold is None else threshold
    return np.where(probability[:, positive] >= least, positive, others.argmax(axis=1))
