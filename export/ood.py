"""The out-of-distribution gate: how far a film's features are from those of the training films.

Mahalanobis distance to the nearest class mean with one covariance for all classes (Lee et al. 2018, arXiv:1807.03888),
shrunk as Ledoit and Wolf (2004) do. Taken on the penultimate layer, where that is a dense one *before* its ReLU: a
picture that is no film drives many units below zero, where the ReLU would hide it. Of more than `COMPONENTS` features
only the directions count in which they vary most within a class: their covariance is known well, and it fits a page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import tensorflow as tf
from sklearn.covariance import LedoitWolf

from export.layers import Floats

# Threshold: the distance that 99 % of validation films stay within, times a margin. Without the margin the gate also
# refuses four of five adult chest films from another hospital. It was chosen on one half of 105 pictures that are no
# chest film and holds on the other half, for three networks: 87-92 % refused with it, 98-100 % without.
VALIDATION_QUANTILE = 0.99
MARGIN = 1.5

# Training films that the statistics are taken from: many times the number of features, and read in half a minute.
FILMS = 2000

# More features than this are projected onto so many principal components.
COMPONENTS = 128


@dataclass(frozen=True)
class Gate:
    """Statistics of the training films' features.

    Attributes:
        whitening: `[features, components]`, square without a projection; centred features times this have unit
            covariance within each class.
        means: Class means after centring and whitening, `[classes, components]`.
        centre: Taken from the features first, `[features]`; None for nothing, without a projection.
        variance: Share of the variance within classes that the components hold; 1 without a projection.
    """

    whitening: Floats
    means: Floats
    centre: Floats | None = None
    variance: float = 1.0


@dataclass(frozen=True)
class Limit:
    """Where the gate closes; `metadata.ood`.

    Attributes:
        threshold: Films with a greater score are refused.
        kept_fraction: Share of the validation films that are not.
        method: How the score and the threshold came about.
    """

    threshold: float
    kept_fraction: float
    method: str


def fit_gate(features: Floats, labels: npt.NDArray[np.intp]) -> Gate:
    """Fits the gate to training films: features `[n, features]`, labels `[n]` as columns of the classes."""
    means = np.stack([features[labels == label].mean(axis=0, dtype=np.float64) for label in np.unique(labels)])
    centred = features - means[np.searchsorted(np.unique(labels), labels)]
    if features.shape[1] <= COMPONENTS:
        whitening = _whitening(centred)
        return Gate(whitening.astype(np.float32), (means @ whitening).astype(np.float32))
    variances, directions = np.linalg.eigh(centred.T @ centred)  # in ascending order
    leading = directions[:, -COMPONENTS:]
    whitening = leading @ _whitening(centred @ leading)
    # Centring keeps the products small, which half precision in WebGL needs.
    centre = means.mean(axis=0)
    return Gate(
        whitening.astype(np.float32),
        ((means - centre) @ whitening).astype(np.float32),
        centre.astype(np.float32),
        float(variances[-COMPONENTS:].sum() / variances.sum()),
    )


def score(gate: Gate, features: Any) -> Any:
    """Distance of each film, `[n]`, to the nearest class in standard deviations, from features `[n, features]`."""
    whitening = tf.constant(gate.whitening, name="whitening")
    if gate.centre is not None:
        features = features - gate.centre
    whitened = tf.expand_dims(tf.matmul(features, whitening), axis=1)  # [n, 1, components]
    squares = tf.reduce_sum(tf.square(whitened - gate.means), axis=-1)  # [n, classes]
    return tf.sqrt(tf.reduce_min(squares, axis=-1))


def limit_of(scores: Floats, gate: Gate, penultimate: str) -> Limit:
    """The gate's threshold, from the scores `[n]` of the validation films; `penultimate` says what it looks at."""
    threshold = MARGIN * float(np.quantile(scores, VALIDATION_QUANTILE, method="higher"))
    projection = ""
    if gate.centre is not None:
        projection = f", on the {COMPONENTS} directions with {100 * gate.variance:.1f} % of the variance within classes"
    method = (
        f"Mahalanobis distance on {penultimate}{projection}, nearest class mean, tied Ledoit-Wolf covariance; "
        f"threshold {MARGIN} times the distance that {100 * VALIDATION_QUANTILE:.0f} % of validation films stay within"
    )
    return Limit(threshold, float(np.mean(scores <= threshold)), method)


def _whitening(centred: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.float64]:
    """What makes features `[n, features]`, centred within their classes, uncorrelated and of unit variance."""
    precision = LedoitWolf(assume_centered=True).fit(centred).precision_
    whitening: npt.NDArray[np.float64] = np.linalg.cholesky(precision)  # precision = whitening · whiteningᵀ
    return whitening
