"""The out-of-distribution gate: how far a film's features are from those of the training films.

Mahalanobis distance to the nearest class mean with one covariance for all classes (Lee et al. 2018, arXiv:1807.03888),
shrunk as Ledoit and Wolf (2004) do. Taken on the penultimate layer *before* its ReLU: a picture that is no film drives
many units below zero, where the ReLU would hide it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import tensorflow as tf
from sklearn.covariance import LedoitWolf

from export.fold import Floats

METHOD = (
    "Mahalanobis distance on the penultimate layer before its ReLU, nearest class mean, tied Ledoit-Wolf covariance; "
    "threshold 1.5 times the distance that 99 % of validation films stay within"
)

# Threshold: the distance that 99 % of validation films stay within, times a margin. Without the margin the gate also
# refuses four of five adult chest films from another hospital. It was chosen on one half of 105 pictures that are no
# chest film and holds on the other half, for three networks: 87-92 % refused with it, 98-100 % without.
VALIDATION_QUANTILE = 0.99
MARGIN = 1.5

# Training films that the statistics are taken from: many times the number of features, and read in half a minute.
FILMS = 2000


@dataclass(frozen=True)
class Gate:
    """Statistics of the training films' features, which here are always those before the ReLU.

    Attributes:
        whitening: `[features, features]`; features times this have unit covariance within each class.
        means: Class means after whitening, `[classes, features]`.
    """

    whitening: Floats
    means: Floats


@dataclass(frozen=True)
class Limit:
    """Where the gate closes; `metadata.ood`.

    Attributes:
        threshold: Films with a greater score are refused.
        kept_fraction: Share of the validation films that are not.
    """

    threshold: float
    kept_fraction: float


def fit_gate(features: Floats, labels: npt.NDArray[np.intp]) -> Gate:
    """Fits the gate to training films: features `[n, features]`, labels `[n]` as columns of the classes."""
    means = np.stack([features[labels == label].mean(axis=0, dtype=np.float64) for label in np.unique(labels)])
    centred = features - means[np.searchsorted(np.unique(labels), labels)]
    precision = LedoitWolf(assume_centered=True).fit(centred).precision_
    whitening = np.linalg.cholesky(precision)  # precision = whitening · whiteningᵀ
    return Gate(whitening.astype(np.float32), (means @ whitening).astype(np.float32))


def score(gate: Gate, features: Any) -> Any:
    """Distance of each film, `[n]`, to the nearest class in standard deviations, from features `[n, features]`."""
    whitening = tf.constant(gate.whitening, name="whitening")
    whitened = tf.expand_dims(tf.matmul(features, whitening), axis=1)  # [n, 1, features]
    squares = tf.reduce_sum(tf.square(whitened - gate.means), axis=-1)  # [n, classes]
    return tf.sqrt(tf.reduce_min(squares, axis=-1))


def limit_of(scores: Floats) -> Limit:
    """The gate's threshold, from the scores `[n]` of the validation films."""
    threshold = MARGIN * float(np.quantile(scores, VALIDATION_QUANTILE, method="higher"))
    return Limit(threshold, float(np.mean(scores <= threshold)))
