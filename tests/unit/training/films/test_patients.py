"""Who a film belongs to."""

from __future__ import annotations

from pathlib import Path

import pytest

from plainfilm.errors import PlainfilmError
from training.films.patients import patient_of, read_patients_csv, subtype_of


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
