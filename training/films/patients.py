"""The patient of a film: by its file name, or by a table."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from plainfilm.errors import PlainfilmError
from plainfilm.files import LARGEST_TEXT, read_bytes
from training.films.datasets import patient_patterns, subtypes


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


def patient_of(file_name: str, dataset: str = "") -> Patient | None:
    """The patient that the file name tells by the patterns of a known data set; None where it tells none.

    Args:
        file_name: Without folders.
        dataset: Name of the data set whose patterns to take; by default those of every known one.
    """
    for pattern in patient_patterns(dataset):
        if match := pattern.match(file_name):
            groups = match.groupdict()
            if "patient" in groups:
                return Patient(groups["patient"], "", None)
            number = int(groups["number"])
            return Patient(f"{groups['series']}-{number}", groups["series"], number)
    return None


def subtype_of(file_name: str) -> str | None:
    """The kind of the positive class that the file name tells, such as `viral`; None where it tells none."""
    return next((name for name, pattern in subtypes().items() if pattern.match(file_name)), None)


def read_patients_csv(path: Path) -> dict[str, Patient]:
    """Patient ids from a CSV with the columns `file` and `patient_id`; keys are file names without folders.

    Raises:
        PlainfilmError: The file is missing, lacks a column, or gives one file two patients.
    """
    try:
        reader = csv.DictReader(io.StringIO(read_bytes(path, LARGEST_TEXT).decode("utf-8-sig"), newline=""))
        rows, columns = list(reader), reader.fieldnames or []
    except (OSError, ValueError, csv.Error) as error:
        raise PlainfilmError(f"cannot read the patients file {path}", received=error) from None
    if not rows or not {"file", "patient_id"} <= set(columns):
        raise PlainfilmError(
            f"{path} does not name patients",
            received=f"columns {', '.join(columns)}" if rows else "no columns (empty file)",
            expected="columns file, patient_id",
        )
    patients: dict[str, Patient] = {}
    for number, row in enumerate(rows, 2):
        if not (row["file"] and row["patient_id"] and row["patient_id"].strip()):
            raise PlainfilmError(
                f"{path} names no file, or no patient, in its row {number}", expected="both in every row"
            )
        name, patient_id = Path(row["file"]).name, row["patient_id"].strip()
        if name in patients and patients[name].patient_id != patient_id:
            raise PlainfilmError(
                f"{path} gives {name} two patients", received=f"{patients[name].patient_id} and {patient_id}"
            )
        patients[name] = Patient(patient_id, "", None)
    return patients
