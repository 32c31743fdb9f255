"""The evaluation of a run whose films are of several populations: each with its own temperature, points and figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pandas as pd

from training.evaluation import metrics
from training.evaluation.chosen import Chosen, choose_for_population
from training.evaluation.evaluation import TITLES, evaluation_of, patients_of, scores_of, views_of
from training.evaluation.metrics import Scores
from training.films.external import PREFIX
from training.films.populations import Population
from training.run import Run

# What is measured of every hospital; of films of one side, what of it is defined.
OF_HOSPITALS = ("auroc", "sensitivity", "specificity", "ece")
TRAINED, HELD_BACK, NEVER = "trained on", "validation only", "never seen"


@dataclass(frozen=True)
class Part:
    """The films of one population.

    Attributes:
        population: Its words; None for all films of a run that knows none.
        predictions: Those of its films.
        chosen: What their validation fixes; None for a run that knows no population: `evaluation_of` chooses then.
    """

    population: Population | None
    predictions: pd.DataFrame
    chosen: Chosen | None

    def scores(self, run: Run, evaluation: Mapping[str, Any]) -> Scores:
        """The readings at the default operating point that `evaluation` fixed for these films."""
        points, calibration = evaluation["operating_points"], evaluation["calibration"]
        threshold = points[0]["threshold"] if points else None
        return scores_of(run, self.predictions, calibration["temperature"], threshold, calibration.get("offset", 0.0))


def parts_of(run: Run, predictions: pd.DataFrame) -> list[Part]:
    """The films of each population, the first first; all films as one part for a run that knows fewer than two."""
    if "population" not in predictions:
        return [Part(None, predictions, None)]
    parts = []
    for number, population in enumerate(run.config.data.populations):
        own = predictions[predictions["population"] == population.name].reset_index(drop=True)
        # The temperature of the first is part of the graph, which has no offset.
        chosen = choose_for_population(run, own, patients_of(run, own), may_offset=number > 0)
        parts.append(Part(population, own, chosen))
    return parts


def with_population(run: Run, predictions: pd.DataFrame, of_external: Mapping[str, str]) -> pd.DataFrame:
    """The predictions with the population of every film: by the run's splits.csv, of external films by their split.

    A run that knows fewer than two populations has no such column.
    """
    if len(run.config.data.populations) < 2:
        return predictions
    here = predictions["path"].map(run.splits.set_index("path")["population"])
    return predictions.assign(population=predictions["split"].map(of_external).fillna(here))


def evaluation_of_run(
    run: Run, predictions: pd.DataFrame, titles: Mapping[str, str] | None = None
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """`evaluation.json`, and what `evaluation_of` gives for the films of each population alone.

    The whole is the first population's, so that what knows no populations reads the films that the graph is calibrated for; `splits`
    names those of all, and `populations` has the choices and figures of each.
    """
    parts = parts_of(run, predictions)
    alone = [evaluation_of(run, part.predictions, titles, part.chosen) for part in parts]
    if parts[0].population is None:
        return alone[0], alone
    known = {split["name"]: split for evaluation in reversed(alone) for split in evaluation["splits"]}
    order = [name for name in TITLES if name in known] + [name for name in known if name not in TITLES]
    populations = []
    for part, evaluation in zip(parts, alone, strict=True):
        assert part.population is not None and part.chosen is not None  # noqa: PT018 - for the type checker
        populations.append(
            msgspec.to_builtins(part.population)
            | {
                "hospitals": hospitals_of(run, part, evaluation),
                "calibration": evaluation["calibration"],
                "operating_points": evaluation["operating_points"],
                "left_out_points": [{"name": name, "reason": why} for name, why in part.chosen.left_out.items()],
                "evaluation": evaluation["metrics"],
            }
        )
    return alone[0] | {"splits": [known[name] for name in order], "populations": populations}, alone


def hospitals_of(run: Run, part: Part, evaluation: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each hospital of a population, and each external set: how many of its films were trained on, and what was measured there.

    Returns:
        Objects with `name`, `title`, `seen`, `trained_on` and `evaluation`, rows as in `metrics`, at the default point of the population.
    """
    if part.population is None or run.reads_likeliest:
        return []
    scores, patients = part.scores(run, evaluation), patients_of(run, part.predictions)
    views, split = views_of(run, part.predictions), part.predictions["split"]
    at = part.predictions["path"].map(run.splits.set_index("path")["hospital"]).where(~split.str.startswith(PREFIX))
    train = run.splits.loc[run.splits["split"] == "train", "hospital"]
    titles = {each["name"]: each["title"] for each in evaluation["splits"]}

    def measured(own: Mapping[str, npt.NDArray[np.bool_]]) -> list[dict[str, Any]]:
        films = [(name, mask) for name, mask in own.items() if mask.any()]
        return [row for name, mask in films for row in _measured(name, scores.take(mask), patients[mask])]

    found: list[dict[str, Any]] = []
    for own in run.config.data.hospitals:
        if own.population == part.population.name:
            trained_on = int((train == own.name).sum()) if run.config.fit.weights.get(own.name, 1.0) > 0 else 0
            words = {"name": own.name, "title": own.title, "seen": TRAINED if trained_on else HELD_BACK}
            films = {name: mask & (at == own.name).to_numpy() for name, mask in views.items()}
            found.append({**words, "trained_on": trained_on, "evaluation": measured(films)})
    for name, mask in views.items():
        if name.startswith(PREFIX):
            words = {"name": name.removeprefix(PREFIX), "title": titles[name], "seen": NEVER}
            found.append({**words, "trained_on": 0, "evaluation": measured({name: mask})})
    return found


def _measured(split: str, scores: Scores, patients: npt.NDArray[Any]) -> list[dict[str, Any]]:
    wanted = OF_HOSPITALS if scores.has_both else ("sensitivity", "specificity")
    measured = metrics.with_intervals({name: metrics.METRICS[name] for name in wanted}, scores, patients)
    return [
        {"metric": name, "value": value, "low": low, "high": high, "n": len(scores.label), "split": split}
        for name, (value, low, high) in measured.items()
        if np.isfinite(value)
    ]
