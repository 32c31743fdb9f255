"""`python -m training evaluate RUN`: fixes temperature and thresholds on validation, then reports on test and external films."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from plainfilm.errors import PlainfilmError
from plainfilm.json_files import write_json
from training.evaluation.doubts import warn_of_doubts
from training.evaluation.evaluation import OF_PICTURES, TWINLESS, evaluation_of, scores_of, views_of
from training.evaluation.figures import confusion_matrix_file, draw_figures, draw_learning_curves
from training.evaluation.predictions import predict, write_predictions
from training.films.external import read_external, split_name
from training.fitting.history import read_history
from training.run import Run, read_run


def evaluate(
    folder: Path, prepared_folder: Path | None = None, external: Sequence[tuple[Path, str]] = ()
) -> dict[str, Any]:
    """Writes `predictions.csv.gz`, `evaluation.json` and `figures/*.svg` into the run, and prints the main figures.

    Nothing is chosen by the test films or by external films. External films of an earlier evaluation are in the new one only
    if they are named again, for the earlier one may have been of other weights.

    Args:
        folder: The run.
        prepared_folder: Its films, if they are no longer where its config says.
        external: Folders `CLASS/*` of external films, each with what people call its films.
    """
    run = read_run(folder)
    films = run.prepared(prepared_folder)
    of_external = {
        split_name(where): read_external(where, run.class_names, run.config.data.positive_class)
        for where, _ in external
    }
    titles = {} if run.config.data.radiographs else dict(OF_PICTURES)
    titles |= {split_name(where): title for where, title in external}

    predictions = predict(run, films, of_external)
    evaluation = evaluation_of(run, predictions, titles)
    temperature = evaluation["calibration"]["temperature"]
    points = evaluation["operating_points"]
    threshold = points[0]["threshold"] if points else None
    scores = scores_of(run, predictions, temperature, threshold)
    write_predictions(run, predictions.assign(probability=scores.positive_probability))
    figures = folder / "figures"
    views = {name: scores.take(mask) for name, mask in views_of(run, predictions).items() if name != TWINLESS}
    remove_stale_figures(run, views)
    draw_figures(figures, views, run.class_names, threshold)
    if history := read_history(folder):
        draw_learning_curves(figures / "learning_curves.svg", history, run.config.fit.kept_epoch)
    write_json(folder / "evaluation.json", evaluation)
    print_summary(evaluation)
    warn_of_doubts(evaluation)
    print(f"\nwrote evaluation.json, predictions.csv.gz and figures/ in {folder}\nnext: python -m export {folder}")
    return evaluation


def remove_stale_figures(run: Run, views: Collection[str]) -> None:
    """Removes the confusion matrices that the evaluation before this one drew of splits that are not measured again."""
    try:
        before = {split["name"] for split in run.evaluation()["splits"]}
    except (PlainfilmError, KeyError):
        return
    for split in before - set(views):
        confusion_matrix_file(run.folder / "figures", split).unlink(missing_ok=True)


def print_summary(evaluation: dict[str, Any]) -> None:
    """The figures a reader looks for first."""
    if calibration := evaluation["calibration"]:
        thresholds = {point["name"]: point["threshold"] for point in evaluation["operating_points"]}
        listed = ", ".join(f"{name} {threshold:.4f}" for name, threshold in thresholds.items())
        print(
            f"temperature {calibration['temperature']:.3f}, {f'thresholds {listed}' if listed else 'no threshold'} (from validation)"
        )
    rows = pd.DataFrame(evaluation["metrics"])
    rows["figure"] = [
        f"{value:.4f}" + (f" ({low:.4f}–{high:.4f})" if low is not None and low == low else "")
        for value, low, high in zip(rows["value"], rows["low"], rows["high"], strict=True)
    ]
    by_split = rows.pivot(index="metric", columns="split", values="figure")
    print(by_split.loc[rows["metric"].unique(), rows["split"].unique()].to_string(na_rep=""))
    if evaluation["operating_points"]:
        points = pd.DataFrame(evaluation["operating_points"])[["name", "split", "sensitivity", "specificity", "n"]]
        print(f"\noperating points\n{points.to_string(index=False, float_format='%.4f')}")
    for split in rows["split"].unique():
        report = pd.DataFrame([row for row in evaluation["classification_report"] if row["split"] == split])
        print(f"\n{split}\n{report.drop(columns='split').to_string(index=False, float_format='%.4f')}")
