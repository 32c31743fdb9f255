"""Which split a film falls into."""

from __future__ import annotations

import pandas as pd
import pytest

from plainfilm.errors import PlainfilmError
from training.films.splits import carve_validation


def numbered(rows: list[tuple[str, str, str, int]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["folder", "label", "series", "number"])
    table["number"] = table["number"].astype("Int64")
    table["patient_id"] = table["series"] + "-" + table["number"].astype(str)
    return table


def test_validation_is_the_block_of_numbers_next_to_test_and_as_large_for_every_class() -> None:
    films = numbered(
        [("test", "NORMAL", "IM", n) for n in range(1, 11)]
        + [("train", "NORMAL", "IM", n) for n in range(11, 61)]
        + [("test", "PNEUMONIA", "virus", n) for n in range(40, 50)]
        + [("train", "PNEUMONIA", "virus", n) for n in [*range(1, 40), *range(50, 150)] for _ in range(2)]
    )
    films["split"] = carve_validation(films, seed=1)
    val = films[films["split"] == "val"]
    assert set(films.loc[films["folder"] == "test", "split"]) == {"test"}
    assert sorted(val.loc[val["label"] == "NORMAL", "number"]) == list(range(11, 21))
    assert sorted(set(val.loc[val["label"] == "PNEUMONIA", "number"])) == [37, 38, 39, 50, 51]
    assert val.groupby("label").size().tolist() == [10, 10]
    assert films.groupby("patient_id")["split"].nunique().max() == 1


def test_without_numbers_whole_patients_are_drawn_at_random_by_the_seed() -> None:
    films = pd.DataFrame(
        {"folder": "train", "label": ["A", "B"] * 40, "series": "", "patient_id": [f"p{i // 4}" for i in range(80)]}
    )
    films["number"] = pd.array([None] * 80, dtype="Int64")
    split = carve_validation(films, seed=3)
    assert set(split) == {"train", "val"}
    assert films.assign(split=split).groupby("patient_id")["split"].nunique().max() == 1
    assert split.equals(carve_validation(films, seed=3))
    assert not split.equals(carve_validation(films, seed=4))


def test_a_class_with_one_patient_cannot_be_split() -> None:
    films = numbered(
        [("train", "NORMAL", "IM", 1), ("train", "PNEUMONIA", "virus", 1), ("train", "PNEUMONIA", "virus", 2)]
    )
    with pytest.raises(PlainfilmError, match="NORMAL cannot be split"):
        carve_validation(films, seed=1)
