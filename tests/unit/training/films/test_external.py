"""Folders of external films."""

from __future__ import annotations

from pathlib import Path

import pytest

from plainfilm.errors import PlainfilmError
from training.films.external import read_external


@pytest.mark.parametrize("folders", [(), ("NORMAL",), ("NORMAL", "PNEUMONIA", "NODULE")])
def test_external_films_must_be_in_folders_named_as_the_classes(folders: tuple[str, ...], tmp_path: Path) -> None:
    for name in folders:
        (tmp_path / name).mkdir()
        (tmp_path / name / "film.png").write_bytes(b"")
    with pytest.raises(PlainfilmError, match="does not hold the run's classes"):
        read_external(tmp_path, ["NORMAL", "PNEUMONIA"], "PNEUMONIA")
    with pytest.raises(PlainfilmError, match="there is no folder"):
        read_external(tmp_path / "nowhere", ["NORMAL", "PNEUMONIA"], "PNEUMONIA")
