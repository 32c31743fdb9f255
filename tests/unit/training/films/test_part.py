"""A part of the train patients."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from training.films.part import part_of_patients
from training.films.prepared import PreparedData


@pytest.fixture
def data() -> PreparedData:
    rows = [
        {"path": f"{split}/{label}/{patient}_{film}.png", "label": label, "patient_id": f"{label}{split}{patient}", "split": split}
        for split, patients in (("train", 40), ("val", 6), ("test", 6))
        for label in ("HERON", "STORK")
        for patient in range(patients // (1 if label == "STORK" else 2))
        for film in range(1 + patient % 3)
    ]  # fmt: skip
    return PreparedData(Path(), Path(), pd.DataFrame(rows))


def train_patients(data: PreparedData) -> dict[str, set[str]]:
    train = data.table[data.table["split"] == "train"]
    return {str(label): set(rows["patient_id"]) for label, rows in train.groupby("label")}


def test_every_class_keeps_its_share_of_patients_with_all_their_films(data: PreparedData) -> None:
    quarter = part_of_patients(data, 0.25)
    kept = train_patients(quarter)
    assert {label: len(patients) for label, patients in kept.items()} == {"HERON": 5, "STORK": 10}
    of_them = data.table["patient_id"].isin(kept["HERON"] | kept["STORK"])
    assert set(quarter.table.loc[quarter.table["split"] == "train", "path"]) == set(data.table.loc[of_them, "path"])


def test_validation_and_test_stay_whole(data: PreparedData) -> None:
    for table in (part_of_patients(data, 0.05).table, part_of_patients(data, 1.0).table):
        assert (
            table[table["split"] != "train"]
            .reset_index(drop=True)
            .equals(data.table[data.table["split"] != "train"].reset_index(drop=True))
        )


def test_a_smaller_share_lies_within_a_larger_one_whatever_the_order_of_films(data: PreparedData) -> None:
    shuffled = replace(data, table=data.table.sample(frac=1, random_state=0))
    parts = [train_patients(part_of_patients(data, share)) for share in (0.01, 0.1, 0.5, 1.0)]
    assert parts[1] == train_patients(part_of_patients(shuffled, 0.1))
    for label in ("HERON", "STORK"):
        sizes = [len(part[label]) for part in parts]
        assert sizes == sorted(sizes)
        assert sizes[0] == 1
        assert all(few[label] <= many[label] for few, many in itertools.pairwise(parts))


def test_of_several_hospitals_each_keeps_its_share(data: PreparedData) -> None:
    number = data.table["patient_id"].str.extract(r"(\d+)$")[0].astype(int)
    two = replace(data, table=data.table.assign(hospital=number.mod(4).eq(0).map({True: "bay", False: "city"})))
    table = part_of_patients(two, 0.2).table
    train = table[table["split"] == "train"].drop_duplicates("patient_id")
    assert train.groupby(["hospital", "label"]).size().to_dict() == {
        ("bay", "HERON"): 1, ("bay", "STORK"): 2, ("city", "HERON"): 3, ("city", "STORK"): 6
    }  # fmt: skip
