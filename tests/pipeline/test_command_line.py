"""Exit codes and words of the commands."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command import run


@pytest.mark.parametrize(
    "command", [("training",), ("training", "prepare"), ("training", "fit"), ("export",), ("build_site",)]
)
def test_help_says_what_a_command_does_and_exits_0(command: tuple[str, ...], tmp_path: Path) -> None:
    assert "usage:" in run(*command, "--help", cwd=tmp_path).stdout


def test_the_help_of_prepare_says_where_the_films_are_and_under_which_licence(tmp_path: Path) -> None:
    said = run("training", "prepare", "--help", cwd=tmp_path).stdout
    assert "kaggle.com/datasets/paultimothymooney/chest-xray-pneumonia" in said
    assert "CC BY 4.0" in said


@pytest.mark.parametrize(
    ("command", "code", "word"),
    [
        (("training", "prepare", "nowhere"), 1, "no such folder"),
        (("training", "fit", "nowhere.toml"), 2, "five_block_cnn"),
        (("training", "fit", "five_block_cnn"), 1, "training prepare"),
        (("training", "evaluate", "nowhere"), 1, "is not a run"),
        (("training", "dance"), 2, "invalid choice"),
        (("export", "nowhere"), 1, "is not a run"),
        (("export", "nowhere", "--precision", "float8"), 2, "float16"),
        (("build_site", "--bundle", "nowhere"), 1, "nowhere"),
    ],
)
def test_what_goes_wrong_is_said_in_words_with_the_next_step(
    command: tuple[str, ...], code: int, word: str, tmp_path: Path
) -> None:
    done = run(*command, cwd=tmp_path, code=code)
    assert word in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []
