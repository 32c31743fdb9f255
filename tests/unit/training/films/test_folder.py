"""Folders as people have them: what is read of them, and what is said of those that are laid out otherwise."""

from __future__ import annotations

import shutil
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from plainfilm.errors import PlainfilmError
from training.films.folder import find_films

FILMS = [
    "train/NORMAL/a.jpeg",
    "train/NORMAL/b.jpeg",
    "train/PNEUMONIA/c.jpeg",
    "test/NORMAL/d.jpeg",
    "test/PNEUMONIA/e.jpeg",
]


def write(folder: Path, *paths: str) -> Path:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(b"film")
    return folder


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write(tmp_path / "my films", *FILMS)


def paths_of(data: Path) -> list[str]:
    return sorted(file.path for file in find_films(data)[0])


def test_every_file_of_a_class_folder_is_found_with_its_split_and_class(data: Path) -> None:
    files, strays = find_films(data)
    assert sorted((file.path, file.folder, file.label) for file in files) == sorted(
        (path, *path.split("/")[:2]) for path in FILMS
    )
    assert strays == []


def test_folders_in_a_class_folder_belong_to_the_class(data: Path) -> None:
    write(data, "train/NORMAL/site 2/1998/f.jpeg")
    [deep] = [file for file in find_films(data)[0] if file.path.endswith("f.jpeg")]
    assert (deep.path, deep.folder, deep.label) == ("train/NORMAL/site 2/1998/f.jpeg", "train", "NORMAL")


@pytest.mark.parametrize(
    "path",
    [
        "train/__MACOSX/._a.jpeg",
        "__MACOSX/train/NORMAL/._a.jpeg",
        "train/.cache/a.jpeg",
        "train/@eaDir/a.jpeg",
        "train/NORMAL/.DS_Store",
        "train/NORMAL/Thumbs.db",
        "train/NORMAL/._a.jpeg",
        "train/NORMAL/__MACOSX/a.jpeg",
        "README.txt",
    ],
)
def test_what_desktops_and_archives_leave_behind_is_neither_film_nor_class(data: Path, path: str) -> None:
    write(data, path)
    assert paths_of(data) == sorted(FILMS)
    assert find_films(data)[1] == []


@pytest.mark.parametrize(
    ("before", "after", "split"),
    [
        ("train", "Train", "train"),
        ("train", "training", "train"),
        ("test", "TEST", "test"),
        ("test", "testing", "test"),
        ("test", "validation", "val"),
        ("test", "Valid", "val"),
    ],
)
def test_splits_may_be_called_otherwise(data: Path, before: str, after: str, split: str) -> None:
    (data / before).rename(data / "moved")
    (data / "moved").rename(data / after)
    folders = {file.path.split("/")[0]: file.folder for file in find_films(data)[0]}
    assert folders[after] == split


def test_two_folders_for_one_split_are_an_error(data: Path) -> None:
    write(data, "val/NORMAL/f.jpeg", "validation/NORMAL/g.jpeg")
    with pytest.raises(PlainfilmError, match="two folders for val") as error:
        find_films(data)
    assert "next:" in str(error.value)


def test_films_outside_the_class_folders_are_named(data: Path) -> None:
    write(data, "train/loose.jpeg", "holdout/NORMAL/1.jpeg", "holdout/2.png", "notes/a.txt")
    strays = {stray.path: stray.reason for stray in find_films(data)[1]}
    assert set(strays) == {"train/loose.jpeg", "holdout/"}
    assert "2 films" in strays["holdout/"]


def test_a_link_to_a_folder_is_named_and_never_followed(data: Path) -> None:
    (data / "train" / "NORMAL" / "round").symlink_to(data / "train")
    assert "train/NORMAL/round" in paths_of(data)


def packed(data: Path) -> Path:
    with zipfile.ZipFile(data.with_name("films.zip"), "w") as archive:
        archive.write(data / FILMS[0], FILMS[0])
    return data.with_name("films.zip")


def packed_by_tar(data: Path) -> Path:
    with tarfile.open(data.with_name("films.tar.gz"), "w:gz") as archive:
        archive.add(data, "films")
    return data.with_name("films.tar.gz")


def nested(data: Path) -> Path:
    write(data.parent / "download" / "__MACOSX" / "train")
    shutil.move(data, data.parent / "download" / "films" / "films")
    return data.parent / "download"


def without_splits(data: Path) -> Path:
    shutil.rmtree(data / "test")
    for folder in (data / "train").iterdir():
        folder.rename(data / folder.name)
    (data / "train").rmdir()
    return data


def emptied(data: Path) -> Path:
    shutil.rmtree(data)
    data.mkdir()
    return data


@pytest.mark.parametrize(
    ("spoil", "received", "next_step"),
    [
        (lambda data: data / "nowhere", "no such folder", "prepare --help"),
        (emptied, "an empty folder", "prepare --help"),
        (lambda data: data / FILMS[0], "a file", "prepare --help"),
        (packed, "an archive", "python -m zipfile -e {parent}/films.zip {parent}/films && python -m training prepare"),
        (packed_by_tar, "an archive", "python -m tarfile -e {parent}/films.tar.gz {parent}/films && "),
        (nested, "films/", "prepare {parent}/download/films/films"),
        (lambda data: data / "train", "NORMAL/, PNEUMONIA/", "prepare '{parent}/my films'"),
        (lambda data: data / "train" / "NORMAL", "a.jpeg, b.jpeg", "prepare '{parent}/my films'"),
        (without_splits, "NORMAL/, PNEUMONIA/", "move the class folders NORMAL, PNEUMONIA into"),
        (lambda data: write(data, "splits.csv") and shutil.move(data / "train", data / "t") and data, "a prepared data set", "fit CONFIG --data '{parent}/my films'"),
    ],
    ids=["missing", "empty", "a file", "ZIP", "tar", "too high", "too low", "far too low", "no splits", "prepared"],
)  # fmt: skip
def test_a_place_that_is_not_laid_out_as_a_data_set_says_what_it_is_and_where_to_go(
    data: Path, spoil: Callable[[Path], Path], received: str, next_step: str
) -> None:
    given = spoil(data)
    with pytest.raises(PlainfilmError, match="is not laid out as a data set") as error:
        find_films(given)
    said = str(error.value)
    assert received in said.partition("received:")[2]
    assert next_step.format(parent=data.parent) in said.partition("next:")[2]


@pytest.mark.parametrize(
    ("gone", "word"),
    [
        ("train/NORMAL/*", "NORMAL is empty"),
        ("train/NORMAL", "classes to tell apart"),
        ("train/*", "0 class folder"),
        ("test/NORMAL", "lacks classes that train has"),
        ("test/*", "lacks classes that train has"),
    ],
)
def test_classes_that_cannot_be_learned_or_measured_are_an_error_with_a_next_step(
    data: Path, gone: str, word: str
) -> None:
    for path in list(data.glob(gone)):
        path.unlink() if path.is_file() else shutil.rmtree(path)
    with pytest.raises(PlainfilmError, match=word) as error:
        find_films(data)
    assert "next:" in str(error.value)
    assert "prepare" in str(error.value) or "evaluate" in str(error.value)


def test_a_class_that_train_has_not_is_an_error_with_a_next_step(data: Path) -> None:
    (data / "test" / "NORMAL").rename(data / "test" / "Normal")
    with pytest.raises(PlainfilmError, match="classes that train has not") as error:
        find_films(data)
    assert "name its folders as those of" in str(error.value)
