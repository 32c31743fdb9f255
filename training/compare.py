"""`python -m training compare RUN RUN …`: which of several finished networks reads validation best, before any sees a test film."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from plainfilm.errors import UsageError
from training.evaluation.augmented import BATCH, DRAWS, HARDER_VARIATION, VARIATION, varied_films
from training.evaluation.metrics import auroc_of
from training.evaluation.operating_points import balanced_threshold
from training.evaluation.paired import patients_drawn_again, weighted_aurocs
from training.evaluation.predictions import log_odds
from training.films.arrays import Doubles
from training.films.prepared import PreparedData, load_files, native_pairs
from training.run import Run, read_run

ALL = "all together"


@dataclass(frozen=True)
class Read:
    """The readings of one network on validation, as log-odds of the positive class.

    Attributes:
        sets: Set of films → `[draws, n]`; plain validation has one draw.
        native: Log-odds of native files minus those of their copies, `[pairs]`; None without native files.
    """

    sets: dict[str, Doubles]
    native: Doubles | None


def compare(runs: Sequence[Path], *, prepared: Path | None = None, native: Path | None = None) -> pd.DataFrame:
    """Prints and returns one row per run, and one for their mean log-odds, as an ensemble would read.

    No test film is opened. The threshold is the balanced one of plain validation. Of several hospitals it prints what each run measures on
    every hospital's validation, at the threshold of its population, and the worst of these; their columns begin with the hospital's name.

    Args:
        runs: Finished runs of one prepared data set.
        prepared: Their films, if they are no longer where the configs say.
        native: A folder `CLASS/FILE` with the native files of films that the data set holds as copies of the same name.

    Raises:
        PlainfilmError: A run is not finished, or its films are missing.
        UsageError: The runs were trained on different splits.
    """
    opened = [read_run(folder) for folder in runs]
    films = opened[0].prepared(prepared)
    for run in opened[1:]:
        if not run.prepared(prepared).table[["path", "split"]].equals(films.table[["path", "split"]]):
            raise UsageError(
                f"{run.folder} and {opened[0].folder} cannot be compared", received="different splits", expected="runs of one prepared data set"
            )  # fmt: skip
    table = films.table[films.table["split"] == "val"]
    positive = (table["label"] == opened[0].config.data.positive_class).to_numpy()
    together: dict[str, Read] = {}
    for number, run in enumerate(opened):
        name = run.config.name if run.config.name not in together else f"{run.config.name} ({number + 1})"
        together[name] = read_validation(run, films, table["path"].tolist(), native)
        print(f"{run.config.name} read", flush=True)
    if len(together) > 1:
        together[ALL] = mean_of(list(together.values()))
    result = pd.DataFrame([{"run": name} | measures(positive, read) for name, read in together.items()]).set_index(
        "run"
    )
    print(f"\n{len(table)} validation films, augmented ones {DRAWS} times\n{result.to_string(float_format='%.4f')}")
    if len(together) > 1:
        print(
            f"\nmean of the AUROCs on varied and harder varied films\n{beside_the_best(table, positive, together).to_string(float_format='%.4f')}"
        )
    if "hospital" not in table:
        return result
    by_hospital = {name: of_hospitals(table, positive, read) for name, read in together.items()}
    long = pd.concat(by_hospital, names=["run"])
    print(
        f"\nby hospital, at the balanced threshold of each population\n{long.to_string(float_format='%.4f', na_rep='')}"
    )
    for name, measured in by_hospital.items():
        for measure, row in measured.iterrows():
            result.loc[name, [f"{hospital} {measure}" for hospital in row.index]] = row.to_numpy()
    return result


def read_validation(run: Run, films: PreparedData, paths: list[str], native: Path | None) -> Read:
    """Reads plain validation, augmented and harder augmented validation; and the native files beside their copies."""
    from training.networks.readout import logit_model

    model, converter = logit_model(run.load_model()), run.config.model.image_converter
    column = run.class_names.index(run.config.data.positive_class)

    def read(pictures: npt.NDArray[np.float32]) -> Doubles:
        return log_odds(model.predict(pictures, batch_size=BATCH, verbose=0).astype(np.float64), column)

    plain = [read(films.load(paths[first : first + BATCH], converter)) for first in range(0, len(paths), BATCH)]
    sets = {"plain": np.concatenate(plain)[np.newaxis]}
    for name, variation in (("varied", VARIATION), ("harder", HARDER_VARIATION)):
        # Batches come in order, each of them DRAWS times in a row.
        parts = [read(batch) for _, batch in varied_films(films, paths, converter, variation)]
        sets[name] = np.stack([np.concatenate(parts[draw::DRAWS]) for draw in range(DRAWS)])
    if native is None:
        return Read(sets, None)
    pairs = native_pairs(films, native)
    copies = films.load([path for _, path in pairs], converter)
    return Read(sets, read(load_files([file for file, _ in pairs], converter)) - read(copies))


def measures(positive: npt.NDArray[np.bool_], read: Read) -> dict[str, Any]:
    """AUROC and accuracy on every set, averaged over the draws, and the mean |change of the logit| of the native files."""
    plain = read.sets["plain"][0]
    threshold = balanced_threshold(plain, positive)
    row: dict[str, Any] = {}
    for name, draws in read.sets.items():
        row[f"{name} AUROC"] = float(np.mean([auroc_of(positive, draw) for draw in draws]))
        row[f"{name} accuracy"] = float(np.mean((draws >= threshold) == positive))
    if read.native is not None:
        row["native |Δ logit|"] = float(np.abs(read.native).mean())
    return row


def of_hospitals(table: pd.DataFrame, positive: npt.NDArray[np.bool_], read: Read) -> pd.DataFrame:
    """One row per measure, one column per hospital, and `worst`: AUROC on every set, sensitivity and specificity on the varied films.

    Args:
        table: The validation films, with `hospital` and `population`.
        positive: Which of them are of the positive class.
        read: Their readings.
    """
    plain, varied = read.sets["plain"][0], read.sets["varied"]
    thresholds = {}
    for population, rows in _masks(table["population"]):
        both = rows & positive, rows & ~positive
        thresholds[population] = balanced_threshold(plain[rows], positive[rows]) if all(map(np.any, both)) else 0.0
    columns = {}
    for hospital, rows in _masks(table["hospital"]):
        threshold = thresholds[str(table.loc[rows, "population"].iloc[0])]
        draws, is_positive = varied[:, rows] >= threshold, positive[rows]
        measured = {
            f"{name} AUROC": float(np.mean([auroc_of(is_positive, draw[rows]) for draw in of_set]))
            for name, of_set in read.sets.items()
        }
        for measure, right in (("sensitivity", draws[:, is_positive]), ("specificity", ~draws[:, ~is_positive])):
            measured[f"varied {measure}"] = float(right.mean()) if right.size else float("nan")
        columns[hospital] = measured
    result = pd.DataFrame(columns)
    return result.assign(worst=result.min(axis=1))


def beside_the_best(table: pd.DataFrame, positive: npt.NDArray[np.bool_], together: dict[str, Read]) -> pd.DataFrame:
    """How far every network is below the best of each hospital, and the standard error of that, by the same patients drawn again.

    Args:
        table: The validation films, with `patient_id`, and `hospital` where there are several.
        positive: Which of them are of the positive class.
        together: Name → its readings.
    """
    hospitals = _masks(table["hospital"]) if "hospital" in table else [("", np.full(len(table), True))]
    columns: dict[str, dict[str, float]] = {}
    for hospital, rows in hospitals:
        weights = patients_drawn_again(table.loc[rows, "patient_id"].to_numpy())
        every = np.concatenate([np.ones((1, rows.sum())), weights])  # the films as they are, and then the resamples
        aurocs = {
            name: np.mean(
                [
                    weighted_aurocs(positive[rows], draw[rows], every)
                    for set_ in ("varied", "harder")
                    for draw in read.sets[set_]
                ],
                axis=0,
            )
            for name, read in together.items()
        }
        best = max(aurocs.values(), key=lambda each: float(each[0]))
        for name, values in aurocs.items():
            below = best - values
            columns.setdefault(f"{hospital} AUROC".strip(), {})[name] = values[0]
            columns.setdefault(f"{hospital} below the best".strip(), {})[name] = below[0]
            columns.setdefault(f"{hospital} standard error".strip(), {})[name] = float(np.nanstd(below[1:]))
    return pd.DataFrame(columns)


def _masks(values: pd.Series) -> list[tuple[str, npt.NDArray[np.bool_]]]:
    return [(str(value), (values == value).to_numpy()) for value in values.unique()]


def mean_of(reads: Sequence[Read]) -> Read:
    """Every film's mean over the networks."""
    sets = {name: np.mean([read.sets[name] for read in reads], axis=0) for name in reads[0].sets}
    natives = [read.native for read in reads if read.native is not None]
    return Read(sets, np.mean(natives, axis=0) if natives else None)
