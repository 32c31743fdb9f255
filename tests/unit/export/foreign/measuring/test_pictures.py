"""Labelled pictures: folders of any wording, pictures of any state, parts by folders or by halves."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from export.foreign.measuring.pictures import LabelledPictures, MeasureOptions, read_pictures
from plainfilm.errors import PlainfilmError, UsageError
from tests.unit.export.foreign.opened import write_pictures

CLASSES = ("NORMAL", "PNEUMONIA")


def read(
    folder: Path, restored: Path, classes: tuple[str, ...] = CLASSES, renamed: dict[str, str] | None = None
) -> LabelledPictures:
    return read_pictures(MeasureOptions(folder, renamed or {}), classes, restored)


def counts(pictures: LabelledPictures) -> dict[tuple[str, str], int]:
    grouped: Any = pictures.data.table.groupby(["split", "label"]).size()
    return {(str(split), str(label)): int(count) for (split, label), count in grouped.items()}


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    write_pictures(tmp_path / "pictures", {"normal": 90, "Pneumonia": 160}, 6)
    return tmp_path / "pictures"


def test_folders_are_matched_in_any_case_and_halved_the_same_way_every_time(pictures: Path, tmp_path: Path) -> None:
    first, again = read(pictures, tmp_path / "a"), read(pictures, tmp_path / "b")
    assert counts(first) == {(part, label): 3 for part in ("val", "test") for label in CLASSES}
    assert first.data.table.equals(again.data.table)
    assert "in two halves" in first.how_split


def test_a_patient_is_in_one_half_only(tmp_path: Path) -> None:
    write_pictures(tmp_path / "drawn", {"NORMAL": 90, "PNEUMONIA": 160}, 12)
    for number in range(12):
        (tmp_path / f"drawn/PNEUMONIA/PNEUMONIA{number}.png").rename(
            tmp_path / f"drawn/PNEUMONIA/person{number // 3}_virus_{number}.png"
        )
    table = read(tmp_path / "drawn", tmp_path / "restored").data.table
    assert table[table["label"] == "PNEUMONIA"].groupby("patient_id")["split"].nunique().max() == 1


def test_folders_val_and_test_say_which_pictures_choose(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for seed, part in enumerate(("train", "Validation", "test")):
        write_pictures(tmp_path / "set" / part, {"NORMAL": 90, "PNEUMONIA": 160}, 3 + seed, seed=seed)
    found = read(tmp_path / "set", tmp_path / "restored")
    assert counts(found) == {
        ("val", "NORMAL"): 4,
        ("val", "PNEUMONIA"): 4,
        ("test", "NORMAL"): 5,
        ("test", "PNEUMONIA"): 5,
    }
    assert found.how_split == "by its folders Validation and test"
    assert "train is not used: the model may have learned from it" in capsys.readouterr().out
    write_pictures(tmp_path / "set", {"NORMAL": 90}, 1, seed=7)
    assert read(tmp_path / "set", tmp_path / "restored2").data.table.equals(found.data.table)
    assert f"the pictures of {tmp_path / 'set'}/NORMAL are not used" in capsys.readouterr().err


def test_a_class_may_be_called_as_a_part_is(tmp_path: Path) -> None:
    write_pictures(tmp_path / "set", {"car": 90, "train": 160}, 3)
    assert len(read(tmp_path / "set", tmp_path / "restored", ("Car", "Train")).data.table) == 6


def test_other_wording_is_mapped_and_other_folders_left_out(pictures: Path, tmp_path: Path) -> None:
    classes = ("PNEUMONIA DETECTED", "NO PNEUMONIA DETECTED")
    shutil.copytree(pictures / "normal", pictures / "COVID")
    renamed = {"NORMAL": "no pneumonia detected", "Pneumonia": "PNEUMONIA DETECTED", "COVID": ""}
    found = read(pictures, tmp_path / "restored", classes, renamed)
    assert set(found.data.table["label"]) == set(classes)


def test_a_folder_that_is_no_class_is_named_with_both_lists_and_what_to_type(pictures: Path, tmp_path: Path) -> None:
    with pytest.raises(PlainfilmError) as error:
        read(pictures, tmp_path / "restored", ("NO PNEUMONIA DETECTED", "PNEUMONIA"))
    for part in ("normal", "Pneumonia, normal", "NO PNEUMONIA DETECTED, PNEUMONIA", '--map "normal=CLASS"'):
        assert part in str(error.value)


@pytest.mark.parametrize(
    ("renamed", "message"),
    [({"sick": "PNEUMONIA"}, r"(?s)does not have.*sick.*Pneumonia, normal"), ({"normal": "healthy"}, "normal=healthy")],
)
def test_a_map_of_what_is_not_there_is_refused(
    pictures: Path, tmp_path: Path, renamed: dict[str, str], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        read(pictures, tmp_path / "restored", CLASSES, renamed)


def test_what_cannot_be_read_is_listed_and_the_rest_is_kept(
    pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (pictures / "normal" / "broken.png").write_bytes((pictures / "normal" / "normal0.png").read_bytes()[:90])
    (pictures / "normal" / "notes.txt").write_text("Dear colleague")
    os.mkfifo(pictures / "normal" / "pipe.png")
    (pictures / "Pneumonia" / "twice.png").write_bytes((pictures / "Pneumonia" / "Pneumonia0.png").read_bytes())
    assert len(read(pictures, tmp_path / "restored").data.table) == 12
    said = capsys.readouterr().err
    assert "left out: normal/broken.png" in said
    assert "left out: normal/notes.txt: not a film" in said
    assert "left out: normal/pipe.png: a pipe" in said
    assert "twice.png" in said


def test_places_without_a_readable_picture_say_what_they_are(pictures: Path, tmp_path: Path) -> None:
    archive = Path(shutil.make_archive(str(tmp_path / "packed"), "zip", pictures))
    (tmp_path / "empty").mkdir()
    (tmp_path / "spoilt" / "NORMAL").mkdir(parents=True)
    (tmp_path / "spoilt" / "NORMAL" / "a.png").write_bytes(b"no picture")
    (tmp_path / "learned" / "train" / "NORMAL").mkdir(parents=True)
    for place, message in {
        "missing": "no such folder",
        "packed.zip": "python -m zipfile -e",
        "empty": "holds no labelled pictures",
        "spoilt": r"(?s)no picture in .* can be read.*is not a picture",
        "learned": "only pictures for training",
    }.items():
        with pytest.raises(PlainfilmError, match=message):
            read(tmp_path / place, tmp_path / "restored")
    assert archive.is_file()


def test_a_folder_too_high_is_told_from_a_wrong_one(pictures: Path, tmp_path: Path) -> None:
    with pytest.raises(PlainfilmError, match=f"--measure {pictures}"):
        read(tmp_path, tmp_path / "restored")
