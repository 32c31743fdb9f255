"""The view of a film, such as PA or AP: by a table, or by a DICOM header."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from plainfilm.errors import PlainfilmError
from plainfilm.files import read_text
from training.films.dicom_beginning import is_dicom, with_beginning
from training.films.prepared import HEAD_BYTES

LONGEST_VIEW = 16


def view_of(file: Path) -> str:
    """What a DICOM header says of the view, such as PA; empty where it says nothing, or the file is none."""
    try:
        with file.open("rb") as opened:
            if not is_dicom(opened.read(HEAD_BYTES)):
                return ""
        import pydicom

        data = file.read_bytes()
        stream = pydicom.filebase.DicomBytesIO(with_beginning(data))
        header = pydicom.dcmread(stream, stop_before_pixels=True, specific_tags=["ViewPosition"])
        return _as_view(str(header.get("ViewPosition") or ""))
    except Exception:  # whatever pydicom raises; the film itself has been decoded
        return ""


def read_views_csv(path: Path) -> dict[str, str]:
    """File name → view, of a CSV with the columns `file` and `view`.

    Raises:
        PlainfilmError: It cannot be read, or lacks a column.
    """
    try:
        rows = list(csv.DictReader(io.StringIO(read_text(path, "utf-8-sig"))))
        return {Path(row["file"]).name: _as_view(row["view"] or "") for row in rows}
    except (OSError, ValueError, csv.Error, KeyError, TypeError) as error:
        raise PlainfilmError(
            f"{path} does not name views",
            received=f"{type(error).__name__}: {error}",
            expected="a CSV with the columns file and view",
        ) from None


def _as_view(text: str) -> str:
    return "".join(letter for letter in text.strip().upper() if letter.isprintable())[:LONGEST_VIEW]
