"""Nothing is read or written outside of a model's folder or ZIP."""

from __future__ import annotations

import stat
import zipfile
from pathlib import Path

import pytest

from export.foreign.files import container
from export.foreign.files.container import inside, leaves, unpack
from export.foreign.model import ForeignError
from tests.unit.export.foreign.foreign_files import zipped

OUTSIDE = ("../weights.bin", "a/../../b", "/etc/passwd", "C:\\weights.bin", "..\\b", "https://x.org/w.bin", "", "a\0b")


@pytest.mark.parametrize("name", OUTSIDE)
def test_a_name_that_leaves_the_folder_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(ForeignError, match=r"(?s)names a file outside of its folder.*beside it"):
        inside(tmp_path, name, tmp_path / "model.json")


@pytest.mark.parametrize("name", ["weights.bin", "./weights.bin", "shards/group1-shard1of1.bin", "a..b"])
def test_a_plain_name_is_inside(name: str) -> None:
    assert not leaves(name)


def test_a_link_that_leaves_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "export").mkdir()
    (tmp_path / "export/weights.bin").symlink_to(tmp_path / "secret")
    with pytest.raises(ForeignError, match="a link that leads out of its folder"):
        inside(tmp_path / "export", "weights.bin", tmp_path / "export/model.json")


def test_a_link_that_leads_round_is_refused(tmp_path: Path) -> None:
    (tmp_path / "weights.bin").symlink_to(tmp_path / "weights.bin")
    with pytest.raises(ForeignError, match="leads round"):
        inside(tmp_path, "weights.bin", tmp_path / "model.json")


@pytest.mark.parametrize("name", ["../evil.txt", "/tmp/evil.txt", "a/../../evil.txt", "..\\evil.txt", "C:\\evil.txt"])
def test_a_zip_that_would_write_outside_is_refused_and_writes_nothing(name: str, tmp_path: Path) -> None:
    archive = zipped(tmp_path / "model.zip", {"model.json": b"{}", name: b"evil"})
    (tmp_path / "out").mkdir()
    with pytest.raises(ForeignError, match="written outside of its folder"):
        unpack(archive, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_link_in_a_zip_is_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("weights.bin")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "model.zip", "w") as opened:
        opened.writestr(link, "/etc/passwd")
    with pytest.raises(ForeignError, match=r"(?s)outside of its folder.*\(a link\)"):
        unpack(tmp_path / "model.zip", tmp_path)


def test_a_zip_that_says_it_is_huge_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(container, "LARGEST_UNPACKED", 1000)
    archive = zipped(tmp_path / "bomb.zip", {"weights.bin": bytes(1001)})
    assert archive.stat().st_size < 300
    (tmp_path / "out").mkdir()
    with pytest.raises(ForeignError, match=r"(?s)too large to unpack.*1,001 bytes"):
        unpack(archive, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_zip_with_a_file_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ForeignError, match=r"'Model.json' twice"):
        unpack(zipped(tmp_path / "model.zip", {"model.json": b"1", "Model.json": b"2"}), tmp_path)


def test_a_damaged_zip_says_so(tmp_path: Path) -> None:
    archive = zipped(tmp_path / "model.zip", {"weights.bin": bytes(range(256)) * 9})
    data = bytearray(archive.read_bytes())
    data[60] ^= 255
    archive.write_bytes(data)
    (tmp_path / "out").mkdir()
    with pytest.raises(ForeignError, match="cannot be unpacked"):
        unpack(archive, tmp_path / "out")
