"""What is fixed on validation before any test film is seen, temperature and threshold, and the class they make of a film."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar
from scipy.special import expit, log_softmax

Logits = npt.NDArray[np.float64]

# The threshold rule, fixed before the first evaluation: halfway between the logit that 95 % of the other classes' films
# stay below and the one that 95 % of the positive films stay above. Unlike Youden's index it does not follow the two or three
# per cent of validation films whose label is doubtful.
RULE_QUANTILE = 0.05


def fit_temperature(logits: Logits, labels: npt.NDArray[np.int64]) -> float:
    """The temperature that minimises the validation log-loss (Guo et al. 2017, On Calibration of Modern Neural Networks).

    Args:
        logits: `[n, classes]`, uncalibrated.
        labels: `[n]` class numbers.
    """

    def loss(log_temperature: float) -> float:
        return -float(log_softmax(logits / np.exp(log_temperature), axis=1)[np.arange(len(labels)), labels].mean())

    return float(np.exp(minimize_scalar(loss, bounds=(np.log(0.1), np.log(20.0)), method="bounded").x))


def choose_threshold(log_odds: Logits, positive: npt.NDArray[np.bool_]) -> float:
    """The threshold on the calibrated probability by the rule above.

    Args:
        log_odds: `[n]` calibrated log-odds of the positive class on validation.
        positive: `[n]` which films are of it.
    """
    below = np.quantile(log_odds[~positive], 1 - RULE_QUANTILE)
    above = np.quantile(log_odds[positive], RULE_QUANTILE)
    return float(expit((below + above) / 2))


def decide(probability: npt.NDArray[np.floating[Any]], positive: int, threshold: float) -> npt.NDArray[np.int64]:
    """The class read: the positive one at its threshold or above, else the likeliest of the others."""
    others = probability.copy()
    others[:, positive] = -1
    return np.where(probability[:, positive] >= threshold, positive, others.argmax(axis=1))
