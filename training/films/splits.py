"""Validation carved out of train, by patient."""

from __future__ import annotations

import warnings

import pandas as pd
from sklearn.model_selection import StratifiedGroupKFold

from plainfilm.errors import PlainfilmError

# Validation takes one film in five of the smallest class, and as many of every other class.
VALIDATION_SHARE = 5


def carve_validation(films: pd.DataFrame, *, seed: int) -> pd.Series:
    """Names the split of every film: `train`, `val` or `test`.

    Where every patient has a number, validation is made of blocks of numbers next to those of the official test films
    (of the lowest numbers, where the series has no test film): test is shifted against train, and neighbouring numbers
    are the nearest thing to it that may be used. Only the numbers' ranges are looked at, never a test picture or its
    label's frequency. Each class gives the same number of films, each series of a class its share. Otherwise whole
    patients are drawn at random, stratified by class (scikit-learn's StratifiedGroupKFold).

    Args:
        films: Columns `label`, `patient_id`, `series`, `number` (None where unknown) and `folder` (train, val, test).
            The films of the folder `val` are pooled with train.
        seed: For the random draw.

    Raises:
        PlainfilmError: A class has fewer than two patients to share between train and validation.
    """
    pool = films[films["folder"] != "test"]
    patients_per_class = pool.groupby("label")["patient_id"].nunique()
    for label, count in patients_per_class.items():
        if count < 2:
            raise PlainfilmError(
                f"class {label} cannot be split",
                received=f"{count} patient outside test",
                expected="at least 2, one to train and one to choose by",
                next_step=f"add films of another patient to train/{label}, or name patients with --patients CSV; then prepare again",
            )
    one_class_each = pool.groupby("patient_id")["label"].nunique().max() == 1
    chosen = _blocks(films, pool) if pool["number"].notna().all() and one_class_each else _random_patients(pool, seed)
    split = pd.Series("train", index=films.index, name="split")
    split[films["folder"] == "test"] = "test"
    split[films.index.isin(pool.index) & films["patient_id"].isin(chosen)] = "val"
    return split


def halves(films: pd.DataFrame, *, seed: int) -> pd.Series:
    """Names one of two halves, `val` or `test`, for every film: whole patients, drawn so that both have their share of each class.

    Args:
        films: Columns `label` and `patient_id`.
        seed: For the draw.
    """
    half = pd.Series("val", index=films.index, name="split")
    if films.groupby("label")["patient_id"].nunique().max() >= 2:
        folds = StratifiedGroupKFold(n_splits=2, shuffle=True, random_state=seed)
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "The least populated class")
            _, second = next(iter(folds.split(films, films["label"], films["patient_id"])))
        half.iloc[second] = "test"
    return half


def _blocks(films: pd.DataFrame, pool: pd.DataFrame) -> set[str]:
    wanted = max(int(pool.groupby("label").size().min()) // VALIDATION_SHARE, 1)
    chosen: set[str] = set()
    for _, of_class in pool.groupby("label"):
        for series, of_series in of_class.groupby("series"):
            share = max(round(wanted * len(of_series) / len(of_class)), 1)
            test_numbers = films.loc[(films["folder"] == "test") & (films["series"] == series), "number"].to_numpy()
            patients = of_series.groupby("patient_id").agg(number=("number", "first"), films=("number", "size"))
            if len(test_numbers):
                patients["distance"] = [abs(test_numbers - number).min() for number in patients["number"]]
            else:
                patients["distance"] = patients["number"]
            nearest = patients.sort_values(["distance", "number"])
            before = nearest["films"].cumsum() - nearest["films"]
            keep = nearest[before < share]
            # At least one patient must be left to learn from.
            chosen.update(keep.index if len(keep) < len(patients) else keep.index[:-1])
    return chosen


def _random_patients(pool: pd.DataFrame, seed: int) -> set[str]:
    folds = StratifiedGroupKFold(n_splits=VALIDATION_SHARE, shuffle=True, random_state=seed)
    if pool["patient_id"].nunique() < VALIDATION_SHARE:
        folds = StratifiedGroupKFold(n_splits=2, shuffle=True, random_state=seed)
    _, validation = next(iter(folds.split(pool, pool["label"], pool["patient_id"])))
    return set(pool.iloc[validation]["patient_id"])
