"""From a run's predictions to its evaluation: everything in `evaluation.json` follows from `predictions.csv.gz` and `splits.csv`.

`evaluation_of(run, read_predictions(run.folder))` gives again what `evaluate` wrote, without TensorFlow and without a film.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import softmax
from sklearn.metrics import precision_recall_fscore_support

from training.evaluation import metrics
from training.evaluation.chosen import CHOSEN_ON, NOTHING_CHOSEN, Chosen, Evaluated, choose
from training.evaluation.metrics import Metric, Scores
from training.evaluation.operating_points import RULE_IN, SCREENING, calibrated, decide
from training.evaluation.predictions import labels_of, logits_of
from training.films.external import PREFIX
from training.films.patients import patient_of, subtype_of

Mask = npt.NDArray[np.bool_]

TWINLESS = "test_without_duplicates"
# Each title follows a number: `468 validation films`.
TITLES = {
    "val": "validation films",
    "val_varied": "varied validation films",
    "test": "test films",
    TWINLESS: "test films without duplicates",
}
OF_ONE_SIDE = ("loss", "accuracy", "sensitivity", "specificity")
# The same of what is no radiograph.
OF_PICTURES = {split: title.replace("films", "pictures") for split, title in TITLES.items()}


def evaluation_of(
    run: Evaluated, predictions: pd.DataFrame, titles: Mapping[str, str] | None = None, chosen: Chosen | None = None
) -> dict[str, Any]:
    """Fixes temperature and operating points on validation and measures every split.

    Args:
        run: The run; its splits.csv tells patients and duplicates.
        predictions: `predictions.csv.gz`, as `training.evaluation.predictions.read_predictions` gives it.
        titles: Split name → what people call its films, such as `films of adults`; external ones by default by the split's name.
        chosen: What is fixed already, if it is: then no film chooses anything.

    Returns:
        The contents of `evaluation.json`: `splits`, `calibration`, `operating_points`, `metrics`, `classification_report`,
        `confusion_matrix`, each a list of rows that name their split.
    """
    class_names = run.class_names
    logits = logits_of(predictions, class_names)
    val = (predictions["split"] == "val").to_numpy()
    chosen = chosen or choose(run, predictions)
    temperature, points = chosen.temperature, chosen.points
    scores = scores_of(run, predictions, temperature, points[0].threshold if points else None, chosen.offset)

    views = views_of(run, predictions)
    patients = patients_of(run, predictions)
    return {
        "schema_version": 1,
        "name": run.name,
        "class_names": class_names,
        "positive_class": run.positive_class,
        "interval": {
            "level": 0.95,
            "method": "percentile bootstrap over patients",
            "resamples": metrics.RESAMPLES,
            "seed": metrics.BOOTSTRAP_SEED,
        },
        "splits": [
            {"name": name, "title": (TITLES | dict(titles or {})).get(name, _title(name)), "n": int(mask.sum())}
            for name, mask in views.items()
        ],
        "calibration": None
        if chosen is NOTHING_CHOSEN
        else {
            "method": "temperature",
            "temperature": temperature,
            **({"offset": chosen.offset} if chosen.offset else {}),
            "ece": metrics.expected_calibration_error(scores.take(val)),
            "split": "val",
            "n": int(val.sum()),
        },
        "thresholds_chosen_on": [name for name in CHOSEN_ON if name in views and points],
        "operating_points": [
            _operating_point(point.name, point.threshold, name, scores.take(mask), patients[mask])
            for point in points
            for name, mask in views.items()
            if name != TWINLESS and scores.take(mask).has_both
        ],
        "metrics": [
            row
            for name, mask in views.items()
            for row in [
                *_metrics(name, scores.take(mask), logits[mask], patients[mask], run),
                *_indeterminate(name, scores.take(mask), patients[mask], {p.name: p.threshold for p in points}),
                *_asides(name, scores.take(mask), predictions[mask], run, patients[mask]),
            ]
        ],
        "classification_report": [
            row for name, mask in views.items() for row in classification_report(name, scores.take(mask), class_names)
        ],
        "confusion_matrix": [
            row for name, mask in views.items() for row in confusion_matrix(name, scores.take(mask), class_names)
        ],
    }


def scores_of(
    run: Evaluated, predictions: pd.DataFrame, temperature: float, threshold: float | None, offset: float = 0.0
) -> Scores:
    """The readings at this temperature, offset and threshold; None reads every film as its likeliest class."""
    positive = run.class_names.index(run.positive_class)
    probability = softmax(calibrated(logits_of(predictions, run.class_names), temperature, offset, positive), axis=1)
    return Scores(
        labels_of(predictions, run.class_names), decide(probability, positive, threshold), probability, positive
    )


def views_of(run: Evaluated, predictions: pd.DataFrame) -> dict[str, Mask]:
    """The rows of every split: validation, test, test without its duplicates, external films."""
    split = predictions["split"]
    first = [name for name in ("val", "val_varied", "test") if (split == name).any()]
    views = {name: (split == name).to_numpy() for name in first}
    if "test" in views:
        digests = predictions["path"].map(run.splits.set_index("path")["sha256"]).where(split == "test")
        twins = (digests.duplicated() & digests.notna()).to_numpy()
        if twins.any():
            views[TWINLESS] = views["test"] & ~twins
    return views | {name: (split == name).to_numpy() for name in split.unique() if name not in first}


def patients_of(run: Evaluated, predictions: pd.DataFrame) -> npt.NDArray[Any]:
    """The patient of each row: by splits.csv, for external films by file name."""

    def by_name(path: str) -> str:
        name = path.split("/")[-1]
        patient = patient_of(name)
        return patient.patient_id if patient else name

    external = predictions["path"].map(by_name)
    here = predictions["path"].map(run.splits.set_index("path")["patient_id"])
    return here.where(~predictions["split"].str.startswith(PREFIX), external).to_numpy()


def _title(split: str) -> str:
    return f"films of {split.removeprefix(PREFIX).replace('_', ' ')}"


def _rows(
    split: str, measured: Mapping[str, Metric], scores: Scores, patients: npt.NDArray[Any]
) -> list[dict[str, Any]]:
    """Metrics with their intervals; no row where one is not defined, such as the precision of a class that is never read."""
    return [
        {"metric": name, "value": value, "low": low, "high": high, "n": len(scores.label), "split": split}
        for name, (value, low, high) in metrics.with_intervals(measured, scores, patients).items()
        if np.isfinite(value)
    ]


def _operating_point(
    name: str, threshold: float, split: str, scores: Scores, patients: npt.NDArray[Any]
) -> dict[str, Any]:
    """Sensitivity and specificity of a threshold on one split."""
    scores = _at(scores, threshold)
    point: dict[str, Any] = {"name": name, "threshold": threshold, "split": split, "n": len(scores.label)}
    shares = {name: metrics.METRICS[name] for name in ("sensitivity", "specificity")}
    for share, (value, low, high) in metrics.with_intervals(shares, scores, patients).items():
        point[share] = value
        if low is not None:
            point[f"{share}_interval"] = [low, high]
    return point


def _at(scores: Scores, threshold: float) -> Scores:
    """The same films read at another threshold."""
    predicted = decide(scores.probability, scores.positive, threshold)
    return Scores(scores.label, predicted, scores.probability, scores.positive)


def _metrics(
    split: str,
    scores: Scores,
    logits: npt.NDArray[np.float64],
    patients: npt.NDArray[Any],
    run: Evaluated,
) -> list[dict[str, Any]]:
    """The metrics at the default operating point, and those that were reported in 2020: at 0.5, and the loss without a temperature.

    Where no class is looked for, there is nothing to say of one against the others alone.
    """
    of_classes = metrics.class_metrics(run.class_names)
    if not (scores.has_both or run.reads_likeliest):
        # Films of one side say how many of them are read rightly, and nothing of precision or calibration.
        return _rows(split, {name: metrics.METRICS[name] for name in OF_ONE_SIDE}, scores, patients)
    if run.reads_likeliest:
        return _rows(split, {"loss": metrics.loss, "accuracy": metrics.accuracy} | of_classes, scores, patients)
    at_half = _at(scores, 0.5)
    as_given = Scores(scores.label, scores.predicted, softmax(logits, axis=1), scores.positive)
    of_half = {"accuracy_at_0.5": metrics.accuracy, "specificity_at_0.5": metrics.specificity}
    return [
        *_rows(split, metrics.METRICS | of_classes, scores, patients),
        *_rows(split, of_half, at_half, patients),
        *_rows(split, {"loss_uncalibrated": metrics.loss}, as_given, patients),
    ]


def _indeterminate(
    split: str, scores: Scores, patients: npt.NDArray[Any], thresholds: dict[str, float]
) -> list[dict[str, Any]]:
    """The share of films between the screening and the rule-in threshold, where there are these."""
    if not {SCREENING, RULE_IN} <= thresholds.keys():
        return []

    def indeterminate(some: Scores) -> float:
        p = some.positive_probability
        return float(((p >= thresholds[SCREENING]) & (p < thresholds[RULE_IN])).mean())

    return _rows(split, {"indeterminate": indeterminate}, scores, patients)


def _asides(
    split: str, scores: Scores, predictions: pd.DataFrame, run: Evaluated, patients: npt.NDArray[Any]
) -> list[dict[str, Any]]:
    """Measured on the run's own films: how far their shape alone tells the classes apart, and the recall of each subtype."""
    rows: list[dict[str, Any]] = []
    if run.reads_likeliest or split not in ("val", "test", TWINLESS):
        return rows
    film = run.splits.set_index("path").loc[predictions["path"]]
    by_shape = np.zeros_like(scores.probability)
    by_shape[:, scores.positive] = film["width"] / (film["width"] + film["height"])
    of_shape = Scores(scores.label, scores.predicted, by_shape, scores.positive)
    rows += _rows(split, {"auroc_of_shape_alone": metrics.auroc}, of_shape, patients)
    of_films = np.array([subtype_of(path.split("/")[-1]) or "" for path in predictions["path"]])
    for subtype in sorted(set(of_films) - {""}):
        chosen = (of_films == subtype) & scores.is_positive
        if chosen.any():
            # The films of the subtype, and all negative ones so that a resample always holds both classes.
            mask = chosen | ~scores.is_positive
            [row] = _rows(split, {f"{subtype}_recall": metrics.sensitivity}, scores.take(mask), patients[mask])
            rows.append(row | {"n": int(chosen.sum())})
    return rows


def classification_report(split: str, scores: Scores, class_names: list[str]) -> list[dict[str, Any]]:
    """Precision, recall, F1 and support of every class; None where nothing is there to divide by."""
    columns = precision_recall_fscore_support(
        scores.label, scores.predicted, labels=range(len(class_names)), zero_division=np.nan
    )
    return [
        {
            "split": split,
            "class": name,
            **{
                measure: float(value) if np.isfinite(value) else None
                for measure, value in zip(("precision", "recall", "f1"), values, strict=True)
            },
            "support": int(support),
        }
        for name, *values, support in zip(class_names, *columns, strict=True)
    ]


def confusion_matrix(split: str, scores: Scores, class_names: list[str]) -> list[dict[str, Any]]:
    """Films by label and reading."""
    counts = metrics.confusion(scores, len(class_names))
    return [
        {"split": split, "label": label, "read_as": read_as, "n": int(counts[i, j])}
        for i, label in enumerate(class_names)
        for j, read_as in enumerate(class_names)
    ]
