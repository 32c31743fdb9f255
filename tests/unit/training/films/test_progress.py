"""The counting line: only on a terminal, and never in the way of what comes after it."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator

import pytest

from training.films.progress import counted


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_sees_one_line_that_counts_and_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    assert list(counted(range(120), 120, "reading films")) == list(range(120))
    assert terminal.getvalue() == "\rreading films 50/120\rreading films 100/120\rreading films 120/120\n"


def test_the_line_is_ended_before_an_error_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing() -> Iterator[int]:
        yield from range(60)
        raise ValueError

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with pytest.raises(ValueError):
        list(counted(failing(), 120, "reading films"))
    assert terminal.getvalue() == "\rreading films 50/120\n"


def test_a_file_sees_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert len(list(counted(range(120), 120, "reading films"))) == 120
    assert capsys.readouterr() == ("", "")
