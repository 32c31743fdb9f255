"""Who a film belongs to: patient ids, and the numbered series they come from, out of file names."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

from plainfilm.errors import PlainfilmError

# The Kaggle set "Chest X-Ray Images (Pneumonia)". Four numberings that have nothing to do with each other.
KAGGLE_NORMAL = re.compile(r"^(?P<series>(?:NORMAL2-)?IM)-(?P<number>\d+)-")
KAGGLE_PNEUMONIA = re.compile(r"^person(?P<number>\d+)_(?P<series>bacteria|virus)_")

# NIH ChestX-ray14 (Wang et al. 2017).
CHEST_XRAY_14 = re.compile(r"^(?P<patient>\d{8})_\d{3}\.")


@dataclass(frozen=True)
class Patient:
    """A patient of one numbered series.

    Attributes:
        patient_id: Unique over the whole data set.
        series: The numbering the patient's number belongs to; empty where the data set has none.
        number: The patient's place in that numbering; None where the data set has none.
    """

    patient_id: str
    series: str
    number: int | None


def kaggle_patient(file_name: str) -> Patient | None:
    """The Kaggle rule: `person12_virus_3.jpeg` is patient `virus-12`, `NORMAL2-IM-0383-0001.jpeg` is `NORMAL2-IM-383`.

    Bacterial and viral persons are numbered apart, and so are `IM` and `NORMAL2-IM`. None for any other name.
    """
    match = KAGGLE_PNEUMONIA.match(file_name) or KAGGLE_NORMAL.match(file_name)
    if match is None:
        return None
    series, number = match["series"], int(match["number"])
    return Patient(f"{series}-{number}", series, number)


def kaggle_subtype(file_name: str) -> str | None:
    """`bacteria` or `virus` where a Kaggle name tells, else None."""
    match = KAGGLE_PNEUMONIA.match(file_name)
    return match["series"] if match else None


def patient_of(file_name: str) -> str:
    """The patient of any film: by the Kaggle rule, by ChestX-ray14's `PATIENT_FOLLOW-UP.png`, else the film is one of its own."""
    if (patient := kaggle_patient(file_name)) is not None:
        return patient.patient_id
    match = CHEST_XRAY_14.match(file_name)
    return match["patient"] if match else file_name


def read_patients_csv(path: Path) -> dict[str, Patient]:
    """Patient ids from a CSV with the columns `file` and `patient_id`; keys are file names without folders.

    Raises:
        PlainfilmError: The file is missing, lacks a column, or gives one file two patients.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as stream:
            rows = list(csv.DictReader(stream))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise PlainfilmError(f"cannot read the patients file {path}", received=error) from None
    if not rows or not {"file", "patient_id"} <= set(rows[0]):
        raise PlainfilmError(
            f"{path} does not name patients",
            received=f"columns {', '.join(rows[0])}" if rows else "no columns (empty file)",
            expected="columns file, patient_id",
        )
    patients: dict[str, Patient] = {}
    for row in rows:
        name, patient_id = Path(row["file"]).name, row["patient_id"].strip()
        if name in patients and patients[name].patient_id != patient_id:
            raise PlainfilmError(
                f"{path} gives {name} two patients", received=f"{patients[name].patient_id} and {patient_id}"
            )
        patients[name] = Patient(patient_id, "", None)
    return patients
