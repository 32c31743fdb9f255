"""The out-of-distribution gate: how far the feature maps of a picture are from those of the training films.

Mahalanobis distance (Lee et al. 2018, arXiv:1807.03888), on feature maps in the middle of the network: what decides
between the classes at its end no longer tells a chest from a hand. A map is described by each channel's mean and spread;
of these descriptions, the directions in which the films vary most count, each in units of that variation. The films vary
in crop, shape, exposure, sharpness and frames as external films do (`export.training_films`), so that this is no reason
to refuse one.

Several MobileNetV2 networks chose the maps, the descriptions, `COMPONENTS`, the frames and `MARGIN`, on
105 pictures that are not chest films and on 150 chest films of adults from another hospital. Both halves of each were seen in
comparing the variants, so the figures of those networks are a little too good: 97-99 % of the adults' films kept, 97-99 % of
the other pictures refused. Of the networks trained later, `mobilenet_v2_distilled` kept 143 of the 150 (95 %) and refused
102 of the 105 (97 %) at a margin of 1.45; for `mobilenet_v2_distilled_4` the margin was set anew, knowing what it kept and refused of both
sets, and has stayed since: `python -m export audit` says what came of it for the networks that ship.
The statistics and the threshold of a gate are fitted to training and validation films alone; test films played no part in any of this.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from training.films.arrays import Doubles, Floats

# Directions that count for each map: the rest is noise of few films, and weights to load.
COMPONENTS = 192

# Threshold: the distance that 99 % of validation films stay within, times a margin for external films. Between 1.45
# and 1.55 `mobilenet_v2_distilled_4` keeps at least 97 in 100 of those and refuses at least 99 in 100 of what is not a chest film.
VALIDATION_QUANTILE = 0.99
MARGIN = 1.5

# Part of the largest spread, then of the mean variance, that is added to each: a channel or direction that hardly varied
# must not make an infinite distance, or a weight beyond what half precision holds.
LEAST_SPREAD = 1e-2
LEAST_VARIANCE = 1e-3

# Added to a spread before its logarithm, and to a variance before its root: a channel may be zero all over.
SMALLEST_SPREAD = 1e-2
SMALLEST_SQUARE = 1e-4


@dataclass(frozen=True)
class MapStatistics:
    """Statistics of the training films' descriptions of one feature map.

    Attributes:
        centre: Their mean, `[2 channels]`.
        whitening: `[2 channels, components]`; centred descriptions times this are uncorrelated and of unit variance.
    """

    centre: Floats
    whitening: Floats


@dataclass(frozen=True)
class Gate:
    """Statistics of the training films.

    Attributes:
        maps: One for each feature map that the network hands to the gate.
    """

    maps: tuple[MapStatistics, ...]


@dataclass(frozen=True)
class Limit:
    """Where the gate closes; `metadata.ood`.

    Attributes:
        threshold: Films with a greater score are refused.
        within: Distance that `VALIDATION_QUANTILE` of the validation films stay within: who turns a picture must come to lie there.
        kept_fraction: Share of the validation films that are not.
        method: How the score and the threshold came about.
    """

    threshold: float
    within: float
    kept_fraction: float
    method: str


def describe(feature_map: Any) -> Any:
    """Mean of each channel and logarithm of its spread, `[n, 2 channels]`, for a map `[n, height, width, channels]`."""
    mean = tf.reduce_mean(feature_map, axis=[1, 2], keepdims=True)
    variance = tf.reduce_mean(tf.square(feature_map - mean), axis=[1, 2])
    spread = tf.math.log(tf.sqrt(variance + SMALLEST_SQUARE) + SMALLEST_SPREAD)
    return tf.concat([tf.squeeze(mean, axis=[1, 2]), spread], axis=-1)


def fit_gate(descriptions: Sequence[Floats]) -> Gate:
    """Fits the gate to the training films' descriptions, `[n, 2 channels]` of each map."""
    return Gate(tuple(_statistics(each.astype(np.float64)) for each in descriptions))


def score(gate: Gate, descriptions: Sequence[Any]) -> Any:
    """Distance of each film, `[n]`, from its maps' descriptions `[n, 2 channels]`; about 1 for a training film."""
    whitened = [
        tf.matmul(description - each.centre, each.whitening)
        for each, description in zip(gate.maps, descriptions, strict=True)
    ]
    return tf.sqrt(tf.reduce_mean(tf.square(tf.concat(whitened, axis=-1)), axis=-1))


def limit_of(
    scores: Floats,
    looked_at: str,
    learned: str = "training films",
    chosen_on: str = "validation films",
    *,
    hospitals: NDArray[Any] | None = None,
) -> Limit:
    """The gate's threshold; of several hospitals, the one that lets in that share of the films of each.

    Args:
        scores: Of the films that choose it, `[n]`.
        looked_at: Which feature maps count, in words.
        learned: Which films the gate was fitted to, in words.
        chosen_on: Which films choose the threshold, in words.
        hospitals: Where each film is from, `[n]`; None for one data set.
    """
    places = [np.ones(len(scores), bool)] if hospitals is None else [hospitals == each for each in np.unique(hospitals)]
    if len(places) > 1:
        chosen_on += " of every hospital"
    within = [np.quantile(scores[place], VALIDATION_QUANTILE, method="higher") for place in places]
    threshold = MARGIN * float(max(within))
    method = (
        f"Mahalanobis distance of the channels' means and spreads in {looked_at}, at most {COMPONENTS} principal components each, "
        f"to {learned} in varied crop, shape, light, sharpness and frames; threshold {MARGIN} times the distance that "
        f"{100 * VALIDATION_QUANTILE:.0f} % of {chosen_on} stay within"
    )
    return Limit(threshold, float(max(within)), float(np.mean(scores <= threshold)), method)


def _statistics(descriptions: Doubles) -> MapStatistics:
    centre = descriptions.mean(axis=0)
    spread = descriptions.std(axis=0)
    spread += LEAST_SPREAD * spread.max()
    centred = (descriptions - centre) / spread
    variances, directions = np.linalg.eigh(centred.T @ centred / len(centred))  # in ascending order
    variances += LEAST_VARIANCE * variances.mean()
    leading = slice(-COMPONENTS, None)
    whitening = directions[:, leading] / np.sqrt(variances[leading]) / spread[:, np.newaxis]
    return MapStatistics(centre.astype(np.float32), whitening.astype(np.float32))
