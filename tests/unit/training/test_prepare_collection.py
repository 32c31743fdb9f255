"""`prepare` of several hospitals: one table, every hospital's own validation, and what is wrong with a collection."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from plainfilm.errors import PlainfilmError, UsageError
from tests.dicom_files import dicom
from tests.hospitals import HOSPITALS, POPULATIONS, write_collection
from training.__main__ import main
from training.films.collection import SHIPPED_COLLECTIONS, is_collection, read_collection
from training.films.prepared import ORIGIN_COLUMNS, SPLITS_COLUMNS, read_prepared
from training.prepare import prepare
from training.prepare_collection import prepare_collection


@pytest.fixture
def collection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write_collection(tmp_path)


def run(collection: Path, **folders: Path) -> pd.DataFrame:
    return prepare_collection(collection, collection.parent / "out", folders=folders, seed=1).table


def test_one_table_says_of_every_film_whose_it_is(collection: Path) -> None:
    table = run(collection)
    assert list(table.columns) == SPLITS_COLUMNS + ORIGIN_COLUMNS
    assert table["path"].is_unique
    assert set(zip(table["hospital"], table["population"], strict=True)) == {("city", "children"), ("bay", "adults")}
    assert table["path"].str.split("/").str[0].equals(table["hospital"].astype(object))
    assert table.groupby("patient_id")["split"].nunique().max() == 1
    of_split = table.groupby(["hospital", "split"])["label"].nunique()
    assert of_split["city", "val"] == of_split["bay", "val"] == 2
    assert set(table["view"]) == {""}


def test_a_hospital_is_split_as_if_it_were_alone(collection: Path) -> None:
    table = run(collection)
    alone = prepare(Path("city"), Path("alone"), patients_csv=None, seed=1).table
    city = table[table["hospital"] == "city"]
    for column in ("path", "patient_id"):
        city = city.assign(**{column: city[column].str.removeprefix("city/")})
    assert city[SPLITS_COLUMNS].to_csv(index=False) == alone.to_csv(index=False)


def test_the_prepared_folder_opens_again_with_its_words_and_films(collection: Path) -> None:
    table = run(collection)
    opened = read_prepared(Path("out"))
    assert opened.table.to_csv(index=False) == table.to_csv(index=False)
    assert [(each.name, each.title) for each in opened.populations] == [("children", "Children"), ("adults", "Adults")]
    assert opened.populations[1].ages is not None
    assert opened.populations[1].ages.lowest == 18
    assert {each.name: each.population for each in opened.hospitals} == {"city": "children", "bay": "adults"}
    assert all(opened.decode(path).shape == (12, 16) for path in table["path"])


def test_the_same_folders_give_the_same_table(collection: Path) -> None:
    run(collection)
    first = Path("out/splits.csv").read_bytes()
    shutil.move("bay", "elsewhere")
    run(collection, bay=Path("elsewhere"))
    assert Path("out/splits.csv").read_bytes() == first


def test_films_that_have_moved_are_missed_by_name(collection: Path) -> None:
    run(collection)
    shutil.move("bay", "elsewhere")
    with pytest.raises(PlainfilmError, match="moved") as error:
        read_prepared(Path("out"))
    assert "--folder HOSPITAL=DIR" in str(error.value)


def test_a_film_of_two_hospitals_stays_with_one_and_never_leaves_test(collection: Path) -> None:
    test, train = (sorted(Path(f"city/{split}/NORMAL").iterdir())[0] for split in ("test", "train"))
    shutil.copy(test, "bay/NORMAL/00000090_000.png")
    shutil.copy(train, "bay/NORMAL/00000091_000.png")
    shutil.copy(sorted(Path("city/train/NORMAL").iterdir())[-1], "bay/PNEUMONIA/00000092_000.png")
    table = run(collection)
    left_out = pd.read_csv("out/left_out.csv").set_index("path")["reason"]
    assert left_out["bay/NORMAL/00000090_000.png"] == f"duplicate of city/test/NORMAL/{test.name}"
    assert left_out["bay/NORMAL/00000091_000.png"] == f"duplicate of city/train/NORMAL/{train.name}"
    assert "several classes" in left_out["bay/PNEUMONIA/00000092_000.png"]
    assert sum("several classes" in reason for reason in left_out) == 2
    assert f"city/test/NORMAL/{test.name}" in set(table["path"])
    assert table["sha256"].is_unique


def test_views_come_from_a_table_or_from_the_files_themselves(collection: Path) -> None:
    levels = np.random.default_rng(1).integers(0, 256, (12, 16), dtype=np.uint8)
    Path("bay/NORMAL/00000093_000.dcm").write_bytes(dicom(levels, ViewPosition="AP"))
    Path("bay/NORMAL/00000094_000.1").write_bytes(dicom(levels[::-1], ViewPosition="PA"))  # as machines call it
    Path("views.csv").write_text("file,view\n00000000_000.png,pa\n")
    collection.write_text(collection.read_text().replace('folder = "bay"', 'folder = "bay"\nviews = "views.csv"'))
    views = run(collection).set_index("path")["view"]
    assert views["bay/NORMAL/00000093_000.dcm"] == "AP"
    assert views["bay/NORMAL/00000000_000.png"] == "PA"
    assert views["bay/NORMAL/00000094_000.1"] == "PA"
    assert (views == "").sum() == len(views) - 3


def test_classes_that_are_called_differently_become_one(collection: Path) -> None:
    Path("bay/NORMAL").rename("bay/healthy")
    collection.write_text(collection.read_text() + 'classes = { healthy = "NORMAL" }\n')
    table = run(collection)
    assert set(table.loc[table["path"].str.startswith("bay/healthy/"), "label"]) == {"NORMAL"}


def test_a_class_that_a_hospital_lacks_is_said(collection: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree("bay/PNEUMONIA")
    run(collection)
    assert "bay has no film of PNEUMONIA" in capsys.readouterr().err


def test_no_hospital_may_be_left_without_a_film_to_validate_by(collection: Path) -> None:
    for film in Path("bay/NORMAL").iterdir():
        shutil.copy(film, f"city/train/NORMAL/IM-09{film.stem[6:8]}-{film.stem[-1]}.png")
    with pytest.raises(PlainfilmError, match="no film of bay/NORMAL is left"):
        run(collection)
    assert not Path("out").exists()


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('name = "bay"', 'name = "city"', "hospital city stands there twice"),
        ('name = "bay"', 'name = "Bay Clinic"', "a short name"),
        ('name = "adults"\ntitle', 'name = "children"\ntitle', "population children stands there twice"),
        ('population = "adults"', 'population = "grown-ups"', "grown-ups of the hospital bay is not declared"),
        ('population = "adults"', 'population = "children"', "no hospital has films of the population adults"),
        ("ages = { from = 18 }", "ages = { from = 3 }", "children and adults share ages"),
        ("ages = { from = 18 }", "ages = { from = 18, to = 2 }", "nobody is of the ages"),
        ("ages = { from = 18 }", "ages = {}", "ages of adults say nothing"),
        ("ages = { from = 18 }", 'ages = { from = "old" }', "years"),
        ("ages = { from = 18 }", "ages = { above = 18 }", "unknown key populations[1].ages.above"),
        ('folder = "bay"', 'folder = "by"', "no such folder: by"),
        ('folder = "bay"', 'folder = "both.toml"', "a file"),
        ('folder = "bay"', 'folder = "city/train"', "city and bay share films"),
        ('folder = "bay"', "", "nothing says where the films of bay lie"),
        ('folder = "bay"', 'folder = "bay"\ncolour = "grey"', "unknown key hospitals[1].colour"),
        ('layout = "CLASS"', 'layout = "classes"', "layout is not known"),
        ('layout = "CLASS"', "", "not laid out"),
        ('folder = "city"', 'folder = "city"\nlayout = "CLASS"', 'layout = "train/CLASS"'),
        ('patients = "chest_xray_14"', 'patients = "nih"', "one of chest_xray, chest_xray_14"),
        ('patients = "chest_xray_14"', 'patients = "none.csv"', "cannot read the patients file"),
        ('patients = "chest_xray_14"', 'views = "none.csv"', "does not name views"),
        ('patients = "chest_xray_14"', 'views = "pipe"', "would be waited for"),
        ('patients = "chest_xray_14"', 'classes = { NORMAL = "../x" }', "a name that no folder can have"),
        ('patients = "chest_xray_14"', 'classes = { SICK = "PNEUMONIA" }', "no class folder SICK"),
        ("[[hospitals]]", "[[hospital]]", "unknown key hospital"),
        (HOSPITALS, "", "missing key hospitals"),
        (POPULATIONS, "", "missing key populations"),
        ("[[populations]]", "[[populations", "not TOML"),
    ],
)
def test_a_wrong_collection_says_what_is_wrong(collection: Path, before: str, after: str, words: str) -> None:
    text = POPULATIONS + HOSPITALS
    assert before in text
    os.mkfifo("pipe")
    collection.write_text(text.replace(before, after))
    with pytest.raises(PlainfilmError) as error:
        run(collection)
    assert words in str(error.value)
    assert not Path("out").exists()


def test_hospitals_with_no_class_in_common_are_refused(collection: Path) -> None:
    for label in ("NORMAL", "PNEUMONIA"):
        Path("bay", label).rename(Path("bay", label.lower()))
    with pytest.raises(PlainfilmError, match="no class that another hospital has") as error:
        run(collection)
    assert "classes = {" in str(error.value)


def test_the_command_line_prepares_a_collection(collection: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.move("bay", "elsewhere")
    main(["prepare", "both.toml", "--folder", "bay=elsewhere"])
    assert json.loads(Path("training/prepared/both/source.json").read_text())["sources"]["bay"].endswith("elsewhere")
    assert "next: python -m training fit" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["city", "--folder", "city=city"], "goes with a collection"),
        (["both.toml", "--folder", "bay"], "HOSPITAL=DIR"),
        (["both.toml", "--folder", "bay=a", "--folder", "bay=b"], "every hospital once"),
        (["both.toml", "--folder", "sea=bay"], "has no hospital sea"),
        (["both.toml", "--patients", "patients.csv"], "goes with one data set"),
        (["none.toml"], "there is no none.toml"),
    ],
)
def test_wrong_words_are_refused(collection: Path, given: list[str], words: str) -> None:
    with pytest.raises(UsageError) as error:
        main(["prepare", *given])
    assert words in str(error.value)


def test_a_collection_has_to_be_prepared_before_it_is_trained_on(collection: Path) -> None:
    with pytest.raises(UsageError, match="collection") as error:
        main(["fit", "smoke", "--data", "both.toml"])
    assert "prepare both.toml" in str(error.value)


def test_every_shipped_collection_is_whole_but_for_its_films(tmp_path: Path) -> None:
    for shipped in SHIPPED_COLLECTIONS.glob("*.toml"):
        assert is_collection(Path(shipped.stem))
        with pytest.raises(UsageError, match="are not there"):
            read_collection(shipped, {"guangzhou": tmp_path / "none"})
