"""Temperature and operating points, which are fixed on validation before any test film is seen; and the class they decide on.

The temperature is fitted to plain validation films, the thresholds are chosen on plain and augmented ones pooled
(`training.evaluation.augmented`), because plain validation is nearly separated and leaves a threshold too much room.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar
from scipy.special import expit, log_softmax

Logits = npt.NDArray[np.float64]

BALANCED, SCREENING, RULE_IN = "balanced", "screening", "rule-in"
SCREENING_SENSITIVITY = 0.98
RULE_IN_SPECIFICITY = 0.95
# A temperature at either end says that validation fixes none: the logits mean next to nothing, or classes are wholly apart.
LOWEST_TEMPERATURE, HIGHEST_TEMPERATURE = 0.1, 20.0


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


def balanced_threshold(log_odds: npt.NDArray[np.floating[Any]], positive: npt.NDArray[np.bool_]) -> float:
    """Halfway, in log-odds `[n]`, between the medians of the positive films and of the others.

    A median moves only when half of its class does, so neither the few validation films with a doubtful label nor the easy
    tails decide, as they do with Youden's index.
    """
    return float((np.median(log_odds[positive]) + np.median(log_odds[~positive])) / 2)


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
