"""One process at a time; a dead one blocks nobody."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from plainfilm.lock import HeldError, held, is_held

HOLD = """
import sys
from pathlib import Path
from plainfilm.lock import held
with held(Path(sys.argv[1]), "it"):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_the_second_is_refused_with_the_owner_s_name_until_the_first_dies(tmp_path: Path) -> None:
    lock = tmp_path / ".run.lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == "held\n"
        assert is_held(lock)
        with pytest.raises(HeldError, match=f"the run is being worked on.*\n  received: process {owner.pid} on "):
            held(lock, "the run").__enter__()
        owner.send_signal(getattr(signal, "SIGKILL", signal.SIGTERM))
        owner.wait()
    assert lock.exists(), "what a killed process leaves"
    assert not is_held(lock)
    with held(lock, "the run"):
        assert lock.read_text().startswith(f"process {os.getpid()} on ")
        assert is_held(lock)
    assert not lock.exists()
    assert not is_held(lock)


@pytest.mark.parametrize("text", ["years of work", "processes of the bone", "p\n\nq", "\0"])
def test_a_file_of_somebody_else_in_its_place_is_left_alone(text: str, tmp_path: Path) -> None:
    lock = tmp_path / ".run.lock"
    lock.write_text(text)
    with pytest.raises(HeldError, match="was not written by this command"):
        held(lock, "the run").__enter__()
    assert lock.read_text() == text
    assert not is_held(lock)


def test_a_link_or_a_folder_in_its_place_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("")
    (tmp_path / "link.lock").symlink_to(tmp_path / "empty")
    (tmp_path / "folder.lock").mkdir()
    for name in ("link.lock", "folder.lock"):
        with pytest.raises(HeldError, match="a link, a folder"):
            held(tmp_path / name, "the run").__enter__()
    assert (tmp_path / "empty").read_text() == ""


@pytest.mark.parametrize("text", ["", "process 99999 on that machine since today: prepare\n"])
def test_what_a_dead_process_left_is_taken_over(text: str, tmp_path: Path) -> None:
    (tmp_path / ".run.lock").write_text(text)
    with held(tmp_path / ".run.lock", "the run"):
        pass
    assert list(tmp_path.iterdir()) == []
