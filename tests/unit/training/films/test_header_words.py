"""What DICOM headers say of films: told where they differ, and silent of what is no DICOM."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.dicom_files import dicom
from training.films.header_words import tell_of_headers

LEVELS = np.arange(64, dtype=np.uint8).reshape(8, 8)


def test_films_of_another_part_of_the_body_or_view_are_named_and_pictures_are_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said: list[dict[str, Any]] = [{"BodyPartExamined": "CHEST", "ViewPosition": "PA"}] * 3 + [
        {"BodyPartExamined": "hand", "ViewPosition": "LL"},
        {"BodyPartExamined": None, "ViewPosition": None},
    ]
    for number, fields in enumerate(said):
        (tmp_path / f"{number}.dcm").write_bytes(dicom(LEVELS, **fields))
    (tmp_path / "film.png").write_bytes(b"no DICOM")
    (tmp_path / "note").write_bytes(b"none either")
    tell_of_headers(tmp_path, sorted(path.name for path in tmp_path.iterdir()))
    err = capsys.readouterr().err
    assert "more than one part of the body: CHEST 3; HAND 1 (3.dcm)" in err
    assert "more than one view: PA 3; LL 1 (3.dcm)" in err
    assert "modality" not in err


def test_headers_that_agree_are_not_spoken_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(2):
        (tmp_path / f"{number}").write_bytes(dicom(LEVELS, BodyPartExamined="CHEST", ViewPosition="PA"))
    tell_of_headers(tmp_path, ["0", "1"])
    assert capsys.readouterr().err == ""
