"""The import file for Google's AutoML."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from plainfilm.atomic import OutputError
from plainfilm.errors import PlainfilmError, UsageError
from training.automl_csv import automl_csv
from training.films.open_data import open_data
from training.films.phantom import write_dataset
from training.films.prepared import SPLITS_COLUMNS, PreparedData

FILMS = [
    ("test/NORMAL/IM-0001-0001.jpeg", "NORMAL", "IM-1", "test"),
    ("train/NORMAL/IM-0115-0001.jpeg", "NORMAL", "IM-115", "val"),
    ("train/NORMAL/a, b.png", "NORMAL", "b", "train"),
    ("train/PNEUMONIA/person1_virus_6.jpeg", "PNEUMONIA", "p1", "train"),
    ("train/PNEUMONIA/scan.dcm", "PNEUMONIA", "p2", "train"),
]


def prepared(folder: Path, films: list[tuple[str, str, str, str]]) -> PreparedData:
    rows = [(*film, "0" * 64, 300, 200) for film in films]
    return PreparedData(folder, folder / "films", pd.DataFrame(rows, columns=SPLITS_COLUMNS))


def test_every_film_has_its_set_its_place_in_the_bucket_and_its_label(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written = automl_csv(prepared(tmp_path, FILMS), "gs://my-bucket/chest/", tmp_path / "data.csv")
    assert written.read_text() == (
        "test,gs://my-bucket/chest/test/NORMAL/IM-0001-0001.jpeg,NORMAL\n"
        "validation,gs://my-bucket/chest/train/NORMAL/IM-0115-0001.jpeg,NORMAL\n"
        'training,"gs://my-bucket/chest/train/NORMAL/a, b.png",NORMAL\n'
        "training,gs://my-bucket/chest/train/PNEUMONIA/person1_virus_6.jpeg,PNEUMONIA\n"
    )
    said = capsys.readouterr()
    assert "2 training, 1 validation, 1 test" in said.out
    assert "1 films left out" in said.err


@pytest.mark.parametrize("bucket", ["my-bucket", "gs://", "gs://Upper", "s3://my-bucket", "gs://my bucket", "gs://b"])
def test_what_is_no_bucket_is_refused(bucket: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="bucket"):
        automl_csv(prepared(tmp_path, FILMS), bucket, tmp_path / "data.csv")
    assert not (tmp_path / "data.csv").exists()


def test_a_class_that_automl_would_not_take_is_refused(tmp_path: Path) -> None:
    films = [("train/Not normal/1.png", "Not normal", "1", "train")]
    with pytest.raises(PlainfilmError, match="not take a class of this name"):
        automl_csv(prepared(tmp_path, films), "gs://my-bucket", tmp_path / "data.csv")


def test_a_data_set_is_prepared_once_for_whoever_asks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_dataset(tmp_path / "phantoms", films_per_class=8, seed=1)
    first = open_data(tmp_path / "phantoms")
    written = (first.folder / "splits.csv").stat().st_mtime_ns
    assert open_data(tmp_path / "phantoms").table.equals(first.table)
    assert open_data(first.folder).source == tmp_path / "phantoms"
    assert (first.folder / "splits.csv").stat().st_mtime_ns == written


def test_the_file_is_written_again_but_never_over_another_one(tmp_path: Path) -> None:
    out = tmp_path / "data.csv"
    for _ in range(2):
        automl_csv(prepared(tmp_path, FILMS), "gs://my-bucket", out)
    out.write_text("patient,age\n1,3\n")
    with pytest.raises(OutputError, match="left alone"):
        automl_csv(prepared(tmp_path, FILMS), "gs://my-bucket", out)
    assert out.read_text() == "patient,age\n1,3\n"
