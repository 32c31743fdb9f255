"""Folders of external films."""

from __future__ import annotations

from pathlib import Path

import pytest

from plainfilm.errors import PlainfilmError, UsageError
from training.films.external import ExternalFilms, check_populations, read_external


@pytest.mark.parametrize("folders", [(), ("NODULE",), ("NORMAL", "PNEUMONIA", "NODULE")])
def test_external_films_must_be_in_folders_named_as_the_classes(folders: tuple[str, ...], tmp_path: Path) -> None:
    for name in folders:
        (tmp_path / name).mkdir()
        (tmp_path / name / "film.png").write_bytes(b"")
    with pytest.raises(PlainfilmError, match="does not hold the run's classes"):
        read_external(tmp_path, ["NORMAL", "PNEUMONIA"])
    with pytest.raises(PlainfilmError, match="there is no folder"):
        read_external(tmp_path / "nowhere", ["NORMAL", "PNEUMONIA"])


def test_films_of_one_class_are_read_too(tmp_path: Path) -> None:
    (tmp_path / "NORMAL").mkdir()
    (tmp_path / "NORMAL" / "film.png").write_bytes(b"")
    assert read_external(tmp_path, ["NORMAL", "PNEUMONIA"]).table["label"].tolist() == ["NORMAL"]


def test_a_set_says_whose_films_it_holds_where_that_matters_and_only_there(tmp_path: Path) -> None:
    check_populations([ExternalFilms(tmp_path, "films")], [])
    check_populations([ExternalFilms(tmp_path, "films", "adults")], ["children", "adults"])
    for population, known in (
        ("adults", []),
        ("adults", ["children"]),
        ("", ["children", "adults"]),
        ("old", ["children", "adults"]),
    ):
        with pytest.raises(UsageError):
            check_populations([ExternalFilms(tmp_path, "films", population)], known)
