"""What ends a command: a message and an exit code, never a traceback for what a user can put right."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path

import pytest

from plainfilm.errors import PlainfilmError, UsageError, run_main


def raising(error: BaseException) -> Callable[[], None]:
    def main() -> None:
        raise error

    return main


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (PlainfilmError("it is full"), 1, "error: it is full"),
        (UsageError("no such thing"), 2, "error: no such thing"),
        (OSError(errno.ENOSPC, "No space left on device"), 1, "the disk is full\n  received: No space left on device"),
        (OSError(getattr(errno, "EDQUOT", errno.ENOSPC), "Disk quota exceeded"), 1, "the disk is full"),
        (OSError(errno.EIO, "Input/output error"), 1, "a file cannot be read or written"),
        (OSError(errno.EROFS, "Read-only file system", "/media/disk"), 1, "error: /media/disk cannot be used"),
        (UnicodeEncodeError("utf-8", "films/\udcff.png", 6, 7, "surrogates not allowed"), 1, "films/\\udcff.png"),
        (MemoryError(), 1, "not enough memory"),
        (KeyboardInterrupt(), 130, "interrupted"),
    ],
)
def test_what_a_user_can_put_right_is_said_without_a_traceback(
    error: BaseException, code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        run_main(raising(error))
    assert ended.value.code == code
    assert said in capsys.readouterr().err


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("here")
    with pytest.raises(SystemExit):
        run_main(lambda: (tmp_path / "file/folder").mkdir())
    assert f"{tmp_path / 'file/folder'} cannot be used" in capsys.readouterr().err


@pytest.mark.parametrize("error", [ConnectionRefusedError(errno.ECONNREFUSED, "refused"), OSError("of a library")])
def test_what_is_no_file_s_is_not_taken_for_one(error: OSError) -> None:
    with pytest.raises(OSError, match=r"refused|library"):
        run_main(raising(error))
