"""What a threshold does to films whose class is known; the page does the same in site_template/src/page/students/curves.ts."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from plainfilm.metadata import PredictedFilms


@dataclass(frozen=True)
class Sample:
    """Probabilities of the positive class, ascending: of the films that are of it, and of the others."""

    positive: Sequence[float]
    others: Sequence[float]


@dataclass(frozen=True)
class Counts:
    """The confusion matrix at a threshold."""

    true_positives: int
    false_negatives: int
    false_positives: int
    true_negatives: int


@dataclass(frozen=True)
class Bin:
    """Films whose probability lies from `low` up to, and not at, `high`; the last bin holds 1 as well.

    Attributes:
        low, high: Its ends.
        positive, others: How many films of the positive class and of the others.
        mean: Of its probabilities; None where no film is in it.
        observed: The share that is of the positive class, with its 95 % interval; None where no film is in it.
    """

    low: float
    high: float
    positive: int
    others: int
    mean: float | None
    observed: tuple[float, float, float] | None


def sample_of(films: Sequence[PredictedFilms], split: str, positive: int) -> Sample | None:
    """The films of a split in predictions.json, `positive` being the number of the class; None where a side is empty."""

    def of(wanted: bool) -> list[float]:
        groups = (film for film in films if film["split"] == split and (film["label"] == positive) == wanted)
        return sorted(probability for group in groups for probability in group["probabilities"])

    sample = Sample(of(True), of(False))
    return sample if sample.positive and sample.others else None


def counts_at(sample: Sample, threshold: float) -> Counts:
    """A film is read as positive at the threshold or above."""
    missed, cleared = bisect_left(sample.positive, threshold), bisect_left(sample.others, threshold)
    return Counts(len(sample.positive) - missed, missed, len(sample.others) - cleared, cleared)


def roc(sample: Sample) -> list[tuple[float, float]]:
    """(1 - specificity, sensitivity) from the highest threshold, where nothing is read as positive, to the lowest."""
    thresholds = [math.inf, *sorted({*sample.positive, *sample.others}, reverse=True)]
    return [roc_point(sample, threshold) for threshold in thresholds]


def roc_point(sample: Sample, threshold: float) -> tuple[float, float]:
    """(1 - specificity, sensitivity) at a threshold."""
    counts = counts_at(sample, threshold)
    return counts.false_positives / len(sample.others), counts.true_positives / len(sample.positive)


def reliability(sample: Sample, bins: int) -> list[Bin]:
    """Bins of equal width, with what was predicted and what was so."""
    found = []
    for index in range(bins):
        low, high = index / bins, (index + 1) / bins
        ill, well = (_between(values, low, high, last=index == bins - 1) for values in (sample.positive, sample.others))
        n = len(ill) + len(well)
        mean = sum([*ill, *well]) / n if n else None
        found.append(Bin(low, high, len(ill), len(well), mean, wilson(len(ill), n) if n else None))
    return found


def wilson(count: int, n: int) -> tuple[float, float, float]:
    """A share and its 95 % interval (Wilson 1927, doi 10.1080/01621459.1927.10502953)."""
    z, share = 1.959964, count / n
    centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    return share, max(0.0, centre - half), min(1.0, centre + half)


def _between(values: Sequence[float], low: float, high: float, *, last: bool) -> Sequence[float]:
    return values[bisect_left(values, low) : None if last else bisect_left(values, high)]
