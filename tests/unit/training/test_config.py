"""Configs: every key checked, written back whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from plainfilm.errors import UsageError
from tests.shared import REPOSITORY
from training.config import SHIPPED_CONFIGS, read_config, write_config
from training.fitting.config import Cosine


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
        ("epochs = 12", 'epochs = "many"', "fit.epochs is of the wrong kind"),
        ("epochs = 12", "epochs = 12\nepoch = 3", "unknown key fit.epoch"),
        ("epochs = 12\n", "", "missing key fit.epochs"),
        ('view = "whole"', 'view = "letterbox"', "'square' or 'whole'"),
        ("[fit]", "[fit", "not TOML"),
        ('architecture = "five_block_cnn"', 'architecture = "vgg"', "'five_block_cnn' or 'mobilenet_v2'"),
        ("filters = [8, 8, 16, 16, 32]", "filters = 8", "filters is of the wrong kind(.|\n)*expected: a list"),
        ('kind = "plateau"', 'kind = "cosine"', "unknown key fit.schedule.mode"),
        (
            "epochs = 12",
            "epochs = 12\nplateau_mode = 'max'",
            "plateau_mode has been replaced(.|\n)*`mode` in .fit.sched",
        ),
        (
            "epochs = 12",
            "epochs = 12\nlearning_rate_schedule = 'cosine'",
            "learning_rate_schedule has been replaced(.|\n)*fit.schedule. with kind",
        ),
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


def test_a_config_states_only_what_differs_from_the_one_it_extends(tmp_path: Path) -> None:
    (tmp_path / "base.toml").write_text('extends = "mobilenet_v2"\nname = "base"\n[fit]\nepochs = 3\n')
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "own.toml").write_text('extends = "../base"\nname = "own"\n[model]\nalpha = 0.35\n')
    shipped, own = read_config(Path("mobilenet_v2")), read_config(tmp_path / "sub" / "own.toml")
    assert own.name == "own"
    assert own.fit == replace(shipped.fit, epochs=3)
    assert own.model == replace(shipped.model, alpha=0.35)
    assert own.augmentation == shipped.augmentation
    write_config(own, tmp_path / "whole.toml")
    assert "extends" not in (tmp_path / "whole.toml").read_text(), "a run's config.toml is complete"
    assert read_config(tmp_path / "whole.toml") == own


def test_a_table_of_another_kind_takes_nothing_from_the_one_it_replaces(tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_text('extends = "smoke"\n[fit.schedule]\nkind = "cosine"\n')
    assert read_config(tmp_path / "c.toml").fit.schedule == Cosine()
    (tmp_path / "c.toml").write_text('extends = "smoke"\n[model]\narchitecture = "vgg16"\n')
    with pytest.raises(UsageError, match=r"missing key model\.height"):
        read_config(tmp_path / "c.toml")


@pytest.mark.parametrize(
    ("base", "words"),
    [
        ('"b"', "extends itself(.|\n)*a.toml → b.toml → a.toml"),
        ('"nowhere"', "there is no config"),
        ("3", "wrong kind"),
    ],
)
def test_what_cannot_be_extended_is_an_error(tmp_path: Path, base: str, words: str) -> None:
    (tmp_path / "a.toml").write_text(f"extends = {base}\n")
    (tmp_path / "b.toml").write_text('extends = "a"\n')
    with pytest.raises(UsageError, match=words):
        read_config(tmp_path / "a.toml")


@pytest.mark.parametrize(
    "stored", sorted((REPOSITORY / "training").glob("runs/*/config.toml")), ids=lambda p: p.parent.name
)
def test_the_configs_of_the_shipped_runs_are_those_shipped(stored: Path) -> None:
    """But for whose films they are, which `fit` takes from the films."""
    run, config = read_config(stored), read_config(Path(stored.parent.name))
    of_films = {"populations": run.data.populations, "hospitals": run.data.hospitals}
    assert run == replace(config, data=replace(config.data, **of_films))


def test_what_a_search_picked_can_be_trained() -> None:
    picks = sorted((REPOSITORY / "training").glob("searches/*/*.toml"))
    assert picks
    assert {read_config(file).name for file in picks} == {file.stem for file in picks}
