"""The figures of an evaluation, each with a 95 % interval from a bootstrap over patients."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata
from sklearn.metrics import confusion_matrix

RESAMPLES = 1000
BOOTSTRAP_SEED = 2020
ECE_BINS = 15


@dataclass(frozen=True)
class Scores:
    """A split as the network read it; every array has one row per film.

    Attributes:
        label, predicted: Class numbers.
        probability: Calibrated, `[n, classes]`.
        positive: The positive class's number.
    """

    label: npt.NDArray[np.int64]
    predicted: npt.NDArray[np.int64]
    probability: npt.NDArray[np.float64]
    positive: int

    @property
    def is_positive(self) -> npt.NDArray[np.bool_]:
        """Which films are of the positive class."""
        return np.equal(self.label, self.positive)

    @property
    def positive_probability(self) -> npt.NDArray[np.float64]:
        """`[n]`."""
        return self.probability[:, self.positive]

    @property
    def has_both(self) -> bool:
        """Whether there are films of the positive class and others."""
        return bool(self.is_positive.any() and not self.is_positive.all())

    def take(self, rows: npt.NDArray[Any]) -> Scores:
        """Some of the films, by row numbers or a mask."""
        return Scores(self.label[rows], self.predicted[rows], self.probability[rows], self.positive)


Metric = Callable[[Scores], float]
# A value and its bounds, which not every split has.
Interval = tuple[float, float | None, float | None]


def loss(scores: Scores) -> float:
    """Cross-entropy of the calibrated probabilities, nats."""
    chosen = scores.probability[np.arange(len(scores.label)), scores.label]
    return float(-np.log(np.clip(chosen, 1e-7, 1)).mean())


def accuracy(scores: Scores) -> float:
    """Share of films read as what they are labelled."""
    return float((scores.predicted == scores.label).mean())


def auroc(scores: Scores) -> float:
    """Area under the ROC curve, positive class against the rest, by ranks (Mann and Whitney 1947); NaN without both classes."""
    return auroc_of(scores.is_positive, scores.positive_probability)


def auroc_of(positive: npt.NDArray[np.bool_], values: npt.NDArray[np.floating[Any]]) -> float:
    """The same of which films are positive, `[n]`, and any values that are larger for them, `[n]`."""
    positives = int(positive.sum())
    others = len(positive) - positives
    if not positives or not others:
        return float("nan")
    ranks = rankdata(values)
    return float((ranks[positive].sum() - positives * (positives + 1) / 2) / (positives * others))


def average_precision(scores: Scores) -> float:
    """Area under the precision-recall curve of the positive class, by steps; NaN without both classes.

    As scikit-learn's, whose checks of its input take longer than the work, a thousand times for every split.
    """
    if not scores.has_both:
        return float("nan")
    order = np.argsort(-scores.positive_probability, kind="stable")
    probability = scores.positive_probability[order]
    last_of_ties = np.append(np.flatnonzero(np.diff(probability)), len(order) - 1)
    found = np.cumsum(scores.is_positive[order])[last_of_ties]
    return float((np.diff(found, prepend=0) * (found / (last_of_ties + 1))).sum() / found[-1])


def sensitivity(scores: Scores) -> float:
    """Share of positive films read as positive; NaN without any."""
    return _share(scores.predicted[scores.is_positive] == scores.positive)


def specificity(scores: Scores) -> float:
    """Share of other films not read as positive; NaN without any."""
    return _share(scores.predicted[~scores.is_positive] != scores.positive)


def _share(right: npt.NDArray[np.bool_]) -> float:
    return float(right.mean()) if len(right) else float("nan")


def expected_calibration_error(scores: Scores) -> float:
    """ECE of the positive class's probability over 15 equal-width bins (Naeini et al. 2015)."""
    return float(sum(share * abs(mean - observed) for mean, observed, share in reliability(scores)))


def ece_by_chance(probability: npt.NDArray[np.float64], draws: int = 1000) -> float:
    """The mean ECE that probabilities `[n]` would have if they were exactly right, since labels fall as they fall: large on few films."""
    rng = np.random.default_rng(0)
    bins = np.minimum((probability * ECE_BINS).astype(int), ECE_BINS - 1)

    def of_one_draw() -> float:
        excess = (rng.random(len(probability)) < probability) - probability
        return float(np.abs(np.bincount(bins, excess, ECE_BINS)).sum() / len(probability))

    return float(np.mean([of_one_draw() for _ in range(draws)]))


def reliability(scores: Scores) -> list[tuple[float, float, float]]:
    """For every occupied bin: mean probability, observed frequency, share of the films."""
    bins = np.minimum((scores.positive_probability * ECE_BINS).astype(int), ECE_BINS - 1)
    films = np.bincount(bins, minlength=ECE_BINS)
    sums = [np.bincount(bins, of, ECE_BINS) for of in (scores.positive_probability, scores.is_positive)]
    return [
        (float(sums[0][b] / films[b]), float(sums[1][b] / films[b]), float(films[b] / len(bins)))
        for b in np.flatnonzero(films)
    ]


METRICS: dict[str, Metric] = {
    "loss": loss,
    "accuracy": accuracy,
    "auroc": auroc,
    "average_precision": average_precision,
    "sensitivity": sensitivity,
    "specificity": specificity,
    "ece": expected_calibration_error,
}


def class_metrics(class_names: list[str]) -> dict[str, Metric]:
    """`precision_CLASS` and `recall_CLASS` for every class; NaN where a resample gives nothing to divide by."""

    def precision(number: int) -> Metric:
        return lambda s: _share(s.label[s.predicted == number] == number)

    def recall(number: int) -> Metric:
        return lambda s: _share(s.predicted[s.label == number] == number)

    return {
        f"{kind.__name__}_{name}": kind(number)
        for number, name in enumerate(class_names)
        for kind in (precision, recall)
    }


def confusion(scores: Scores, classes: int) -> npt.NDArray[np.int64]:
    """Films by label (rows) and reading (columns), `[classes, classes]`."""
    counts: npt.NDArray[np.int64] = confusion_matrix(scores.label, scores.predicted, labels=range(classes))
    return counts


def with_interval(metric: Metric, scores: Scores, patients: npt.NDArray[Any]) -> Interval:
    """A metric and its 95 % interval: `with_intervals` of one."""
    return with_intervals({"": metric}, scores, patients)[""]


def with_intervals(metrics: Mapping[str, Metric], scores: Scores, patients: npt.NDArray[Any]) -> dict[str, Interval]:
    """Each metric and its 95 % percentile interval, all by the same resamples.

    Whole patients are drawn with replacement, for the films of one patient are alike (Efron & Tibshirani 1993, ch. 8). Where the
    films are of both classes, resamples that are not do not count; the bounds are None where fewer than half of them are left.
    """
    values = {name: metric(scores) for name, metric in metrics.items()}
    drawn: dict[str, list[float]] = {name: [] for name, value in values.items() if np.isfinite(value)}
    _, patient, films = np.unique(patients, return_inverse=True, return_counts=True)
    by_patient, first = np.argsort(patient, kind="stable"), np.cumsum(films) - films
    rng = np.random.default_rng(BOOTSTRAP_SEED)
    for _ in range(RESAMPLES if drawn else 0):
        chosen = rng.integers(0, len(films), len(films))
        before = np.cumsum(films[chosen]) - films[chosen]
        rows = np.repeat(first[chosen] - before, films[chosen]) + np.arange(films[chosen].sum())
        resample = scores.take(by_patient[rows])
        if resample.has_both or not scores.has_both:
            for name, of_resamples in drawn.items():
                of_resamples.append(metrics[name](resample))
    return {name: (value, *_bounds(drawn.get(name, []))) for name, value in values.items()}


def _bounds(drawn: list[float]) -> tuple[float | None, float | None]:
    finite = np.array([d for d in drawn if np.isfinite(d)])
    if len(finite) < RESAMPLES / 2:
        return None, None
    low, high = np.quantile(finite, [0.025, 0.975])
    return float(low), float(high)
