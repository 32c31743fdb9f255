"""A folder is written whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from training.whole import whole_folder


def test_a_new_folder_appears_at_the_end_only(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "bundle"
    with whole_folder(target) as folder:
        (folder / "file").write_text("new")
        assert not target.exists()
    assert (target / "file").read_text() == "new"
    assert [path.name for path in target.parent.iterdir()] == ["bundle"]


def test_an_old_folder_gives_way_completely(tmp_path: Path) -> None:
    (tmp_path / "bundle").mkdir()
    (tmp_path / "bundle/old").write_text("old")
    with whole_folder(tmp_path / "bundle") as folder:
        (folder / "file").write_text("new")
        assert (tmp_path / "bundle/old").exists()
    assert [path.name for path in (tmp_path / "bundle").iterdir()] == ["file"]
    assert [path.name for path in tmp_path.iterdir()] == ["bundle"]


@pytest.mark.parametrize("reason", [RuntimeError, KeyboardInterrupt])
def test_a_failure_leaves_what_was_there_and_nothing_else(tmp_path: Path, reason: type[BaseException]) -> None:
    (tmp_path / "bundle").mkdir()
    (tmp_path / "bundle/old").write_text("old")

    def write_half() -> None:
        with whole_folder(tmp_path / "bundle") as folder:
            (folder / "file").write_text("half")
            raise reason

    with pytest.raises(reason):
        write_half()
    assert (tmp_path / "bundle/old").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["bundle"]


def test_when_the_last_rename_fails_the_old_folder_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bundle").mkdir()
    (tmp_path / "bundle/old").write_text("old")
    rename = Path.rename

    def refuse_new(path: Path, target: Path) -> Path:
        if path.name == "new":
            raise OSError("no space left")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", refuse_new)
    with pytest.raises(OSError, match="no space left"), whole_folder(tmp_path / "bundle"):
        pass
    assert (tmp_path / "bundle/old").read_text() == "old"
