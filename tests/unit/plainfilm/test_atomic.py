"""A folder is written whole or not at all, and never over a file that somebody else put there."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from plainfilm.atomic import (
    OutputError,
    atomic_file,
    atomic_folder,
    check_output,
    check_workplace,
    file_entries,
    remove_own,
)
from plainfilm.errors import UsageError
from plainfilm.lock import HeldError
from tests.dead_process import left_by_a_dead_process

MANIFEST = "made.json"


def write(target: Path, text: str = "new", inputs: Sequence[Path] = ()) -> None:
    with atomic_folder(target, manifest=MANIFEST, inputs=inputs) as folder:
        (folder / "deep").mkdir()
        (folder / "deep" / "file").write_text(text)
        (folder / MANIFEST).write_text(json.dumps({"files": file_entries(folder)}))


def test_a_new_folder_appears_at_the_end_only(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "bundle"
    with atomic_folder(target, manifest=MANIFEST) as folder:
        (folder / "file").write_text("new")
        assert not target.exists()
    assert (target / "file").read_text() == "new"
    assert [path.name for path in target.parent.iterdir()] == ["bundle"]


def test_an_old_folder_gives_way_completely(tmp_path: Path) -> None:
    write(tmp_path / "bundle", "old")
    with atomic_folder(tmp_path / "bundle", manifest=MANIFEST) as folder:
        (folder / "other").write_text("new")
        assert (tmp_path / "bundle/deep/file").read_text() == "old"
    assert [path.name for path in (tmp_path / "bundle").iterdir()] == ["other"]
    assert [path.name for path in tmp_path.iterdir()] == ["bundle"]


@pytest.mark.parametrize("foreign", ["thesis.txt", "deep/thesis.txt", "deep/deeper/.hidden"])
def test_a_file_that_was_not_written_by_the_command_stops_it_by_name(tmp_path: Path, foreign: str) -> None:
    write(tmp_path / "bundle", "old")
    (tmp_path / "bundle" / foreign).parent.mkdir(exist_ok=True)
    (tmp_path / "bundle" / foreign).write_text("years of work")
    with pytest.raises(OutputError, match=f"left alone\n  received: {foreign}"):
        write(tmp_path / "bundle")
    assert (tmp_path / "bundle" / foreign).read_text() == "years of work"
    assert (tmp_path / "bundle/deep/file").read_text() == "old"


def test_a_file_that_was_changed_since_it_was_written_stops_the_command(tmp_path: Path) -> None:
    write(tmp_path / "bundle", "old")
    (tmp_path / "bundle/deep/file").write_text("own")
    with pytest.raises(OutputError, match="deep/file"):
        write(tmp_path / "bundle")
    assert (tmp_path / "bundle/deep/file").read_text() == "own"


def test_a_file_that_arrives_while_the_command_works_is_kept(tmp_path: Path) -> None:
    write(tmp_path / "bundle", "old")

    def write_slowly() -> None:
        with atomic_folder(tmp_path / "bundle", manifest=MANIFEST) as folder:
            (folder / "file").write_text("new")
            (tmp_path / "bundle" / "late.txt").write_text("late")

    with pytest.raises(OutputError, match=r"late\.txt"):
        write_slowly()
    assert (tmp_path / "bundle/late.txt").read_text() == "late"
    assert [path.name for path in tmp_path.iterdir()] == ["bundle"]


@pytest.mark.parametrize("manifest", ["", "not JSON", "[]", '{"files": 3}', '{"files": [{"path": "thesis.txt"}]}'])
def test_a_folder_without_a_manifest_of_ours_is_foreign_whole(tmp_path: Path, manifest: str) -> None:
    (tmp_path / "bundle").mkdir()
    (tmp_path / "bundle" / "thesis.txt").write_text("years of work")
    (tmp_path / "bundle" / MANIFEST).write_text(manifest)
    with pytest.raises(OutputError, match=r"thesis\.txt"):
        write(tmp_path / "bundle")
    assert (tmp_path / "bundle" / "thesis.txt").read_text() == "years of work"


def test_a_link_in_an_output_is_foreign_and_what_it_points_to_stays(tmp_path: Path) -> None:
    (tmp_path / "films").mkdir()
    (tmp_path / "films/film.png").write_text("a film")
    write(tmp_path / "bundle")
    (tmp_path / "bundle/films").symlink_to(tmp_path / "films")
    with pytest.raises(OutputError, match="received: films"):
        write(tmp_path / "bundle")
    assert (tmp_path / "films/film.png").read_text() == "a film"


def test_an_output_that_is_a_link_is_written_where_it_points_to(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "bundle").symlink_to(tmp_path / "disk")
    write(tmp_path / "bundle")
    assert (tmp_path / "bundle").is_symlink()
    assert (tmp_path / "disk/deep/file").read_text() == "new"


@pytest.mark.parametrize("output", ["data", "data/out", ".", "link", "link/out"])
def test_an_output_and_an_input_may_not_lie_in_each_other(tmp_path: Path, output: str) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data/film.png").write_text("a film")
    (tmp_path / "link").symlink_to(tmp_path / "data")
    with pytest.raises(UsageError, match="lie in each other"):
        write(tmp_path / output, inputs=[tmp_path / "data"])
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["film.png"]


def test_what_desktops_leave_in_folders_stops_nothing(tmp_path: Path) -> None:
    write(tmp_path / "bundle", "old")
    (tmp_path / "bundle/.DS_Store").write_text("")
    write(tmp_path / "bundle")
    assert (tmp_path / "bundle/deep/file").read_text() == "new"


def test_a_file_in_the_place_of_the_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "bundle").write_text("a file")
    with pytest.raises(OutputError, match="is a file"):
        check_output(tmp_path / "bundle", manifest=MANIFEST)


def test_a_place_that_cannot_be_written_is_said_before_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("here")
    with pytest.raises(OutputError, match=r"(?s)cannot be written.*file is a file"):
        check_output(tmp_path / "file/deep/bundle", manifest=MANIFEST)
    monkeypatch.setattr("os.access", lambda *_: False)  # root may write everywhere
    with pytest.raises(OutputError, match="a folder that you may not write into"):
        check_output(tmp_path / "new/bundle", manifest=MANIFEST)


@pytest.mark.parametrize("reason", [RuntimeError, KeyboardInterrupt])
def test_a_failure_leaves_what_was_there_and_nothing_else(tmp_path: Path, reason: type[BaseException]) -> None:
    write(tmp_path / "bundle", "old")

    def write_half() -> None:
        with atomic_folder(tmp_path / "bundle", manifest=MANIFEST) as folder:
            (folder / "file").write_text("half")
            raise reason

    with pytest.raises(reason):
        write_half()
    assert (tmp_path / "bundle/deep/file").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["bundle"]


def test_when_the_last_rename_fails_the_old_folder_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "bundle", "old")
    rename = Path.rename

    def refuse_new(path: Path, target: Path) -> Path:
        if path.name == "new":
            raise OSError("no space left")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", refuse_new)
    with pytest.raises(OSError, match="no space left"), atomic_folder(tmp_path / "bundle", manifest=MANIFEST):
        pass
    assert (tmp_path / "bundle/deep/file").read_text() == "old"


OURS = re.compile(r"\Amade,")


@pytest.mark.parametrize("before", [None, "", "made,long ago"])
def test_a_file_is_written_where_there_is_none_or_an_earlier_one_of_the_command(
    tmp_path: Path, before: str | None
) -> None:
    target = tmp_path / "deep" / "data.csv"
    if before is not None:
        target.parent.mkdir()
        target.write_text(before)
    with atomic_file(target, ours=OURS) as partial:
        partial.write_text("made,today")
    assert target.read_text() == "made,today"
    assert [path.name for path in target.parent.iterdir()] == ["data.csv"]


@pytest.mark.parametrize("before", [b"patient,age\n1,3\n", b"\x89PNG\r\n\xff\xfe", b"not made,"])
def test_a_file_of_somebody_else_stays_and_is_named(tmp_path: Path, before: bytes) -> None:
    target = tmp_path / "data.csv"
    target.write_bytes(before)
    with pytest.raises(OutputError, match=r"data\.csv was not written by this command"), atomic_file(target, ours=OURS):
        pass
    assert target.read_bytes() == before


def test_a_folder_is_never_replaced_by_a_file(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="is a folder"), atomic_file(tmp_path):
        pass


def test_a_command_works_in_a_folder_of_its_own_only(tmp_path: Path) -> None:
    check_workplace(tmp_path / "new", mark="config.toml")
    check_workplace(tmp_path, mark="config.toml")
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(OutputError, match=r"thesis\.txt"):
        check_workplace(tmp_path, mark="config.toml")
    with pytest.raises(OutputError, match="is a file"):
        check_workplace(tmp_path / "thesis.txt", mark="config.toml")
    (tmp_path / "config.toml").write_text("")
    check_workplace(tmp_path, mark="config.toml")


WRITE_AND_DIE = """
import os, signal, sys
from pathlib import Path
from plainfilm.atomic import atomic_folder
target, moment = Path(sys.argv[1]), sys.argv[2]
def die(*_):
    os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
real = Path.rename
def rename(self, to):
    if moment == "between the renames" and self.name == "new":
        die()
    return real(self, to)
Path.rename = rename
with atomic_folder(target, manifest="made.json") as folder:
    (folder / "file").write_text("half")
    if moment == "while it writes":
        die()
"""


@pytest.mark.parametrize("moment", ["while it writes", "between the renames"])
def test_what_a_killed_command_left_is_cleared_up_by_the_next_and_the_old_output_is_there(
    tmp_path: Path, moment: str
) -> None:
    target = tmp_path / "bundle"
    write(target, "old")
    subprocess.run([sys.executable, "-c", WRITE_AND_DIE, str(target), moment], check=False)
    assert len(list(tmp_path.glob(".bundle-*"))) == 1
    own = [tmp_path / ".bundle-backup", tmp_path / ".bundle-12345678"]
    for folder in own:
        folder.mkdir()
        (folder / "thesis.txt").write_text("years of work")
    with pytest.raises(ZeroDivisionError), atomic_folder(target, manifest=MANIFEST):
        raise ZeroDivisionError
    assert (target / "deep/file").read_text() == "old"
    write(target, "new")
    assert (target / "deep/file").read_text() == "new"
    assert sorted(tmp_path.iterdir()) == sorted([target, *own])


def test_two_commands_on_one_output_are_told_of_each_other(tmp_path: Path) -> None:
    with atomic_folder(tmp_path / "bundle", manifest=MANIFEST) as folder:
        (folder / "file").write_text("first")
        with pytest.raises(HeldError, match=f"process {os.getpid()} on "):
            write(tmp_path / "bundle", "second")
        write(tmp_path / "bundle-2", "another")
    assert (tmp_path / "bundle" / "file").read_text() == "first"


def test_a_file_of_somebody_else_beside_the_one_that_is_written_stays(tmp_path: Path) -> None:
    target = tmp_path / "data.csv"
    own = [
        tmp_path / name
        for name in ("data.csv.partial", ".data.csv.partial", ".data.csv-backup.partial", ".data.csv-a-b-c.partial")
    ]
    for path in own:
        path.write_text("years of work")
    with atomic_file(target) as partial:
        partial.write_text("new")
    assert sorted(tmp_path.iterdir()) == sorted([target, *own])
    assert {path.read_text() for path in own} == {"years of work"}


def test_what_a_killed_command_left_of_a_file_is_removed_and_what_a_living_one_writes_is_not(tmp_path: Path) -> None:
    target, other = tmp_path / "data.csv", tmp_path / left_by_a_dead_process("other.csv")
    (tmp_path / left_by_a_dead_process("data.csv")).write_text("half")
    other.write_text("half")
    elsewhere = tmp_path / ".data.csv-another_machine-1-00000000.partial"
    elsewhere.write_text("half")
    with atomic_file(target) as first:
        first.write_text("first")
        with atomic_file(target) as second:
            second.write_text("second")
        assert first.read_text() == "first"
    assert target.read_text() == "first"
    assert sorted(tmp_path.iterdir()) == sorted([target, other, elsewhere])


def test_names_as_long_as_a_file_may_have_and_odd_ones_are_written(tmp_path: Path) -> None:
    for name in ("n" * 255, "[a-z]*?.csv", "-rf", "two\nlines", "é" * 100):
        with atomic_file(tmp_path / name) as partial:
            partial.write_text("new")
        assert [path.name for path in tmp_path.iterdir()] == [name]
        (tmp_path / name).unlink()


def test_an_empty_folder_in_an_output_is_somebody_elses(tmp_path: Path) -> None:
    write(tmp_path / "bundle")
    (tmp_path / "bundle" / "mine" / "below").mkdir(parents=True)
    with pytest.raises(OutputError, match="received: mine/below/"):
        write(tmp_path / "bundle")
    assert (tmp_path / "bundle" / "mine" / "below").is_dir()


def test_a_folder_of_ours_that_somebody_emptied_is_still_ours(tmp_path: Path) -> None:
    write(tmp_path / "bundle", "old")
    (tmp_path / "bundle" / "deep" / "file").unlink()
    write(tmp_path / "bundle")
    assert (tmp_path / "bundle" / "deep" / "file").read_text() == "new"


def test_only_files_of_ones_own_are_removed_of_a_folder_and_it_stays_for_others(tmp_path: Path) -> None:
    ours = re.compile(r"epoch_\d+\.keras|deep/done\.json")
    theirs = [tmp_path / "box" / name for name in ("epoch_1 (copy).keras", "notes.txt", "deeper/done.json")]
    for path in [
        *theirs,
        tmp_path / "box/epoch_1.keras",
        tmp_path / "box/deep/done.json",
        tmp_path / "box" / left_by_a_dead_process("epoch_2.keras"),
    ]:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("something")
    remove_own(tmp_path / "box", ours)
    assert sorted(path for path in tmp_path.rglob("*") if path.is_file()) == sorted(theirs)
    for path in theirs:
        path.unlink()
    (tmp_path / "box/deeper").rmdir()
    (tmp_path / "link").symlink_to(tmp_path / "box")
    remove_own(tmp_path / "link", ours)
    remove_own(tmp_path / "box", ours)
    remove_own(tmp_path / "box", ours)
    assert [path.name for path in tmp_path.iterdir()] == ["link"]
