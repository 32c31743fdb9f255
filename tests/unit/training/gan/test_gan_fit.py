"""`gan fit`: a run that can be repeated, killed and gone on with."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image

from plainfilm.errors import PlainfilmError, UsageError
from training.gan import fit as gan_fit
from training.gan.config import GanConfig
from training.gan.films import batch_rows
from training.gan.fit import fit_gan, steered


class KilledError(Exception):
    """Stands for a kill."""


def test_a_killed_run_ends_as_one_that_was_not(
    gan_config: GanConfig, gan_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = []

    def draw_once(*given: object) -> None:
        drawn.append(given)
        if len(drawn) == 2:
            raise KilledError

    monkeypatch.setattr(gan_fit, "_draw", draw_once)
    with pytest.raises(KilledError):
        fit_gan(gan_config, tmp_path)
    monkeypatch.undo()
    run = fit_gan(gan_config, tmp_path)
    with np.load(gan_run / "checkpoint.npz") as whole, np.load(run / "checkpoint.npz") as killed:
        assert whole.files == killed.files
        for name in set(whole.files) - {"number/seconds"}:
            assert np.array_equal(whole[name], killed[name]), name
    with (run / "history.csv").open() as file:
        assert [row["step"] for row in csv.DictReader(file)] == ["2", "4"]
    assert Image.open(run / "made.png").size == (8 * 16, 2 * 16)


def test_a_finished_run_and_one_of_other_settings_are_refused(gan_config: GanConfig, gan_run: Path) -> None:
    with pytest.raises(PlainfilmError, match="is finished"):
        fit_gan(gan_config, gan_run.parent)
    with pytest.raises(UsageError, match="other settings"):
        fit_gan(replace(gan_config, fit=replace(gan_config.fit, seed=5)), gan_run.parent)


def test_a_torn_checkpoint_is_told(gan_config: GanConfig, gan_run: Path, tmp_path: Path) -> None:
    run = tmp_path / gan_config.name
    run.mkdir()
    for name in ("gan.toml", "classes.json"):
        (run / name).write_bytes((gan_run / name).read_bytes())
    (run / "checkpoint.npz").write_bytes((gan_run / "checkpoint.npz").read_bytes()[:1000])
    with pytest.raises(PlainfilmError, match="cannot be read"):
        fit_gan(gan_config, tmp_path)


def test_losses_that_are_no_numbers_stop_the_run(gan_config: GanConfig, tmp_path: Path) -> None:
    wild = replace(gan_config, name="wild", fit=replace(gan_config.fit, discriminator_rate=100.0, steps=60))
    wild = replace(wild, fit=replace(wild.fit, gradient_penalty=10.0, penalty_every=1))
    with pytest.raises(PlainfilmError, match="no numbers any more"):
        fit_gan(wild, tmp_path)


def test_every_class_is_drawn_as_often_and_a_step_can_be_repeated() -> None:
    labels = np.array([0] * 90 + [1] * 10)
    rows = np.concatenate([batch_rows(labels, 16, 1, step) for step in range(100)])
    assert 0.45 < labels[rows].mean() < 0.55
    assert np.array_equal(batch_rows(labels, 16, 1, 7), batch_rows(labels, 16, 1, 7))


def test_the_augmentation_grows_while_the_discriminator_learns_by_heart() -> None:
    assert steered(0.0, 1.0, 64, 6400) == pytest.approx(0.01)
    assert steered(0.0, -1.0, 64, 6400) == 0
    assert steered(0.8, 1.0, 64, 6400) == 0.8
