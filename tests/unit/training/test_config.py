"""Configs: every key checked, written back whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from plainfilm.errors import UsageError
from training.config import SHIPPED_CONFIGS, read_config, write_config


@pytest.mark.parametrize("path", sorted(SHIPPED_CONFIGS.glob("*.toml")), ids=lambda p: p.stem)
def test_every_shipped_config_reads_and_writes_back_the_same(path: Path, tmp_path: Path) -> None:
    config = read_config(path)
    assert config.name == path.stem
    write_config(config, tmp_path / "config.toml")
    assert read_config(tmp_path / "config.toml") == config


def test_a_shipped_config_is_found_by_its_bare_name() -> None:
    assert read_config(Path("smoke")) == read_config(SHIPPED_CONFIGS / "smoke.toml")


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("epochs = 12", 'epochs = "many"', "epochs is of the wrong kind"),
        ("epochs = 12", "epochs = 12\nepoch = 3", "unknown key epoch"),
        ("epochs = 12\n", "", "missing key epochs"),
        ('view = "whole"', 'view = "letterbox"', "'square' or 'whole'"),
        ("[fit]", "[fit", "not TOML"),
        ('architecture = "five_block_cnn"', 'architecture = "vgg"', "'five_block_cnn' or 'mobilenet_v2'"),
        ("filters = [8, 8, 16, 16, 32]", "filters = 8", "filters must be a list"),
    ],
)
def test_a_wrong_config_names_the_key(tmp_path: Path, old: str, new: str, word: str) -> None:
    text = (SHIPPED_CONFIGS / "smoke.toml").read_text()
    assert old in text
    (tmp_path / "c.toml").write_text(text.replace(old, new))
    with pytest.raises(UsageError, match=word):
        read_config(tmp_path / "c.toml")


def test_a_missing_config_lists_the_shipped_ones() -> None:
    with pytest.raises(UsageError, match="five_block_cnn"):
        read_config(Path("nowhere"))
