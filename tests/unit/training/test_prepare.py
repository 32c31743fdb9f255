"""`prepare` on good and bad folders."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from plainfilm.atomic import OutputError
from plainfilm.errors import PlainfilmError, UsageError
from tests.dicom_files import aborting, dicom
from training.films.phantom import write_dataset
from training.films.prepared import SPLITS_COLUMNS, read_prepared
from training.prepare import prepare


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "films"
    write_dataset(folder, films_per_class=10, seed=5)
    return folder


def run(data: Path) -> tuple[Path, pd.DataFrame, dict[str, str]]:
    out = data.parent / "prepared"
    prepare(data, out, patients_csv=None, seed=1)
    left_out = pd.read_csv(out / "left_out.csv")
    return out, pd.read_csv(out / "splits.csv"), dict(zip(left_out["path"], left_out["reason"], strict=True))


def test_a_clean_folder_becomes_a_table_a_figure_and_disjoint_splits(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, table, left_out = run(data)
    assert list(table.columns) == SPLITS_COLUMNS
    assert len(table) == 30
    assert not left_out
    assert set(table["split"]) == {"train", "val", "test"}
    assert table.groupby("patient_id")["split"].nunique().max() == 1
    assert (out / "figures" / "example_films.png").stat().st_size > 10_000
    printed = capsys.readouterr().out
    assert "Images per folder" in printed
    assert "PNEUMONIA" in printed


def test_a_dicom_that_ends_its_decoder_is_named_and_the_rest_goes_on(data: Path) -> None:
    (data / "train" / "NORMAL" / "hostile.dcm").write_bytes(aborting())
    _, table, left_out = run(data)
    assert len(table) == 30
    assert "cannot be decoded" in left_out["train/NORMAL/hostile.dcm"]


def test_dicom_under_any_name_is_read_and_hostile_files_are_named(data: Path) -> None:
    normal = data / "train" / "NORMAL"
    names = ["E1S1I1.MR", "CHEST.img", "film.dc3", "film.DCM30", "DOE.JOHN^CR", "IM000001", "film.odd"]
    for number, name in enumerate(names):
        levels = np.roll(np.arange(60 * 80, dtype=np.uint16).reshape(60, 80), number * 999)
        (normal / name).write_bytes(dicom(levels, BitsStored=16))
    (normal / "huge.dcm").write_bytes(dicom(np.zeros((4, 4), np.uint16), Rows=20_000, Columns=20_000))
    (normal / "report.dcm").write_bytes(dicom(None, Modality="SR"))
    (normal / "odd.bin").write_bytes(b"MACD" * 50)
    (data / "train" / "__MACOSX" / "NORMAL").mkdir(parents=True)
    (data / "train" / "__MACOSX" / "NORMAL" / "._IM-1.jpeg").write_bytes(b"litter")
    _, table, left_out = run(data)
    assert len(table) == 30 + len(names)
    assert {f"train/NORMAL/{name}" for name in names} < set(table["path"])
    reasons = {path.rpartition("/")[2]: reason for path, reason in left_out.items()}
    assert set(reasons) == {"huge.dcm", "report.dcm", "odd.bin"}
    assert "too large" in reasons["huge.dcm"]
    assert "without a picture" in reasons["report.dcm"]
    assert "or DICOM under any name" in reasons["odd.bin"]


def test_bad_files_are_named_and_the_good_ones_kept(data: Path) -> None:
    normal = data / "train" / "NORMAL"
    good = sorted(normal.glob("*.jpeg"))
    (normal / ".DS_Store").write_bytes(b"\0\0\0\1Bud1")
    (normal / "empty.jpeg").write_bytes(b"")
    (normal / "notes.txt").write_text("two films missing")
    (normal / "cut.jpeg").write_bytes(good[0].read_bytes()[:300])
    _, table, left_out = run(data)
    assert len(table) == 30
    assert set(left_out) == {f"train/NORMAL/{name}" for name in ("empty.jpeg", "notes.txt", "cut.jpeg")}
    assert "empty" in left_out["train/NORMAL/empty.jpeg"]
    assert ".txt" in left_out["train/NORMAL/notes.txt"]


def test_duplicates_are_dropped_from_train_and_never_straddle_splits(data: Path) -> None:
    normal, test = data / "train" / "NORMAL", data / "test" / "NORMAL"
    shutil.copy(sorted(normal.glob("*"))[0], normal / "IM-0999-0001.jpeg")
    shutil.copy(sorted(test.glob("*"))[0], normal / "IM-0998-0001.jpeg")
    shutil.copy(sorted(test.glob("*"))[0], test / "IM-0997-0001.jpeg")
    shutil.copy(sorted(normal.glob("*"))[5], data / "train" / "PNEUMONIA" / "person997_virus_1.jpeg")
    _, table, left_out = run(data)
    assert "duplicate of train" in left_out["train/NORMAL/IM-0999-0001.jpeg"]
    assert "duplicate of test" in left_out["train/NORMAL/IM-0998-0001.jpeg"]
    assert "several classes" in left_out["train/PNEUMONIA/person997_virus_1.jpeg"]
    assert table.groupby("sha256")["split"].nunique().max() == 1
    assert (table["split"] == "test").sum() == 11  # test keeps its own doubles


def test_squashed_films_are_put_back_into_true_geometry(data: Path) -> None:
    film = sorted((data / "train" / "NORMAL").glob("*"))[0]
    unknown = sorted((data / "train" / "NORMAL").glob("*"))[1]
    Image.open(film).resize((100, 100)).save(film)
    rows = [
        "split,class,file,width_over_height,source",
        f"train,NORMAL,{film.name},1.5,native",
        f"train,NORMAL,{unknown.name},,unknown",
    ]
    (data / "aspect_ratio.csv").write_text("\n".join(rows) + "\n")
    out, table, left_out = run(data)
    row = table.set_index("path").loc[f"train/NORMAL/{film.name}"]
    assert (row["width"], row["height"]) == (150, 100)
    prepared = read_prepared(out)
    assert prepared.decode(f"train/NORMAL/{film.name}").shape == (100, 150)
    assert prepared.file_of(f"train/NORMAL/{film.name}").suffix == ".png"
    assert "not known" in left_out[f"train/NORMAL/{unknown.name}"]


def test_a_patient_of_test_is_left_out_of_train(data: Path) -> None:
    of_test = sorted((data / "test" / "NORMAL").glob("*"))[0]
    other = sorted((data / "train" / "NORMAL").glob("*"))[0]
    renamed = other.rename(other.with_name(of_test.name.replace(".jpeg", "-9.jpeg")))
    _, _, left_out = run(data)
    assert left_out == {f"train/NORMAL/{renamed.name}": "its patient is in test too"}


def empty_the_class(data: Path) -> None:
    for film in (data / "train" / "NORMAL").iterdir():
        film.unlink()


def leave_one_class(data: Path) -> None:
    for folder in ("train", "test"):
        shutil.rmtree(data / folder / "NORMAL")


@pytest.mark.parametrize(
    ("spoil", "word"),
    [
        (empty_the_class, "NORMAL is empty"),
        (leave_one_class, "classes to tell apart"),
        (lambda d: shutil.move(d / "train", d / "films"), "not laid out"),
        (lambda d: shutil.move(d / "test" / "NORMAL", d / "test" / "HEALTHY"), "HEALTHY"),
        (lambda d: [f.write_bytes(b"") for f in (d / "train" / "NORMAL").iterdir()], "no film of train/NORMAL"),
        (lambda d: (d / "aspect_ratio.csv").write_text("a,b\n1,2\n"), "width_over_height"),
    ],
)
def test_a_folder_that_cannot_be_used_says_why_and_leaves_nothing(
    data: Path, spoil: Callable[[Path], object], word: str
) -> None:
    spoil(data)
    with pytest.raises(PlainfilmError, match=word):
        run(data)
    assert [path.name for path in data.parent.iterdir()] == ["films"]


def test_a_class_that_duplicates_leave_empty_is_named_with_the_reason(data: Path) -> None:
    films = sorted((data / "train" / "NORMAL").iterdir())
    for number, film in enumerate(films):
        shutil.copy(film, data / "train" / "PNEUMONIA" / f"person{900 + number}_virus_1.jpeg")
    with pytest.raises(PlainfilmError, match="no film of train/NORMAL is left") as error:
        run(data)
    assert "10 × the same bytes stand under several classes" in str(error.value)
    assert "next:" in str(error.value)


def test_a_class_of_other_files_alone_is_named_with_its_own_reason(data: Path) -> None:
    (data / "train" / "PNEUMONIA" / "cut.jpeg").write_bytes(b"")
    for film in (data / "train" / "NORMAL").iterdir():
        film.rename(film.with_suffix(".txt"))
    with pytest.raises(PlainfilmError, match="no film of train/NORMAL can be read") as error:
        run(data)
    assert "10 × not a film: the name ends in .txt" in str(error.value)


def test_films_in_folders_of_a_class_are_read_and_said(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    deep = data / "train" / "NORMAL" / "clinic"
    deep.mkdir()
    for film in sorted((data / "train" / "NORMAL").glob("*.jpeg"))[:3]:
        film.rename(deep / film.name)
    _, table, left_out = run(data)
    assert not left_out
    assert len(table) == 30
    assert table["path"].str.startswith("train/NORMAL/clinic/").sum() == 3
    said = capsys.readouterr()
    assert "3 files in train/NORMAL/clinic are taken for NORMAL" in said.err
    assert "next: python -m training fit CONFIG --data" in said.out


def test_of_many_files_left_out_the_first_are_named(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(30):
        (data / "train" / "NORMAL" / f"{number}.txt").write_text("a letter")
    _, _, left_out = run(data)
    assert len(left_out) == 30
    said = capsys.readouterr().err
    assert said.count("not a film") == 20
    assert "10 more" in said


def test_the_folder_one_level_up_is_pointed_down(data: Path) -> None:
    with pytest.raises(PlainfilmError, match=f"prepare {data}"):
        prepare(data.parent, data.parent / "out", patients_csv=None, seed=1)


def test_an_earlier_result_survives_a_failed_run(data: Path) -> None:
    out, _, _ = run(data)
    before = (out / "splits.csv").read_bytes()
    for film in (data / "train" / "NORMAL").iterdir():
        film.write_bytes(b"")
    with pytest.raises(PlainfilmError):
        run(data)
    assert (out / "splits.csv").read_bytes() == before


@pytest.mark.parametrize("out", ["films", "films/train", "films/prepared", "."])
def test_films_are_never_replaced_by_what_is_made_of_them(data: Path, out: str) -> None:
    before = sorted(path for path in data.rglob("*"))
    with pytest.raises(UsageError, match="lie in each other"):
        prepare(data, data.parent / out, patients_csv=None, seed=1)
    assert sorted(path for path in data.rglob("*")) == before


def test_a_folder_that_prepare_did_not_write_is_left_alone(data: Path) -> None:
    out = data.parent / "thesis"
    out.mkdir()
    (out / "chapter.txt").write_text("years of work")
    with pytest.raises(OutputError, match=r"chapter\.txt"):
        prepare(data, out, patients_csv=None, seed=1)
    assert [path.name for path in out.iterdir()] == ["chapter.txt"]


def test_a_prepared_folder_is_prepared_again(data: Path) -> None:
    out, table, _ = run(data)
    (data / "test").rename(data / "set_aside")
    again, table_again, _ = run(data)
    assert again == out
    assert len(table_again) < len(table)
