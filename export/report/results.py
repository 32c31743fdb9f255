"""All that is known of every run, read from the files that the stages stored: evaluation, audit, other seeds, size, time."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from plainfilm.errors import PlainfilmError
from plainfilm.files import read_json
from training.evaluation import metrics
from training.evaluation.evaluation import OF_ONE_SIDE, TITLES, scores_of, views_of
from training.evaluation.predictions import read_predictions
from training.fitting.history import read_history
from training.run import Run, read_run

# The metrics of every comparison, and their headings.
METRICS = {
    "accuracy": "Accuracy",
    "auroc": "AUROC",
    "average_precision": "Average precision",
    "sensitivity": "Sensitivity",
    "specificity": "Specificity",
    "ece": "ECE",
}
# Runs of one recipe with other seeds stand beside it: NAME_seed2, NAME_seed3, …
SEED = re.compile(r"_seed\d+$")
# How far a figure from predictions.csv.gz may lie from the one in evaluation.json.
TOLERANCE = 1e-6


@dataclass(frozen=True)
class Result:
    """One evaluated run.

    Attributes:
        run: Its folder, config and splits.
        evaluation: `evaluation.json`, found to follow from `predictions.csv.gz`.
        predictions: `predictions.csv.gz`; of several populations, what it holds of the first, of which the evaluation's own lists speak.
        audit: `audit.json`; empty where the run has not been audited.
        metadata: `metadata.json` of its bundle; empty where it has none.
        refusals, lateral: `refusals.json` and `lateral.json`; empty where they were not measured.
        ece_by_chance: Of each population, in the order of `by_population`: the ECE that validation would have on average if the
            probabilities were exactly right.
        shipped: Whether its bundle is the page's default.
        seeds: Runs of the same recipe with other seeds.
    """

    run: Run
    evaluation: dict[str, Any]
    predictions: pd.DataFrame
    audit: dict[str, Any]
    metadata: dict[str, Any]
    refusals: dict[str, Any] = field(default_factory=dict)
    lateral: dict[str, Any] = field(default_factory=dict)
    ece_by_chance: tuple[float, ...] = ()
    shipped: bool = False
    seeds: tuple[Result, ...] = ()

    def metric(self, name: str, split: str = "test") -> dict[str, Any] | None:
        """The row of `evaluation.json`: value, low, high, n."""
        rows = self.evaluation["metrics"]
        return next((row for row in rows if (row["metric"], row["split"]) == (name, split)), None)

    @property
    def splits(self) -> dict[str, str]:
        """Split → what people call its films."""
        return {split["name"]: TITLES.get(split["name"], split["title"]) for split in self.evaluation["splits"]}

    @property
    def by_population(self) -> list[tuple[str, dict[str, Any]]]:
        """The title of each population with its choices and figures; one without a title where the run knows none."""
        populations = self.evaluation.get("populations")
        if not populations:
            return [("", {**self.evaluation, "evaluation": self.evaluation["metrics"]})]
        return [(population["title"], population) for population in populations]

    @property
    def threshold(self) -> float:
        """Probability from which on a film is read as positive by default."""
        return float(self.evaluation["operating_points"][0]["threshold"])

    @property
    def weight_bytes(self) -> int | None:
        """Bytes of the weights that a visitor loads; None without a bundle."""
        files = self.metadata.get("files", [])
        return sum(f["bytes"] for f in files if f["path"].endswith(".bin") and "/" not in f["path"]) or None

    @property
    def milliseconds(self) -> float | None:
        """Time of one film as the audit measured it; None where it did not."""
        latency = self.audit.get("latency")
        return float(latency["milliseconds"]) if latency else None

    @property
    def training_seconds(self) -> float | None:
        """Seconds of all epochs; None where the history lacks them."""
        history = read_history(self.run.folder)
        return sum(row["seconds"] for row in history) if history and "seconds" in history[0] else None


def read_results(runs: Path, models: Path, bundles: Sequence[str] = ()) -> list[Result]:
    """Every evaluated run of real films, runs with other seeds inside the first of their recipe.

    The page's models come first and in its order, then other runs with a bundle, then the rest, each by name.

    Args:
        runs: The folder of run folders.
        models: The folder of bundles.
        bundles: Names of the page's bundles, its default first.

    Raises:
        PlainfilmError: No run is evaluated, or one's evaluation does not follow from its predictions.
    """
    by_recipe: dict[str, list[Result]] = {}
    for path in sorted(runs.glob("*/evaluation.json")):
        run = read_run(path.parent)
        if not run.config.data.phantom_films:
            result = _read_result(run, models, shipped=run.config.name in bundles[:1])
            by_recipe.setdefault(SEED.sub("", run.config.name), []).append(result)
    if not by_recipe:
        raise PlainfilmError(
            f"no evaluated run in {runs}", expected="RUN/evaluation.json", next_step="python -m training evaluate RUN"
        )

    def place(result: Result) -> tuple[int, bool, str]:
        name = result.run.config.name
        return bundles.index(name) if name in bundles else len(bundles), not result.metadata, name

    results = [dataclasses.replace(first, seeds=tuple(others)) for first, *others in by_recipe.values()]
    return sorted(results, key=place)


def _read_result(run: Run, models: Path, *, shipped: bool) -> Result:
    evaluation, predictions = run.evaluation(), read_predictions(run.folder)
    parts = _parts(run, evaluation, predictions)
    by_chance = tuple(_check(run, own, part) for own, part in parts)
    predictions = parts[0][1]
    audit, metadata = run.folder / "audit.json", models / run.config.name / "metadata.json"
    refusals, lateral = (_json(run.folder / name) for name in ("refusals.json", "lateral.json"))
    return Result(
        run, evaluation, predictions, _json(audit), _json(metadata), refusals, lateral, by_chance, shipped=shipped
    )


def _parts(
    run: Run, evaluation: dict[str, Any], predictions: pd.DataFrame
) -> list[tuple[dict[str, Any], pd.DataFrame]]:
    """The evaluation and the predictions of each population, the first first; of a run that knows none, those of all films."""
    if "populations" not in evaluation and "population" not in predictions:
        return [(evaluation, predictions)]
    try:
        return [
            (
                {**own, "metrics": own["evaluation"]},
                predictions[predictions["population"] == own["name"]].reset_index(drop=True),
            )
            for own in evaluation["populations"]
        ]
    except (KeyError, TypeError) as error:
        raise _stale(run, f"{type(error).__name__}: {error}") from None


def _check(run: Run, evaluation: dict[str, Any], predictions: pd.DataFrame) -> float:
    """Computes the figures of every split again from the stored predictions, and validation's ECE by chance."""
    try:
        calibration = evaluation["calibration"]
        stored = {(row["metric"], row["split"]): row["value"] for row in evaluation["metrics"]}
        threshold = evaluation["operating_points"][0]["threshold"]
        scores = scores_of(run, predictions, calibration["temperature"], threshold, calibration.get("offset", 0.0))
        names = {split["name"] for split in evaluation.get("splits", [])} or {split for _, split in stored}
        views = views_of(run, predictions)
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise _stale(run, f"{type(error).__name__}: {error}") from None
    if names != set(views):
        raise _stale(run, f"splits {', '.join(sorted(names))} beside predictions of {', '.join(sorted(views))}")
    for split, mask in views.items():
        measured = metrics.METRICS if scores.take(mask).has_both else {n: metrics.METRICS[n] for n in OF_ONE_SIDE}
        for name, metric in measured.items():
            value = metric(scores.take(mask))
            if np.isfinite(value) and not abs(value - stored.get((name, split), np.inf)) <= TOLERANCE:
                raise _stale(run, f"{name} on {split} {stored.get((name, split))}, from the predictions {value}")
    return metrics.ece_by_chance(scores.take(views["val"]).positive_probability)


def _stale(run: Run, received: str) -> PlainfilmError:
    return PlainfilmError(
        f"evaluation.json and predictions.csv.gz of {run.folder} do not belong together",
        received=received,
        expected="the figures of one and the same evaluation",
        next_step=f"python -m training evaluate {run.folder}",
    )


def _json(path: Path) -> dict[str, Any]:
    try:
        document: dict[str, Any] = read_json(path, with_nan=True)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise PlainfilmError(f"{path} cannot be read", received=error) from None
    return document
