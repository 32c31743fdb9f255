"""What "Measure it here" must say of labelled films: by scikit-learn, and by a bootstrap with the page's own random numbers."""

from __future__ import annotations

import json
import math
import tempfile
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import (
    accuracy_score,
    average_precision_score,
    brier_score_loss,
    confusion_matrix,
    log_loss,
    roc_auc_score,
)

from plainfilm import node

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
RefusedAs = Literal["left-out", "positive", "wrong"]
WAYS: tuple[RefusedAs, ...] = ("left-out", "positive", "wrong")
BINS = 15
Z = 1.959963984540054
EDGE = 1e-7


@dataclass(frozen=True)
class Case:
    """A labelled film, as `Case` in site_template/src/measure/types.ts; refused where it has no score."""

    label: int
    score: float | None
    refused: str | None = None
    patient: str | None = None
    groups: dict[str, str] = field(default_factory=dict)
    doubtful: bool = False
    file: str = ""
    read: bool | None = None

    def json(self, number: int) -> dict[str, Any]:
        """As the page's script has it."""
        optional = {key: value for key in ("patient", "read") if (value := getattr(self, key)) is not None}
        return {
            "file": self.file or f"film{number}.png",
            "label": self.label,
            "score": self.score,
            "refused": self.refused,
            "groups": self.groups,
            "doubtful": self.doubtful,
            **optional,
        }


@dataclass(frozen=True)
class Options:
    """As `Options` there."""

    threshold: float = 0.5
    prevalence: float | None = None
    refused: RefusedAs = "left-out"
    resamples: int = 40
    seed: int = 2020


def as_json(cases: Sequence[Case]) -> list[dict[str, Any]]:
    """All of them as the page's script has them."""
    return [case.json(number) for number, case in enumerate(cases)]


def ask(*calls: tuple[str, dict[str, Any]]) -> list[Any]:
    """What the page's measuring worker answers to calls, by name and input, run in Node."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "requests.json"
        path.write_text(json.dumps([{"call": call, "input": given} for call, given in calls]), "utf-8")
        answers: list[Any] = json.loads(node.run_program("measure", [str(path)], "the films cannot be measured"))
    return answers


def measured(cases: Sequence[Case], options: Options) -> dict[str, Any]:
    """`Measured` there, as the page computes it."""
    answer: dict[str, Any] = ask(("measure", {"cases": as_json(cases), "options": vars(options)}))[0]
    return answer


def numbers(seed: int, count: int) -> npt.NDArray[np.uint32]:
    """The first of the page's random numbers (site_template/src/measure/random.ts)."""
    with np.errstate(over="ignore"):
        z = np.uint32(seed & 0xFFFFFFFF) + np.uint32(0x9E3779B9) * np.arange(1, count + 1, dtype=np.uint32)
        z = (z ^ (z >> np.uint32(16))) * np.uint32(0x21F0AAAD)
        z = (z ^ (z >> np.uint32(15))) * np.uint32(0x735A2D97)
        return np.asarray(z ^ (z >> np.uint32(15)))


def units_of(cases: Sequence[Case]) -> Ints:
    """The patient of each film, in the order in which they appear; a film without one is a unit of its own."""
    seen: dict[object, int] = {}
    keys = (case.patient or ("no patient", number) for number, case in enumerate(cases))
    return np.array([seen.setdefault(key, len(seen)) for key in keys], dtype=np.int64)


def resampled(units: Ints, options: Options) -> Iterator[Ints]:
    """How often each film counts in every resample."""
    count = int(units.max()) + 1
    drawn = (numbers(options.seed, options.resamples * count).astype(np.uint64) * np.uint64(count)) >> np.uint64(32)
    for chosen in drawn.astype(np.int64).reshape(options.resamples, count):
        yield np.bincount(chosen, minlength=count)[units]


def bounds(values: Sequence[float], resamples: int) -> tuple[float | None, float | None]:
    """Percentiles of the resamples in which the figure is defined; none where those are fewer than half."""
    finite = [value for value in values if not math.isnan(value)]
    if not finite or len(finite) < resamples / 2:
        return None, None
    low, high = np.quantile(finite, [0.025, 0.975])
    return float(low), float(high)


def interval(figure: Callable[[Ints], float], units: Ints, options: Options) -> tuple[float | None, float | None]:
    """A figure's percentile interval; it gets how often each film counts."""
    return bounds([figure(times) for times in resampled(units, options)], options.resamples)


def wilson(hits: float, n: float) -> tuple[float, float]:
    """Wilson 1927."""
    share = hits / n
    centre = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z * math.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2)) / (1 + Z**2 / n)
    return max(0, centre - half), min(1, centre + half)


@dataclass(frozen=True)
class Rows:
    """Films as one way of counting refused ones takes them."""

    label: Ints
    score: Floats
    read: Ints
    units: Ints


def rows_of(cases: Sequence[Case], options: Options, way: RefusedAs) -> Rows:
    """Refused films that count stand above or below all others: 2 and −1."""
    counted = [case for case in cases if way != "left-out" or case.score is not None]
    up = [way == "positive" or case.label == 0 for case in counted]
    score = [
        case.score if case.score is not None else (2.0 if above else -1.0)
        for case, above in zip(counted, up, strict=True)
    ]
    read = [
        above if case.score is None else case.read if case.read is not None else case.score >= options.threshold
        for case, above in zip(counted, up, strict=True)
    ]
    return Rows(
        np.array([case.label for case in counted], dtype=np.int64),
        np.array(score, dtype=np.float64),
        np.array(read, dtype=np.int64),
        units_of(counted),
    )


def rate(hits: npt.NDArray[np.bool_], of: npt.NDArray[np.bool_], units: Ints, options: Options) -> dict[str, Any]:
    """A share of films and its interval."""
    n, found = int(of.sum()), int((hits & of).sum())
    if n == 0:
        return {"value": None, "low": None, "high": None, "n": 0}
    clustered = len(np.unique(units)) < len(units)
    if clustered and 0 < found < n:
        with np.errstate(invalid="ignore"):
            low, high = interval(lambda w: float(np.sum(w[hits & of]) / np.sum(w[of])), units, options)
    else:
        patients = len(np.unique(units[of]))
        low, high = wilson(found / n * patients, patients)
    return {"value": found / n, "low": low, "high": high, "n": n}


def performance(rows: Rows, options: Options) -> dict[str, Any]:
    """The figures of `Performance` in types.ts, by scikit-learn."""
    label, score, read = rows.label, rows.score, rows.read
    ill, everything = label == 1, np.ones(len(label), dtype=bool)
    found: dict[str, Any] = {"n": len(label), "positive": int(ill.sum()), "others": int((~ill).sum())}
    for name, figure in (("auroc", roc_auc_score), ("averagePrecision", average_precision_score)):
        if len(np.unique(label)) < 2:
            found[name] = {"value": None, "low": None, "high": None}
            continue

        def weighted(times: Ints, figure: Callable[..., float] = figure) -> float:
            kept = times > 0
            if len(np.unique(label[kept])) < 2:
                return math.nan
            return float(figure(label[kept], score[kept], sample_weight=times[kept]))

        low, high = interval(weighted, rows.units, options)
        found[name] = {"value": float(figure(label, score)), "low": low, "high": high}
    right = read == label
    found["sensitivity"] = rate(right, ill, rows.units, options)
    found["specificity"] = rate(right, ~ill, rows.units, options)
    found["accuracy"] = rate(right, everything, rows.units, options)
    if len(label):
        assert math.isclose(found["accuracy"]["value"], accuracy_score(label, read))
    if options.prevalence is None:
        found["ppv"] = rate(right, read == 1, rows.units, options)
        found["npv"] = rate(right, read == 0, rows.units, options)
    (tn, fp), (fn, tp) = (
        confusion_matrix(label, read, labels=[0, 1]) if len(label) else np.zeros((2, 2), dtype=int)
    ).tolist()
    found["matrix"] = {"truePositives": tp, "falseNegatives": fn, "falsePositives": fp, "trueNegatives": tn}
    return found


def log_odds(score: Floats) -> Floats:
    """As far from the ends as the page's."""
    inside = np.clip(score, EDGE, 1 - EDGE)
    return np.log(inside / (1 - inside))


def ece(label: npt.NDArray[Any], score: Floats, times: npt.NDArray[Any] | None = None) -> float:
    """Expected calibration error as training's (training/evaluation/metrics.py), of films that count several times."""
    times = np.ones(len(label)) if times is None else times
    bins = np.minimum((score * BINS).astype(int), BINS - 1)
    off = np.bincount(bins, times * (score - label), BINS)
    return float(np.abs(off).sum() / times.sum())


def line(label: Ints, x: Floats) -> tuple[float, float]:
    """Intercept and slope of the logistic regression of the label on x, without a penalty."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = LogisticRegression(C=math.inf, tol=1e-12, max_iter=10_000, solver="newton-cholesky")
        model.fit(x[:, None], label)
    return float(model.intercept_[0]), float(model.coef_[0, 0])


def calibration(rows: Rows, options: Options) -> dict[str, Any] | None:
    """ECE, log-loss, Brier score, and the slope where the classes overlap."""
    if not len(rows.label):
        return None
    label, score = rows.label, rows.score
    x = log_odds(score)
    low, high = interval(lambda times: ece(label, score, times), rows.units, options)
    inside = np.clip(score, EDGE, 1 - EDGE)
    found: dict[str, Any] = {
        "ece": {"value": ece(label, score), "low": low, "high": high},
        "logLoss": log_loss(label, inside, labels=[0, 1]),
        "brier": brier_score_loss(label, score, pos_label=1),
        "slope": None,
    }
    ill, well = x[label == 1], x[label == 0]
    if len(ill) and len(well) and ill.min() < well.max() and well.min() < ill.max():
        found["slope"] = line(label, x)[1]
    return found


def expected(cases: Sequence[Case], options: Options) -> dict[str, Any]:
    """What `measured` must say of these films, refused ones included: the reference of every test through the page as well."""
    refused = np.array([case.score is None for case in cases], dtype=bool)
    first = performance(rows_of(cases, options, WAYS[0]), options)
    others = {way: performance(rows_of(cases, options, way), options) if refused.any() else first for way in WAYS[1:]}
    ways = {WAYS[0]: first, **others}
    everything = np.ones(len(cases), dtype=bool)
    return {
        **ways[options.refused],
        "ways": ways,
        "refusals": rate(refused, everything, units_of(cases), options) if len(cases) else None,
        "calibration": calibration(rows_of(cases, options, "left-out"), options),
    }
