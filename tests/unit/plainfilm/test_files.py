"""Files that people name: what is none is said at once, and never waited for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from plainfilm.files import read_bytes, read_json, read_text

pipes = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes in folders")


@pipes
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="would be waited for"):
        read_bytes(tmp_path / "pipe")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="this system has no endless device")
def test_a_device_that_never_ends_is_not_read(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="device"):
        read_bytes(Path("/dev/zero"))
    assert read_bytes(Path("/dev/null")) == b""


def test_a_file_of_more_bytes_than_it_can_have_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "sparse").open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(OSError, match="1099511627776 bytes"):
        read_bytes(tmp_path / "sparse")


def test_a_folder_and_a_missing_file_are_what_they_are(tmp_path: Path) -> None:
    with pytest.raises(OSError):
        read_bytes(tmp_path)
    with pytest.raises(FileNotFoundError):
        read_bytes(tmp_path / "missing")


def test_text_ends_its_lines_in_one_way(tmp_path: Path) -> None:
    (tmp_path / "text").write_bytes(b"\xef\xbb\xbfone\r\ntwo\rthree\n")
    assert read_text(tmp_path / "text", "utf-8-sig") == "one\ntwo\nthree\n"


@pytest.mark.parametrize(
    "text",
    [b"", b"{", b"[" * 100_000, b'{"a":' * 100_000, b'{"a": NaN}', b"[Infinity]", b"9" * 10_000, b"\xff\xfe{\0}\0", b"{'a': 1}"],
    ids=["nothing", "half", "brackets", "tables", "NaN", "infinity", "digits", "UTF-16", "other quotes"],
)  # fmt: skip
def test_what_is_no_json_is_one_kind_of_error(text: bytes, tmp_path: Path) -> None:
    (tmp_path / "file.json").write_bytes(text)
    with pytest.raises(ValueError):
        read_json(tmp_path / "file.json")


def test_json_with_a_mark_in_front_is_read(tmp_path: Path) -> None:
    (tmp_path / "file.json").write_bytes(b'\xef\xbb\xbf{"a": [1, 2.5, null]}')
    assert read_json(tmp_path / "file.json") == {"a": [1, 2.5, None]}
