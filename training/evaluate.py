"""`python -m training evaluate RUN`: fixes temperature and thresholds on validation, then reports on test and external films."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from plainfilm.errors import PlainfilmError, UsageError
from plainfilm.json_files import write_json
from training.evaluation.doubts import warn_of_doubts
from training.evaluation.evaluation import OF_PICTURES, TWINLESS, views_of
from training.evaluation.figures import confusion_matrix_file, draw_figures, draw_learning_curves
from training.evaluation.populations import evaluation_of_run, parts_of, with_population
from training.evaluation.predictions import predict, write_predictions
from training.films.external import ExternalFilms, check_populations, read_external, split_name
from training.films.header_words import tell_of_headers
from training.fitting.history import read_history
from training.run import Run, read_run


def evaluate(
    folder: Path, prepared_folder: Path | None = None, external: Sequence[ExternalFilms] = ()
) -> dict[str, Any]:
    """Writes `predictions.csv.gz`, `evaluation.json` and `figures/*.svg` into the run, and prints the main figures.

    Nothing is chosen by the test films or by external films. External films of an earlier evaluation are in the new one only
    if they are named again, for the earlier one may have been of other weights. Of several populations each has its own temperature
    and thresholds; the figures of all but the first lie in `figures/POPULATION/`.

    Args:
        folder: The run.
        prepared_folder: Its films, if they are no longer where its config says.
        external: External films.
    """
    run = read_run(folder)
    check_populations(external, [population.name for population in run.config.data.populations])
    check_names(external)
    films = run.prepared(prepared_folder)
    of_external = {split_name(each.folder): read_external(each.folder, run.class_names) for each in external}
    titles = {} if run.config.data.radiographs else dict(OF_PICTURES)
    titles |= {split_name(each.folder): each.title for each in external}
    for films_of in of_external.values():
        tell_of_headers(films_of.folder, films_of.table["path"])

    predictions = predict(run, films, of_external)
    predictions = with_population(run, predictions, {split_name(each.folder): each.population for each in external})
    evaluation, alone = evaluation_of_run(run, predictions, titles)
    before = figure_splits(run)
    probability = pd.Series(0.0, predictions.index)
    for part, own in zip(parts_of(run, predictions), alone, strict=True):
        scores = part.scores(run, own)
        chosen = predictions["population"] == part.population.name if part.population else slice(None)
        probability.loc[chosen] = scores.positive_probability
        views = {name: scores.take(mask) for name, mask in views_of(run, part.predictions).items() if name != TWINLESS}
        is_first = own is alone[0]
        figures = folder / "figures" if is_first or not part.population else folder / "figures" / part.population.name
        for split in before - set(views):
            confusion_matrix_file(figures, split).unlink(missing_ok=True)
        points = own["operating_points"]
        draw_figures(figures, views, run.class_names, points[0]["threshold"] if points else None)
    write_predictions(run, predictions.assign(probability=probability))
    if history := read_history(folder):
        draw_learning_curves(folder / "figures" / "learning_curves.svg", history, run.config.fit.kept_epoch)
    write_json(folder / "evaluation.json", evaluation)
    print_evaluation(evaluation, alone)
    print(f"\nwrote evaluation.json, predictions.csv.gz and figures/ in {folder}\nnext: python -m export {folder}")
    return evaluation


def check_names(external: Sequence[ExternalFilms]) -> None:
    """Checks that no two sets of external films have one name: their figures would be mixed.

    Raises:
        UsageError: Two have.
    """
    names: dict[str, Path] = {}
    for each in external:
        if (name := split_name(each.folder)) in names:
            raise UsageError(
                "two folders of external films have one name",
                received=f"{names[name]} and {each.folder}",
                expected="folders whose names differ, for figures are called so",
            )
        names[name] = each.folder


def figure_splits(run: Run) -> set[str]:
    """The splits that the evaluation before this one drew figures of; of those that are not measured again, they are removed."""
    try:
        return {split["name"] for split in run.evaluation()["splits"]}
    except (PlainfilmError, KeyError):
        return set()


def print_evaluation(evaluation: dict[str, Any], alone: Sequence[dict[str, Any]]) -> None:
    """The figures a reader looks for first, population by population, and what is doubtful in them."""
    populations = evaluation.get("populations", [{}])
    for population, own in zip(populations, alone, strict=True):
        if population:
            print(f"\n== {population['title']} ==")
        print_summary(own)
        for point in population.get("left_out_points", []):
            print(f"no point {point['name']}: {point['reason']}")
        warn_of_doubts(own)
    rows = [
        {"population": population["name"], "hospital": hospital["name"], "seen": hospital["seen"]} | row
        for population in populations
        for hospital in population.get("hospitals", [])
        for row in hospital["evaluation"]
    ]
    if rows:
        table = pd.DataFrame(rows).pivot_table(
            index=["population", "hospital", "seen", "split", "n"], columns="metric", values="value", sort=False
        )
        print(
            f"\nhospital by hospital, at the default point of its population\n{table.to_string(float_format='%.4f', na_rep='')}"
        )


def print_summary(evaluation: dict[str, Any]) -> None:
    """The figures a reader looks for first."""
    if calibration := evaluation["calibration"]:
        thresholds = {point["name"]: point["threshold"] for point in evaluation["operating_points"]}
        listed = ", ".join(f"{name} {threshold:.4f}" for name, threshold in thresholds.items())
        offset = f" and offset {calibration['offset']:+.3f}" if "offset" in calibration else ""
        print(
            f"temperature {calibration['temperature']:.3f}{offset}, {f'thresholds {listed}' if listed else 'no threshold'} (from validation)"
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
