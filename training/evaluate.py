"""`python -m training evaluate RUN`: fixes temperature and threshold on validation, then reports on test, once."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import logsumexp, softmax

from training import metrics
from training.decide import choose_threshold, decide, fit_temperature
from training.evaluation_figures import draw_figures, draw_learning_curves
from training.films import PreparedData
from training.history import read_history
from training.metrics import Scores
from training.patients import kaggle_subtype
from training.run import Run, read_run

OPERATING_POINT = "balanced"


def evaluate(folder: Path, prepared_folder: Path | None = None) -> dict[str, Any]:
    """Writes `predictions.csv`, `evaluation.json` and `figures/*.svg` into the run, and prints the main figures.

    The test films are read here and nowhere else. Nothing is chosen by them.
    """
    run = read_run(folder)
    films = run.prepared(prepared_folder)
    class_names = run.class_names
    positive = class_names.index(run.config.data.positive_class)
    table = films.table[films.table["split"] != "train"].reset_index(drop=True)
    labels = np.array([class_names.index(name) for name in table["label"]])
    split = table["split"].to_numpy()

    logits = predict_logits(run, films, table["path"].tolist())  # [n, classes], uncalibrated

    val = split == "val"
    temperature = fit_temperature(logits[val], labels[val])
    probability = softmax(logits / temperature, axis=1)
    threshold = choose_threshold(log_odds(logits[val] / temperature, positive), labels[val] == positive)

    table["logit"] = log_odds(logits, positive)
    table["probability"] = probability[:, positive]
    scores = Scores(labels, decide(probability, positive, threshold), probability, positive)
    scores_at_half = Scores(labels, decide(probability, positive, 0.5), probability, positive)

    views = {name: split == name for name in ("val", "test") if (split == name).any()}
    if "test" in views and (twins := table["sha256"].duplicated() & views["test"]).any():
        views["test_without_duplicates"] = views["test"] & ~twins
    evaluation = {
        "schema_version": 1,
        "name": run.config.name,
        "class_names": class_names,
        "positive_class": run.config.data.positive_class,
        "interval": {
            "level": 0.95,
            "method": "percentile bootstrap over patients",
            "resamples": metrics.RESAMPLES,
            "seed": metrics.BOOTSTRAP_SEED,
        },
        "calibration": {
            "method": "temperature",
            "temperature": temperature,
            "ece": metrics.expected_calibration_error(scores.take(val)),
            "split": "val",
            "n": int(val.sum()),
        },
        "operating_points": [
            operating_point(threshold, scores, mask, name, table)
            for name, mask in views.items()
            if name in ("val", "test")
        ],
        "metrics": [
            row
            for name, mask in views.items()
            for row in split_metrics(
                name, scores.take(mask), scores_at_half.take(mask), table[mask], class_names, uncalibrated=logits[mask]
            )
        ],
        "classification_report": [
            row for name, mask in views.items() for row in classification_report(name, scores.take(mask), class_names)
        ],
        "confusion_matrix": [
            row for name, mask in views.items() for row in confusion_matrix(name, scores.take(mask), class_names)
        ],
    }

    predictions = table[["path", "label", "split", "logit", "probability"]].copy()
    if len(class_names) > 2:
        for number, name in enumerate(class_names):
            predictions[f"logit_{name}"] = logits[:, number]
    predictions.to_csv(folder / "predictions.csv", index=False, float_format="%.7g")
    draw_figures(
        folder / "figures",
        {name: scores.take(mask) for name, mask in views.items() if name in ("val", "test")},
        class_names,
        threshold,
    )
    if history := read_history(folder):
        draw_learning_curves(folder / "figures" / "learning_curves.svg", history, run.config.fit.kept_epoch)
    temporary = folder / "evaluation.json.partial"
    temporary.write_text(json.dumps(evaluation, indent=1) + "\n", encoding="utf-8")
    temporary.replace(folder / "evaluation.json")
    print_summary(evaluation)
    print(f"\nwrote evaluation.json, predictions.csv and figures/ in {folder}\nnext: python -m export {folder}")
    return evaluation


def predict_logits(run: Run, films: PreparedData, paths: list[str]) -> npt.NDArray[np.float64]:
    """Uncalibrated logits `[n, classes]`; a sigmoid network's are `[0, z]`, whose softmax is its sigmoid."""
    keras_model = run.load_model()
    from training.models import logit_model

    model = logit_model(keras_model)
    batch = 256  # films decoded at a time: a whole test set of float32 films need not fit in memory
    parts = [
        model.predict(
            films.load(paths[start : start + batch], run.config.model.image_converter), batch_size=32, verbose=0
        )
        for start in range(0, len(paths), batch)
    ]
    logits = np.concatenate(parts).astype(np.float64)
    return np.hstack([np.zeros_like(logits), logits]) if logits.shape[1] == 1 else logits


def log_odds(logits: npt.NDArray[np.float64], positive: int) -> npt.NDArray[np.float64]:
    """`log(p / (1 − p))` of the positive class, `[n]`, from logits `[n, classes]`."""
    return logits[:, positive] - logsumexp(np.delete(logits, positive, axis=1), axis=1)


def operating_point(
    threshold: float, scores: Scores, mask: npt.NDArray[np.bool_], split: str, table: pd.DataFrame
) -> dict[str, Any]:
    """What the threshold gives on one split."""
    point: dict[str, Any] = {"name": OPERATING_POINT, "threshold": threshold, "split": split, "n": int(mask.sum())}
    for name in ("sensitivity", "specificity"):
        value, low, high = metrics.with_interval(
            metrics.METRICS[name], scores.take(mask), table.loc[mask, "patient_id"].to_numpy()
        )
        point[name] = value
        if low is not None:
            point[f"{name}_interval"] = [low, high]
    return point


def split_metrics(
    split: str,
    scores: Scores,
    scores_at_half: Scores,
    table: pd.DataFrame,
    class_names: list[str],
    *,
    uncalibrated: npt.NDArray[np.float64],
) -> list[dict[str, Any]]:
    """Every metric of one split with its interval."""
    patients = table["patient_id"].to_numpy()
    rows: list[dict[str, Any]] = []

    def add(name: str, metric: Callable[[Scores], float], of: Scores, who: npt.NDArray[Any]) -> None:
        value, low, high = metrics.with_interval(metric, of, who)
        if np.isfinite(value):  # a class that is never read has no precision
            rows.append({"metric": name, "value": value, "low": low, "high": high, "n": len(of.label), "split": split})

    for name, metric in (metrics.METRICS | metrics.class_metrics(class_names)).items():
        add(name, metric, scores, patients)
    # What 2020 reported: the plain 0.5, and the loss of the probabilities as the network gives them.
    add("accuracy_at_0.5", metrics.accuracy, scores_at_half, patients)
    add("specificity_at_0.5", metrics.specificity, scores_at_half, patients)
    as_given = Scores(scores.label, scores.predicted, softmax(uncalibrated, axis=1), scores.positive)
    add("loss_uncalibrated", metrics.loss, as_given, patients)
    # A control, no reading: how far the film's shape alone tells the classes apart.
    shape = (table["width"] / (table["width"] + table["height"])).to_numpy()
    probability = np.zeros_like(scores.probability)
    probability[:, scores.positive] = shape
    add(
        "auroc_of_shape_alone",
        metrics.auroc,
        Scores(scores.label, scores.predicted, probability, scores.positive),
        patients,
    )
    subtypes = np.array([kaggle_subtype(path.split("/")[-1]) or "" for path in table["path"]])
    for subtype, title in (("bacteria", "bacterial"), ("virus", "viral")):
        chosen = (subtypes == subtype) & scores.is_positive
        if chosen.any():
            # Recall of one kind: its films, and all others so that a resample always holds both classes.
            mask = chosen | ~scores.is_positive
            add(f"{title}_recall", metrics.sensitivity, scores.take(mask), patients[mask])
            rows[-1]["n"] = int(chosen.sum())
    return rows


def classification_report(split: str, scores: Scores, class_names: list[str]) -> list[dict[str, Any]]:
    """Precision, recall, F1 and support of every class."""
    rows = []
    for number, name in enumerate(class_names):
        hits = int(((scores.label == number) & (scores.predicted == number)).sum())
        support, predicted = int((scores.label == number).sum()), int((scores.predicted == number).sum())
        rows.append(
            {
                "split": split,
                "class": name,
                "precision": hits / predicted if predicted else None,
                "recall": hits / support if support else None,
                "f1": 2 * hits / (support + predicted) if support + predicted else None,
                "support": support,
            }
        )
    return rows


def confusion_matrix(split: str, scores: Scores, class_names: list[str]) -> list[dict[str, Any]]:
    """Films by label and reading."""
    return [
        {
            "split": split,
            "label": label,
            "read_as": read_as,
            "n": int(((scores.label == i) & (scores.predicted == j)).sum()),
        }
        for i, label in enumerate(class_names)
        for j, read_as in enumerate(class_names)
    ]


def print_summary(evaluation: dict[str, Any]) -> None:
    """The figures a reader looks for first."""
    print(
        f"threshold {evaluation['operating_points'][0]['threshold']:.4f} on the probability, temperature {evaluation['calibration']['temperature']:.3f} (both from validation)"
    )
    rows = pd.DataFrame(evaluation["metrics"])
    rows["figure"] = [
        f"{value:.4f}" + (f" ({low:.4f}–{high:.4f})" if low is not None and low == low else "")
        for value, low, high in zip(rows["value"], rows["low"], rows["high"], strict=True)
    ]
    print(
        rows.pivot(index="metric", columns="split", values="figure").loc[rows["metric"].unique()].to_string(na_rep="")
    )
    for split in rows["split"].unique():
        report = pd.DataFrame([row for row in evaluation["classification_report"] if row["split"] == split]).drop(
            columns="split"
        )
        print(f"\nclassification report, {split}\n{report.to_string(index=False, float_format='%.4f')}")
