"""The out-of-distribution gate: how far a film's features are from those of the training films.

Mahalanobis distance to the nearest class mean with one covariance for all classes (Lee et al. 2018, arXiv:1807.03888),
shrunk as Ledoit and Wolf (2004) do, since some features hardly ever vary.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import tensorflow as tf
from sklearn.covariance import LedoitWolf

from export.fold import Floats

KEPT_FRACTION = 0.99

# Training films that the statistics are taken from: many times the number of features, and read in half a minute.
FILMS = 2000


@dataclass(frozen=True)
class Gate:
    """Statistics of the training films' features.

    Attributes:
        whitening: `[features, features]`; features times this have unit covariance within each class.
        means: Class means after whitening, `[classes, features]`.
    """

    whitening: Floats
    means: Floats


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


def threshold(scores: Floats) -> float:
    """The distance that keeps `KEPT_FRACTION` of the validation films, whose scores `[n]` these are."""
    return float(np.quantile(scores, KEPT_FRACTION, method="higher"))
