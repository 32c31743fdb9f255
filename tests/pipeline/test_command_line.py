"""Exit codes and words of the commands."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.command import run

COMMANDS = [
    ("training",),
    *[("training", verb) for verb in ("prepare", "fit", "compare", "evaluate", "search", "study", "automl-csv")],
    ("export",),
    *[("export", verb) for verb in ("audit", "refusals", "report")],
    ("build_site",),
]
# Each of these takes a tenth of a second to import, or much longer.
SLOW = {"tensorflow", "keras", "numpy", "pandas", "scipy", "sklearn", "matplotlib", "optuna", "PIL", "jsonschema", "jinja2", "babel"}  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help_says_what_a_command_does_exits_0_and_imports_nothing_slow(
    command: tuple[str, ...], tmp_path: Path
) -> None:
    done = run(*command, "--help", cwd=tmp_path, env={**os.environ, "PYTHONPROFILEIMPORTTIME": "1"})
    assert "usage:" in done.stdout
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert "argparse" in imported
    assert imported & SLOW == set()


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
