"""Who a film belongs to, and which split that puts it in."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from plainfilm.errors import PlainfilmError
from training.films.patients import patient_of, read_patients_csv, subtype_of
from training.films.splits import carve_validation


@pytest.mark.parametrize(
    ("name", "patient_id"),
    [
        ("person1_bacteria_1.jpeg", "bacteria-1"),
        ("person1_virus_6.jpeg", "virus-1"),
        ("IM-0115-0001.jpeg", "IM-115"),
        ("NORMAL2-IM-0115-0001-0002.jpeg", "NORMAL2-IM-115"),
    ],
)
def test_kaggle_names_tell_the_patient_and_its_numbering(name: str, patient_id: str) -> None:
    patient = patient_of(name)
    assert patient is not None
    assert patient.patient_id == patient_id


def test_other_names_tell_no_patient() -> None:
    assert patient_of("chest_001.png") is None


def test_names_tell_the_kind_of_pneumonia() -> None:
    assert subtype_of("IM-0115-0001.jpeg") is None
    assert subtype_of("person80_virus_150.jpeg") == "viral"
    assert subtype_of("person1_bacteria_1.jpeg") == "bacterial"


def test_films_of_other_known_data_sets_belong_to_whom_their_names_say_or_to_nobody() -> None:
    names = ["person12_virus_3.jpeg", "00001323_002.jpg", "00001323_005.png", "scan1.png"]
    patients = [patient_of(name) for name in names]
    assert [patient and patient.patient_id for patient in patients] == ["virus-12", "00001323", "00001323", None]


def test_a_patients_file_names_patients_by_file(tmp_path: Path) -> None:
    path = tmp_path / "patients.csv"
    path.write_text("file,patient_id\na.png,p1\nsub/b.png,p1\n")
    assert {name: patient.patient_id for name, patient in read_patients_csv(path).items()} == {
        "a.png": "p1",
        "b.png": "p1",
    }


@pytest.mark.parametrize(
    ("text", "word"),
    [("name,id\na,b\n", "name, id"), ("file,patient_id\na,1\na,2\n", "two patients"), ("", "empty file")],
)
def test_a_wrong_patients_file_says_what_is_wrong(tmp_path: Path, text: str, word: str) -> None:
    path = tmp_path / "patients.csv"
    path.write_text(text)
    with pytest.raises(PlainfilmError, match=word):
        read_patients_csv(path)


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
